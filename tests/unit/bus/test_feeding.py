"""What a feeder owes after its follow-ups went by a shortcut: published together, then acked, whatever comes."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import cast

import pytest

from hub.bus import feeding
from hub.bus.contract import Topology
from hub.bus.feeding import Feeder
from hub.bus.inbox import Delivery, Inbox
from hub.bus.isolation import Isolation, Turns
from hub.bus.metrics import BusMetrics
from hub.bus.shortcut import Shortcuts
from hub.events import AgentsChanged, Event, encode, pack
from hub.store import Store
from hub.testing.bus_suite import note, text_of
from hub.worker import Handler, Worker
from tests.unit.bus.test_shortcut import Hold


def _unused(_: object) -> Handler:
    raise NotImplementedError


FIRST = Worker(name="first", build=_unused, shards=1, linger=0.0)
LAST = Worker(name="last", build=_unused, takes=(AgentsChanged,), shards=1, shortcut=True)


class Noting(Hold):
    """A grip that notes in the log what is acked."""

    def __init__(self, lane: str, log: list[str]) -> None:
        super().__init__(lane)
        self.log, self.began = log, 0.0

    async def ack_soon(self, tag: int, events: int) -> None:
        """As told."""
        assert events
        self.log.append(f"ack {tag}")


class Source:
    """The first worker: from each note follows a bell, or its fault."""

    def __init__(self, log: list[str]) -> None:
        self.log = log

    async def handle(self, events: Sequence[Event]) -> Sequence[Event]:
        """All or nothing."""
        if any(text_of(event) == "bad" for event in events):
            raise ValueError("bad")
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
        self._hold, self._ahead = Noting("first.0", self.log), Noting("last.0", [])
        self._tag = 0
        turns, metrics = Turns(), BusMetrics()
        self.feeder = Feeder(
            FIRST,
            Source(self.log),
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
        self.inbox.push(Delivery(self._hold, self._tag, pack([encode(note(text))]), redelivered=False))

    async def has(self, what: str) -> None:
        """Wait until the log ends so."""
        async with asyncio.timeout(5):
            while not self.log or self.log[-1] != what:
                await asyncio.sleep(0.001)

    async def _publish(self, events: Sequence[Event]) -> None:
        await asyncio.sleep(0)
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
