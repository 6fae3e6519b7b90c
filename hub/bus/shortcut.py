"""The shortcut between two workers of one process: what one publishes, the other has before the broker brings it.

The broker's copy comes all the same and is what is acked. The copy of an event that went well by the shortcut is passed
over; as soon as anything goes wrong the shortcut forgets, and the copies are taken as if there had been none.

The order is that of the queue, for all that the first worker's handler publishes, here or elsewhere. What went by the
broker alone may still wait there, published by us or by whoever held the same lane of the first worker before us. So a
shortcut is open only when the last that we published by the broker alone has come back: a queue hands out in order, so
all before it has come too, into the same inbox. (This takes one such worker; a lane that two publish to by their
handlers can have no shortcut.) Events of others, such as an agent's commands, have no order with these, but the
shortcut closes when the queue falls behind: what is not back within ``LAG`` is the last that overtakes them.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from math import inf
from time import monotonic
from uuid import UUID

from hub.bus.contract import Topology
from hub.bus.inbox import Delivery, Grip, Inbox, Item
from hub.events import Event
from hub.worker import Worker

MOST_WAITING = 20
"""Deliveries in the inbox from which on the broker shall hold what follows: it bounds what we hold ahead."""
LAG = 0.25
"""Seconds within which what was given must have come back."""
MOST_USED = 10_000
"""Ids that are remembered, so that none of them is a marker."""


class Era:
    """The time until a shortcut forgets."""

    __slots__ = ("over",)

    def __init__(self) -> None:
        self.over = False


class Given(Delivery):
    """Events that came by a shortcut. Nothing of them is acked: they belong to the grip that brings their copies."""

    __slots__ = ("_era", "_events", "reached", "since")

    def __init__(self, grip: Grip, events: Sequence[Event], era: Era) -> None:
        super().__init__(grip, 0, b"", redelivered=False)
        self._events, self._era, self.since = events, era, monotonic()
        self.items = (b"",) * len(events)
        self.reached = False
        """Whether it came, at least its first, before whatever is looked at now."""

    @property
    def wanted(self) -> bool:
        """As long as the shortcut has not forgotten it."""
        return self.grip.open and not self._era.over

    def item(self, at: int) -> Item:
        """One of them; none ends a broker message."""
        return Item(self, self.items[at], last=False, event=self._events[at])


@dataclass(frozen=True, slots=True)
class Marker:
    """What went by the broker alone and must come back before the shortcut opens; ``None`` never does."""

    id: UUID | None
    published: float


class Shortcut:
    """To one lane that this process may hold, through the inbox of its worker."""

    def __init__(self, inbox: Inbox) -> None:
        self._inbox = inbox
        self._grip: Grip | None = None
        self._era = Era()
        self._given: dict[UUID, Given] = {}
        self._used: dict[UUID, None] = {}
        self._behind: Marker | None = None
        self._back = -inf  # when the last marker that came back had been published

    def give(self, events: Sequence[Event], sources: Iterable[Grip], *, again: bool) -> bool:
        """These follow from what came over ``sources``, perhaps ``again``, and are about to be published.

        Given if the shortcut is open; else they go by the broker alone.
        """
        if (grip := self._open(sources)) is None:
            self.publishes(events, again=again)
            return False
        given = Given(grip, events, self._era)
        self._use(events)
        self._given |= dict.fromkeys((event.id for event in events), given)
        self._inbox.push(given)
        return True

    def publishes(self, events: Sequence[Event], *, again: bool) -> None:
        """These go by the broker alone: until the last is back the shortcut is closed.

        Whatever may have been published before is no marker, for an older copy of it may come back first.
        """
        last = events[-1].id
        self._behind = Marker(None if again or last in self._used else last, monotonic())
        self._use(events)

    def is_copy(self, item: Item) -> bool:
        """Whether this was given over the same grip, and so is done or before it in the inbox. Asked once of each."""
        if isinstance(item.delivery, Given):
            item.delivery.reached = True
            return False
        if item.event is None:
            return False
        if item.delivery.grip is not self._grip:  # what came between the two may still wait in the queue
            self._grip, self._back = item.delivery.grip, -inf
        given = self._given.pop(item.event.id, None)
        if self._behind is not None and self._behind.id == item.event.id:
            self._back, self._behind = self._behind.published, None
            self._given.clear()  # what was given before it and has not come was never published
        return given is not None and given.reached and given.grip is self._grip

    def forget(self) -> None:
        """Something did not go well: all that was given is to be taken from the broker, in its order."""
        if self._given:
            self._behind = Marker(None, monotonic())
            self._given.clear()
        self._era.over, self._era = True, Era()

    def _open(self, sources: Iterable[Grip]) -> Grip | None:
        """The grip whose copies will be passed over, if it is open for what came over ``sources``."""
        grip = self._grip
        if grip is None or not grip.open or grip.lost or self._behind is not None:
            return None
        if self._inbox.waiting() >= MOST_WAITING or any(source.began > self._back for source in sources):
            return None
        first = next(iter(self._given.values()), None)
        return grip if first is None or monotonic() - first.since < LAG else None

    def _use(self, events: Sequence[Event]) -> None:
        self._used |= dict.fromkeys(event.id for event in events)
        while len(self._used) > MOST_USED:
            del self._used[next(iter(self._used))]


class Shortcuts:
    """All of one process."""

    def __init__(self, topology: Topology) -> None:
        self._topology = topology
        self._to: dict[str, Shortcut] = {}

    @contextmanager
    def leading_to(self, worker: Worker, inbox: Inbox) -> Iterator[None]:
        """This worker runs here while the block lasts; there are shortcuts to it if it wants them."""
        there = {lane: Shortcut(inbox) for lane in worker.lanes()} if worker.shortcut else {}
        self._to |= there
        try:
            yield
        finally:
            for lane in there:
                del self._to[lane]

    def give(self, events: Sequence[Event], items: Sequence[Item]) -> bool:
        """These are about to be published; they follow from a batch that went well. Whether all had a shortcut."""
        sources = {id(item.delivery.grip): item.delivery.grip for item in items}.values()
        again = any(item.delivery.redelivered for item in items)
        given = [self._to[lane].give(some, sources, again=again) for lane, some in self._of_each(events).items()]
        return bool(given) and all(given) and self._lead_everywhere(events)

    def publishes(self, events: Sequence[Event]) -> None:
        """These are about to be published, perhaps once more, and shall go by the broker alone."""
        for lane, some in self._of_each(events).items():
            self._to[lane].publishes(some, again=True)

    def fresh(self, items: Sequence[Item]) -> list[Item]:
        """Those of a batch that are to be handled: no copies of what was given."""
        return [item for item in items if (to := self._of(item)) is None or not to.is_copy(item)]

    def forget(self, items: Sequence[Item]) -> list[Item]:
        """A batch did not go well; those that came by the broker, which remain to be taken one by one."""
        for to in {id(to): to for item in items if (to := self._of(item)) is not None}.values():
            to.forget()
        return [item for item in items if not isinstance(item.delivery, Given)]

    def _of(self, item: Item) -> Shortcut | None:
        return self._to.get(item.delivery.grip.lane) if self._to else None

    def _lead_everywhere(self, events: Sequence[Event]) -> bool:
        return all(lane in self._to for event in events for lane in self._topology.lanes_for(event))

    def _of_each(self, events: Sequence[Event]) -> dict[str, list[Event]]:
        """The events of each lane to which there is a shortcut."""
        of: dict[str, list[Event]] = {}
        for event in events if self._to else ():
            for lane in self._topology.lanes_for(event):
                if lane in self._to:
                    of.setdefault(lane, []).append(event)
        return of
