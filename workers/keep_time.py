"""keep_time: rings again for every row whose time has passed. It decides nothing.

The row is the truth, the event is its bell: whoever does the work moves ``next_at`` in its own commit. Held by one
process at a time, which also forgets what nobody asks for any more.
"""

from collections.abc import Hashable, Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

import structlog

from hub.bootstrap import Parts
from hub.bus import store as bus
from hub.delivery import store as deliveries
from hub.events import (
    AgentsChanged,
    ConversationDue,
    Data,
    Event,
    InteractionRecorded,
    MediaFetch,
    MessageSend,
    first,
)
from hub.media import store as media
from hub.model import Channel, Direction, derived_id
from hub.organisation import store as organisation
from hub.organisation.signing import store as signing
from hub.organisation.signing.store import Lasts
from hub.routing import store as routing
from hub.store import Row, Transaction
from hub.worker import Worker

log = structlog.get_logger(__name__)

SOURCE = "/workers/keep_time"
ROUTER = "route_conversations"
AT_ONCE = 2000
PATIENCE = timedelta(seconds=10)
"""What was rung for and is still due is not rung for again before this, for each ``AT_ONCE`` of them, and each time
twice as long, up to ``RARELY`` times: what a bell did not help twice is not helped by many."""
RARELY = 16
SWEEP = 60
"""Looks at most from one front of what is due to the next."""
ROUTER_EVERY = timedelta(seconds=5)
"""The router looks at presence every second while it runs; this wakes one that has just begun and hears nothing."""
ABANDONED_AFTER = timedelta(seconds=90)
UNROUTED_AFTER = timedelta(seconds=30)
"""What was recorded so long ago and bears no decision was lost on its way to the router, which hears of it anew."""
LOOKS_BACK = timedelta(days=1)
FIRST = UUID(int=0)
LONG_AGO = datetime.min.replace(tzinfo=UTC), FIRST
LOOKED_AT, STEPS = 1_000, 5
"""So many of what was recorded are looked at in one statement, and statements in a second for what comes; of the day
before whoever looks had the turn, one statement a second."""
FORGETS_EVERY = timedelta(minutes=10)
FORGETS = 20_000
"""So many rows of a kind at most, so that a look never takes long."""
KEYS_KEPT = timedelta(days=30)
TRIES_KEPT, PLACES_KEPT = timedelta(days=1), timedelta(days=180)
"""What slows guessing down, and from where somebody has signed in."""
SETTLED_KEPT = timedelta(days=90)


class Rung:
    """What was rung for and is still due: the more of it, the more seldom it is rung for again, since nobody comes."""

    def __init__(self) -> None:
        self._rung: dict[Hashable, tuple[datetime, int]] = {}
        self._seen: set[Hashable] = set()

    def may(self, what: Hashable, now: datetime) -> bool:
        """Whether to ring for it now; if so, it is noted."""
        self._seen.add(what)
        at, pauses = self._rung.get(what, (None, 1))
        if at is not None and now - at < PATIENCE * max(pauses, 1 + len(self._rung) // AT_ONCE):
            return False
        self._rung[what] = now, pauses if at is None else min(2 * pauses, RARELY)
        return True

    def all_seen(self) -> None:
        """Everything due was asked about since the last time; what was not is done, and forgotten."""
        self._rung = {what: rung for what, rung in self._rung.items() if what in self._seen}
        self._seen = set()


class Unrouted:
    """What was recorded and bears no decision: each is found once, and kept in mind until it is routed or has died.

    What comes is looked at first; what had come before the first look, a day back, after it.
    """

    def __init__(self) -> None:
        self._began: routing.Recorded | None = None
        self._live = self._past = LONG_AGO
        self._rows: dict[UUID, Row] = {}

    async def look(self, tx: Transaction, now: datetime) -> Sequence[Row]:
        """Those that are still not routed; once there are ``AT_ONCE``, no more are looked for until some are."""
        await self._find(tx, (now - UNROUTED_AFTER, FIRST), (now - LOOKS_BACK, FIRST))
        if self._rows:
            died = await bus.buried(tx, ROUTER, map(_recorded_id, self._rows))
            routed = await routing.decided(tx, self._rows)
            self._rows = {
                id_: row for id_, row in self._rows.items() if id_ not in routed and _recorded_id(id_) not in died
            }
        return list(self._rows.values())

    async def _find(self, tx: Transaction, until: routing.Recorded, since: routing.Recorded) -> None:
        """``since``: nothing older than that, also when others had the turn for long."""
        if self._began is None:
            self._began, self._live = until, until
        self._live, self._past = max(self._live, since), max(self._past, since)
        for _ in range(STEPS):
            self._live = await self._go_on(tx, self._live, until)
        self._past = await self._go_on(tx, self._past, self._began)

    async def _go_on(self, tx: Transaction, place: routing.Recorded, until: routing.Recorded) -> routing.Recorded:
        if place >= until or len(self._rows) >= AT_ONCE:
            return place
        to = await routing.further(tx, place, until, LOOKED_AT)
        self._rows |= {row["event_id"]: row for row in await routing.unrouted(tx, place, to)}
        return to


class KeepTime:
    """Looks once a second. What is due in greater number than it rings for at once has its turn in the next seconds."""

    def __init__(self, parts: Parts) -> None:
        self._store, self._bus, self._clock = parts.store, parts.bus, parts.clock
        self._rung = Rung()
        self._after, self._looks = deliveries.FRONT, 0
        self._router: datetime | None = None
        self._unrouted = Unrouted()
        self._forgot: datetime | None = None
        settings = parts.settings
        self._lasts = Lasts(timedelta(hours=settings.sign_in_idle_hours), timedelta(days=settings.sign_in_days))

    async def tick(self) -> Sequence[Event]:
        """The bells for everything that is due. While the broker is away nobody would hear them."""
        if not self._bus.accepting():
            return ()
        now = self._clock.now()
        await self._forget(now)
        async with self._store.reading() as tx:
            conversations = await routing.due(tx, now, AT_ONCE)
            messages = await deliveries.due(tx, now, AT_ONCE, after=self._after)
            files = await media.due(tx, now, AT_ONCE)
            abandoned = await deliveries.in_flight_since(tx, now - ABANDONED_AFTER, AT_ONCE)
            unrouted = await self._unrouted.look(tx, now)
        bells = [_conversation(id_, at, now) for id_, at in conversations if self._rung.may((id_, at), now)]
        bells += self._messages(messages, now)
        bells += [_message(id_, point, now) for id_, point in abandoned if self._rung.may((MessageSend, id_), now)]
        bells += [_files(id_, now) for id_ in files if self._rung.may((MediaFetch, id_), now)]
        bells += self._lost(unrouted, now)
        self._go_on(messages)
        if self._router is None or now - self._router >= ROUTER_EVERY:
            self._router = now
            bells.append(_router(now))
        return bells

    async def _forget(self, now: datetime) -> None:
        if self._forgot is not None and now - self._forgot < FORGETS_EVERY:
            return
        self._forgot = now
        async with self._store.reading() as tx:
            keys = await organisation.forget_keys(tx, before=now - KEYS_KEPT, at_most=FORGETS)
            settled = await bus.forget_settled(tx, before=now - SETTLED_KEPT, at_most=FORGETS)
            signed = await signing.forget(
                tx, tries=now - TRIES_KEPT, places=now - PLACES_KEPT, lasts=self._lasts, at_most=FORGETS
            )
        if keys or settled or signed:
            log.info("forgotten", keys=keys, settled=settled, sign_ins=signed)

    def _messages(self, messages: Sequence[tuple[deliveries.Place, str]], now: datetime) -> list[Event]:
        """One bell a contact point, for its longest due."""
        longest = {point: place for place, point in reversed(messages)}
        return [_message(at.message_id, point, now) for point, at in longest.items() if self._rung.may(at, now)]

    def _go_on(self, messages: Sequence[tuple[deliveries.Place, str]]) -> None:
        """Behind these the next time, else the same would be rung for ever while others wait; then from the front.

        After a minute also if there is no end to it: the longest due is not left for ever for what comes now.
        """
        self._looks += 1
        if len(messages) == AT_ONCE and self._looks < SWEEP:
            self._after = messages[-1][0]
        else:
            self._after, self._looks = deliveries.FRONT, 0
            self._rung.all_seen()

    def _lost(self, unrouted: Sequence[Row], now: datetime) -> list[Event]:
        lost = [row for row in unrouted if self._rung.may((InteractionRecorded, row["event_id"]), now)]
        if lost:
            log.warning("interactions_unrouted", count=len(lost), first=str(lost[0]["event_id"]))
        return [_recorded(row, now) for row in lost]


def _conversation(id_: UUID, at: datetime, now: datetime) -> Event:
    """One event for one time, however often it is rung: if it cannot be handled it dies once."""
    data = ConversationDue(conversation_id=id_, at=now)
    return _bell(derived_id("due", id_, at), data, str(id_), str(id_), now)


def _message(id_: UUID, point: str, now: datetime) -> Event:
    return _bell(derived_id("due", id_, now), MessageSend(message_id=id_, contact_point=point), str(id_), point, now)


def _files(id_: UUID, now: datetime) -> Event:
    return _bell(derived_id("fetch", id_, now), MediaFetch(interaction_id=id_), str(id_), str(id_), now)


def _recorded(row: Row, now: datetime) -> Event:
    """The same event that record_interactions published, from the row; to answer and close at once is not in it."""
    data = InteractionRecorded(
        interaction_id=row["event_id"],
        conversation_id=row["conversation_id"],
        customer_id=row["customer_id"],
        channel=Channel(row["channel"]),
        direction=Direction(row["direction"]).value,
        contact_point=row["contact_point"],
        account=row["account"],
        accepted_at=row["accepted_at"],
        agent_id=row["agent_id"],
    )
    conversation = str(row["conversation_id"])
    return _bell(_recorded_id(row["event_id"]), data, conversation, conversation, now)


def _recorded_id(interaction_id: UUID) -> UUID:
    return derived_id(interaction_id, "recorded")


def _router(now: datetime) -> Event:
    return _bell(derived_id("look", now), AgentsChanged(at=now), "agents", "agents", now)


def _bell(id_: UUID, data: Data, subject: str, key: str, now: datetime) -> Event:
    return first(id_, data, source=SOURCE, subject=subject, time=now, partitionkey=key)


WORKER = Worker(name="keep_time", build=KeepTime, every=1.0)
