"""2,000 agents and 20,000 waiting: what one event costs does not grow with them, and memory neither."""

import random
from typing import Any, Never

import pytest

from hub.routing.heap import SMALL, LazyHeap
from hub.routing.plan import Pool
from tests.unit.routing.office import Office, minutes


class Unscannable(dict[Any, Any]):
    """A dict that is looked into, never gone through."""

    def _refuse(self, *_: object) -> Never:
        pytest.fail("all of it was gone through for one event")

    __iter__ = keys = values = items = copy = _refuse


@pytest.fixture
def looks(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many entries of heaps were looked at."""
    count = [0]
    init = LazyHeap.__init__

    def counting(self: LazyHeap[Any], valid: Any) -> None:
        def looked(entry: Any) -> bool:
            count[0] += 1
            return bool(valid(entry))

        init(self, looked)

    monkeypatch.setattr(LazyHeap, "__init__", counting)
    return count


@pytest.fixture
def crowd(looks: list[int]) -> Office:
    """2,000 agents who are full, and 20,000 conversations in line."""
    office = Office()
    for number in range(2000):
        office.hire(f"agent {number}", capacity=15)
    office.seated()
    for _ in range(22_000):
        office.inbound(office.open())
    office.commit()
    assert len(office.board.line) == 20_000
    office.board.seats = Unscannable(office.board.seats)
    office.board.conversations = Unscannable(office.board.conversations)
    office.board.line._waiting = Unscannable(office.board.line._waiting)
    looks[0] = 0
    return office


def end(office: Office) -> None:
    """As the worker ends a batch."""
    changes = office.engine.taken(office.now)
    for one in changes.conversations.values():
        one.stored_version = one.version


def test_one_event_looks_at_a_handful(crowd: Office, looks: list[int]) -> None:
    chosen = random.Random(7).sample(list(crowd.stored.values()), 1000)
    for one in chosen:
        crowd.now += minutes(0.001)
        crowd.inbound(one)
        name = crowd.holder(one)
        crowd.answer(one, name, resolve=True) if name else crowd.note(one)
        crowd.inbound(crowd.open())
        end(crowd)
    assert looks[0] < 20 * len(chosen), (
        "each event may look at a few entries, and a doubled heap is cleaned now and then"
    )


def test_many_full_agents_are_not_asked_one_by_one(crowd: Office, looks: list[int]) -> None:
    crowd.inbound(crowd.open())
    end(crowd)
    assert looks[0] < 10


def test_memory_does_not_grow_with_what_has_passed() -> None:
    office = Office("Mina", "Ali")
    one = office.open()
    for _ in range(3000):
        office.inbound(one)
        office.commit()
        office.answer(one, office.holder(one), resolve=True)
        office.now += minutes(1)
        office.commit()
    assert sum(map(len, office.board.ranking._heaps.values())) <= 2 * SMALL
    assert office.board.conversations == {}

    for seat in office.board.seats.values():
        seat.capacity = dict.fromkeys(Pool, 0)
    office.seated()
    office.inbound(one)
    office.commit()
    office.wait(minutes(10 * 3000))
    assert sum(len(heap) for heaps in office.board.line._heaps.values() for heap in heaps.values()) <= 2 * SMALL


def test_an_agent_who_declined_many_finds_the_next_without_losing_them() -> None:
    office = Office("Mina", "Ali")
    office["Ali"].capacity = dict.fromkeys(Pool, 0)
    office.seated()
    declined = [office.open() for _ in range(5)]
    for one in declined:
        office.inbound(one)
        office.command(one, "decline", by="Mina")
    office.now += minutes(1)
    office.inbound(other := office.open())
    office.commit()
    assert office.holder(other) == "Mina"
    assert len(office.board.line) == 5
