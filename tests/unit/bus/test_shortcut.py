"""The shortcut between two workers of one process: order, once, and nothing lost, whatever happens in between."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import count
from uuid import UUID

import pytest
from hypothesis import example, given, settings
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
    """Each look at the clock is a second later than the one before."""
    monkeypatch.setattr(shortcut, "monotonic", lambda: float(next(_ticks)))
    monkeypatch.setattr(shortcut, "LAG", 10_000.0)


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
        self._events: list[Event] = []
        self._queue: list[tuple[Event, bool]] = []
        self._owed: list[Event] = []
        self._unacked: dict[int, Event] = {}
        self._held: list[Item] | None = None
        self._tags = count(1)
        self._hold, self._source = Hold("last.0"), Hold("first.0")
        self._ours = True

    def ours(self, events: int, *, alone: bool = False) -> None:
        """We record some and publish them, together or after they were taken one by one."""
        made = [event() for _ in range(events)]
        self.recorded += [one.id for one in made]
        self._events += made
        self._publish(made, alone=alone)

    def again(self, place: int, *, redelivered: bool = False) -> None:
        """What caused one comes again, and it is published once more."""
        if self._events:
            self.disturbed = True
            self._publish([self._events[place % len(self._events)]], redelivered=redelivered)

    def found(self, one: Event) -> None:
        """Another process published this, and it is taken by us all the same."""
        self._queue.append((one, False))

    def gives(self, one: Event) -> None:
        """We are about to publish this."""
        self.shortcuts.give([one], [Item(Delivery(self._source, 1, b"", redelivered=False), b"", last=True)])

    def unpublished(self) -> None:
        """What we owe is given up."""
        self._owed.clear()

    def _publish(self, made: list[Event], *, alone: bool = False, redelivered: bool = False) -> None:
        if not self._ours:
            self._ours, self._source = True, Hold("first.0")
        waiting = self.inbox.waiting()
        if alone:
            self.shortcuts.publishes(made)
            owed = False
        else:
            cause = Delivery(self._source, 1, b"", redelivered=redelivered)
            owed = self.shortcuts.give(made, [Item(cause, b"", last=True)])
        self.given += self.inbox.waiting() > waiting
        if owed:
            self._owed += made
        else:
            self.settle()
            self._queue += [(one, False) for one in made]

    def settle(self) -> None:
        """What was given is published."""
        self._queue += [(one, False) for one in self._owed]
        self._owed.clear()

    def theirs(self) -> None:
        """Another process takes the first lane over, records one and publishes it."""
        self.settle()  # before we let go of a lane
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

    def hold(self, most: int) -> None:
        """A batch is taken, and takes its time."""
        if self._held is None:
            self._held = self.inbox.take(most)
            self._fresh = self.shortcuts.fresh(self._held)

    def end(self, *, well: bool = True) -> None:
        """The batch in hand ends."""
        if self._held is None:
            return
        items, self._held = self._held, None
        self.disturbed |= not well
        done = self._fresh if well else self.shortcuts.forget(items)
        self.handled += [one.event.id for one in done if one.event is not None]
        for one in items:
            self._unacked.pop(one.delivery.tag, None)

    def take(self, most: int, *, well: bool = True) -> None:
        """A batch, as a feeder takes it."""
        self.end()
        self.hold(most)
        self.end(well=well)

    def lose(self) -> None:
        """The hold on the queue is lost and taken anew: what was not acked comes again, in its place."""
        self.end()
        self._hold.open, self._hold.lost = False, True
        self._queue = [(one, True) for one in self._unacked.values()] + self._queue
        self._unacked.clear()
        self._hold = Hold("last.0")
        self._hold.suspects = 10
        self.disturbed = True

    def finish(self) -> None:
        """Everything comes and goes well."""
        self.end()
        self.settle()
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
    world.settle()
    world.lose()
    world.bring(1)
    world.take(1)
    world.ours(1)
    world.finish()
    assert world.handled == world.recorded


def test_what_was_given_over_a_hold_that_is_lost_is_taken_from_the_next(world: World) -> None:
    opens(world)
    world.ours(2)
    world.settle()
    world.bring(2)
    world.lose()
    world.finish()
    assert world.handled == world.recorded


def test_of_what_was_given_the_rest_is_not_lost_with_the_hold(world: World) -> None:
    opens(world)
    world.ours(3)
    world.settle()
    world.take(1)
    world.lose()
    world.finish()
    assert list(dict.fromkeys(world.handled)) == world.recorded


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


def test_an_older_copy_of_what_comes_again_opens_nothing(world: World) -> None:
    world.ours(1)
    world.ours(1)
    world.again(0)
    world.bring(1)
    world.take(1)
    world.ours(1)
    assert world.given == 0
    world.finish()
    assert world.handled[:3] == [world.recorded[0], world.recorded[1], world.recorded[0]]


def test_what_follows_from_what_was_redelivered_opens_nothing(world: World) -> None:
    """Its first holder may have published it, and that copy comes first."""
    one = event()
    cause = Item(Delivery(Hold("first.0"), 1, b"", redelivered=True), b"", last=True)
    world.shortcuts.give([one], [cause])
    world.found(one)
    world.bring(1)
    world.take(1)
    world.ours(1)
    assert world.given == 0
    world.finish()
    world.ours(1)
    assert world.given == 1


def test_all_that_was_given_is_forgotten_also_what_was_given_twice(world: World) -> None:
    opens(world)
    world.ours(1)
    world.hold(1)
    world.ours(1)
    world.again(2)
    world.again(2)
    world.end(well=False)
    world.take(10)
    assert world.handled == world.recorded[:1]
    world.finish()
    assert list(dict.fromkeys(world.handled)) == world.recorded


def test_a_queue_that_falls_behind_closes_it(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    opens(world)
    world.ours(1)
    monkeypatch.setattr(shortcut, "LAG", 0.0)
    world.ours(1)
    assert world.given == 1
    monkeypatch.setattr(shortcut, "LAG", 10_000.0)
    world.finish()
    world.ours(1)
    assert world.given == 2
    world.finish()
    assert world.handled == world.recorded


def test_what_was_never_published_keeps_it_closed_no_longer_than_the_next(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    opens(world)
    world.ours(1)
    world.unpublished()
    world.take(1)
    monkeypatch.setattr(shortcut, "LAG", 0.0)
    world.ours(1)
    world.finish()
    world.ours(1)
    assert world.given == 2


def test_a_copy_that_comes_before_what_is_given_is_taken_in_its_place(world: World) -> None:
    opens(world)
    one, two = event(), event()
    for each in (one, two):
        world.found(each)
    world.bring(2)
    world.gives(one)
    world.take(10)
    assert world.handled[-3:] == [one.id, two.id, one.id]


def test_it_ends_with_its_worker() -> None:
    with opened() as world:
        opens(world)
    world.ours(1)
    assert world.given == 0


_STEPS = ("ours", "alone", "theirs", "bring", "take", "fail", "lose", "again", "settle", "hold", "end")
_steps = st.lists(st.tuples(st.sampled_from(_STEPS), st.integers(1, 5)), max_size=60)


@settings(max_examples=600, deadline=None)
@given(steps=_steps)
@example(steps=[("ours", 3), ("take", 1), ("lose", 1)])
def test_whatever_happens_all_is_handled_in_the_order_in_which_it_was_recorded(steps: list[tuple[str, int]]) -> None:
    with opened() as world:
        opens(world)
        can: dict[str, Callable[[int], None]] = {
            "ours": world.ours,
            "alone": lambda number: world.ours(number, alone=True),
            "theirs": lambda _: world.theirs(),
            "bring": world.bring,
            "take": world.take,
            "fail": lambda number: world.take(number, well=False),
            "lose": lambda _: world.lose(),
            "again": lambda number: world.again(number, redelivered=number > 3),
            "settle": lambda _: world.settle(),
            "hold": world.hold,
            "end": lambda _: world.end(),
        }
        for what, number in steps:
            can[what](number)
        world.finish()
        assert list(dict.fromkeys(world.handled)) == world.recorded
        assert world.disturbed or world.handled == world.recorded  # and once
