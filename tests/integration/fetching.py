"""A provider's file server of our own, which answers in whatever way it is told to, and a fetch from it."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import TypeAlias

import pytest

from hub.errors import FetchError
from hub.fetching import Fetched, Fetcher, Origin

Answer: TypeAlias = Callable[[asyncio.StreamWriter], Awaitable[None]]
NAME = "media.provider.example"
SECRET = "s3cr3t-in-the-query"
MOST = 100_000
OK = b"HTTP/1.1 200 OK\r\nContent-Type: image/PNG; x=y\r\n"


class Provider:
    """A server that answers in whatever way it is told to, and remembers what it was asked."""

    def __init__(self, answer: Answer) -> None:
        self.answer, self.asked = answer, list[bytes]()
        self.connections, self.port, self.gone = 0, 0, asyncio.Event()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            self.asked.append(await reader.readuntil(b"\r\n\r\n"))
            answering = asyncio.ensure_future(self.answer(writer))
            listening = asyncio.ensure_future(reader.read())
            await asyncio.wait({answering, listening}, return_when=asyncio.FIRST_COMPLETED)
            for one in (answering, listening):
                one.cancel()
            await asyncio.wait({answering, listening})
        except asyncio.IncompleteReadError:
            assert not self.asked
        finally:
            writer.close()
            self.gone.set()


@asynccontextmanager
async def provider(
    answer: Answer, *, host: str = "127.0.0.1", port: int = 0, tls: ssl.SSLContext | None = None
) -> AsyncIterator[Provider]:
    serving = Provider(answer)
    server = await asyncio.start_server(serving.serve, host, port, ssl=tls)
    serving.port = server.sockets[0].getsockname()[1]
    try:
        yield serving
    finally:
        server.close()


def says(raw: bytes) -> Answer:
    async def answer(writer: asyncio.StreamWriter) -> None:
        writer.write(raw)
        await writer.drain()

    return answer


def without_end(head: bytes, piece: bytes, *, pause: float = 0) -> Answer:
    async def answer(writer: asyncio.StreamWriter) -> None:
        writer.write(head)
        while not writer.is_closing():
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(pause)

    return answer


class Names:
    """A resolver that answers each question with the next of its answers."""

    def __init__(self, *answers: Sequence[str]) -> None:
        self.answers, self.asked = list(answers), 0

    async def __call__(self, _: str, __: int) -> Sequence[str]:
        self.asked += 1
        return self.answers[min(self.asked, len(self.answers)) - 1]


async def fetch(
    serving: Provider, path: str = f"/m?sig={SECRET}", *, within: float = 20, fetcher: Fetcher | None = None
) -> Fetched:
    url = f"http://127.0.0.1:{serving.port}"
    origin = Origin.of(url, private=True)
    return await (fetcher or Fetcher()).fetch(url + path, origins=[origin], most=MOST, within=within)


async def failing(serving: Provider, error: type[FetchError], *, within: float = 20) -> FetchError:
    """The error a fetch ends with, which may be shown, and tells of nothing that may not."""
    with pytest.raises(error) as raised:
        await fetch(serving, within=within)
    assert SECRET not in str(raised.value)
    assert raised.value.__suppress_context__ or raised.value.__context__ is None
    return raised.value
