"""What both transports do alike for ``run`` and ``drain``: the loops that are running, and workers that only tick."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from typing import Any

import structlog

from hub.bus import store
from hub.bus.contract import Topology
from hub.bus.feeding import Feeder
from hub.bus.inbox import Inbox
from hub.bus.isolation import Turns
from hub.bus.metrics import BusMetrics
from hub.bus.shortcut import Shortcuts
from hub.errors import StoreAway
from hub.events import Event
from hub.store import Store
from hub.waiting import cancelled
from hub.worker import Worker

DRAIN = 10.0
TURN = 2.0
"""Seconds between two tries to take the turn of a worker that one process at a time may hold."""

log = structlog.get_logger()


class Running:
    """The workers this process works for."""

    def __init__(
        self,
        publish: Callable[[Sequence[Event]], Awaitable[None]],
        topology: Topology,
        database: Store,
        metrics: BusMetrics,
    ) -> None:
        self._publish, self._database, self._metrics = publish, database, metrics
        self._alone, self._shortcuts = Turns(), Shortcuts(topology)
        self._feeders: dict[Feeder, asyncio.Task[None]] = {}
        self.draining = False

    def feeder(self, worker: Worker, handler: object, inbox: Inbox) -> Feeder:
        """The loop for one worker."""
        return Feeder(
            worker,
            handler,
            inbox,
            self._publish,
            database=self._database,
            metrics=self._metrics,
            turns=self._alone,
            shortcuts=self._shortcuts,
        )

    async def until_stopped(
        self, feeder: Feeder, work: Coroutine[Any, Any, None], beside: Sequence[Coroutine[Any, Any, None]] = ()
    ) -> None:
        """Run ``work`` with what keeps it supplied ``beside`` it. Raises what the work raises, and stops the rest."""
        task = self._feeders[feeder] = asyncio.create_task(work)
        others = [asyncio.create_task(one) for one in beside]
        if self.draining:
            feeder.stop()
        try:
            await asyncio.wait({task, *others}, return_when=asyncio.FIRST_COMPLETED)
            for ended in (task, *others):
                if ended.done() and not ended.cancelled():
                    ended.result()
        finally:
            del self._feeders[feeder]
            await cancelled([task, *others])

    async def drain(self) -> None:
        """Let every batch in hand finish; after 10 s what still runs is cancelled and comes again."""
        self.draining = True
        tasks = set(self._feeders.values())
        for feeder in tuple(self._feeders):
            feeder.stop()
        if not tasks:
            return
        _, late = await asyncio.wait(tasks, timeout=DRAIN)
        if late:
            log.warning("drain_too_long", workers=len(late), seconds=DRAIN)
        await cancelled(late)

    async def ticking(self, feeder: Feeder, worker: Worker) -> None:
        """Tick while this process has the turn; whoever loses its database connection has lost the turn."""
        while not feeder.stopping:
            try:
                async with store.turn(self._database.url) as turn:
                    await self._turns(feeder, worker, turn)
            except StoreAway as error:
                log.warning("turn_lost", worker=worker.name, error=str(error))
                await feeder.rest(TURN)

    async def _turns(self, feeder: Feeder, worker: Worker, turn: store.Turn) -> None:
        while not feeder.stopping:
            if await turn.mine(worker.name):
                await feeder.tick()
                await feeder.rest(worker.every or TURN)
            else:
                await feeder.rest(TURN)
