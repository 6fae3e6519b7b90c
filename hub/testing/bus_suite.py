"""What every bus must do. A test module subclasses ``BusSuite`` and gives the fixture ``bench``.

Nothing here knows how a transport works; what one alone can do has its tests beside the others.
"""
# ruff: noqa: S101, D102, ASYNC110 -- assert is how pytest speaks, a test's name says what it shows, and it may poll

import asyncio
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from random import Random
from uuid import UUID

import pytest

from hub.bus import store
from hub.bus.contract import Bus
from hub.bus.metrics import BusMetrics
from hub.errors import DependencyAway, FencedOut, StoreAway, WorkerBroken
from hub.events import AgentsChanged, ConversationDue, Event, NoteWritten, first
from hub.model import new_id
from hub.store import Store
from hub.worker import Handler, Worker

PATIENCE = 20.0


def note(text: str, key: str = "k") -> Event:
    """An event of the type ``NoteWritten`` in the shard of ``key``."""
    now = datetime.now(UTC)
    data = NoteWritten(conversation_id=UUID(int=1), agent_id=None, accepted_at=now, text=text)
    return first(new_id(), data, source="test", subject=key, time=now, partitionkey=key)


def text_of(event: Event) -> str:
    """What ``note`` put in."""
    assert isinstance(event.data, NoteWritten)
    return event.data.text


async def eventually(true: Callable[[], bool], within: float = PATIENCE) -> None:
    """Wait until it is so. Raises ``TimeoutError``."""
    async with asyncio.timeout(within):
        while not true():
            await asyncio.sleep(0.005)


class Recorder:
    """A handler that writes down what it did; ``fault`` says per event what goes wrong instead."""

    def __init__(self, fault: Callable[[Event], BaseException | None] = lambda _: None) -> None:
        self.fault = fault
        self.done: list[Event] = []
        self.calls: list[list[str]] = []
        self.follow: list[Event] = []

    async def handle(self, events: Sequence[Event]) -> Sequence[Event]:
        """All or nothing, as a transaction would."""
        self.calls.append([text_of(event) for event in events])
        for event in events:
            if (fault := self.fault(event)) is not None:
                raise fault
        self.done.extend(events)
        return self.follow

    @property
    def texts(self) -> list[str]:
        """What was done, each once, in order."""
        return list(dict.fromkeys(text_of(event) for event in self.done))


class Chained(Recorder):
    """From each note follows a bell that names it."""

    async def handle(self, events: Sequence[Event]) -> Sequence[Event]:
        await super().handle(events)
        return [
            event.follow(
                "bell",
                ConversationDue(conversation_id=event.id, at=event.time),
                subject="x",
                partitionkey="x",
                source="test",
            )
            for event in events
        ]


class End:
    """Takes the bells of ``Chained``; by ``chance`` it cannot take several at once, or another process can."""

    def __init__(self, *, chance: float) -> None:
        self.seen: list[UUID] = []
        self.sooner = 0
        """How often it had seen more than the broker had confirmed."""
        self._chance, self._random, self._published = chance, Random(1), 0  # noqa: S311 - the same in every run

    def published(self, lane: str, events: int, _: float) -> None:
        """As the metric says."""
        self._published += events if lane == "last.0" else 0

    async def handle(self, events: Sequence[Event]) -> Sequence[Event]:
        """All or nothing."""
        one = self._random.random()
        if one < self._chance / 10:
            raise FencedOut("another one")
        if one < self._chance and len(events) > 1:
            raise ValueError("not now")
        self.seen += [event.data.conversation_id for event in events if isinstance(event.data, ConversationDue)]
        self.sooner += len(self.seen) > self._published
        return ()


class Ticker:
    """A handler that only ticks."""

    def __init__(self) -> None:
        self.ticks = 0

    async def tick(self) -> Sequence[Event]:
        """Count."""
        self.ticks += 1
        return ()


class Bench(ABC):
    """What a transport gives the suite: buses over one broker and one database."""

    database: Store

    @abstractmethod
    async def bus(self, *workers: Worker, metrics: BusMetrics | None = None) -> Bus:
        """A new member, started."""

    @abstractmethod
    async def kill(self, bus: Bus) -> None:
        """Take it away at once, as ``kill -9`` would, as far as the broker can tell."""

    @abstractmethod
    async def put(self, lane: str, body: bytes) -> None:
        """Put bytes into a lane as they are."""

    async def dead(self) -> list[store.DeadEvent]:
        """The dead events."""
        async with self.database.reading() as tx:
            return await store.dead(tx)


def worker(name: str = "notes", *, shards: int = 2, batch: int = 50, every: float | None = None) -> Worker:
    """A worker that takes notes. What it builds is given to ``run`` instead."""
    return Worker(name=name, build=_unused, takes=(NoteWritten,), shards=shards, batch=batch, every=every)


def _unused(_: object) -> Handler:
    raise NotImplementedError


@asynccontextmanager
async def running(bus: Bus, what: Worker, handler: object) -> AsyncIterator[asyncio.Task[None]]:
    """``bus.run`` beside the block."""
    task = asyncio.create_task(bus.run(what, handler))  # type: ignore[arg-type]  # tick-only handlers as well
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.wait({task})


class BusSuite:
    """The promises of ``hub.bus.contract``."""

    async def test_events_of_one_key_keep_their_order(self, bench: Bench) -> None:
        bus, seen = await bench.bus(worker()), Recorder()
        async with running(bus, worker(), seen):
            for number in range(60):
                await bus.publish([note(f"{key}{number}", key) for key in "abc"])
            await eventually(lambda: len(seen.texts) == 180)
        for key in "abc":
            assert [text for text in seen.texts if text[0] == key] == [f"{key}{number}" for number in range(60)]

    async def test_what_is_published_outlives_the_bus(self, bench: Bench) -> None:
        bus = await bench.bus(worker())
        await bus.publish([note("kept")])
        await bench.kill(bus)
        bus, seen = await bench.bus(worker()), Recorder()
        async with running(bus, worker(), seen):
            await eventually(lambda: seen.texts == ["kept"])

    async def test_a_batch_whose_holder_dies_comes_again_in_order(self, bench: Bench) -> None:
        bus, held = await bench.bus(worker()), asyncio.Event()

        class Hangs(Recorder):
            async def handle(self, events: Sequence[Event]) -> Sequence[Event]:
                held.set()
                await asyncio.Event().wait()
                return await super().handle(events)

        await bus.publish([note(str(number)) for number in range(5)])
        async with running(bus, worker(), Hangs()):
            await held.wait()
            await bench.kill(bus)
        bus, seen = await bench.bus(worker()), Recorder()
        async with running(bus, worker(), seen):
            await eventually(lambda: len(seen.texts) == 5)
        assert seen.texts == ["0", "1", "2", "3", "4"]
        assert await bench.dead() == []

    async def test_what_follows_is_confirmed_before_the_ack(self, bench: Bench) -> None:
        log: list[str] = []
        metrics = BusMetrics(
            published=lambda lane, _, __: log.append(f"published {lane}"),
            acked=lambda lane, _: log.append(f"ack {lane}"),
        )
        last = Worker(name="last", build=_unused, takes=(AgentsChanged,), shards=1)
        bus, handler = await bench.bus(worker(shards=1), last, metrics=metrics), Recorder()
        cause = note("cause")
        now = datetime.now(UTC)
        handler.follow = [
            cause.follow("next", AgentsChanged(at=now), subject="x", partitionkey="x", source="test"),
        ]
        async with running(bus, worker(shards=1), handler):
            await bus.publish([cause])
            await eventually(lambda: "ack notes.0" in log)
        assert log == ["published notes.0", "published last.0", "ack notes.0"]

    @pytest.mark.parametrize("faults", [False, True], ids=["all goes well", "much fails"])
    async def test_by_a_shortcut_all_comes_sooner_and_as_it_would_have_come(self, bench: Bench, faults: bool) -> None:  # noqa: FBT001 - a parameter
        last = Worker(name="last", build=_unused, takes=(ConversationDue,), shards=1, shortcut=True)
        end = End(chance=0.3 if faults else 0.0)
        bus = await bench.bus(worker(), last, metrics=BusMetrics(published=end.published))
        notes = [note(f"{key}{number}", key) for number in range(60) for key in "abc"]
        async with running(bus, worker(), Chained()), running(bus, last, end):
            await bus.publish(notes[:1])  # by the broker alone, and all that comes after it has come back sooner
            await eventually(lambda: bool(end.seen))
            for place in range(1, len(notes), 6):
                await bus.publish(notes[place : place + 6])
            await eventually(lambda: len(set(end.seen)) == len(notes))
            async with asyncio.timeout(PATIENCE):
                while sum((await bus.depths()).values()):
                    await asyncio.sleep(0.01)
        for key in "abc":
            wanted = [one.id for one in notes if one.partitionkey == key]
            assert [id_ for id_ in dict.fromkeys(end.seen) if id_ in wanted] == wanted
        assert await bench.dead() == []
        if not faults:
            assert len(end.seen) == len(notes)
            assert end.sooner

    async def test_a_dependency_away_keeps_place_and_order(self, bench: Bench) -> None:
        away = True
        bus = await bench.bus(worker())
        seen = Recorder(lambda event: StoreAway("away") if away and text_of(event) == "1" else None)
        async with running(bus, worker(), seen):
            await bus.publish([note(str(number)) for number in range(3)])
            await eventually(lambda: len(seen.calls) >= 3)
            await bus.publish([note("3")])
            assert seen.texts in ([], ["0"])
            away = False
            await eventually(lambda: len(seen.texts) == 4)
        assert seen.texts == ["0", "1", "2", "3"]
        assert await bench.dead() == []

    async def test_poison_dies_after_three_tries_and_the_others_go_on(self, bench: Bench) -> None:
        bus = await bench.bus(worker())
        seen = Recorder(lambda event: ValueError("secret text") if text_of(event) == "bad" else None)
        events = [note(text) for text in ("0", "1", "bad", "2", "3")]
        async with running(bus, worker(), seen):
            await bus.publish(events)
            await eventually(lambda: len(seen.texts) == 4)
            await bus.publish([note("4")])
            await eventually(lambda: len(seen.texts) == 5)
        assert seen.texts == ["0", "1", "2", "3", "4"]
        assert seen.calls.count(["bad"]) == 3
        (row,) = await bench.dead()
        assert (row.worker, row.event_id, row.type) == ("notes", events[2].id, "note.written.v1")
        assert "ValueError" in row.reason
        assert "secret" not in row.reason

    @pytest.mark.parametrize("batch", [50, 2])  # in the first batch, and deep in a message that takes several
    async def test_poison_that_kills_dies_after_three_deaths_and_takes_nobody_with_it(
        self, bench: Bench, batch: int
    ) -> None:
        deaths, dying, taking = 0, asyncio.Event(), worker(batch=batch)
        done: list[str] = []

        class Dies(Recorder):
            async def handle(self, events: Sequence[Event]) -> Sequence[Event]:
                if any(text_of(event) == "bad" for event in events):
                    dying.set()
                    await asyncio.Event().wait()
                done.extend(text_of(event) for event in events)
                return ()

        bus = await bench.bus(taking)
        await bus.publish([note(text) for text in ("0", "1", "2", "3", "4", "bad", "5", "6")])
        while not await bench.dead():
            assert deaths < 4
            async with running(bus, taking, Dies()):
                while not dying.is_set() and "6" not in done:
                    await asyncio.sleep(0.01)
                if dying.is_set():
                    deaths += 1
                    dying.clear()
                    await bench.kill(bus)
                    bus = await bench.bus(taking)
        assert deaths in {2, 3}  # two where all that is found at the start is suspect
        assert list(dict.fromkeys(done)) == ["0", "1", "2", "3", "4", "5", "6"]
        (row,) = await bench.dead()
        assert "died" in row.reason

    async def test_bytes_that_are_no_event_die_alone(self, bench: Bench) -> None:
        bus, seen = await bench.bus(worker(shards=1)), Recorder()
        unknown = (
            b'{"id":"00000000-0000-0000-0000-000000000007","type":"never.heard.v9","source":"s","subject":"s",'
            b'"time":"2026-01-01T00:00:00Z","data":{},"partitionkey":"k",'
            b'"correlationid":"00000000-0000-0000-0000-000000000007"}'
        )
        await bus.publish([note("before")])
        await bench.put("notes.0", b"\x00\xffnot json")
        await bench.put("notes.0", b"[" + unknown + b",{}]")
        await bus.publish([note("after")])
        async with running(bus, worker(shards=1), seen):
            await eventually(lambda: seen.texts == ["before", "after"])
        rows = await bench.dead()
        assert [row.type for row in rows] == ["unreadable", "never.heard.v9", "unreadable"]
        assert rows[1].event_id == UUID(int=7)
        assert rows[0].body == b"\x00\xffnot json"

    async def test_a_worker_that_fails_on_everything_stops_and_buries_few(
        self, bench: Bench, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("hub.bus.isolation.PAUSES", (0.0, 0.0, 0.0))
        bus, broken = await bench.bus(worker()), Recorder(lambda _: ValueError("all broken"))
        events = [note(str(number)) for number in range(30)]
        await bus.publish(events)
        with pytest.raises(WorkerBroken, match="10 events in a row"):
            await asyncio.wait_for(bus.run(worker(), broken), PATIENCE)
        assert len(await bench.dead()) == 9
        seen = Recorder()
        async with running(bus, worker(), seen):
            await eventually(lambda: len(seen.texts) == 21)
        assert seen.texts == [str(number) for number in range(9, 30)]

    async def test_a_fenced_out_batch_comes_again(self, bench: Bench) -> None:
        faults: list[BaseException] = [FencedOut("another one")]
        bus = await bench.bus(worker())
        seen = Recorder(lambda _: faults.pop() if faults else None)
        async with running(bus, worker(), seen):
            await bus.publish([note(str(number)) for number in range(3)])
            await eventually(lambda: len(seen.texts) == 3)
        assert seen.texts == ["0", "1", "2"]
        assert await bench.dead() == []

    async def test_drain_finishes_the_batch_in_hand(self, bench: Bench) -> None:
        bus, held, go = await bench.bus(worker()), asyncio.Event(), asyncio.Event()

        class Slow(Recorder):
            async def handle(self, events: Sequence[Event]) -> Sequence[Event]:
                held.set()
                await go.wait()
                return await super().handle(events)

        slow = Slow()
        async with running(bus, worker(), slow) as task:
            await bus.publish([note("in hand")])
            await held.wait()
            draining = asyncio.create_task(bus.drain())
            await asyncio.sleep(0.05)
            assert not task.done()
            go.set()
            await asyncio.wait_for(draining, 5)
            await asyncio.wait_for(task, 5)
        assert slow.texts == ["in hand"]
        await bench.kill(bus)
        again, seen = await bench.bus(worker()), Recorder()
        async with running(again, worker(), seen):
            await again.publish([note("later")])
            await eventually(lambda: "later" in seen.texts)
        assert seen.texts == ["later"]

    async def test_drain_gives_up_a_batch_that_only_waits(self, bench: Bench) -> None:
        bus = await bench.bus(worker())
        waits = Recorder(lambda _: DependencyAway("away"))
        async with running(bus, worker(), waits) as task:
            await bus.publish([note("kept")])
            await eventually(lambda: len(waits.calls) > 1)
            await asyncio.wait_for(bus.drain(), 4)
            await asyncio.wait_for(task, 4)
        await bench.kill(bus)
        again, seen = await bench.bus(worker()), Recorder()
        async with running(again, worker(), seen):
            await eventually(lambda: seen.texts == ["kept"])

    async def test_only_one_process_ticks(self, bench: Bench) -> None:
        clock = Worker(name="clock", build=_unused, every=0.05)
        one, two = await bench.bus(worker(), clock), await bench.bus(worker(), clock)
        a, b = Ticker(), Ticker()
        async with running(one, clock, a) as first_task:
            await eventually(lambda: a.ticks > 2)
            async with running(two, clock, b):
                await asyncio.sleep(0.5)
                assert b.ticks == 0
                first_task.cancel()
                await eventually(lambda: b.ticks > 2, within=5)

    async def test_ticks_never_meet_a_batch_and_what_they_return_is_published(self, bench: Bench) -> None:
        inside = 0

        class Both(Recorder):
            ticks = 0

            async def handle(self, events: Sequence[Event]) -> Sequence[Event]:
                nonlocal inside
                inside += 1
                await asyncio.sleep(0.03)
                inside -= 1
                return await super().handle(events)

            async def tick(self) -> Sequence[Event]:
                assert not inside
                self.ticks += 1
                return [note(f"tick {self.ticks}")] if self.ticks < 3 else []

        bus, both = await bench.bus(worker(every=0.02)), Both()
        async with running(bus, worker(every=0.02), both):
            await bus.publish([note("event")])
            await eventually(lambda: len(both.texts) == 3 and both.ticks > 4)
        assert set(both.texts) == {"event", "tick 1", "tick 2"}

    async def test_a_thousand_at_once_travel_together(self, bench: Bench) -> None:
        sent: list[int] = []
        metrics = BusMetrics(published=lambda _, events, __: sent.append(events))
        bus, seen = await bench.bus(worker(), metrics=metrics), Recorder()
        await asyncio.gather(*(bus.publish([note(str(number), str(number % 7))]) for number in range(1000)))
        assert sum(sent) == 1000
        assert len(sent) <= 20
        async with running(bus, worker(), seen):
            await eventually(lambda: len(seen.texts) == 1000)
        for key in range(7):
            mine = [int(text) for text in seen.texts if int(text) % 7 == key]
            assert mine == sorted(mine)

    async def test_a_bell_rings_and_is_nobodys_trouble(self, bench: Bench) -> None:
        bus, seen = await bench.bus(worker()), Recorder()
        now = datetime.now(UTC)
        nobody = ConversationDue(conversation_id=UUID(int=1), at=now)
        bus.ring([first(new_id(), nobody, source="test", subject="x", time=now, partitionkey="x")])
        bus.ring([note("bell")])
        async with running(bus, worker(), seen):
            await eventually(lambda: seen.texts == ["bell"])
        await bench.kill(bus)
        bus.ring([note("lost")])

    async def test_depths_count_what_waits(self, bench: Bench) -> None:
        bus = await bench.bus(worker())
        await bus.publish([note("one", "a")])
        depths = await bus.depths()
        assert sorted(depths) == ["notes.0", "notes.1"]
        assert sum(depths.values()) == 1
        assert bus.state().ready
