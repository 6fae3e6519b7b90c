from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from hub.bus.spreading import shares

LANES = [f"notes.{number}" for number in range(4)]
MEMBERS = st.lists(st.text(min_size=1, max_size=8), unique=True, min_size=1, max_size=9)


@given(members=MEMBERS, lanes=st.integers(1, 12))
def test_every_lane_has_one_holder_and_no_two_members_differ_by_more_than_one(members: list[str], lanes: int) -> None:
    names = [f"w.{number}" for number in range(lanes)]
    held = shares(names, members)
    assert set(held) == set(names)
    load = Counter(held.values())
    loads = [load[member] for member in members]
    assert max(loads) - min(loads) <= 1


@given(members=MEMBERS)
def test_every_member_computes_the_same(members: list[str]) -> None:
    assert shares(LANES, members) == shares(LANES, list(reversed(members)))


def test_nobody_holds_nothing() -> None:
    assert shares(LANES, []) == {}
