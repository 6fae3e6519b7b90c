"""The loop common to both transports: gather a batch, handle, publish what follows, ack.

Where a shortcut has given what follows already (``hub.bus.shortcut``), publishing is *owed* and done for several
batches together, and only then are they acked.

*Acks last*: an ack goes out only when the handler has committed and what follows is confirmed. A dependency away keeps
the batch and its place (``hub.bus.patience``); an event at fault is found by taking the batch one by one
(``hub.bus.isolation``).
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence

import structlog

from hub.bus.inbox import Grip, Inbox, Item, is_suspect
from hub.bus.isolation import Isolation, Turns
from hub.bus.metrics import BusMetrics
from hub.bus.patience import FIRST_PAUSE, Patience, Released
from hub.bus.rhythm import Rhythm
from hub.bus.shortcut import Shortcuts
from hub.errors import DependencyAway, FencedOut
from hub.events import AgentsChanged, Event
from hub.logs import Trail, shown, trace
from hub.store import Store
from hub.worker import Worker

NO_HURRY, MANY = 0.05, 20
"""Seconds, and events: so long what was given waits to be published with more; longer only behind a slow batch.

So what was taken and is not acked is a batch, what is owed, and what the transport acks late.
"""
FOLLOWED = 8
"""A batch of more events is not named one by one in the log."""

log = structlog.get_logger()

Publish = Callable[[Sequence[Event]], Awaitable[None]]


class Owed:
    """Batches that are handled, and whose follow-ups were given by a shortcut: their publishing is in no hurry.

    The more of them go together, the fewer messages there are for the broker, which are what costs.
    """

    def __init__(self) -> None:
        self.items: list[Item] = []
        self.events: list[Event] = []
        self.follow: list[Event] = []
        self.until: float | None = None
        """The loop's time at which they are to go, if there are any."""

    def add(self, items: Sequence[Item], events: Sequence[Event], follow: Sequence[Event]) -> None:
        """One more batch."""
        self.items += items
        self.events += events
        self.follow += follow
        if self.until is None:
            self.until = asyncio.get_running_loop().time() + NO_HURRY

    def holds(self, items: Sequence[Item]) -> bool:
        """Whether this batch is among them."""
        return bool(self.items) and self.items[-1] is items[-1]

    def is_due(self) -> bool:
        """Whether they are to go now."""
        return self.until is not None and (len(self.follow) >= MANY or self.until <= asyncio.get_running_loop().time())


class Feeder:
    """Feeds one handler from one inbox until ``stop``."""

    def __init__(
        self,
        worker: Worker,
        handler: object,
        inbox: Inbox,
        publish: Publish,
        *,
        database: Store,
        metrics: BusMetrics,
        turns: Turns,
        shortcuts: Shortcuts,
    ) -> None:
        self._worker, self._inbox, self._publish, self._metrics = worker, inbox, publish, metrics
        self._shortcuts = shortcuts
        self._handle: Callable[[Sequence[Event]], Awaitable[Sequence[Event]]] = getattr(handler, "handle", _nothing)
        self._tick: Callable[[], Awaitable[Sequence[Event]]] = getattr(handler, "tick", _no_tick)
        self._every = worker.every if hasattr(handler, "tick") else None
        self._next_tick: float | None = None
        self._patience = Patience(worker.name, metrics)
        self._isolation = Isolation(worker, database, self._once, self._patience, metrics=metrics, turns=turns)
        self._rhythm = Rhythm(worker.linger, worker.batch)
        self._trail = Trail()
        self._owed = Owed()

    def stop(self) -> None:
        """Finish the batch in hand and let ``run`` return; one that is only being retried is given up."""
        self._patience.end()
        self._inbox.wake()

    @property
    def stopping(self) -> bool:
        """Whether ``stop`` was called."""
        return self._patience.stopping

    async def run(self) -> None:
        """Until ``stop``. Raises ``WorkerBroken``."""
        if self._every is not None:
            self._next_tick = asyncio.get_running_loop().time() + self._every
        with self._shortcuts.leading_to(self._worker, self._inbox):
            while not self.stopping:
                await self._inbox.wait(self._woken_at())
                await self._tick_if_due()
                await self._next_batch()
                if self._owed.is_due():
                    await self._settle()
            await self._settle()
        await self._isolation.tidy()

    async def tick(self) -> None:
        """One tick; what it returns is published. A fault is logged, and the next tick comes at its time."""
        try:
            if follow := await self._tick():
                await self._publish(follow)
            self._patience.over()
        except DependencyAway as error:
            await self._wait_for(error)
        except FencedOut:
            log.info("tick_fenced_out", worker=self._worker.name)  # another process has the worker now
        except Exception as error:  # noqa: BLE001 - a tick has no event to bury; it is logged and comes again
            log.error("tick_failed", worker=self._worker.name, error=shown(error), trace=trace(error))  # noqa: TRY400 - see there

    async def rest(self, seconds: float) -> None:
        """Sleep, but not past ``stop``."""
        await self._patience.sleep(seconds)

    async def _wait_for(self, error: DependencyAway) -> None:
        try:
            await self._patience.pause(error, ())
        except Released:
            log.debug("tick_released", worker=self._worker.name)

    async def _tick_if_due(self) -> None:
        loop = asyncio.get_running_loop()
        if self._every is None or self._next_tick is None or loop.time() < self._next_tick or self.stopping:
            return
        await self.tick()
        self._next_tick = loop.time() + self._every

    def _woken_at(self) -> float | None:
        """The loop's time at which there is something to do even if nothing comes."""
        return min((at for at in (self._next_tick, self._owed.until) if at is not None), default=None)

    async def _next_batch(self) -> None:
        if not self._inbox.waiting():
            return
        await self._keep_rhythm()
        if self.stopping:
            return
        items = self._inbox.take(self._worker.batch)
        fresh = self._shortcuts.fresh(items)
        if fresh:
            deliveries = len({id(item.delivery) for item in fresh})
            self._rhythm.begins(asyncio.get_running_loop().time(), len(fresh), deliveries)
        if items:
            await self._to_the_end(items, self._work(items, fresh))

    async def _to_the_end(self, items: Sequence[Item], work: Awaitable[None]) -> bool:
        """Do this with these, and put them down unless they are owed for. Whether it went well.

        If not, they are let go of with all that came with them: a later ack on their grips would do for them too.
        """
        try:
            with structlog.contextvars.bound_contextvars(worker=self._worker.name, **_correlation(items)):
                await work
        except Released:
            log.info("batch_released", worker=self._worker.name, events=len(items))
            if not self.stopping:  # then nothing is acked any more but what was before it
                await _lose(items)
        except FencedOut:
            log.warning("worker_fenced_out", worker=self._worker.name)
            await _lose(items)
            await self._patience.sleep(FIRST_PAUSE)
        else:
            return True
        finally:
            if not self._owed.holds(items):
                _put_down(items)
        return False

    async def _keep_rhythm(self) -> None:
        loop, inbox = asyncio.get_running_loop(), self._inbox
        while not self.stopping and (pause := self._rhythm.pause(loop.time(), inbox.waiting())) > 0:
            await self.rest(pause)

    async def _work(self, items: Sequence[Item], fresh: Sequence[Item]) -> None:
        events = [item.event for item in fresh if item.event is not None]
        if is_suspect(items) or len(events) < len(fresh):
            await self._one_by_one(items)
            return
        try:
            follow = await self._patience(lambda: self._handled_or_settled(events), items) if events else ()
        except (FencedOut, Released):
            self._shortcuts.forget(items)
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, taking them one by one finds whose fault
            await self._failed(items, error)
            return
        if follow and self._shortcuts.give(follow, items):
            self._owed.add(items, events, follow)
            return
        await self._settle_first()
        await self._finish(items, events, follow)

    async def _settle(self) -> bool:
        """Publish what is owed, and so finish its batches. Whether that went well."""
        owed, self._owed = self._owed, Owed()
        if not owed.items:
            return True
        return await self._to_the_end(owed.items, self._finish(owed.items, owed.events, owed.follow))

    async def _settle_first(self) -> None:
        """What is owed goes before anything else is published or acked. Raises ``Released`` if it did not."""
        if not await self._settle():
            raise Released

    async def _finish(self, items: Sequence[Item], events: Sequence[Event], follow: Sequence[Event]) -> None:
        """Publish what follows, then ack."""
        if follow:
            try:
                await self._patience(lambda: self._publish(follow), items)
            except Released:
                raise
            except Exception as error:  # noqa: BLE001 - as above
                await self._failed(items, error)
                return
        if events:
            self._isolation.success()
        await self._ack(items, soon=True)
        self._done(events)
        await self._isolation.tidy()

    async def _failed(self, items: Sequence[Item], error: Exception) -> None:
        log.warning("batch_failed", worker=self._worker.name, events=len(items), error=shown(error))
        await self._one_by_one(items)

    async def _one_by_one(self, items: Sequence[Item]) -> None:
        await self._settle_first()
        for item in self._shortcuts.forget(items):
            await self._isolation.alone(item)
            await self._ack((item,))

    async def _once(self, events: Sequence[Event]) -> None:
        if follow := await self._handled(events):
            self._shortcuts.publishes(follow)
            await self._publish(follow)

    async def _handled_or_settled(self, events: Sequence[Event]) -> Sequence[Event]:
        """As ``_handled``, but who waits for a dependency lets nothing wait that is owed."""
        try:
            return await self._handled(events)
        except DependencyAway:
            await self._settle_first()
            raise

    async def _handled(self, events: Sequence[Event]) -> Sequence[Event]:
        began = time.perf_counter()
        follow = await self._handle(events)
        self._metrics.handled(self._worker.name, len(events), time.perf_counter() - began)
        return follow

    def _done(self, events: Sequence[Event]) -> None:
        """Their age, and while little happens a line by which a message can be followed."""
        if not events:
            return
        self._metrics.aged(self._worker.name, time.time() - min(event.time.timestamp() for event in events))
        if all(isinstance(event.data, AgentsChanged) for event in events):
            return  # rung every few seconds, whether or not anything happened
        if self._trail.goes_on(few=len(events) <= FOLLOWED):
            ids = {"events": [str(event.id) for event in events]}
            ids["correlationids"] = sorted({str(event.correlationid) for event in events})
            log.info("batch_done", worker=self._worker.name, **ids)

    async def _ack(self, items: Sequence[Item], *, soon: bool = False) -> None:
        held: dict[int, list[Item]] = {}
        for item in items:
            held.setdefault(id(item.delivery.grip), []).append(item)
        for some in held.values():
            if ended := [item.delivery for item in some if item.last]:
                grip, tag = ended[-1].grip, ended[-1].tag
                await (grip.ack_soon(tag, len(some)) if soon else grip.ack(tag))
                self._metrics.acked(grip.lane, len(ended))


async def _lose(items: Sequence[Item]) -> None:
    """Give up every grip of the batch, so that its events come again from the broker."""
    for grip in {id(item.delivery.grip): item.delivery.grip for item in items}.values():
        await grip.lose()


def _put_down(items: Sequence[Item]) -> None:
    grips: dict[int, Grip] = {}
    for item in items:
        grip = item.delivery.grip
        grip.in_hand -= 1
        grips[id(grip)] = grip
    for grip in grips.values():
        grip.released()


def _correlation(items: Sequence[Item]) -> dict[str, str]:
    """For the lines of whoever handles one event alone; those of a batch name the ids they are about."""
    event = items[0].event if len(items) == 1 else None
    return {} if event is None else {"correlationid": str(event.correlationid)}


async def _nothing(_: Sequence[Event]) -> Sequence[Event]:
    return ()


async def _no_tick() -> Sequence[Event]:
    return ()
