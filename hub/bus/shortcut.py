"""The shortcut between two workers of one process: what one publishes, the other has before the broker brings it.

The broker's copy comes all the same and is what is acked. The copy of an event that went well by the shortcut is passed
over; as soon as anything goes wrong the shortcut forgets, and the copies are taken as if there had been none.

The order stays the queue's. Whatever went by the broker alone may still wait there, published by us or by whoever held
the same lane of the first worker before us. So a shortcut is open only when the last that we published by the broker
alone has come back: a queue hands out in order, so all before it has come too, into the same inbox.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from math import inf
from time import monotonic
from uuid import UUID

from hub.bus.contract import Topology
from hub.bus.inbox import Delivery, Grip, Inbox, Item
from hub.events import Event
from hub.worker import Worker

MOST_WAITING = 20
"""Deliveries in the inbox from which on the broker shall hold what follows: it bounds what we hold ahead."""
MOST_GIVEN = 10_000
"""Events whose copies are waited for. One whose publish was given up has none; it is forgotten after so many others."""


class Given(Delivery):
    """Events that came by a shortcut. Nothing of them is acked: they belong to the grip that brings their copies."""

    __slots__ = ("_events", "void")

    def __init__(self, grip: Grip, events: Sequence[Event]) -> None:
        super().__init__(grip, 0, b"", redelivered=False)
        self._events, self.items, self.void = events, (b"",) * len(events), False

    @property
    def wanted(self) -> bool:
        """As long as the shortcut has not forgotten it."""
        return self.grip.open and not self.void

    def item(self, at: int) -> Item:
        """One of them; none ends a broker message."""
        return Item(self, self.items[at], last=False, event=self._events[at])


class Shortcut:
    """To one lane that this process may hold, through the inbox of its worker."""

    def __init__(self, inbox: Inbox) -> None:
        self._inbox = inbox
        self._grip: Grip | None = None
        self._given: dict[UUID, Given] = {}
        self._behind: tuple[UUID, float] | None = None  # the last that went by the broker alone and is not back
        self._back = -inf  # when the last that came back had been published

    def give(self, events: Sequence[Event], sources: Iterable[Grip]) -> bool:
        """These follow from what came over ``sources`` and are about to be published: given, if it is open."""
        if (grip := self._open(sources)) is None:
            self.publishes(events)
            return False
        given = Given(grip, events)
        self._given |= dict.fromkeys((event.id for event in events), given)
        while len(self._given) > MOST_GIVEN:
            del self._given[next(iter(self._given))]
        self._inbox.push(given)
        return True

    def publishes(self, events: Sequence[Event]) -> None:
        """These go by the broker alone: until the last is back the shortcut is closed."""
        self._behind = events[-1].id, monotonic()

    def is_copy(self, item: Item) -> bool:
        """Whether it was given, over the same grip, and so is done or in the same batch. Asked once of each item."""
        if item.event is None or isinstance(item.delivery, Given):
            return False
        if item.delivery.grip is not self._grip:  # what came between the two may still wait in the queue
            self._grip, self._back = item.delivery.grip, -inf
        if self._behind is not None and self._behind[0] == item.event.id:
            self._back, self._behind = self._behind[1], None
        given = self._given.pop(item.event.id, None)
        return given is not None and given.grip is self._grip

    def forget(self) -> None:
        """Something did not go well: all that was given is to be taken from the broker, in its order."""
        if self._given and self._behind is None:
            self._behind = next(reversed(self._given)), -inf
        for given in self._given.values():
            given.void = True
        self._given.clear()

    def _open(self, sources: Iterable[Grip]) -> Grip | None:
        """The grip whose copies will be passed over, if it is open for what came over ``sources``."""
        grip = self._grip
        if grip is None or not grip.open or grip.lost or self._behind is not None:
            return None
        if self._inbox.waiting() >= MOST_WAITING or any(source.began > self._back for source in sources):
            return None
        return grip


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
        given = [self._to[lane].give(some, sources) for lane, some in self._of_each(events).items()]
        return bool(given) and all(given) and self._lead_everywhere(events)

    def publishes(self, events: Sequence[Event]) -> None:
        """These are about to be published, and shall go by the broker alone."""
        for lane, some in self._of_each(events).items():
            self._to[lane].publishes(some)

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
