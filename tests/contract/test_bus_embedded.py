"""The bus's promises on the embedded bus."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from hub.bus import store
from hub.bus.contract import Bus, Topology
from hub.bus.embedded import EmbeddedBus
from hub.bus.metrics import BusMetrics
from hub.store import Store
from hub.store.migrate import migrate
from hub.testing.bus_suite import Bench, BusSuite, Recorder, eventually, note, running, worker
from hub.worker import Worker


class EmbeddedBench(Bench):
    """One process, so there is nothing to cut: a killed bus is simply not used any more."""

    def __init__(self, url: str) -> None:
        self.database = Store(url)
        self._buses: list[EmbeddedBus] = []

    async def bus(self, *workers: Worker, metrics: BusMetrics | None = None) -> Bus:
        bus = EmbeddedBus(Topology(workers), self.database, metrics=metrics)
        self._buses.append(bus)
        await bus.start()
        return bus

    async def kill(self, bus: Bus) -> None:
        await bus.aclose()
        for task in asyncio.all_tasks():
            if task is not asyncio.current_task() and "Bus.run" in repr(task.get_coro()):
                task.cancel()
        await asyncio.sleep(0.05)

    async def put(self, lane: str, body: bytes) -> None:
        async with self.database.transaction() as tx:
            await store.insert_message(tx, lane, body)

    async def aclose(self) -> None:
        for bus in self._buses:
            await bus.aclose()
        await self.database.aclose()


@pytest.fixture
async def bench(embedded_database: str) -> AsyncIterator[Bench]:
    await migrate(embedded_database)
    bench = EmbeddedBench(embedded_database)
    yield bench
    await bench.aclose()


class TestEmbeddedBus(BusSuite):
    async def test_rows_of_another_process_are_found(self, bench: Bench) -> None:
        bus, seen = await bench.bus(worker()), Recorder()
        other = await bench.bus(worker())
        async with running(bus, worker(), seen):
            await bus.publish([note("1")])
            await eventually(lambda: seen.texts == ["1"])
            await other.publish([note("2")])
            await eventually(lambda: seen.texts == ["1", "2"], within=3)
