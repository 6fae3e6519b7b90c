"""The embedded bus: a table in the embedded PostgreSQL, for one process. No broker to install, the same promises.

A publish is one INSERT per gathered message, one at a time per lane, so the order of ``seq`` is the order of commits.
Readers are woken in the process; once a second they look for rows that another process (the command line) has put in.
"""

import asyncio
import time
from collections.abc import Mapping, Sequence

import structlog

from hub.bus import store
from hub.bus.contract import BusState, Topology
from hub.bus.feeding import MANY
from hub.bus.inbox import Delivery, Inbox
from hub.bus.lanes import Lanes
from hub.bus.metrics import BusMetrics
from hub.bus.running import Running
from hub.errors import BrokerAway, StoreAway
from hub.events import Event
from hub.store import Store
from hub.waiting import rung
from hub.worker import Handler, Worker

PREFETCH = 50
"""Messages of a lane that are read and not done."""
LOOK = 1.0
"""Seconds between two looks for rows of other processes."""

log = structlog.get_logger()


class Strip:
    """One lane of the table as it is being read: the grip of its deliveries."""

    def __init__(self, database: Store, lane: str, suspects: int) -> None:
        self.lane, self._database, self.suspects = lane, database, suspects
        self.open, self.lost, self.in_hand = True, False, 0
        self.began = time.monotonic()
        self.held: dict[int, None] = {}
        """Every ``seq`` that was read and not deleted, in order."""

    async def ack(self, tag: int) -> None:
        """Delete this message and all read before it; while the database is away they wait for the next ack."""
        if self.lost:
            return
        done = self._up_to(tag)
        try:
            async with self._database.transaction() as tx:
                await store.delete_messages(tx, self.lane, done)
        except StoreAway as error:
            log.warning("ack_waits", lane=self.lane, messages=len(done), error=str(error))
            return
        for seq in done:
            del self.held[seq]

    async def ack_soon(self, tag: int, _: int) -> None:
        """At once: one process, one statement."""
        await self.ack(tag)

    def _up_to(self, tag: int) -> list[int]:
        # In the order of reading: a row of another process may have a lower seq and yet have been committed later.
        read = list(self.held)
        return read[: read.index(tag) + 1] if tag in self.held else []

    def released(self) -> None:
        """Nothing to hand over: there is one process."""

    async def lose(self) -> None:
        """Let go at once, so that what is held comes again."""
        self.open, self.lost = False, True


class Reader:
    """Reads one worker's lanes into its inbox."""

    def __init__(self, database: Store, worker: Worker, inbox: Inbox) -> None:
        self._database, self._worker, self._inbox = database, worker, inbox
        self._strips = {lane: Strip(database, lane, worker.batch + MANY) for lane in worker.lanes()}
        self._found: Mapping[str, int] = {}
        self._fresh = True
        self._woken = asyncio.Event()

    def wake(self) -> None:
        """Something may be there to read."""
        self._woken.set()

    async def keep(self) -> None:
        """Until cancelled."""
        while True:
            self._woken.clear()
            try:
                await self._read()
            except StoreAway as error:
                log.debug("reader_waits", worker=self._worker.name, error=str(error))
            await rung(self._woken, LOOK)

    async def _read(self) -> None:
        async with self._database.reading() as tx:
            if self._fresh:
                # What stands there at the start may have been in the hands of a process that died.
                self._found = await store.tails(tx, list(self._strips))
                self._fresh = False
            self._begin_again()
            wanted = [lane for lane, strip in self._strips.items() if len(strip.held) < PREFETCH]
            held = [seq for strip in self._strips.values() for seq in strip.held]
            rows = await store.read_messages(tx, wanted, held, PREFETCH)
        for lane, seq, body in rows:
            self._push(lane, seq, body)

    def _begin_again(self) -> None:
        for lane, strip in tuple(self._strips.items()):
            if strip.lost:
                self._found = {**self._found, lane: max(strip.held, default=0)}
                self._strips[lane] = Strip(self._database, lane, self._worker.batch + MANY)

    def _push(self, lane: str, seq: int, body: bytes) -> None:
        strip = self._strips[lane]
        strip.held[seq] = None
        self._inbox.push(Delivery(strip, seq, body, redelivered=seq <= self._found.get(lane, 0)))


class EmbeddedBus:
    """The bus of one process over ``database``. ``timeout`` in seconds is for one INSERT."""

    def __init__(
        self, topology: Topology, database: Store, *, timeout: float = 5.0, metrics: BusMetrics | None = None
    ) -> None:
        self._topology, self._database = topology, database
        metrics = metrics or BusMetrics()
        self._lanes = Lanes(topology, self._send, timeout=timeout, metrics=metrics)
        self._running = Running(self.publish, topology, database, metrics)
        self._readers: dict[str, Reader] = {}
        self._workers = {lane: worker.name for worker in topology.workers for lane in worker.lanes()}
        self._why = "not started yet"

    async def start(self) -> None:
        """See that the table is there. Raises ``BrokerAway``."""
        await self.depths()

    async def publish(self, events: Sequence[Event]) -> None:
        """Return once all are committed. Raises ``BrokerAway``: they may be there all the same."""
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
        reader = self._readers[worker.name] = Reader(self._database, worker, inbox)
        try:
            await self._running.until_stopped(feeder, feeder.run(), [reader.keep()])
        finally:
            del self._readers[worker.name]

    async def drain(self) -> None:
        """Take nothing new, let every batch in hand finish (10 s), and let ``run`` return."""
        await self._running.drain()

    async def aclose(self) -> None:
        """End what is in flight. The connections are the store's."""
        self._lanes.fail(BrokerAway("the bus is closed"))
        await self._lanes.settled()

    def accepting(self) -> bool:
        """Only a try can tell."""
        return True

    def state(self) -> BusState:
        """How the bus is now."""
        return BusState(ready=not self._why, reason=self._why)

    async def depths(self) -> Mapping[str, int]:
        """Messages that wait or are in hand, by lane name. Raises ``BrokerAway``."""
        try:
            async with self._database.reading() as tx:
                counts = await store.message_counts(tx)
        except StoreAway as error:
            self._why = str(error)
            raise BrokerAway(self._why) from error
        self._why = ""
        return {lane: counts.get(lane, 0) for lane in self._topology.lanes}

    async def _send(self, lane: str, body: bytes) -> None:
        try:
            async with self._database.transaction() as tx:
                await store.insert_message(tx, lane, body)
        except StoreAway as error:
            self._why = str(error)
            raise BrokerAway(self._why) from error
        self._why = ""
        if (reader := self._readers.get(self._workers[lane])) is not None:
            reader.wake()
