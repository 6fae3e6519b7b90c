"""The shortcut between two workers of one process: order, once, and nothing lost, whatever happens in between."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import count
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.bus import shortcut
from hub.bus.contract import Topology
from hub.bus.inbox import Delivery, Inbox, Item
from hub.bus.shortcut import MOST_WAITING, Shortcuts
from hub.events import AgentsChanged, Event, encode, first, pack
from hub.model import new_id
from hub.worker import Handler, Worker

NOW = datetime(2026, 1, 1, tzinfo=UTC)
_ticks = count(1)


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each look at the clock is later than the one before."""
    monkeypatch.setattr(shortcut, "monotonic", lambda: float(next(_ticks)))


class Hold:
    """A grip without a broker."""

    def __init__(self, lane: str) -> None:
        self.lane, self.open, self.lost, self.in_hand, self.suspects = lane, True, False, 0, 0
        self.began = float(next(_ticks))

    async def ack(self, tag: int) -> None:
        """Not asked."""

    async def ack_soon(self, tag: int, events: int) -> None:
        """Not asked."""

    def released(self) -> None:
        """Not asked."""

    async def lose(self) -> None:
        """Let go."""
        self.open, self.lost = False, True


def _unused(_: object) -> Handler:
    raise NotImplementedError


LAST = Worker(name="last", build=_unused, takes=(AgentsChanged,), shards=1, shortcut=True)


def event() -> Event:
    return first(new_id(), AgentsChanged(at=NOW), source="test", subject="x", time=NOW, partitionkey="x")


class World:
    """A queue, the worker behind it, and who publishes to it: we, or another process that holds the first lane."""

    def __init__(self) -> None:
        self.inbox, self.shortcuts = Inbox(), Shortcuts(Topology([LAST]))
        self.recorded: list[UUID] = []
        self.handled: list[UUID] = []
        self.given = 0
        self.disturbed = False
        self._queue: list[tuple[Event, bool]] = []
        self._unacked: dict[int, Event] = {}
        self._tags = count(1)
        self._hold, self._source = Hold("last.0"), Hold("first.0")
        self._ours = True

    def ours(self, events: int, *, alone: bool = False) -> None:
        """We record some and publish them, together or after they were taken one by one."""
        if not self._ours:
            self._ours, self._source = True, Hold("first.0")
        made, waiting = [event() for _ in range(events)], self.inbox.waiting()
        self.recorded += [one.id for one in made]
        if alone:
            self.shortcuts.publishes(made)
        else:
            self.shortcuts.give(made, [Item(Delivery(self._source, 1, b"", redelivered=False), b"", last=True)])
        self.given += self.inbox.waiting() > waiting
        self._queue += [(one, False) for one in made]

    def theirs(self) -> None:
        """Another process takes the first lane over, records one and publishes it."""
        self._ours = False
        one = event()
        self.recorded.append(one.id)
        self._queue.append((one, False))

    def bring(self, messages: int) -> None:
        """The broker hands out the next."""
        for _ in range(min(messages, len(self._queue))):
            (one, again), tag = self._queue.pop(0), next(self._tags)
            self._unacked[tag] = one
            self.inbox.push(Delivery(self._hold, tag, pack([encode(one)]), redelivered=again))

    def take(self, most: int, *, well: bool = True) -> None:
        """A batch, as a feeder takes it."""
        items = self.inbox.take(most)
        fresh = self.shortcuts.fresh(items)
        self.disturbed |= not well
        done = fresh if well else self.shortcuts.forget(items)
        self.handled += [one.event.id for one in done if one.event is not None]
        for one in items:
            self._unacked.pop(one.delivery.tag, None)

    def lose(self) -> None:
        """The hold on the queue is lost and taken anew: what was not acked comes again, in its place."""
        self._hold.open, self._hold.lost = False, True
        self._queue = [(one, True) for one in self._unacked.values()] + self._queue
        self._unacked.clear()
        self._hold = Hold("last.0")
        self._hold.suspects = 10
        self.disturbed = True

    def finish(self) -> None:
        """Everything comes and goes well."""
        while self._queue or self.inbox.waiting():
            self.bring(10)
            self.take(10)


@contextmanager
def opened() -> Iterator[World]:
    """A world whose worker runs."""
    world = World()
    with world.shortcuts.leading_to(LAST, world.inbox):
        yield world


@pytest.fixture
def world() -> Iterator[World]:
    with opened() as one:
        yield one


def opens(world: World) -> None:
    """One has gone by the broker alone and is back."""
    world.ours(1)
    world.bring(1)
    world.take(1)


def test_what_comes_first_goes_by_the_broker(world: World) -> None:
    world.ours(1)
    assert world.given == 0
    world.finish()
    assert world.handled == world.recorded


def test_then_it_is_there_at_once_and_its_copy_is_passed_over(world: World) -> None:
    opens(world)
    world.ours(3)
    assert world.given == 1
    world.take(10)
    assert world.handled == world.recorded
    world.finish()
    assert world.handled == world.recorded


def test_while_something_of_ours_waits_in_the_queue_all_goes_behind_it(world: World) -> None:
    opens(world)
    world.ours(1, alone=True)
    world.ours(1)
    assert world.given == 0
    world.finish()
    world.ours(1)
    assert world.given == 1


def test_what_another_process_published_before_us_comes_first(world: World) -> None:
    opens(world)
    world.theirs()
    world.ours(1)
    assert world.given == 0
    world.finish()
    assert world.handled == world.recorded
    world.ours(1)
    assert world.given == 1


def test_a_new_hold_begins_closed(world: World) -> None:
    opens(world)
    world.ours(3)
    world.lose()
    world.bring(1)
    world.take(1)
    world.ours(1)
    world.finish()
    assert world.handled == world.recorded


def test_what_was_given_over_a_hold_that_is_lost_is_taken_from_the_next(world: World) -> None:
    opens(world)
    world.ours(2)
    world.bring(2)
    world.lose()
    world.finish()
    assert world.handled == world.recorded


def test_what_failed_is_taken_from_the_broker_and_nothing_overtakes_it(world: World) -> None:
    opens(world)
    world.ours(2)
    world.ours(1)
    world.take(2, well=False)
    world.ours(1)
    assert world.handled == world.recorded[:1]
    world.finish()
    assert world.handled == world.recorded


def test_the_broker_holds_what_would_be_too_much(world: World) -> None:
    opens(world)
    for _ in range(MOST_WAITING + 5):
        world.ours(1)
    assert world.given == MOST_WAITING
    world.finish()
    assert world.handled == world.recorded


def test_it_ends_with_its_worker() -> None:
    with opened() as world:
        opens(world)
    world.ours(1)
    assert world.given == 0


_steps = st.lists(
    st.one_of(
        st.tuples(st.just("ours"), st.integers(1, 3)),
        st.tuples(st.just("alone"), st.integers(1, 2)),
        st.tuples(st.just("theirs"), st.just(0)),
        st.tuples(st.just("bring"), st.integers(1, 5)),
        st.tuples(st.just("take"), st.integers(1, 5)),
        st.tuples(st.just("fail"), st.integers(1, 5)),
        st.tuples(st.just("lose"), st.just(0)),
    ),
    max_size=60,
)


@settings(max_examples=600, deadline=None)
@given(steps=_steps)
def test_whatever_happens_all_is_handled_in_the_order_in_which_it_was_recorded(steps: list[tuple[str, int]]) -> None:
    with opened() as world:
        opens(world)
        for what, number in steps:
            match what:
                case "ours" | "alone":
                    world.ours(number, alone=what == "alone")
                case "theirs":
                    world.theirs()
                case "bring":
                    world.bring(number)
                case "take" | "fail":
                    world.take(number, well=what == "take")
                case "lose":
                    world.lose()
        world.finish()
        assert list(dict.fromkeys(world.handled)) == world.recorded
        assert world.disturbed or world.handled == world.recorded  # and once
