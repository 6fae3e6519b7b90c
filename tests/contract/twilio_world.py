"""What stands around a sandbox in its tests: Twilio's own client, and a hub's end of the webhooks."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from twilio.http.async_http_client import AsyncTwilioHttpClient
from twilio.request_validator import RequestValidator
from twilio.rest import Client

from hub.sandbox import Pace, RunningSandbox, Sandbox, running_sandbox, sample_account

_HOST = re.compile(r"^https://(api|content)\.twilio\.com")


class SandboxClient(AsyncTwilioHttpClient):  # type: ignore[misc]  # twilio is published without types
    """Twilio's client, its host replaced; the paths it builds and follows stay its own.

    The time-out is ours: the one given to the constructor of 9.13 goes unused.
    """

    def __init__(self, base: str) -> None:
        super().__init__()
        self.base = base

    async def request(self, method: str, uri: str, *args: Any, **kwargs: Any) -> Any:
        async with asyncio.timeout(1):
            return await super().request(method, _HOST.sub(self.base, uri), *args, **kwargs)


@dataclass
class FakeHub:
    """What the hub's address received, and what it answers."""

    url: str = ""
    posts: list[tuple[dict[str, str], dict[str, str]]] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    answer: str = ""
    content_type: str = "text/xml"
    token: str = ""

    async def receive(self, request: web.Request) -> web.Response:
        form = {k: str(v) for k, v in (await request.post()).items()}
        self.posts.append((form, dict(request.headers)))
        status = self.statuses.pop(0) if self.statuses else 200
        return web.Response(status=status, text=self.answer, content_type=self.content_type)

    @property
    def forms(self) -> list[dict[str, str]]:
        return [form for form, _ in self.posts]

    def signature_holds(self, index: int, path: str) -> bool:
        form, headers = self.posts[index]
        url = self.url.replace("/in", path)
        return bool(RequestValidator(self.token).validate(url, form, headers["X-Twilio-Signature"]))


@asynccontextmanager
async def fake_hub() -> AsyncIterator[FakeHub]:
    hub = FakeHub()
    app = web.Application()
    app.router.add_post("/{path:.*}", hub.receive)
    runner = web.AppRunner(app)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        hub.url = f"http://127.0.0.1:{runner.addresses[0][1]}/in"
        yield hub
    finally:
        await runner.cleanup()


@dataclass
class World:
    """A sandbox that hurries, the hub it posts to, and a client of it."""

    box: RunningSandbox
    hub: FakeHub
    twilio: Client

    @property
    def status_url(self) -> str:
        return self.hub.url.replace("/in", "/status")

    def statuses(self) -> list[str]:
        return [form["MessageStatus"] for form in self.hub.forms if "MessageStatus" in form]


@asynccontextmanager
async def world() -> AsyncIterator[World]:
    async with fake_hub() as hub:
        account = sample_account(webhook_url=hub.url)
        hub.token = account.auth_token
        async with running_sandbox(Sandbox([account], seed=7, pace=Pace(speed=100))) as box:
            http = SandboxClient(box.url)
            try:
                yield World(box, hub, Client(account.sid, account.auth_token, http_client=http))
            finally:
                await http.close()
