"""keep_time: rings again for every row whose time has passed. It decides nothing and writes nothing.

The row is the truth, the event is its bell: whoever does the work moves ``next_at`` in its own commit. Held by one
process at a time.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import structlog

from hub.bootstrap import Parts
from hub.delivery import store as deliveries
from hub.events import AgentsChanged, ConversationDue, Data, Event, InteractionRecorded, MessageSend, first
from hub.model import Channel, Direction, derived_id
from hub.routing import store as routing
from hub.store import Row, Transaction
from hub.worker import Worker

log = structlog.get_logger(__name__)

SOURCE = "/workers/keep_time"
AT_ONCE = 2000
PATIENCE = timedelta(seconds=10)
"""A row that was rung for is not rung for again before this."""
ROUTER_EVERY = timedelta(seconds=5)
"""The router looks at presence every second while it runs; this wakes one that has just begun and hears nothing."""
ABANDONED_AFTER = timedelta(seconds=90)
UNROUTED_AFTER = timedelta(seconds=30)
"""What was recorded so long ago and bears no decision was lost on its way to the router, which hears of it anew."""
LOOKS_BACK = timedelta(days=1)
ONE = timedelta(microseconds=1)


class KeepTime:
    """Looks once a second."""

    def __init__(self, parts: Parts) -> None:
        self._store, self._clock = parts.store, parts.clock
        self._rung: dict[tuple[type[Data], UUID], datetime] = {}
        self._router: datetime | None = None
        self._routed_until = self._clock.now() - LOOKS_BACK

    async def tick(self) -> Sequence[Event]:
        """The bells for everything that is due."""
        now = self._clock.now()
        self._rung = {what: at for what, at in self._rung.items() if now - at < PATIENCE}
        async with self._store.reading() as tx:
            conversations = await routing.due(tx, now, AT_ONCE)
            messages = await deliveries.due(tx, now, AT_ONCE)
            messages += await deliveries.in_flight_since(tx, now - ABANDONED_AFTER, AT_ONCE)
            lost = await self._lost(tx, now)
        bells = [_conversation(id_, now) for id_ in conversations if self._first_time(ConversationDue, id_, now)]
        bells += [_message(id_, point, now) for id_, point in messages if self._first_time(MessageSend, id_, now)]
        bells += [_recorded(row, now) for row in lost]
        if self._router is None or now - self._router >= ROUTER_EVERY:
            self._router = now
            bells.append(_router(now))
        return bells

    async def _lost(self, tx: Transaction, now: datetime) -> list[Row]:
        """Each interaction is looked at once, half a minute after it was recorded, and again while it is not routed."""
        until = now - UNROUTED_AFTER
        rows = await routing.unrouted(tx, self._routed_until, until, AT_ONCE)
        lost = [row for row in rows if self._first_time(InteractionRecorded, row["event_id"], now)]
        if lost:
            log.warning("interactions_unrouted", count=len(lost), first=str(lost[0]["event_id"]))
        self._routed_until = min((row["recorded_at"] for row in rows), default=until + ONE) - ONE
        return lost

    def _first_time(self, bell: type[Data], id_: UUID, now: datetime) -> bool:
        if (bell, id_) in self._rung:
            return False
        self._rung[bell, id_] = now
        return True


def _conversation(id_: UUID, now: datetime) -> Event:
    data = ConversationDue(conversation_id=id_, at=now)
    return _bell(derived_id("due", id_, now), data, str(id_), str(id_), now)


def _message(id_: UUID, point: str, now: datetime) -> Event:
    return _bell(derived_id("due", id_, now), MessageSend(message_id=id_, contact_point=point), str(id_), point, now)


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
    return _bell(derived_id(row["event_id"], "recorded"), data, conversation, conversation, now)


def _router(now: datetime) -> Event:
    return _bell(derived_id("look", now), AgentsChanged(at=now), "agents", "agents", now)


def _bell(id_: UUID, data: Data, subject: str, key: str, now: datetime) -> Event:
    return first(id_, data, source=SOURCE, subject=subject, time=now, partitionkey=key)


WORKER = Worker(name="keep_time", build=KeepTime, every=1.0)
