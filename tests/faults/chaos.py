"""What goes wrong while customers write, by seeded dice."""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from tests.faults.cluster import Cluster
from tests.services import Server


@dataclass
class Chaos:
    """Kills one of our processes every ``every`` seconds and the broker every ``broker_every``."""

    cluster: Cluster
    broker: Server | None
    seed: int = 1
    every: float = 2.0
    broker_every: float = 20.0
    kills: Counter[str] = field(default_factory=Counter)

    @asynccontextmanager
    async def reign(self) -> AsyncIterator[None]:
        """While the block lasts; afterwards everything runs again."""
        tasks = [asyncio.create_task(self._kill_ours())]
        self._mending = asyncio.Lock()
        if self.broker is not None:
            tasks.append(asyncio.create_task(self._kill_broker(self.broker)))
        try:
            yield
        finally:
            async with self._mending:  # never between a broker's death and its return
                for task in tasks:
                    task.cancel()
            await asyncio.wait(tasks)
        for task in tasks:
            if not task.cancelled():
                task.result()

    async def _kill_ours(self) -> None:
        dice = random.Random(self.seed)
        while True:
            await asyncio.sleep(self.every)
            victim = dice.choice(self.cluster.victims)
            self.kills[victim.name.rstrip("0123456789")] += 1
            victim.kill()
            victim.start()

    async def _kill_broker(self, broker: Server) -> None:
        while True:
            await asyncio.sleep(self.broker_every)
            async with self._mending:
                self.kills["broker"] += 1
                await broker.kill()
                await broker.start()
