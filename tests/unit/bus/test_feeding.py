"""What a feeder owes after its follow-ups went by a shortcut: published together, then acked, whatever comes."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import cast

import pytest

from hub.bus import feeding
from hub.bus.contract import Topology
from hub.bus.feeding import Feeder
from hub.bus.inbox import Delivery, Inbox, Item
from hub.bus.isolation import Isolation, Turns
from hub.bus.metrics import BusMetrics
from hub.bus.patience import Released
from hub.bus.shortcut import Shortcuts
from hub.errors import BrokerAway, StoreAway, TopologyWrong
from hub.events import AgentsChanged, Event, encode, pack
from hub.store import Store
from hub.testing.bus_suite import note, text_of
from hub.worker import Handler, Worker
from tests.unit.bus.test_shortcut import Hold
from tests.unit.bus.test_shortcut import event as bell


def _unused(_: object) -> Handler:
    raise NotImplementedError


FIRST = Worker(name="first", build=_unused, shards=1, linger=0.0)
LAST = Worker(name="last", build=_unused, takes=(AgentsChanged,), shards=1, shortcut=True)


class Noting(Hold):
    """A grip that notes in the log what is acked, if it may be."""

    def __init__(self, lane: str, log: list[str]) -> None:
        super().__init__(lane)
        self.log, self.began = log, 0.0

    async def ack_soon(self, tag: int, events: int) -> None:
        """As told."""
        assert events
        if self.lost:
            return
        self.log.append(f"ack {tag}")


class Source:
    """The first worker: from each note follows a bell, or its fault."""

    def __init__(self, log: list[str]) -> None:
        self.log = log
        self.away = 0
        """So many times the database is away."""

    async def handle(self, events: Sequence[Event]) -> Sequence[Event]:
        """All or nothing."""
        if any(text_of(event) == "bad" for event in events):
            raise ValueError("bad")
        if self.away:
            self.away -= 1
            self.log.append("the database is away")
            raise StoreAway("away")
        self.log += [f"handled {text_of(event)}" for event in events]
        return [
            event.follow("bell", AgentsChanged(at=event.time), subject="x", partitionkey="x", source="test")
            for event in events
        ]


class Line:
    """The first worker's feeder, and a broker that brings the second what is published."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.log: list[str] = []
        self.inbox, self.behind = Inbox(), Inbox()
        self.shortcuts = Shortcuts(Topology([LAST]))
        self.hold, self._ahead = Noting("first.0", self.log), Noting("last.0", [])
        self.source = Source(self.log)
        self.away = False
        self._tag = 0
        turns, metrics = Turns(), BusMetrics()
        self.feeder = Feeder(
            FIRST,
            self.source,
            self.inbox,
            self._publish,
            database=cast("Store", None),
            metrics=metrics,
            turns=turns,
            shortcuts=self.shortcuts,
        )

        async def alone(_: Isolation, item: object) -> None:
            self.log.append("alone")

        monkeypatch.setattr(Isolation, "alone", alone)

    def say(self, text: str) -> None:
        """The broker brings one."""
        self._tag += 1
        self.inbox.push(Delivery(self.hold, self._tag, pack([encode(note(text))]), redelivered=False))

    async def has(self, what: str) -> None:
        """Wait until the log ends so."""
        async with asyncio.timeout(5):
            while not self.log or self.log[-1] != what:
                await asyncio.sleep(0.001)

    async def _publish(self, events: Sequence[Event]) -> None:
        await asyncio.sleep(0)
        if self.away:
            self.log.append("the broker is away")
            raise BrokerAway("away")
        self.log.append(f"published {len(events)}")
        self.behind.push(Delivery(self._ahead, 1, pack([encode(event) for event in events]), redelivered=False))
        self.shortcuts.fresh(self.behind.take(100))

    @asynccontextmanager
    async def running(self) -> AsyncIterator[asyncio.Task[None]]:
        """With the shortcut open."""
        with self.shortcuts.leading_to(LAST, self.behind):
            task = asyncio.create_task(self.feeder.run())
            self.say("opens")
            await self.has("ack 1")
            self.log.clear()
            yield task
            self.feeder.stop()
            await asyncio.wait_for(task, 5)
        assert self.hold.in_hand == 0


@pytest.fixture
def line(monkeypatch: pytest.MonkeyPatch) -> Line:
    return Line(monkeypatch)


async def test_what_was_given_is_published_together_and_acked_afterwards(line: Line) -> None:
    async with line.running():
        for text in ("one", "two", "three"):
            line.say(text)
            await line.has(f"handled {text}")
        await line.has("ack 4")
    assert line.log == ["handled one", "handled two", "handled three", "published 3", "ack 4"]


async def test_many_are_published_without_waiting(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feeding, "NO_HURRY", 60.0)
    async with line.running():
        for number in range(feeding.MANY):
            line.say(str(number))
            await line.has(f"handled {number}" if number + 1 < feeding.MANY else f"ack {feeding.MANY + 1}")
    assert line.log[-2:] == [f"published {feeding.MANY}", f"ack {feeding.MANY + 1}"]


async def test_what_fails_is_taken_alone_behind_what_is_owed(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feeding, "NO_HURRY", 60.0)
    async with line.running():
        line.say("one")
        await line.has("handled one")
        line.say("bad")
        await line.has("alone")
    assert line.log == ["handled one", "published 1", "ack 2", "alone"]


async def test_whoever_stops_publishes_what_it_owes(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feeding, "NO_HURRY", 60.0)
    async with line.running():
        line.say("one")
        await line.has("handled one")
    assert line.log == ["handled one", "published 1", "ack 2"]


async def test_nothing_is_acked_over_what_could_not_be_published(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feeding, "NO_HURRY", 60.0)
    async with line.running():
        line.say("one")
        await line.has("handled one")
        line.shortcuts.publishes([bell()])  # closed: the next goes by the broker alone, behind what is owed
        line.away = True
        line.say("two")
        await line.has("the broker is away")
        line.away = False
        line.feeder.stop()
    assert line.log == ["handled one", "handled two", "the broker is away"]


async def test_of_a_batch_that_is_given_up_all_comes_again(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    other = Noting("first.1", line.log)

    async def alone(_: Isolation, item: Item) -> None:
        raise Released

    async with line.running():
        monkeypatch.setattr(Isolation, "alone", alone)
        line.inbox.push(Delivery(other, 1, pack([encode(note("bad"))]), redelivered=False))
        line.say("neighbour")
        async with asyncio.timeout(5):
            while not line.hold.lost:
                await asyncio.sleep(0.001)
    assert other.lost
    assert line.log == []


async def test_who_waits_for_a_dependency_lets_nothing_wait_that_is_owed(
    line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feeding, "NO_HURRY", 60.0)
    async with line.running():
        line.say("one")
        await line.has("handled one")
        line.source.away = 1
        line.say("two")
        await line.has("handled two")
    assert line.log == [
        "handled one", "the database is away", "published 1", "ack 2", "handled two", "published 1", "ack 3"
    ]  # fmt: skip


async def test_a_publish_that_fails_is_no_success(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    went_well = 0

    def success(_: Isolation) -> None:
        nonlocal went_well
        went_well += 1

    async def wrong(_: Sequence[Event]) -> None:
        raise TopologyWrong("no queue")

    async with line.running():
        monkeypatch.setattr(Isolation, "success", success)
        monkeypatch.setattr(line.feeder, "_publish", wrong)
        line.say("one")
        await line.has("alone")
    assert went_well == 0
