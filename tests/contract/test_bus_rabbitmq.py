"""The bus's promises on RabbitMQ."""

import asyncio
from collections.abc import AsyncIterator

import aiormq
import pytest
from yarl import URL

from hub.bus.contract import Bus, Topology
from hub.bus.metrics import BusMetrics
from hub.bus.rabbitmq import RabbitBus
from hub.store import Store
from hub.store.migrate import migrate
from hub.testing.bus_suite import Bench, BusSuite
from hub.testing.wire import Wire
from hub.worker import Worker


class RabbitBench(Bench):
    """Every bus has a wire of its own to the broker, which can be cut."""

    def __init__(self, amqp: str, prefix: str, database: str) -> None:
        self.amqp, self.prefix = URL(amqp), prefix
        self.database = Store(database)
        self.wires: dict[Bus, Wire] = {}

    async def bus(self, *workers: Worker, metrics: BusMetrics | None = None) -> RabbitBus:
        wire = Wire(self.amqp.host or "127.0.0.1", self.amqp.port or 5672)
        url = str(self.amqp.with_host("127.0.0.1").with_port(await wire.open()))
        bus = RabbitBus(url, Topology(workers), self.database, prefix=self.prefix, metrics=metrics)
        self.wires[bus] = wire
        await bus.start()
        return bus

    async def kill(self, bus: Bus) -> None:
        self.wires[bus].cut()
        await asyncio.sleep(0.05)

    async def put(self, lane: str, body: bytes) -> None:
        connection = await aiormq.connect(str(self.amqp))
        channel = await connection.channel()
        await channel.basic_publish(body, routing_key=f"{self.prefix}.{lane}")
        await connection.close()

    async def aclose(self) -> None:
        for bus, wire in self.wires.items():
            await bus.aclose()
            await wire.close()
        await self.database.aclose()


@pytest.fixture
async def bench(vhost: str, bus_prefix: str, database: str) -> AsyncIterator[RabbitBench]:
    await migrate(database)
    bench = RabbitBench(vhost, f"{bus_prefix}hub", database)
    yield bench
    await bench.aclose()


class TestRabbitBus(BusSuite):
    """On a real broker."""
