"""route_conversations: who answers. The single writer of conversation states, assignments and decisions.

The board is in memory; each batch is decided there and written in one commit that carries the fence, conditional on the
versions read. Whenever a commit fails the board is thrown away and read again: memory is never ahead of the database
for longer than one failed commit.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

import structlog

from hub import garbage, metrics
from hub.bootstrap import Parts
from hub.errors import AlreadyThere, FencedOut, LiveAway
from hub.events import AgentsChanged, ConversationCommand, ConversationDue, Event, InteractionRecorded
from hub.live import Hint, Told, hints
from hub.routing import store as routing
from hub.routing.board import Board, Conversation
from hub.routing.changes import Changes
from hub.routing.engine import Engine
from hub.routing.memory import Memory
from hub.routing.presence import Heartbeats, PresenceWatch
from hub.routing.rearranging import store as rearranging
from hub.routing.rearranging.alone import apart, named, rearranges
from hub.routing.rearranging.facts import Facts
from hub.store import Row, Transaction
from hub.worker import Worker

log = structlog.get_logger(__name__)

LOOK_EVERY = timedelta(seconds=1)


class RouteConversations:
    """Handles recorded interactions, commands and bells, and looks at presence and configuration every second."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._store, self._live, self._plan, self._clock = parts.store, parts.live, parts.plan, parts.clock
        self._engine: Engine | None = None
        self._watch = PresenceWatch(parts.plan)
        self._fence = 0
        self._versions: routing.Versions | None = None
        self._looked: datetime | None = None
        self._memory = Memory()

    async def handle(self, events: Sequence[Event]) -> Sequence[Event]:
        """Look first at what was rung for; then decide all of them on the board, commit, and tell."""
        if any(isinstance(event.data, AgentsChanged) for event in events):
            await self._look_now_and_then(rung=True)
        for some in apart(events):
            causes: dict[UUID, Event] = {}
            for event in some:
                causes.setdefault(_cause(event), event)
            if not await self._decided(causes):
                self._memory.doubt(max(event.time for event in some))
                await self._decided(causes, again=True)
        await self._look_now_and_then(rung=False)
        return ()

    async def _decided(self, causes: Mapping[UUID, Event], *, again: bool = False) -> bool:
        """Whether they are decided now; if not, one of them was already, by somebody else. Raises that if ``again``."""
        engine = await self._ready()
        try:
            told = await self._told(causes)
            fresh = [event for cause, event in causes.items() if cause not in told]
            facts = await self._facts(fresh)
            brought = await self._bring(engine.board, named(fresh, facts))
            now = self._clock.now()
            for event in fresh:
                _decide(engine, event, now, facts)
            changes = engine.taken(now)
            await self._commit(changes)
        except BaseException as error:
            self._engine = None  # the board may be ahead of the database now
            if isinstance(error, AlreadyThere) and not again:
                return False
            raise
        self._memory.keep(causes)
        engine.board.forget_resolved(brought)
        repeated = [hints.of_decided(cause, row["conversation_id"], engine.board) for cause, row in told.items()]
        await self._tell(changes, repeated)
        return True

    async def tick(self) -> Sequence[Event]:
        """Presence and configuration may have changed. Only the process that holds the queue has a board."""
        if self._engine is not None:
            await self._look_now_and_then(rung=False)
        return ()

    async def _ready(self) -> Engine:
        """The engine, on a board read anew under a new fence if there is none."""
        if self._engine is not None:
            return self._engine
        board = Board(self._plan)
        async with self._store.transaction() as tx:
            self._fence = await routing.take_fence(tx, self._parts.process)
            self._memory.doubt(self._clock.now())
            await self._fill(tx, board)
        engine = self._engine = Engine(board)
        garbage.spare()  # the board before this one too
        log.info("board_read", conversations=len(board.conversations), agents=len(board.seats), fence=self._fence)
        await self._look(engine, force=True)
        return engine

    async def _fill(self, tx: Transaction, board: Board) -> None:
        self._versions = await routing.versions(tx)
        await self._seat(tx, board)
        self._watch.remember(board.seats, self._clock.now())
        for agent_id in await routing.missed(tx):
            board.seats[agent_id].missed = 1
        last = await routing.last_assigned(tx)
        for agent_id, at in last.items():
            if (seat := board.seat(agent_id)) is not None:
                seat.last_assigned_at = at.timestamp()
        for conversation in await routing.alive(tx, remembers=self._plan.remembers()):
            board.put(conversation)

    async def _seat(self, tx: Transaction, board: Board) -> None:
        """Agents and teams as configured now; what is known of seats that stay is kept."""
        for fresh in await routing.seats(tx):
            seat = board.seats.setdefault(fresh.agent_id, fresh)
            if seat.declared is not fresh.declared:
                seat.missed = 0
            seat.name, seat.capacity, seat.teams = fresh.name, fresh.capacity, fresh.teams
            seat.active, seat.declared = fresh.active, fresh.declared
        board.team_names, board.account_teams = await routing.teams(tx)
        board.ranking.rebuild(list(board.seats.values()))

    async def _told(self, causes: Mapping[UUID, Event]) -> Mapping[UUID, Row]:
        """The decisions there are already about these, read only if there may be any."""
        if not self._memory.doubts({cause: event.time for cause, event in causes.items()}):
            return {}
        async with self._store.reading() as tx:
            return await routing.decided(tx, causes)

    async def _facts(self, events: Sequence[Event]) -> Facts | None:
        """What must be known of a command that rearranges, which comes alone."""
        if not events or (asked := rearranges(events[0])) is None:
            return None
        async with self._store.reading() as tx:
            return await rearranging.facts(tx, asked)

    async def _bring(self, board: Board, ids: set[UUID]) -> list[Conversation]:
        """Onto the board: those of these that are not there, with who may be asked, and what they were joined into."""
        brought: list[Conversation] = []
        while missing := [id_ for id_ in ids if id_ not in board.conversations]:
            async with self._store.reading() as tx:
                fresh = await routing.some(tx, missing, remembers=self._plan.remembers())
            for conversation in fresh:
                board.put(conversation)
            brought += fresh
            ids = {one.joined_into for one in fresh if one.joined_into is not None}
        return brought

    async def _commit(self, changes: Changes) -> None:
        if not changes:
            return
        several = routing.hands_over(changes) or changes.rearranged is not None
        opened = self._store.transaction if several else self._store.reading
        async with opened() as tx:
            if changes.rearranged is not None:
                await rearranging.write(tx, changes.rearranged)
            await routing.write(tx, changes, fence=self._fence)

    async def _tell(self, changes: Changes, again: Sequence[Hint] = ()) -> None:
        for conversation in changes.conversations.values():
            conversation.stored_version = conversation.version
        for decision in changes.decisions.values():
            metrics.DECISIONS.labels(decision.kind).inc()
        now = self._clock.now()
        away = [hints.of_agent(agent_id, now, told=Told.LEADS) for agent_id in changes.sent_away]
        await self._live.hint([*again, *away, *map(hints.of_touch, changes.touches)])

    # ── presence and configuration ──────────────────────────────────────────────────────────────────────────────

    async def _look_now_and_then(self, *, rung: bool) -> None:
        now = self._clock.now()
        if self._engine is not None and (rung or self._looked is None or now - self._looked >= LOOK_EVERY):
            self._looked = now
            await self._look(self._engine)

    async def _look(self, engine: Engine, *, force: bool = False) -> None:
        """Compare versions and heartbeats with what the board knows, and act on what changed."""
        beats = await self._beats()
        try:
            before = {id_: seat.present for id_, seat in engine.board.seats.items()}
            reconfigured = await self._reconfigured(engine.board)
            now = self._clock.now()
            changed = {seat.agent_id for seat in self._watch.look(engine.board.seats, beats, now)}
            changed |= {id_ for id_, seat in engine.board.seats.items() if before.get(id_) != seat.present}
            if force:
                changed = set(engine.board.seats)
            engine.seats_changed([engine.board.seats[id_] for id_ in sorted(changed)], now)
            if reconfigured:
                engine.configuration_changed(now)
            changes = engine.taken(now)
            await self._commit(changes)
        except BaseException:
            self._engine = None
            raise
        await self._tell(changes)
        _measure(engine.board, now)

    async def _reconfigured(self, board: Board) -> bool:
        """Read agents and teams anew if they changed since the last look; whether their configuration did.

        Raises ``FencedOut`` if another router took over: what this board says is old, also of what needs no write.
        """
        async with self._store.reading() as tx:
            versions, before = await routing.versions(tx), self._versions
            if versions.fence != self._fence:
                raise FencedOut(f"another router took over (fence {versions.fence}, ours was {self._fence})")
            if versions == before:
                return False
            await self._seat(tx, board)
        self._versions = versions  # what changed between the two reads is seen again at the next look
        return before is None or versions.configuration != before.configuration

    async def _beats(self) -> Heartbeats | None:
        try:
            return await self._live.heartbeats()
        except LiveAway as error:
            log.debug("presence_unknown", reason=str(error))
            return None


def _cause(event: Event) -> UUID:
    """The id under which the decision stands: the interaction's, so that whoever caused it knows it."""
    return event.data.interaction_id if isinstance(event.data, InteractionRecorded) else event.id


def _decide(engine: Engine, event: Event, now: datetime, facts: Facts | None) -> None:
    data = event.data
    if isinstance(data, InteractionRecorded):
        if data.conversation_id not in engine.board.conversations:
            # Its row was there before this was published: the database was restored to a time before it.
            log.warning("conversation_lost", conversation=str(data.conversation_id))
            return
        engine.recorded(_cause(event), data, now)
    elif isinstance(data, ConversationCommand):
        engine.command(event.id, data, now, facts)
    elif isinstance(data, ConversationDue):
        engine.due(data.conversation_id, now)


def _measure(board: Board, now: datetime) -> None:
    offered = [board.conversations[id_] for seat in board.seats.values() for id_ in seat.offered]
    metrics.WAITING.set(len(board.line) + len(offered))
    since = [one.waiting_since for one in (*board.line, *offered) if one.waiting_since is not None]
    metrics.OLDEST_WAIT.set((now - min(since)).total_seconds() if since else 0)
    metrics.AGENTS.labels("present").set(sum(seat.present for seat in board.seats.values()))
    metrics.AGENTS.labels("connected").set(sum(seat.connected for seat in board.seats.values()))


WORKER = Worker(
    name="route_conversations",
    build=RouteConversations,
    takes=(InteractionRecorded, ConversationCommand, ConversationDue, AgentsChanged),
    shards=1,
    every=LOOK_EVERY.total_seconds(),
    shortcut=True,
)
