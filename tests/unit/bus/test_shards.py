"""When a shard tells the broker of what is done."""

import asyncio
from typing import cast

import aiormq
import pytest

from hub.bus import shards
from hub.bus.shards import FEW, Hold


class Channel:
    """Notes the acks; ``away`` is what the next one raises."""

    def __init__(self) -> None:
        self.acked: list[int] = []
        self.away: Exception | None = None
        self.room = asyncio.Event()
        """Set if the next ack may leave; those behind it may in any case."""
        self.room.set()

    async def basic_ack(self, tag: int, *, multiple: bool, wait: bool) -> None:
        """One ack for all up to this tag."""
        assert multiple
        assert not wait
        if self.away is not None:
            raise self.away
        room, self.room = self.room, asyncio.Event()
        self.room.set()
        await room.wait()
        self.acked.append(tag)


@pytest.fixture
def channel() -> Channel:
    return Channel()


@pytest.fixture
def hold(channel: Channel) -> Hold:
    return Hold("notes.0", cast("aiormq.Channel", channel), 10)


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shards, "SOON", 0.01)


async def test_few_are_acked_together_and_soon(hold: Hold, channel: Channel) -> None:
    for tag in (1, 2, 3):
        await hold.ack_soon(tag, 2)
    assert channel.acked == []
    await asyncio.sleep(0.05)
    assert channel.acked == [3]
    await hold.ack_soon(4, 1)
    await asyncio.sleep(0.05)
    assert channel.acked == [3, 4]


async def test_many_are_acked_at_once(hold: Hold, channel: Channel) -> None:
    await hold.ack_soon(1, FEW)
    assert channel.acked == [1]
    for tag in range(2, 2 + FEW):
        await hold.ack_soon(tag, 1)
    assert channel.acked == [1, 1 + FEW]
    await asyncio.sleep(0.05)
    assert channel.acked == [1, 1 + FEW]


async def test_what_was_taken_alone_is_acked_at_once(hold: Hold, channel: Channel) -> None:
    await hold.ack_soon(1, 1)
    await hold.ack(2)
    assert channel.acked == [2]


async def test_a_newer_ack_waits_for_an_older_one(hold: Hold, channel: Channel) -> None:
    channel.room.clear()
    room = channel.room
    await hold.ack_soon(1, 1)
    await asyncio.sleep(0.05)  # the first waits for room
    newer = asyncio.create_task(hold.ack(2))
    await asyncio.sleep(0.05)
    room.set()
    await newer
    assert channel.acked == [1, 2]


async def test_a_shard_that_is_given_up_tells_first(hold: Hold, channel: Channel) -> None:
    await hold.ack_soon(1, 1)
    await hold.tell()
    await hold.lose()
    await asyncio.sleep(0.05)
    assert channel.acked == [1]


async def test_of_what_is_lost_nothing_is_acked(hold: Hold, channel: Channel) -> None:
    await hold.ack_soon(1, 1)
    await hold.lose()
    await hold.ack(2)
    await asyncio.sleep(0.05)
    assert channel.acked == []


async def test_a_channel_that_is_gone_loses_the_shard(hold: Hold, channel: Channel) -> None:
    channel.away = aiormq.exceptions.ChannelInvalidStateError()
    await hold.ack_soon(1, 1)
    await asyncio.sleep(0.05)
    assert hold.lost
    assert not hold.open
