"""keep_time: rings again for every row whose time has passed. It decides nothing and writes nothing.

The row is the truth, the event is its bell: whoever does the work moves ``next_at`` in its own commit. Held by one
process at a time.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from hub.bootstrap import Parts
from hub.delivery import store as deliveries
from hub.events import AgentsChanged, ConversationDue, Event, MessageSend, first
from hub.model import derived_id
from hub.routing import store as routing
from hub.worker import Worker

SOURCE = "/workers/keep_time"
AT_ONCE = 500
PATIENCE = timedelta(seconds=10)
"""A row that was rung for is not rung for again before this."""
ROUTER_EVERY = timedelta(seconds=5)
"""The router looks at presence every second while it runs; this wakes one that has just begun and hears nothing."""
ABANDONED_AFTER = timedelta(seconds=90)


class KeepTime:
    """Looks once a second."""

    def __init__(self, parts: Parts) -> None:
        self._store, self._clock = parts.store, parts.clock
        self._rung: dict[UUID, datetime] = {}
        self._router: datetime | None = None

    async def tick(self) -> Sequence[Event]:
        """The bells for everything that is due."""
        now = self._clock.now()
        async with self._store.reading() as tx:
            conversations = await routing.due(tx, now, AT_ONCE)
            messages = await deliveries.due(tx, now, AT_ONCE)
            messages += await deliveries.in_flight_since(tx, now - ABANDONED_AFTER, AT_ONCE)
        self._rung = {id_: at for id_, at in self._rung.items() if now - at < PATIENCE}
        bells = [_conversation(id_, now) for id_ in conversations if self._first_time(id_, now)]
        bells += [_message(id_, point, now) for id_, point in messages if self._first_time(id_, now)]
        if self._router is None or now - self._router >= ROUTER_EVERY:
            self._router = now
            bells.append(_router(now))
        return bells

    def _first_time(self, id_: UUID, now: datetime) -> bool:
        if id_ in self._rung:
            return False
        self._rung[id_] = now
        return True


def _conversation(id_: UUID, now: datetime) -> Event:
    data = ConversationDue(conversation_id=id_, at=now)
    return _bell(derived_id("due", id_, now), data, str(id_), str(id_), now)


def _message(id_: UUID, point: str, now: datetime) -> Event:
    return _bell(derived_id("due", id_, now), MessageSend(message_id=id_, contact_point=point), str(id_), point, now)


def _router(now: datetime) -> Event:
    return _bell(derived_id("look", now), AgentsChanged(at=now), "agents", "agents", now)


def _bell(
    id_: UUID, data: ConversationDue | MessageSend | AgentsChanged, subject: str, key: str, now: datetime
) -> Event:
    return first(id_, data, source=SOURCE, subject=subject, time=now, partitionkey=key)


WORKER = Worker(name="keep_time", build=KeepTime, every=1.0)
