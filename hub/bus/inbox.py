"""What has come from the broker and is not acked yet: the queue between a transport and the worker's loop.

A *grip* is one worker's hold on one lane: a RabbitMQ channel, or the reading of one lane of the table. When it is lost,
all it brought comes again, so the rest of it is dropped here and its acks are void.
"""

import asyncio
from collections import deque
from collections.abc import Iterator, Sequence
from typing import Protocol
from uuid import UUID

import msgspec

from hub.errors import EventInvalid
from hub.events import Event, decode, unpack


class Grip(Protocol):
    """A hold on a lane. ``suspects`` is how many of its first redelivered events are still to be taken alone.

    ``began`` is the monotonic time at which it first brought something, or at which all that was published before stood
    in the queues. Whatever whoever held the lane before may still publish then comes again, and first, over this grip.

    A message begun alone is finished alone, and acked at once: its holder may have died deep in it, and all of it comes
    again. So each death brings the fault nearer to the head, until it is found.
    """

    lane: str
    open: bool
    """Whether its waiting deliveries may still be taken."""
    lost: bool
    """Whether its acks are void; what it brought comes again."""
    in_hand: int
    suspects: int
    began: float

    async def ack(self, tag: int) -> None:
        """Done with this broker message and all before it on this grip. Does nothing if the grip is lost."""

    async def ack_soon(self, tag: int, events: int) -> None:
        """As ``ack``, for so many events of the batch; of a few the broker may be told a little later."""

    def released(self) -> None:
        """Nothing of this grip is in a batch any more: it may be let go if that was wished."""

    async def lose(self) -> None:
        """Let go at once, so that what is held comes again."""


def split(body: bytes) -> Sequence[bytes | msgspec.Raw]:
    """The events of a broker message; what is no list of events is one item, which then fails to decode."""
    try:
        return unpack(body) or (body,)
    except EventInvalid:
        return (body,)


class Head(msgspec.Struct):
    """As much as can be read of an event that cannot be decoded."""

    id: UUID | None = None
    type: str = "unreadable"

    @classmethod
    def of(cls, raw: bytes | msgspec.Raw) -> "Head":
        """Never raises."""
        try:
            return msgspec.json.decode(raw, type=cls)
        except (msgspec.DecodeError, UnicodeDecodeError):
            return cls()


class Delivery:
    """One broker message and how far it has been taken; or what came by a shortcut (``hub.bus.shortcut``)."""

    __slots__ = ("_body", "alone", "at", "grip", "items", "redelivered", "tag")

    def __init__(self, grip: Grip, tag: int, body: bytes, *, redelivered: bool) -> None:
        self.grip, self.tag, self.redelivered = grip, tag, redelivered
        self._body = body
        self.alone = False
        self.at = 0
        self.items: Sequence[bytes | msgspec.Raw] = ()

    @property
    def wanted(self) -> bool:
        """Whether it may still be taken."""
        return self.grip.open

    def open(self) -> None:
        """Split the message into its events."""
        self.items = split(self._body)

    def item(self, at: int) -> "Item":
        """The event in this place."""
        return Item(self, self.items[at], last=at + 1 == len(self.items))


class Item:
    """One event in a batch; ``event`` is ``None`` and ``fault`` says why when its bytes are no event of ours."""

    __slots__ = ("delivery", "event", "fault", "last", "raw")

    def __init__(self, delivery: Delivery, raw: bytes | msgspec.Raw, *, last: bool, event: Event | None = None) -> None:
        self.delivery, self.raw, self.last, self.event = delivery, raw, last, event
        self.fault = ""
        if event is not None:
            return
        try:
            self.event = decode(raw)
        except EventInvalid as error:
            self.fault = str(error)


class Inbox:
    """Deliveries in the order in which they came. One reader."""

    def __init__(self) -> None:
        self._deliveries: deque[Delivery] = deque()
        self._waiter: asyncio.Future[None] | None = None

    def push(self, delivery: Delivery) -> None:
        """One has arrived."""
        self._deliveries.append(delivery)
        self.wake()

    def wake(self) -> None:
        """Let the reader look around, whatever it is that has changed."""
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    async def wait(self, until: float | None) -> None:
        """Return when something is there, on ``wake``, or at the loop's time ``until``."""
        if self._deliveries:
            return
        loop = asyncio.get_running_loop()
        self._waiter = loop.create_future()
        alarm = None if until is None else loop.call_at(until, self.wake)
        try:
            await self._waiter
        finally:
            self._waiter = None
            if alarm is not None:
                alarm.cancel()

    def waiting(self) -> int:
        """Deliveries that wait to be taken."""
        return len(self._deliveries)

    def clear(self) -> None:
        """Forget what waits."""
        self._deliveries.clear()

    def take(self, most: int) -> list[Item]:
        """The next batch of at most ``most`` events, in order; a suspect comes alone."""
        batch: list[Item] = []
        while self._deliveries and len(batch) < most:
            delivery = self._deliveries[0]
            if not delivery.wanted:
                self._deliveries.popleft()
                continue
            if _suspect(delivery):
                return batch or [self._one(delivery)]
            batch.extend(self._some(delivery, most - len(batch)))
        return batch

    def _one(self, delivery: Delivery) -> Item:
        delivery.alone = True
        delivery.grip.suspects -= 1
        return next(self._some(delivery, 1))

    def _some(self, delivery: Delivery, most: int) -> Iterator[Item]:
        if not delivery.items:
            delivery.open()
        first, delivery.at = delivery.at, min(delivery.at + most, len(delivery.items))
        delivery.grip.in_hand += delivery.at - first
        if delivery.at == len(delivery.items):
            self._deliveries.popleft()
        return map(delivery.item, range(first, delivery.at))


def _suspect(delivery: Delivery) -> bool:
    """Whether it may have been in the hands of a process that died: see ``Grip``."""
    return delivery.redelivered and (delivery.alone or delivery.grip.suspects > 0)


def is_suspect(items: Sequence[Item]) -> bool:
    """Whether this batch is one event that came again after its holder was lost."""
    return len(items) == 1 and items[0].delivery.redelivered
