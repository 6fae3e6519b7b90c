"""Finding the one event at fault and laying it aside, so that its neighbours go on in their order.

An event alone gets three tries within two seconds. Each is committed to ``event_attempts`` *before* the event is
touched and taken back when it ends, so the table counts touches that never ended: an event which kills its process is
known for it, and after two such deaths alone (and the one that brought it here) it is buried unseen. The workers of one
process take turns at this, so that whatever kills the process, one event at most is held to account. When nearly
everything fails, we are broken and not the events: then nothing more is buried and the worker stops.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from uuid import UUID

import structlog

from hub.bus import store
from hub.bus.inbox import Head, Item, is_suspect
from hub.bus.metrics import BusMetrics
from hub.bus.patience import Patience, Released
from hub.errors import DependencyAway, FencedOut, StoreAway, WorkerBroken
from hub.events import Event
from hub.logs import shown, trace
from hub.store import Store, Transaction
from hub.worker import Worker

PAUSES = (0.0, 0.3, 1.0)
"""Seconds before each of the three tries."""
DEATHS = 2
"""Touches alone without an end, after which an event is not touched again."""
IN_A_ROW = 10
TURN = 2.0
"""Seconds to wait for the other workers' turns: what kills a process kills it soon, a slow provider may take long."""

log = structlog.get_logger()

Once = Callable[[Sequence[Event]], Awaitable[None]]
"""Handle these events and publish what follows, without any patience."""


class Turns:
    """Of all workers in a process one touches an event alone at a time, unless its turn takes too long."""

    def __init__(self) -> None:
        self._lock = asyncio.Lock()

    @asynccontextmanager
    async def mine(self) -> AsyncIterator[None]:
        """My turn while the block lasts."""
        got = await self._got()
        try:
            yield
        finally:
            if got:
                self._lock.release()

    async def _got(self) -> bool:
        try:
            async with asyncio.timeout(TURN):
                return await self._lock.acquire()
        except TimeoutError:
            return False


class Isolation:
    """One worker's events taken alone; counts their attempts and deaths."""

    def __init__(
        self, worker: Worker, database: Store, once: Once, patience: Patience, *, metrics: BusMetrics, turns: Turns
    ) -> None:
        self._worker, self._database, self._once, self._turns = worker.name, database, once, turns
        self._patience, self._metrics = patience, metrics
        self._row = 0
        self._done: list[UUID] = []

    def success(self) -> None:
        """Something went well: it is not all broken."""
        self._row = 0

    async def alone(self, item: Item) -> None:
        """Handle one event in at most three tries, else bury it. Raises ``WorkerBroken``."""
        with structlog.contextvars.bound_contextvars(**_ids(item.event)):
            fault = item.fault if item.event is None else await self._tries(item, item.event)
        if fault:
            await self._bury(item, fault)
            return
        self._row = 0

    async def tidy(self) -> None:
        """Forget the attempts of events that are done; a row that stays behind counts one touch too many."""
        if not self._done:
            return
        try:
            async with self._database.transaction() as tx:
                await store.without_waiting(tx)
                await self._forget_done(tx)
        except StoreAway as error:
            log.debug("attempts_not_tidied", worker=self._worker, error=str(error))
            return
        self._done.clear()

    async def _tries(self, item: Item, event: Event) -> str:
        """Empty when it went well or was buried before, else why not."""
        fault = ""
        for number, pause in enumerate(PAUSES):
            await asyncio.sleep(pause)
            try:
                return await self._touch(item, event)
            except (FencedOut, Released):
                await self._ended(event.id)
                raise
            except Exception as error:  # noqa: BLE001 - whatever a handler raises is the event's fault
                await self._ended(event.id)
                fault = shown(error)
                self._metrics.retried(self._worker)
                ids = {"worker": self._worker, "event_id": str(event.id), "attempt": number + 1}
                log.warning("event_failed", **ids, error=fault, trace=trace(error))
        return fault

    async def _touch(self, item: Item, event: Event) -> str:
        """One try, however long a dependency is away; why it must not be touched, or nothing."""
        begun: int | None = 0
        while True:
            away: DependencyAway | None = None
            async with self._turns.mine():
                # A touch whose end could not be written while the database was away still stands for the next one.
                begun = begun or await self._patience(lambda: self._begin(item, event), [item])
                if begun is None:
                    return ""
                if begun > DEATHS and is_suspect([item]):
                    return f"its worker died while handling it, {begun} times"
                try:
                    await self._once([event])
                except DependencyAway as error:
                    begun, away = (0 if await self._ended(event.id) else begun), error
                else:
                    # At once: until it is acked it may come again, and must not be charged for another one's killing.
                    self._done.append(event.id)
                    await self.tidy()
            if away is None:
                self._patience.over()
                return ""
            await self._patience.pause(away, [item])

    async def _begin(self, item: Item, event: Event) -> int | None:
        async with self._database.transaction() as tx:
            await self._forget_done(tx)
            begun = await store.attempt(tx, event.id, self._worker, suspect=is_suspect([item]))
        self._done.clear()
        return begun

    async def _forget_done(self, tx: Transaction) -> None:
        if self._done:
            await store.forget_attempts(tx, self._done, self._worker)

    async def _ended(self, event_id: UUID) -> bool:
        """Write that the touch ended without the process dying; ``False`` if the database is away."""
        try:
            async with self._database.transaction() as tx:
                await store.unattempt(tx, event_id, self._worker)
        except StoreAway:
            log.debug("attempt_not_taken_back", worker=self._worker, event_id=str(event_id))
            return False
        return True

    async def _bury(self, item: Item, fault: str) -> None:
        self._row += 1
        if self._row >= IN_A_ROW:
            log.error("worker_broken", worker=self._worker, in_a_row=self._row, reason=fault)
            raise WorkerBroken(
                f"{self._worker} failed on {self._row} events in a row, so it stops and leaves the rest in the queue: "
                f"{fault}"
            )
        head = Head(item.event.id, item.event.type) if item.event is not None else Head.of(item.raw)
        await self._patience(lambda: self._buried(item, head, fault), [item])
        self._metrics.dead(self._worker)
        log.error("event_dead", worker=self._worker, event_id=str(head.id), type=head.type, reason=fault)

    async def _buried(self, item: Item, head: Head, fault: str) -> None:
        async with self._database.transaction() as tx:
            await store.bury(tx, self._worker, head.id, head.type, body=bytes(item.raw), reason=fault)


def _ids(event: Event | None) -> dict[str, str]:
    return {} if event is None else {"correlationid": str(event.correlationid)}
