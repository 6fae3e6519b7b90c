"""Shards spread over processes, and are taken over."""

import asyncio
import itertools
import time
from collections.abc import Sequence

import pytest

from hub.bus import rabbitmq, spreading
from hub.events import Event
from hub.testing.bus_suite import Recorder, eventually, note, running, text_of, worker
from tests.contract.test_bus_rabbitmq import RabbitBench, bench

__all__ = ["bench"]
KEYS = "abcdefghijklmnop"
FOUR = worker(shards=4)


class Counts(Recorder):
    """What came to one member since it was last asked."""

    def __init__(self) -> None:
        super().__init__()
        self.keys: set[str] = set()

    async def handle(self, events: Sequence[Event]) -> Sequence[Event]:
        self.keys |= {event.partitionkey for event in events}
        return await super().handle(events)


async def _steady(bench: RabbitBench, everything: list[str]) -> None:
    bus = await bench.bus(FOUR)
    for number in itertools.count():
        for key in KEYS:
            everything.append(f"{key}{number}")
            await bus.publish([note(f"{key}{number}", key)])
        await asyncio.sleep(0.05)


def _shards(counts: Counts) -> int:
    """How many shards the keys it saw stand for."""
    from hub.bus.contract import Topology  # noqa: PLC0415 - only here

    return len({lane for key in counts.keys for lane in Topology([FOUR]).lanes_for(note("x", key))})


@pytest.mark.slow
async def test_a_new_member_gets_its_share_and_a_killed_ones_is_taken_over_at_once(bench: RabbitBench) -> None:
    one, two = await bench.bus(FOUR), await bench.bus(FOUR)
    first, second = Counts(), Counts()
    everything: list[str] = []
    steady = asyncio.create_task(_steady(bench, everything))
    async with running(one, FOUR, first):
        await eventually(lambda: _shards(first) == 4)
        async with running(two, FOUR, second):
            began = time.monotonic()
            async with asyncio.timeout(30):
                while True:
                    first.keys.clear()
                    second.keys.clear()
                    await asyncio.sleep(0.5)
                    if (_shards(first), _shards(second)) == (2, 2):
                        break
            assert time.monotonic() - began < 20
            first.keys.clear()
            killed = time.monotonic()
            await bench.kill(two)
            await eventually(lambda: _shards(first) == 4, within=5)
            print(f"taken over in {time.monotonic() - killed:.2f} s")  # noqa: T201 - a figure worth seeing with -s
            steady.cancel()
            await eventually(lambda: set(first.texts) | set(second.texts) >= set(everything))
    order = list(dict.fromkeys(text_of(event) for event in first.done + second.done))
    assert len(order) == len(set(everything))
    assert await bench.dead() == []
    for key in KEYS:
        for seen in (first, second):
            numbers = [int(text[1:]) for text in seen.texts if text[0] == key]
            assert numbers == sorted(numbers)


async def test_the_database_away_everybody_keeps_her_share(bench: RabbitBench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spreading, "BEAT", 0.05)
    bus, seen = await bench.bus(FOUR), Recorder()
    async with running(bus, FOUR, seen):
        await bus.publish([note("before")])
        await eventually(lambda: seen.texts == ["before"])
        url, bench.database.url = bench.database.url, "postgresql://127.0.0.1:1/none"
        await bench.database.aclose()
        await asyncio.sleep(0.3)
        await bus.publish([note("while away")])
        await eventually(lambda: seen.texts == ["before", "while away"])
        bench.database.url = url


async def test_a_consumer_that_silently_gets_nothing_is_registered_anew(
    bench: RabbitBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spreading, "BEAT", 0.1)
    monkeypatch.setattr(spreading, "SILENT", 0.5)
    one = worker(shards=1)
    bus, seen = await bench.bus(one), Recorder()
    async with running(bus, one, seen):
        await bus.publish([note("before")])
        await eventually(lambda: seen.texts == ["before"])
        (shard,) = bus._spread._shards()
        assert shard.hold is not None
        channel = shard.hold._channel
        await channel.basic_cancel(next(iter(channel.consumers)))  # the broker forgets us and we do not notice
        await bus.publish([note("silent")])
        await eventually(lambda: seen.texts == ["before", "silent"], within=8)


async def test_a_worker_that_acks_nothing_is_not_ready(bench: RabbitBench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rabbitmq, "STUCK", 0.3)

    class Stuck(Recorder):
        async def handle(self, events: Sequence[Event]) -> Sequence[Event]:
            await go.wait()
            return await super().handle(events)

    one, go = worker(shards=1), asyncio.Event()
    bus, stuck = await bench.bus(one), Stuck()
    async with running(bus, one, stuck):
        await bus.publish([note("1")])
        await eventually(lambda: "notes.0" in bus.state().reason, within=5)
        assert bus.accepting()  # it can still take in
        go.set()
        await eventually(lambda: bus.state().ready, within=5)
