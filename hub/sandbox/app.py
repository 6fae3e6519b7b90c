"""Putting the sandbox together and running it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import aiohttp
import structlog
from aiohttp import web

from hub.sandbox.control import add_control_routes, answer_problems
from hub.sandbox.keys import CLOSING, NETWORK, SANDBOX
from hub.sandbox.model import Message
from hub.sandbox.network import Network
from hub.sandbox.page import add_page_routes
from hub.sandbox.state import Sandbox
from hub.sandbox.twilio_api import add_twilio_routes, record_requests

log = structlog.get_logger()

_SHUTDOWN_S = 2.0


def build_app(sandbox: Sandbox) -> web.Application:
    """Make the web application: Twilio's API, the sandbox's own, and the page."""
    app = web.Application(middlewares=[record_requests, answer_problems])
    app[SANDBOX] = sandbox
    app.cleanup_ctx.append(_run_network)
    app.on_shutdown.append(_release_waiting)
    add_twilio_routes(app)
    add_control_routes(app)
    add_page_routes(app)
    return app


async def _run_network(app: web.Application) -> AsyncIterator[None]:
    app[CLOSING] = asyncio.get_running_loop().create_future()
    # No limit on connections and no proxy: Twilio waits for nobody's pool, and the hub is near.
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar()) as session:
        network = Network(app[SANDBOX], session)
        app[NETWORK] = network
        yield
        await network.aclose()


async def _release_waiting(app: web.Application) -> None:
    if not app[CLOSING].done():
        app[CLOSING].set_result(None)


@dataclass(slots=True, frozen=True)
class RunningSandbox:
    """A sandbox that listens at `url` (no slash at its end)."""

    url: str
    sandbox: Sandbox
    network: Network

    async def text(self, from_: str, to: str, body: str) -> Message:
        """Send a phone's text; give it back with what the hub answered. Raises LookupError if nobody owns `to`."""
        message = await self.network.text(from_, to, body)
        if message is None:
            raise LookupError(to)
        return message

    async def settle(self) -> None:
        """Wait until no message and no callback is under way."""
        await self.network.settle()


@asynccontextmanager
async def running_sandbox(
    sandbox: Sandbox | None = None, *, host: str = "127.0.0.1", port: int = 0
) -> AsyncIterator[RunningSandbox]:
    """Run a sandbox in this process while the block lasts; port 0 takes a free one. Raises OSError if taken."""
    app = build_app(sandbox or Sandbox())
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=_SHUTDOWN_S)
    await runner.setup()
    try:
        site = web.TCPSite(runner, host, port)
        await site.start()
        bound = runner.addresses[0][1]
        shown = f"[{host}]" if ":" in host else host
        log.info("sandbox_started", host=host, port=bound)
        yield RunningSandbox(f"http://{shown}:{bound}", app[SANDBOX], app[NETWORK])
    finally:
        await runner.cleanup()


async def serve(host: str, port: int, sandbox: Sandbox | None = None) -> None:
    """Run a sandbox until cancelled."""
    async with running_sandbox(sandbox, host=host, port=port):
        await asyncio.get_running_loop().create_future()
