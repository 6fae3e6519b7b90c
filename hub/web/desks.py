"""The open live connections of this process: who is to hear of what, and a quick way to tell them.

Hints come by the hundred a second and go to many sockets, so a frame is encoded once for all of them, and a socket
whose transport keeps up is written to at once, without a task. One that does not gets a short queue of its own.
"""

import asyncio
import zlib
from collections import deque
from collections.abc import Callable, Coroutine, Iterator, Sequence
from typing import Any
from uuid import UUID

import msgspec
from aiohttp import WSMsgType, web

from hub.live import Hint
from hub.metrics import DESKS
from hub.model import Role
from hub.organisation.store import Caller
from hub.web.shapes.live import Digest, ResyncNeeded
from hub.web.shapes.live import Hint as HintFrame

SLOW_BYTES = 64 * 1024
"""A transport with more than this unsent does not keep up."""
SLOW_PAUSE = 0.05
"""Seconds until it is looked at again."""
QUEUE_FRAMES = 1_000
"""Frames that may wait for one desk; a thousand hints behind, a snapshot is the shorter way."""


RESYNC_NEEDED = msgspec.json.encode(ResyncNeeded())


class Desk:
    """One socket. ``send`` never waits; a desk that cannot follow is told to begin again with a snapshot."""

    def __init__(self, caller: Caller, socket: web.WebSocketResponse, transport: asyncio.WriteTransport) -> None:
        self.caller = caller
        self.socket = socket
        self._transport = transport
        self._queue: deque[bytes] = deque()
        self._pump: asyncio.Task[None] | None = None

    @property
    def leads(self) -> bool:
        """Whether it sees every conversation."""
        return self.caller.role in {Role.SUPERVISOR, Role.ADMIN}

    def send(self, said: bytes) -> None:
        """Write now if the transport keeps up, else queue."""
        if self._queue or self._transport.get_write_buffer_size() > SLOW_BYTES:
            self._later(said)
        elif not self._transport.is_closing():
            _write(self.socket.send_frame(said, WSMsgType.TEXT))

    def _later(self, said: bytes) -> None:
        if len(self._queue) >= QUEUE_FRAMES:
            self._queue.clear()
            said = RESYNC_NEEDED
        self._queue.append(said)
        if self._pump is None or self._pump.done():
            self._pump = asyncio.create_task(self._drain(), name="desk-pump")

    async def _drain(self) -> None:
        while self._queue and not self._transport.is_closing():
            if self._transport.get_write_buffer_size() > SLOW_BYTES:
                await asyncio.sleep(SLOW_PAUSE)
            else:
                _write(self.socket.send_frame(self._queue.popleft(), WSMsgType.TEXT))
        self._queue.clear()

    def close(self) -> None:
        """Nothing more is sent."""
        self._queue.clear()
        if self._pump is not None:
            self._pump.cancel()


def _write(sending: Coroutine[Any, Any, None]) -> None:
    """Run a send to where it would wait for the transport to drain: by then the frame is written.

    aiohttp writes an uncompressed frame before it waits, so what is left undone is the waiting alone.
    """
    try:
        sending.send(None)
    except StopIteration:
        return
    except (ConnectionError, RuntimeError):
        return  # it is closing: its reader is ending too and takes it off the list
    sending.close()


class Desks:
    """Every desk of the process, by what it may hear of."""

    def __init__(self, heard: Callable[[Sequence[Hint]], None]) -> None:
        self._heard = heard
        self._encode = msgspec.json.Encoder().encode
        self._all: set[Desk] = set()
        self._leads: set[Desk] = set()
        self._by_agent: dict[UUID, set[Desk]] = {}
        self._by_team: dict[UUID, set[Desk]] = {}

    def __iter__(self) -> Iterator[Desk]:
        return iter(tuple(self._all))

    def add(self, desk: Desk) -> bool:
        """Tell this desk of changes from now on; whether it is its agent's first one here."""
        agent = desk.caller.agent_id
        first = agent is not None and agent not in self.agents()
        self._all.add(desk)
        self._index(desk)
        DESKS.set(len(self._all))
        return first

    def remove(self, desk: Desk) -> bool:
        """No more; whether it was its agent's last one here."""
        self._all.discard(desk)
        self._unindex(desk)
        DESKS.set(len(self._all))
        agent = desk.caller.agent_id
        return agent is not None and agent not in self.agents()

    def recast(self, desk: Desk, caller: Caller) -> bool:
        """The caller's role or teams may have changed; whether they had."""
        if desk.caller == caller:
            return False
        self._unindex(desk)
        desk.caller = caller
        self._index(desk)
        return True

    def agents(self) -> set[UUID]:
        """Every agent with a desk here."""
        return {desk.caller.agent_id for desk in self._all if desk.caller.agent_id is not None}

    def take(self, hints: Sequence[Hint]) -> None:
        """Tell everybody who may hear of these."""
        self._heard(hints)
        if not self._all:
            return
        for hint in hints:
            desks = self._hearing(hint)
            if self._leads or desks:
                said = self._encode(
                    HintFrame(
                        kind=hint.kind,
                        id=hint.id,
                        version=hint.version,
                        cause=hint.cause,
                        conversation=hint.conversation,
                    )
                )
                for desk in self._leads:
                    desk.send(said)
                for desk in desks:
                    desk.send(said)

    def _hearing(self, hint: Hint) -> set[Desk]:
        """The agents' desks; those of leads hear everything."""
        desks = set(self._by_team.get(hint.team, ())) if hint.team is not None else set()
        for agent in hint.agents:
            desks |= self._by_agent.get(agent, set())
        return desks

    def _index(self, desk: Desk) -> None:
        if desk.leads:
            self._leads.add(desk)
            return
        if desk.caller.agent_id is not None:
            self._by_agent.setdefault(desk.caller.agent_id, set()).add(desk)
        for team in desk.caller.teams:
            self._by_team.setdefault(team, set()).add(desk)

    def _unindex(self, desk: Desk) -> None:
        self._leads.discard(desk)
        for index in (self._by_agent, self._by_team):
            for key in [key for key, desks in index.items() if desk in desks]:
                index[key].discard(desk)
                if not index[key]:
                    del index[key]


class Sum:
    """How many conversations, and the XOR of the CRC-32 (RFC 1952, 8) of each ``id:version``, in whatever order."""

    __slots__ = ("count", "value")

    def __init__(self, count: int = 0, value: int = 0) -> None:
        self.count, self.value = count, value

    def add(self, id_: UUID, version: int) -> None:
        """One more."""
        self.count += 1
        self.value ^= zlib.crc32(f"{id_}:{version}".encode())

    def __add__(self, other: "Sum") -> "Sum":
        return Sum(self.count + other.count, self.value ^ other.value)

    def frame(self, *, complete: bool) -> bytes:
        """As it is told. An incomplete one is for nobody to compare with."""
        return msgspec.json.encode(Digest(count=self.count, sum=f"{self.value:08x}", complete=complete))
