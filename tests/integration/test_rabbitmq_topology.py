"""What RabbitMQ alone can do wrong: queues, routes, dead-lettering, what a connection keeps."""

import asyncio
import gc
from collections.abc import AsyncIterator

import aiormq
import pytest

from hub.bus.contract import Topology
from hub.bus.rabbitmq import RabbitBus
from hub.errors import BrokerAway, TopologyWrong
from hub.testing.bus_suite import Recorder, eventually, note, running, worker
from tests.contract.test_bus_rabbitmq import RabbitBench, bench

__all__ = ["bench"]


@pytest.fixture
async def channel(bench: RabbitBench) -> AsyncIterator[aiormq.abc.AbstractChannel]:
    connection = await aiormq.connect(str(bench.amqp))
    yield await connection.channel()
    await connection.close()


async def test_a_queue_with_other_arguments_is_named_and_the_way_out_said(
    bench: RabbitBench, channel: aiormq.abc.AbstractChannel
) -> None:
    await channel.queue_declare(f"{bench.prefix}.notes.1", durable=True, arguments={"x-queue-type": "quorum"})
    with pytest.raises(TopologyWrong) as caught:
        await bench.bus(worker())
    said = str(caught.value)
    assert f"{bench.prefix}.notes.1" in said
    assert "x-single-active-consumer" in said or "x-dead-letter" in said or "x-delivery-limit" in said
    assert "rabbitmqctl delete_queue" in said


async def test_a_queue_that_was_deleted_is_an_error_and_then_declared_again(
    bench: RabbitBench, channel: aiormq.abc.AbstractChannel
) -> None:
    bus = await bench.bus(worker(shards=1))
    await bus.publish([note("1")])
    await channel.queue_delete(f"{bench.prefix}.notes.0")
    with pytest.raises(BrokerAway, match="not there"):
        await bus.publish([note("2")])
    seen = Recorder()
    async with running(bus, worker(shards=1), seen):
        async with asyncio.timeout(10):
            while not bus.accepting():
                await asyncio.sleep(0.02)
        await bus.publish([note("3")])
        await eventually(lambda: seen.texts == ["3"])


async def test_a_broker_that_is_not_there_is_said_at_once(bench: RabbitBench) -> None:
    bus = RabbitBus("amqp://guest:guest@127.0.0.1:1/", Topology([worker()]), bench.database, timeout=1)
    with pytest.raises(BrokerAway):
        await bus.start()
    assert not bus.state().ready
    with pytest.raises(BrokerAway):
        await asyncio.wait_for(bus.publish([note("1")]), 0.1)
    bus.ring([note("bell")])
    await bus.aclose()


async def test_what_the_broker_dead_letters_ends_in_the_table(
    bench: RabbitBench, channel: aiormq.abc.AbstractChannel
) -> None:
    bus = await bench.bus(worker(shards=1))
    event = note("1")
    await bus.publish([event])
    rejected = asyncio.Event()

    async def reject(message: aiormq.abc.DeliveredMessage) -> None:
        assert message.delivery_tag is not None
        await channel.basic_reject(message.delivery_tag, requeue=False)
        rejected.set()

    consuming = await channel.basic_consume(f"{bench.prefix}.notes.0", reject)
    await asyncio.wait_for(rejected.wait(), 5)
    await channel.basic_cancel(str(consuming.consumer_tag))
    async with running(bus, worker(shards=1), Recorder()):
        async with asyncio.timeout(20):
            while not (rows := await bench.dead()):
                await asyncio.sleep(0.05)
    (row,) = rows
    assert (row.worker, row.event_id, row.type) == ("notes", event.id, "note.written.v1")
    assert "rejected" in row.reason


async def test_a_lost_connection_comes_back_and_nothing_is_lost(bench: RabbitBench) -> None:
    bus, seen = await bench.bus(worker()), Recorder()
    async with running(bus, worker(), seen):
        for number in range(30):
            while True:
                try:
                    await bus.publish([note(str(number))])
                except BrokerAway:
                    await asyncio.sleep(0.02)
                else:
                    break
            if number % 10 == 5:
                bench.wires[bus].cut()
                bench.wires[bus].mend()
        await eventually(lambda: len(seen.texts) == 30)
    assert seen.texts == [str(number) for number in range(30)]
    assert await bench.dead() == []


async def test_a_publish_leaves_nothing_behind(bench: RabbitBench) -> None:
    """A process that takes messages in runs for months; each left 25 objects, until the connection closed."""
    bus = await bench.bus(worker(shards=1))

    async def objects_after(publishes: int) -> int:
        for number in range(publishes):
            await bus.publish([note(str(number))])
        gc.collect()
        return len(gc.get_objects())

    before = await objects_after(50)
    assert await objects_after(300) - before < 300
