"""Putting the sandbox together and running it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import aiohttp
import structlog
from aiohttp import web

from hub.sandbox.asked import answer_problems
from hub.sandbox.content_api import add_content_routes
from hub.sandbox.control import add_control_routes
from hub.sandbox.keys import CLOSING, NETWORK, SANDBOX
from hub.sandbox.media_api import add_media_routes
from hub.sandbox.model import Media, Message
from hub.sandbox.network import Network
from hub.sandbox.page import add_page_routes
from hub.sandbox.phones import add_phone_routes
from hub.sandbox.state import Sandbox
from hub.sandbox.twilio_api import add_twilio_routes, record_requests

log = structlog.get_logger()

_SHUTDOWN_S = 2.0
MAX_BODY = 24 * 1024 * 1024
"""Bytes of a request: 16 MiB of files, written in base64, and the words around them."""


def build_app(sandbox: Sandbox) -> web.Application:
    """Make the web application: Twilio's API, the sandbox's own, and the page."""
    app = web.Application(middlewares=[record_requests, answer_problems], client_max_size=MAX_BODY)
    app[SANDBOX] = sandbox
    app.cleanup_ctx.append(_run_network)
    app.on_shutdown.append(_release_waiting)
    add_media_routes(app)
    add_twilio_routes(app)
    add_content_routes(app)
    add_control_routes(app)
    add_phone_routes(app)
    add_page_routes(app)
    return app


async def _run_network(app: web.Application) -> AsyncIterator[None]:
    app[CLOSING] = asyncio.get_running_loop().create_future()
    # No limit on connections and no proxy: Twilio waits for nobody's pool, and the hub is near.
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar()) as session:
        network = Network(app[SANDBOX], session)
        app[NETWORK] = network
        for message in app[SANDBOX].under_way():  # of an earlier life
            network.carry(message)
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

    async def text(self, from_: str, to: str, body: str, media: tuple[Media, ...] = ()) -> Message:
        """Send a phone's message; give it back with what the hub answered. Raises LookupError if nobody owns `to`.

        `media` comes from `sandbox.shelve`.
        """
        message = await self.network.text(from_, to, body, media)
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
        url = f"http://{shown}:{bound}"
        app[SANDBOX].url = app[SANDBOX].url or url
        log.info("sandbox_started", host=host, port=bound)
        yield RunningSandbox(url, app[SANDBOX], app[NETWORK])
    finally:
        await runner.cleanup()


async def serve(host: str, port: int, sandbox: Sandbox | None = None) -> None:
    """Run a sandbox until cancelled."""
    async with running_sandbox(sandbox, host=host, port=port):
        await asyncio.get_running_loop().create_future()
