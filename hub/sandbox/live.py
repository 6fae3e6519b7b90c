"""Telling pages what happens, as server-sent events (WHATWG HTML, section 9.2)."""

import asyncio
import json
from contextlib import suppress
from typing import Any

from aiohttp import web

from hub.sandbox.keys import CLOSING, SANDBOX

_HEARTBEAT_S = 15.0
_BACKLOG = 1000
"""A page this far behind is cut off; it connects again and fetches all anew."""


async def stream_changes(request: web.Request) -> web.StreamResponse:
    """Send every change as an event named message, delivery, faults, webhook or reset, its data as JSON."""
    queue: asyncio.Queue[str | None] = asyncio.Queue()

    def listen(kind: str, data: dict[str, object]) -> None:
        if queue.qsize() < _BACKLOG:
            queue.put_nowait(f"event: {kind}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n")
        elif queue.qsize() == _BACKLOG:
            queue.put_nowait(None)

    response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"})
    await response.prepare(request)
    await response.write(b"retry: 1000\n\n")
    request.app[SANDBOX].listeners.add(listen)
    try:
        await _copy(queue, response, request.app[CLOSING])
    finally:
        request.app[SANDBOX].listeners.discard(listen)
    return response


async def _copy(queue: asyncio.Queue[str | None], response: web.StreamResponse, closing: asyncio.Future[None]) -> None:
    """Write events, and a comment in quiet times, until the page goes, falls behind, or the sandbox closes."""
    with suppress(ConnectionError):  # the page has gone: that ends the stream and is no fault
        while not closing.done():
            event = await _next(queue, closing)
            if event is None:
                return
            await response.write(event.encode())


async def _next(queue: asyncio.Queue[str | None], closing: asyncio.Future[None]) -> str | None:
    getting = asyncio.ensure_future(queue.get())
    either: list[asyncio.Future[Any]] = [getting, closing]
    try:
        await asyncio.wait(either, timeout=_HEARTBEAT_S, return_when=asyncio.FIRST_COMPLETED)
        if closing.done():
            return None
        return getting.result() if getting.done() else ":\n\n"
    finally:
        getting.cancel()
