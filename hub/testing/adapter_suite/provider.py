"""A provider's HTTP API on loopback that answers as it is told. For conformance suites; imported by tests only."""

import asyncio
import socket
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Literal, Self

from aiohttp import web


@dataclass(frozen=True, slots=True)
class Reply:
    """What the provider answers. A ``fault`` other than ``None`` happens once the request has been read whole."""

    status: int = 200
    body: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    fault: Literal["hang", "drop", "cut"] | None = None


HANG = Reply(fault="hang")
"""It takes the request and never answers."""
DROP = Reply(fault="drop")
"""It takes the request and closes the connection."""
CUT = Reply(status=201, fault="cut")
"""It takes the request and closes the connection in the middle of its answer."""


@dataclass(frozen=True, slots=True)
class Taken:
    """One request it got. ``body`` is text, for reading what was sent; a ``WebhookRequest``'s is bytes, for signing."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: str


class Provider:
    """``will(…)`` lines up answers, the last of which stays; ``taken`` holds the requests, ``asked`` is set by each."""

    def __init__(self) -> None:
        self.taken: list[Taken] = []
        self.asked = asyncio.Event()
        self.url = ""
        self._replies: deque[Reply] = deque()
        self._closing = asyncio.Event()
        self._runner: web.AppRunner | None = None

    def will(self, *replies: Reply) -> None:
        """Answer the next requests so."""
        self._replies = deque(replies)

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._answer)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_exc: object) -> None:
        self._closing.set()
        if self._runner is not None:
            await self._runner.cleanup()

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        body = await request.text()
        self.taken.append(Taken(request.method, request.path, dict(request.query), dict(request.headers), body))
        self.asked.set()
        reply = self._replies.popleft() if len(self._replies) > 1 else self._replies[0]
        if reply.fault is not None:
            return await self._fail(request, reply)
        return web.Response(status=reply.status, text=reply.body, headers=dict(reply.headers))

    async def _fail(self, request: web.Request, reply: Reply) -> web.StreamResponse:
        response = web.StreamResponse(status=reply.status, headers={"Content-Length": "1000"})
        if reply.fault == "hang":
            await self._closing.wait()
        if reply.fault == "cut":
            await response.prepare(request)
            await response.write(b'{"half": ')
        if request.transport is not None:
            request.transport.abort()
        return response


@contextmanager
def nobody_listening() -> Iterator[str]:
    """An address that refuses connections."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, so nobody else gets the port, but not listening
        yield f"http://127.0.0.1:{taken.getsockname()[1]}"


@contextmanager
def nobody_accepting() -> Iterator[str]:
    """An address where a connection is never established: its backlog is full."""
    with ExitStack() as sockets:
        full = sockets.enter_context(socket.socket())
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        for _ in range(4):
            waiting = sockets.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(full.getsockname())
        yield f"http://127.0.0.1:{full.getsockname()[1]}"
