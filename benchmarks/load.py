"""The load: keep-alive connections that post webhooks, in a closed or an open loop. One process, outside the count."""

import asyncio
import random
import time
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import cast

Key = str
"""By what a message is known again on the agent's socket."""


@dataclass(frozen=True, slots=True)
class Letter:
    """One webhook, ready to be written to a connection."""

    key: Key
    bytes: bytes


@dataclass(slots=True)
class Log:
    """What happened to each message: when it was due, answered and told. Seconds on the monotonic clock."""

    due: dict[Key, float] = field(default_factory=dict)
    answered: dict[Key, float] = field(default_factory=dict)
    told: dict[Key, float] = field(default_factory=dict)
    refused: int = 0
    frames: int = 0
    """Frames that told of one of our messages, on all sockets."""
    last: float = 0.0

    def tell(self, key: Key) -> None:
        """An agent heard of this message."""
        if key in self.due:
            self.frames += 1
            if key not in self.told:
                self.last = self.told[key] = time.monotonic()

    @property
    def outstanding(self) -> int:
        """Messages nobody has heard of yet."""
        return len(self.due) - self.refused - len(self.told)


class Post(asyncio.Protocol):
    """One connection, one request at a time."""

    def __init__(self, load: "Load") -> None:
        self._load = load
        self._buffer = b""
        self.key: Key = ""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ready for a first request."""
        self._transport = cast("asyncio.Transport", transport)  # uvloop's is no subclass
        self._load.free.append(self)

    def send(self, letter: Letter) -> None:
        """Write one request."""
        self.key = letter.key
        self._transport.write(letter.bytes)

    def data_received(self, data: bytes) -> None:
        """The answer, or a part of it."""
        self._buffer += data
        head, found, body = self._buffer.partition(b"\r\n\r\n")
        if not found or len(body) < _length(head):
            return
        self._buffer = b""
        self._load.answered(self, accepted=head.startswith(b"HTTP/1.1 20"))

    def connection_lost(self, error: Exception | None) -> None:
        """The server closed it: whatever was asked is unanswered."""
        self._load.lost(error)

    def close(self) -> None:
        """Done with it."""
        self._transport.close()


def _length(head: bytes) -> int:
    _, found, rest = head.lower().partition(b"content-length:")
    return int(rest.split(b"\r\n", 1)[0]) if found else 0


class Load:
    """Posts letters to one port over ``connections`` connections and notes in ``log`` what became of them."""

    def __init__(self, letters: Iterable[Letter], log: Log) -> None:
        self._letters: Iterator[Letter] = iter(letters)
        self.log = log
        self.free: list[Post] = []
        self._posts: list[Post] = []
        self._waiting: deque[Letter] = deque()
        self._closed_until = 0.0
        self._ending = False
        self.broken: str = ""

    async def connect(self, port: int, connections: int) -> None:
        """Open the connections."""
        loop = asyncio.get_running_loop()
        for _ in range(connections):
            _, post = await loop.create_connection(lambda: Post(self), "127.0.0.1", port)
            self._posts.append(post)

    def close(self) -> None:
        """Close the connections."""
        self._ending = True
        for post in self._posts:
            post.close()

    async def closed_loop(self, seconds: float) -> None:
        """As fast as the connections get their answers."""
        self._closed_until = time.monotonic() + seconds
        for _ in range(len(self.free)):
            self._fire(time.monotonic())
        await asyncio.sleep(seconds)
        await self._answered_all()

    async def open_loop(self, rate: float, seconds: float) -> None:
        """Poisson arrivals at ``rate`` a second, whatever the answers; a late one is late from when it was due."""
        gap = random.Random(1).expovariate  # noqa: S311 - the same arrivals in every run
        start = due = time.monotonic()
        while due < start + seconds:
            while due <= (now := time.monotonic()):
                self._fire(due)
                due += gap(rate)
            await asyncio.sleep(min(0.05, max(0.001, due - now)))
        await self._answered_all()

    def answered(self, post: Post, *, accepted: bool) -> None:
        """A connection has its answer and takes the next letter, if there is one."""
        now = time.monotonic()
        self.log.refused += not accepted
        self.log.answered[post.key] = now
        if self._waiting:
            post.send(self._waiting.popleft())
        elif now < self._closed_until:
            self.free.append(post)
            self._fire(now)
        else:
            self.free.append(post)

    def lost(self, error: Exception | None) -> None:
        """A connection was lost; fatal for the run unless it is over."""
        if not self._ending:
            self.broken = f"the server closed a connection: {error}"

    def _fire(self, due: float) -> None:
        letter = next(self._letters)
        self.log.due[letter.key] = due
        if self.free:
            self.free.pop().send(letter)
        else:
            self._waiting.append(letter)

    async def _answered_all(self) -> None:
        deadline = time.monotonic() + 20
        while len(self.free) < len(self._posts) and not self.broken:
            if time.monotonic() > deadline:
                self.broken = "a webhook was not answered within 20 s"
            await asyncio.sleep(0.005)
