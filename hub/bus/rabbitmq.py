"""The bus on RabbitMQ: quorum queues, confirms, single active consumer per shard, shards spread over the members.

Publishing and consuming have a connection each, because an alarm blocks the one that publishes.
"""

import asyncio
import os
import socket
from collections.abc import Mapping, Sequence
from uuid import uuid4

import aiormq
import structlog

from hub.bus import queues
from hub.bus.contract import BusState, Topology
from hub.bus.funeral import Funeral
from hub.bus.inbox import Inbox
from hub.bus.lanes import Lanes
from hub.bus.links import AWAY, Link
from hub.bus.metrics import BusMetrics
from hub.bus.publishing import Publishing
from hub.bus.running import Running
from hub.bus.shards import Shard
from hub.bus.spreading import Spread
from hub.errors import BrokerAway
from hub.events import Event
from hub.store import Store
from hub.waiting import cancelled
from hub.worker import Handler, Worker

STUCK = 60.0
"""Seconds without an ack, while something is due, after which this process is not ready."""

LAST = 1.0

log = structlog.get_logger()


class RabbitBus:
    """A bus on RabbitMQ. ``prefix`` begins the queues' names; ``timeout`` in seconds is for one confirm."""

    def __init__(
        self,
        url: str,
        topology: Topology,
        database: Store,
        *,
        prefix: str = "hub",
        timeout: float = 5.0,
        metrics: BusMetrics | None = None,
    ) -> None:
        self._topology, self._database, self._prefix = topology, database, prefix
        self.member = f"{socket.gethostname()}:{os.getpid()}:{uuid4().hex[:8]}"
        metrics = metrics or BusMetrics()
        self._publishing = Publishing(prefix)
        self._lanes = Lanes(topology, self._publishing.send, timeout=timeout, metrics=metrics)
        self._out = Link(url, "publishing", self._declare, lost=lambda why: self._lanes.fail(BrokerAway(why)))
        self._publishing.link = self._out
        self._in = Link(url, "consuming", _ready)
        self._running = Running(self.publish, topology, database, metrics)
        self._spread = Spread(self._in, database, self.member, prefix)
        self._funeral = Funeral(self._in, database, prefix)
        self._timeout = timeout
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Connect, declare and check. Raises ``BrokerAway`` or ``TopologyWrong``; it goes on trying all the same."""
        self._out.begin()
        await self._out.first(self._timeout)

    async def publish(self, events: Sequence[Event]) -> None:
        """Return once all are durable. Raises ``BrokerAway``: they may still land."""
        await self._lanes.publish(events)

    async def publish_to(self, worker: str, events: Sequence[Event]) -> None:
        """As ``publish``, but to this worker alone: a dead event that is tried again."""
        await self._lanes.publish_to(worker, events)

    def ring(self, events: Sequence[Event]) -> None:
        """Publish without waiting and without a promise."""
        self._lanes.ring(events)

    async def run(self, worker: Worker, handler: Handler) -> None:
        """Feed the handler until ``drain`` or cancellation. Raises ``WorkerBroken``."""
        inbox = Inbox()
        feeder = self._running.feeder(worker, handler, inbox)
        if not worker.takes:
            await self._running.until_stopped(feeder, self._running.ticking(feeder, worker))
            return
        self._consuming()
        shards = [Shard(self._in, worker, lane, f"{self._prefix}.{lane}", inbox) for lane in worker.lanes()]
        self._spread.join(worker, shards)
        try:
            await self._running.until_stopped(feeder, feeder.run(), [shard.keep() for shard in shards])
        finally:
            await self._spread.leave(worker)

    async def drain(self) -> None:
        """Take nothing new, let every batch in hand finish (10 s), and let ``run`` return."""
        await self._running.drain()

    async def aclose(self) -> None:
        """Close connections."""
        await cancelled(self._tasks)
        await self._in.aclose()
        await self._last_bells()
        await self._out.aclose()

    def accepting(self) -> bool:
        """Whether a publish has a chance: connected and not blocked."""
        return self._out.connection is not None and not self._out.blocked

    def state(self) -> BusState:
        """How the bus is now: for readiness and metrics."""
        if self._out.connection is None:
            return BusState(False, f"RabbitMQ is away: {self._out.why}")
        if self._out.blocked:
            return BusState(False, "RabbitMQ is blocked by a memory or disk alarm")
        if self._spread.working and self._in.connection is None:
            return BusState(False, f"RabbitMQ is away: {self._in.why}")
        if stuck := self._spread.stuck(STUCK):
            return BusState(False, f"nothing was acked for {STUCK:.0f} s on {', '.join(stuck)}")
        return BusState(True)

    async def depths(self) -> Mapping[str, int]:
        """Broker messages that are ready, by lane name. Raises ``BrokerAway``."""
        if (connection := self._out.connection) is None:
            raise BrokerAway(f"RabbitMQ is away: {self._out.why}")
        try:
            async with asyncio.timeout(self._timeout):
                return await queues.depths(connection, self._prefix, self._topology.lanes)
        except AWAY as error:
            raise BrokerAway(f"RabbitMQ is away: {type(error).__name__}") from error

    async def _last_bells(self) -> None:
        """What is in flight gets a moment; bells that are lost ring again by ``keep_time``."""
        if not self.accepting():
            return
        try:
            async with asyncio.timeout(LAST):
                await self._lanes.settled()
        except TimeoutError:
            log.debug("bells_left")

    async def _declare(self, connection: aiormq.Connection) -> None:
        await queues.declare(connection, self._prefix, self._topology.lanes)
        await self._publishing.opened(connection)

    def _consuming(self) -> None:
        if self._tasks:
            return
        self._in.begin()
        self._tasks = [
            asyncio.create_task(self._spread.keep(), name="spread"),
            asyncio.create_task(self._funeral.keep(), name="funeral"),
        ]


async def _ready(_: aiormq.Connection) -> None:
    return
