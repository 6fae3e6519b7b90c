"""The gathering publisher, the same over every transport.

A lane is one queue. While a publish to it is unconfirmed, later events for it wait and then go together as ONE broker
message: messages cost, not bytes (twice the throughput when busy, no delay at all when idle). One message in flight
per lane also keeps the lane's order over a confirm that fails.

Whoever was confirmed together comes again together, if at all: so behind a message of several, the next waits a moment
for as many. Else the first of them goes alone, and every second message carries one event.
"""

import asyncio
import time
import zlib
from collections import deque
from collections.abc import Awaitable, Callable, Sequence

import structlog

from hub.bus.contract import Topology
from hub.bus.metrics import BusMetrics
from hub.errors import BrokerAway, HubError, TopologyWrong
from hub.events import Event, encode, pack

MOST_EVENTS, MOST_BYTES = 200, 1024 * 1024
"""In one broker message. After a death all of it comes again and is taken event by event."""
MOST_BELLS = 10_000
MOMENT = 0.001
"""Seconds."""

Send = Callable[[str, bytes], Awaitable[None]]
"""``(lane, broker message)``: returns once it is durable. Raises ``BrokerAway`` or ``TopologyWrong``."""

log = structlog.get_logger()


class Ticket:
    """One ``publish``: its future is done when every lane of every event is confirmed, or at the first failure."""

    __slots__ = ("future", "left")

    def __init__(self, left: int) -> None:
        self.left = left
        self.future: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def confirmed(self) -> None:
        """One more of its events is durable."""
        self.left -= 1
        if self.left == 0 and not self.future.done():
            self.future.set_result(None)

    def failed(self, error: HubError) -> None:
        """One of its events is not known to be durable."""
        if not self.future.done():
            self.future.set_exception(error)


class Bell:
    """The ticket of rung events: nobody waits for it."""

    __slots__ = ("_metrics", "waiting")

    def __init__(self, metrics: BusMetrics) -> None:
        self._metrics = metrics
        self.waiting = 0

    def confirmed(self) -> None:
        """One bell has rung."""
        self.waiting -= 1

    def failed(self, error: HubError) -> None:
        """One bell is lost: ``keep_time`` rings again for the row behind it."""
        self.waiting -= 1
        self._metrics.bells_dropped(1)
        log.debug("bell_lost", error=type(error).__name__)


class Lane:
    """What waits for one queue."""

    __slots__ = ("flow", "last", "name", "waiting")

    def __init__(self, name: str) -> None:
        self.name = name
        self.flow: asyncio.Task[None] | None = None
        self.last = 0  # how many events its last message carried
        self.waiting: deque[tuple[bytes, Ticket | Bell]] = deque()

    def take(self) -> tuple[list[bytes], list[Ticket | Bell]]:
        """The next broker message: at most ``MOST_EVENTS`` and about ``MOST_BYTES``."""
        bodies: list[bytes] = []
        tickets: list[Ticket | Bell] = []
        size, waiting = 0, self.waiting
        while waiting and len(bodies) < MOST_EVENTS and (size + len(waiting[0][0]) <= MOST_BYTES or not bodies):
            body, ticket = waiting.popleft()
            size += len(body)
            bodies.append(body)
            tickets.append(ticket)
        return bodies, tickets


class Lanes:
    """Publishes over ``send``, one message in flight per lane. ``timeout`` in seconds is for one broker message."""

    def __init__(
        self, topology: Topology, send: Send, *, timeout: float = 5.0, metrics: BusMetrics | None = None
    ) -> None:
        self._topology = topology
        self._send = send
        self._timeout = timeout
        self._metrics = metrics or BusMetrics()
        self._lanes = {name: Lane(name) for name in topology.lanes}
        self._flows: set[asyncio.Task[None]] = set()
        self._bell = Bell(self._metrics)

    async def publish(self, events: Sequence[Event]) -> None:
        """Return once all are durable. Raises ``BrokerAway``, ``TopologyWrong`` or ``EventInvalid``."""
        await self._put_all([(encode(event), self._route(event)) for event in events])

    async def publish_to(self, worker: str, events: Sequence[Event]) -> None:
        """As ``publish``, but to one worker alone, e.g. to try a dead event again. Raises ``TopologyWrong``."""
        routes = [(encode(event), self._lanes_of(worker, event)) for event in events]
        if any(not lanes for _, lanes in routes):
            raise TopologyWrong(f"no worker called {worker} takes events")
        await self._put_all(routes)

    async def _put_all(self, routes: Sequence[tuple[bytes, Sequence[str]]]) -> None:
        if not routes:
            return
        ticket = Ticket(sum(len(lanes) for _, lanes in routes))
        for body, lanes in routes:
            for name in lanes:
                self._put(name, body, ticket)
        await ticket.future

    def ring(self, events: Sequence[Event]) -> None:
        """Publish without waiting; over ``MOST_BELLS`` waiting, the rest is dropped. Never raises for the broker."""
        for event in events:
            if self._bell.waiting >= MOST_BELLS:
                self._metrics.bells_dropped(1)
                continue
            body = encode(event)
            for name in self._topology.lanes_for(event):
                self._bell.waiting += 1
                self._put(name, body, self._bell)

    async def settled(self) -> None:
        """Wait until nothing is in flight and nothing waits."""
        while self._flows:
            await asyncio.wait(self._flows)

    def fail(self, error: HubError) -> None:
        """End every publish at once, e.g. because the broker says that it is blocked. What is in flight may land."""
        for lane in self._lanes.values():
            if lane.flow is not None:
                lane.flow.cancel()
                lane.flow = None
            _fail(lane.waiting, error)

    def _route(self, event: Event) -> Sequence[str]:
        if lanes := self._topology.lanes_for(event):
            return lanes
        raise TopologyWrong(f"no worker takes {event.type}: publishing it would lose it")

    def _lanes_of(self, worker: str, event: Event) -> Sequence[str]:
        lanes = next((one.lanes() for one in self._topology.workers if one.name == worker), ())
        return [lanes[zlib.crc32(event.partitionkey.encode()) % len(lanes)]] if lanes else []

    def _put(self, name: str, body: bytes, ticket: Ticket | Bell) -> None:
        lane = self._lanes[name]
        lane.waiting.append((body, ticket))
        if lane.flow is None:
            lane.flow = asyncio.create_task(self._flow(lane))
            self._flows.add(lane.flow)
            lane.flow.add_done_callback(self._flows.discard)

    async def _flow(self, lane: Lane) -> None:
        try:
            while lane.waiting:
                if len(lane.waiting) < lane.last:
                    await asyncio.sleep(MOMENT)
                await self._message(lane)
        finally:
            if lane.flow is asyncio.current_task():
                lane.flow = None

    async def _message(self, lane: Lane) -> None:
        bodies, tickets = lane.take()
        lane.last = len(bodies)
        try:
            await self._sent(lane.name, bodies)
        except BaseException as error:
            failure = error if isinstance(error, HubError) else BrokerAway("broken off: it may still land")
            for ticket in tickets:
                ticket.failed(failure)
            # What waits behind a failure fails with it: sent on alone it would overtake what failed.
            _fail(lane.waiting, failure)
            if failure is not error:
                raise
            return
        for ticket in tickets:
            ticket.confirmed()

    async def _sent(self, lane: str, bodies: list[bytes]) -> None:
        began = time.perf_counter()
        try:
            async with asyncio.timeout(self._timeout):
                await self._send(lane, pack(bodies))
        except TimeoutError as error:
            self._metrics.publish_failed(lane, len(bodies))
            raise BrokerAway(f"no confirm within {self._timeout:g} s: it may still land") from error
        except HubError:
            self._metrics.publish_failed(lane, len(bodies))
            raise
        self._metrics.published(lane, len(bodies), time.perf_counter() - began)


def _fail(waiting: deque[tuple[bytes, Ticket | Bell]], error: HubError) -> None:
    for _, ticket in waiting:
        ticket.failed(error)
    waiting.clear()
