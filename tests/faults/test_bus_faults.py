"""The bus while its broker is killed, stopped and full, and while one of its processes freezes."""

import asyncio
import os
import signal
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from hub.bus.contract import Topology
from hub.bus.rabbitmq import RabbitBus
from hub.bus.spool import Spooled
from hub.errors import BrokerAway
from hub.store import Store
from hub.store.migrate import migrate
from hub.testing.bus_suite import Recorder, eventually, note, running, worker
from tests.services import Server

pytestmark = pytest.mark.slow
WORKER = worker(shards=2)


@pytest.fixture
async def store(database: str) -> AsyncIterator[Store]:
    await migrate(database)
    store = Store(database)
    yield store
    await store.aclose()


@asynccontextmanager
async def bus_on(url: str, store: Store, *, timeout: float = 2.0) -> AsyncIterator[RabbitBus]:
    bus = RabbitBus(url, Topology([WORKER]), store, timeout=timeout)
    await bus.start()
    yield bus
    await bus.aclose()


class Load:
    """Publishes one note after the other through the spool; what was acknowledged must all come."""

    def __init__(self, spool: Spooled) -> None:
        self._spool = spool
        self.acknowledged: list[str] = []
        self.slowest = 0.0

    async def run(self) -> None:
        while True:
            text = str(len(self.acknowledged))
            began = time.monotonic()
            await self._spool.publish([note(text)])
            self.slowest = max(self.slowest, time.monotonic() - began)
            self.acknowledged.append(text)
            await asyncio.sleep(0.02)


@asynccontextmanager
async def loaded(url: str, store: Store, folder: Path) -> AsyncIterator[tuple[Load, Recorder, Spooled]]:
    async with bus_on(url, store) as bus:
        spool, seen = Spooled(bus, folder, patience=1), Recorder()
        await spool.start()
        load = Load(spool)
        async with running(bus, WORKER, seen):
            task = asyncio.create_task(load.run())
            await eventually(lambda: len(seen.texts) > 5)
            yield load, seen, spool
            task.cancel()
            back = time.monotonic()
            await eventually(lambda: len(seen.texts) >= len(load.acknowledged))
            figures = f"slowest {load.slowest:.2f} s, all there {time.monotonic() - back:.1f} s after"
            print(f"{len(load.acknowledged)} acknowledged, {figures}")  # noqa: T201 - seen with -s
            assert seen.texts == sorted(seen.texts, key=int)
            assert set(seen.texts) >= set(load.acknowledged)
        await spool.aclose()
    async with store.reading() as tx:
        assert await tx.fetchval("SELECT count(*) FROM dead_events") == 0


async def test_the_broker_killed_twice(private_rabbitmq: Server, store: Store, tmp_path: Path) -> None:
    async with loaded(private_rabbitmq.url, store, tmp_path) as (load, seen, spool):
        # RabbitMQ 3.10 killed within a second of a queue's declaration brings it back without a leader, for good
        # (its register of queues is synced late; see rabbitmq-server issue 10070). Ours are declared long before.
        await asyncio.sleep(4)
        for _ in range(2):
            await private_rabbitmq.kill()
            before = len(load.acknowledged)
            await eventually(lambda before=before: len(load.acknowledged) > before + 10)  # type: ignore[misc]
            assert spool.depth()
            await private_rabbitmq.start()
            await eventually(lambda: spool.depth() == 0 and len(seen.texts) + 5 > len(load.acknowledged), within=15)
    assert load.slowest < 3


async def test_a_memory_alarm(private_rabbitmq: Server, store: Store, tmp_path: Path) -> None:
    async with loaded(private_rabbitmq.url, store, tmp_path) as (load, seen, spool):
        await private_rabbitmq.run_tool("rabbitmqctl", "set_vm_memory_high_watermark", "absolute", "1MB")
        await eventually(lambda: spool.depth() > 20)
        slowest, load.slowest = load.slowest, 0.0
        await asyncio.sleep(1)
        assert load.slowest < 0.5  # known to be blocked: nobody waits for it any more
        assert slowest < 3
        await private_rabbitmq.run_tool("rabbitmqctl", "set_vm_memory_high_watermark", "0.4")
        await eventually(lambda: spool.depth() == 0 and len(seen.texts) + 5 > len(load.acknowledged), within=15)


async def _publish_for_ever(bus: RabbitBus, each_within: float) -> None:
    """The broker tells connections of an alarm a moment after rabbitmqctl has set it, and takes what comes before."""
    while True:
        await asyncio.wait_for(bus.publish([note("1")]), each_within)


async def test_a_blocked_broker_is_said_at_once(private_rabbitmq: Server, store: Store) -> None:
    async with bus_on(private_rabbitmq.url, store, timeout=5) as bus:
        await private_rabbitmq.run_tool("rabbitmqctl", "set_vm_memory_high_watermark", "absolute", "1MB")
        with pytest.raises(BrokerAway):
            await asyncio.wait_for(_publish_for_ever(bus, each_within=1), 10)
        assert "blocked" in bus.state().reason
        began = time.monotonic()
        with pytest.raises(BrokerAway, match="blocked"):
            await bus.publish([note("2")])
        assert time.monotonic() - began < 0.05


PROCESS = """
import asyncio, sys
from hub.bus.contract import Topology
from hub.bus.rabbitmq import RabbitBus
from hub.store import Store
from hub.testing.bus_suite import Recorder, worker

async def main():
    bus = RabbitBus(sys.argv[1], Topology([worker(shards=2)]), Store(sys.argv[2]))
    await bus.start()
    print("ready", flush=True)
    await bus.run(worker(shards=2), Recorder())

asyncio.run(main())
"""


@pytest.mark.parametrize(("how", "within"), [(signal.SIGKILL, 5.0), (signal.SIGSTOP, 32.0)])
async def test_a_process_killed_or_frozen_is_replaced(
    vhost: str, database: str, store: Store, how: signal.Signals, within: float
) -> None:
    other = await asyncio.create_subprocess_exec(
        sys.executable, "-c", PROCESS, vhost, database, stdout=asyncio.subprocess.PIPE
    )
    assert other.stdout is not None
    await other.stdout.readline()
    await asyncio.sleep(1)
    try:
        async with bus_on(vhost, store) as bus:
            seen = Recorder()
            async with running(bus, WORKER, seen):
                await asyncio.sleep(6)  # the shares are settled
                os.kill(other.pid, how)
                began = time.monotonic()
                await bus.publish([note("a", "a"), note("b", "b"), note("c", "c"), note("d", "d")])
                await eventually(lambda: len(seen.texts) == 4, within=within)
                print(f"{how.name}: taken over in {time.monotonic() - began:.1f} s")  # noqa: T201 - seen with -s
    finally:
        if other.returncode is None:
            other.kill()
        await other.wait()
