"""The open live connections of this process: who is to hear of what, and a quick way to tell them.

Hints come by the hundred a second and go to many sockets, so a frame is encoded once for all of them, and a socket
whose transport keeps up is written to at once, without a task. One that does not gets a short queue of its own.
"""

import asyncio
import zlib
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from uuid import UUID

import msgspec
from aiohttp import WSCloseCode, web

from hub.live import Hint, Look, Told
from hub.metrics import DESKS
from hub.model import Role, new_id
from hub.organisation.store import Caller
from hub.web import frames
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

    __slots__ = (
        "_ending",
        "_pump",
        "_queue",
        "_transport",
        "_unanswered",
        "agent_name",
        "caller",
        "id",
        "look",
        "looks_at",
        "mentioned",
        "socket",
    )

    def __init__(self, caller: Caller, socket: web.WebSocketResponse, transport: asyncio.WriteTransport) -> None:
        self.caller = caller
        self.socket = socket
        self._transport = transport
        self._queue: deque[bytes] | None = None
        """Made when it is needed: an empty one takes more than all the rest of a desk."""
        self._pump: asyncio.Task[None] | None = None
        self._ending: asyncio.Task[bool] | None = None
        self._unanswered = False
        """It was pinged, and nothing was heard since."""
        self.id, self.agent_name = new_id(), ""
        self.looks_at: UUID | None = None
        """The conversation that is open on it, and that its caller may see."""
        self.mentioned: frozenset[UUID] = frozenset()
        """Conversations in which its agent was mentioned lately: it hears of these too."""
        self.look: Look | None = None
        """What was last told of that."""

    @property
    def leads(self) -> bool:
        """Whether it sees every conversation."""
        return self.caller.role in {Role.SUPERVISOR, Role.ADMIN}

    def send(self, said: bytes) -> None:
        """Write now if the transport keeps up, else queue."""
        if not self._open():
            return
        if self._keeps_up():
            self._transport.write(frames.text(said))
        else:
            self._later(said)

    def sign(self, said: bytes) -> bool:
        """Send this and ask for a sign of life. False if there was none since the last time: the line is cut."""
        if self._unanswered:
            self._transport.abort()
            return False
        self._unanswered = True
        if self._open() and self._keeps_up():
            self._transport.write(frames.text(said) + frames.PING)
        elif self._open():
            self._later(said)
            self._transport.write(frames.PING)
        return True

    def _open(self) -> bool:
        return self._ending is None and not self.socket.closed and not self._transport.is_closing()

    def _keeps_up(self) -> bool:
        return not self._queue and self._transport.get_write_buffer_size() <= SLOW_BYTES

    def heard(self) -> None:
        """It said something, or its silence proves nothing, since nobody listened."""
        self._unanswered = False

    def pong(self, payload: bytes) -> None:
        """Answer its ping."""
        if not self._transport.is_closing():
            self._transport.write(frames.pong(payload))

    def _later(self, said: bytes) -> None:
        if self._queue is None:
            self._queue = deque()
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
                self._transport.write(frames.text(self._queue.popleft()))
        self._queue = None

    def end(self) -> None:
        """Nothing more is sent, and the socket closes with 1008: what its caller proved herself by has ended."""
        self._queue = None
        if self._ending is None:
            closing = self.socket.close(code=WSCloseCode.POLICY_VIOLATION, message=b"the token or sign-in was ended")
            self._ending = asyncio.create_task(closing, name="desk-ending")

    def close(self) -> None:
        """Nothing more is sent."""
        self._queue = None
        if self._pump is not None:
            self._pump.cancel()


class Desks:
    """Every desk of the process, by what it may hear of."""

    def __init__(self, heard: Callable[[Sequence[Hint]], None]) -> None:
        self._heard = heard
        self._encode = msgspec.json.Encoder().encode
        self._all: set[Desk] = set()
        self._leads: set[Desk] = set()
        self._by_agent: dict[UUID, tuple[Desk, ...]] = {}
        """One, nearly always."""
        self._by_team: dict[UUID, set[Desk]] = {}
        self._by_mention: dict[UUID | None, set[Desk]] = {}

    def __iter__(self) -> Iterator[Desk]:
        return iter(tuple(self._all))

    def add(self, desk: Desk) -> bool:
        """Tell this desk of changes from now on; whether it is its agent's first one here."""
        agent = desk.caller.agent_id
        first = agent is not None and agent not in self._by_agent
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
        return agent is not None and agent not in self._by_agent

    def recast(self, desk: Desk, caller: Caller) -> bool:
        """The caller's role or teams may have changed; whether they had."""
        if desk.caller == caller:
            return False
        self._unindex(desk)
        desk.caller = caller
        self._index(desk)
        return True

    def mention(self, desk: Desk, conversations: Iterable[UUID]) -> None:
        """Its agent was mentioned in these: a mention is never taken back."""
        if more := desk.mentioned.union(conversations) - desk.mentioned:
            desk.mentioned |= more
            if desk in self._all:
                self._index(desk)

    def agents(self) -> list[UUID]:
        """Every agent with a desk here."""
        return [*self._by_agent]

    def take(self, hints: Sequence[Hint]) -> None:
        """Tell everybody who may hear of these."""
        self._heard(hints)
        if not self._all:
            return
        for hint in hints:
            if hint.kind == "mention" and hint.conversation is not None:
                self._mention(hint.agents, hint.conversation)
            if desks := self.hearing(hint.agents, hint.team, hint.told, hint.conversation or hint.id):
                said = self._encode(
                    HintFrame(
                        kind=hint.kind,
                        id=hint.id,
                        version=hint.version,
                        cause=hint.cause,
                        conversation=hint.conversation,
                    )
                )
                for desk in desks:
                    desk.send(said)

    def hearing(
        self, agents: Sequence[UUID], team: UUID | None, told: Told = Told.LEADS, about: UUID | None = None
    ) -> set[Desk]:
        """Those of these agents and this team; if it is no agent's own, leads' and of those mentioned in ``about``."""
        if told is Told.ALL:
            return self._all
        desks = self._leads | self._by_mention.get(about, set()) if told is Told.LEADS else set()
        if team is not None:
            desks |= self._by_team.get(team, set())
        for agent in agents:
            desks |= {*self._by_agent.get(agent, ())}
        return desks

    def _mention(self, agents: Sequence[UUID], conversation: UUID) -> None:
        for agent in agents:
            for desk in self._by_agent.get(agent, ()):
                self.mention(desk, [conversation])

    def _others(self, agent: UUID, desk: Desk) -> tuple[Desk, ...]:
        """This agent's other desks."""
        return tuple(one for one in self._by_agent.get(agent, ()) if one is not desk)

    def _index(self, desk: Desk) -> None:
        if desk.leads:
            self._leads.add(desk)
        if (agent := desk.caller.agent_id) is not None:
            self._by_agent[agent] = (*self._others(agent, desk), desk)
        for team in desk.caller.teams:
            self._by_team.setdefault(team, set()).add(desk)
        for conversation in desk.mentioned:
            self._by_mention.setdefault(conversation, set()).add(desk)

    def _unindex(self, desk: Desk) -> None:
        self._leads.discard(desk)
        if (agent := desk.caller.agent_id) is not None:
            self._by_agent[agent] = self._others(agent, desk)
            if not self._by_agent[agent]:
                del self._by_agent[agent]
        for team in desk.caller.teams:
            if (desks := self._by_team.get(team)) is not None:
                desks.discard(desk)
                if not desks:
                    del self._by_team[team]
        for conversation in desk.mentioned:
            desks = self._by_mention[conversation]
            desks.discard(desk)
            if not desks:
                del self._by_mention[conversation]


class Sum:
    """How many conversations, and the XOR of the CRC-32 (RFC 1952, 8) of each ``id:version``, in whatever order."""

    __slots__ = ("count", "value")

    def __init__(self, count: int = 0, value: int = 0) -> None:
        self.count, self.value = count, value

    def add(self, id_: UUID, version: int) -> None:
        """One more."""
        self.count += 1
        self.value ^= zlib.crc32(f"{id_}:{version}".encode())

    def join(self, other: "Sum") -> None:
        """All of another one's, none of which is in this one."""
        self.count += other.count
        self.value ^= other.value

    def frame(self, *, complete: bool) -> bytes:
        """As it is told. An incomplete one is for nobody to compare with."""
        return msgspec.json.encode(Digest(count=self.count, sum=f"{self.value:08x}", complete=complete))
