"""One worker's shards on RabbitMQ: one channel per shard, so that one ack does for all before it in the shard.

Every member registers on every shard; the broker's single active consumer is whoever registered first. To hand a shard
over, a member finishes what it has in hand, closes the channel and registers again, now last in the line.
"""

import asyncio
import time
from math import inf

import aiormq
import aiormq.abc
import structlog

from hub.bus.feeding import MANY
from hub.bus.inbox import Delivery, Inbox
from hub.bus.links import AWAY, Link, close_channel, open_channel, own_cancellation
from hub.worker import Worker

PREFETCH = 50
"""Broker messages per shard; the plateau begins at 20."""
AGAIN = 0.2
SOON, FEW = 0.1, 20
"""Seconds, and events: fewer are acked together with the next ones. An ack is an entry in the queue's log like another,
whatever it is for; at 200 messages a second it was a fifth of what the broker did."""

log = structlog.get_logger()


class Hold:
    """A channel that consumes one shard: the grip of its deliveries."""

    __slots__ = (
        "_channel",
        "_freed",
        "_late",
        "_telling",
        "_tells",
        "acked_at",
        "acked_tag",
        "began",
        "came_at",
        "came_tag",
        "in_hand",
        "lane",
        "lost",
        "open",
        "since",
        "suspects",
    )

    def __init__(self, lane: str, channel: aiormq.Channel, suspects: int) -> None:
        self.lane, self._channel, self.suspects = lane, channel, suspects
        self.open, self.lost, self.in_hand = True, False, 0
        self.since = self.came_at = self.acked_at = time.monotonic()
        self.came_tag = self.acked_tag = 0
        self.began = inf
        self._freed = asyncio.Event()
        self._late = 0  # events that the broker was not told of
        self._telling: asyncio.Task[None] | None = None
        self._tells = asyncio.Lock()

    async def ack(self, tag: int) -> None:
        """Done with this broker message and all before it. If the channel is gone, they come again."""
        await self.ack_soon(tag, FEW)

    async def ack_soon(self, tag: int, events: int) -> None:
        """As ``ack``, but if it is only about a few events the broker is told together with the next ones."""
        if self.lost:
            return
        self.acked_tag, self.acked_at = tag, time.monotonic()
        self._late += events
        if self._late >= FEW:
            await self.tell()
        elif self._telling is None:
            self._telling = asyncio.create_task(self._tell_soon())

    async def tell(self) -> None:
        """Tell the broker now what is acked."""
        async with self._tells:  # one after the other: an older ack must not come behind a newer one
            if self.lost or not self._late:
                return
            self._late = 0
            try:
                await self._channel.basic_ack(self.acked_tag, multiple=True, wait=False)
            except AWAY as error:
                self.lost, self.open = True, False
                log.debug("ack_lost", lane=self.lane, error=type(error).__name__)

    async def _tell_soon(self) -> None:
        await asyncio.sleep(SOON)
        self._telling = None
        await self.tell()

    def came(self, tag: int) -> None:
        """A broker message has come."""
        self.came_at = time.monotonic()
        self.began = min(self.began, self.came_at)
        if self.came_tag == self.acked_tag:
            self.acked_at = self.came_at  # nothing was due before
        self.came_tag = tag

    def give_way(self) -> None:
        """Let go as soon as nothing of it is in a batch."""
        self.open = False
        self.released()

    def released(self) -> None:
        """Nothing of it is in a batch any more, perhaps."""
        if not self.open and self.in_hand == 0:
            self._freed.set()

    async def lose(self) -> None:
        """Let go at once."""
        self.open, self.lost = False, True
        self._freed.set()
        if self._telling is not None:
            self._telling.cancel()

    async def ended(self) -> None:
        """Until it is to be let go or the channel is closed."""
        closing = self._channel.closing
        freed = asyncio.create_task(self._freed.wait())
        try:
            await asyncio.wait({closing, freed}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            freed.cancel()
            closing.cancel()  # an observer of ours; the channel is as it was


class Shard:
    """Keeps this process registered on one lane of one worker."""

    def __init__(self, link: Link, worker: Worker, lane: str, queue: str, inbox: Inbox) -> None:
        self.lane = lane
        self._link, self._worker, self._queue, self._inbox = link, worker, queue, inbox
        self.hold: Hold | None = None

    def stuck(self) -> float:
        """Seconds since the last ack while something is due, else 0."""
        hold = self.hold
        if hold is None or hold.came_tag == hold.acked_tag:
            return 0.0
        return time.monotonic() - hold.acked_at

    def silent(self) -> float:
        """Seconds since something came or was acked, while nothing is due."""
        hold = self.hold
        if hold is None or hold.came_tag != hold.acked_tag:
            return 0.0
        return time.monotonic() - max(hold.came_at, hold.acked_at)

    async def keep(self) -> None:
        """Until cancelled."""
        while True:
            connection = await self._link.connected()
            try:
                await self._held(connection)
            except AWAY as error:
                log.debug("shard_lost", lane=self.lane, error=type(error).__name__)
            except asyncio.CancelledError:
                if own_cancellation():
                    raise
            await asyncio.sleep(AGAIN)

    async def _held(self, connection: aiormq.Connection) -> None:
        channel = await open_channel(connection)
        hold = self.hold = Hold(self.lane, channel, self._worker.batch + FEW + MANY)

        async def came(message: aiormq.abc.DeliveredMessage) -> None:
            tag = message.delivery_tag or 0
            hold.came(tag)
            self._inbox.push(Delivery(hold, tag, message.body, redelivered=bool(message.redelivered)))

        async def cancelled(_: object) -> None:
            await hold.lose()

        try:
            channel.on_consumer_cancel_callbacks.add(cancelled)
            await channel.basic_qos(prefetch_count=PREFETCH, timeout=10)
            await channel.basic_consume(self._queue, came, timeout=10)
            await hold.ended()
        finally:
            try:
                await hold.tell()
            finally:
                await hold.lose()
                await close_channel(channel)
