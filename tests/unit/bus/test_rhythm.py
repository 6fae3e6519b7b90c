"""How far apart a worker's batches begin."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.bus.rhythm import LONGEST, THICK, Rhythm

LINGER, MOST = 0.005, 200


def after(events: int, now: float, *, messages: int = 10, waiting: int = 1) -> float:
    """The pause at ``now`` behind a batch of so many that began at 100."""
    rhythm = Rhythm(LINGER, MOST)
    rhythm.begins(100.0, events, messages)
    return rhythm.pause(now, waiting)


def until_it_begins(events: int, waiting: int) -> float:
    """How long all pauses together last while so many messages wait."""
    now = 100.0
    while (pause := after(events, now, waiting=waiting)) > 1e-9:
        now += pause
    return now - 100.0


def test_who_comes_alone_waits_for_nobody() -> None:
    """The first of all, and whoever comes when the last batch is long over."""
    assert Rhythm(LINGER, MOST).pause(0.0, 1) == 0
    assert after(MOST - 1, 100.0 + LONGEST * LINGER) == 0


@pytest.mark.parametrize("few", [0, 1, THICK])
def test_few_wait_only_the_usual_pause(few: int) -> None:
    """At a modest rate nobody is late for the sake of gathering."""
    assert until_it_begins(few, waiting=1) == pytest.approx(LINGER)
    assert after(few, 100.004) == pytest.approx(0.001)


def test_what_comes_thick_waits_for_more_of_it() -> None:
    """The more there were, the longer, up to a bound."""
    assert until_it_begins(2 * THICK, waiting=1) == pytest.approx(2 * LINGER)
    assert until_it_begins(50 * THICK, waiting=1) == pytest.approx(LONGEST * LINGER)


def test_as_many_as_the_last_batch_had_do_not_wait_for_more() -> None:
    """Of a backlog the broker hands out so many ahead, and no more however long one waits."""
    assert until_it_begins(50, waiting=10) == pytest.approx(LINGER)
    assert after(50, 100.0 + 2 * LINGER, waiting=9) > 0


def test_behind_a_full_batch_nobody_waits() -> None:
    """There is more of it already."""
    assert after(MOST, 100.0) == 0


@given(events=st.integers(0, MOST - 1), more=st.integers(0, 50), late=st.floats(0, 1), waiting=st.integers(0, 50))
def test_looks_again_at_least_once_a_linger_and_the_later_with_more(
    events: int, more: int, late: float, waiting: int
) -> None:
    """Whatever happens."""
    pause = after(events, 100.0 + late, waiting=waiting)
    assert 0 <= pause <= LINGER + 1e-9
    assert after(min(events + more, MOST - 1), 100.0 + late, waiting=waiting) >= pause
    assert after(events, 100.0 + LONGEST * LINGER, waiting=waiting) == 0
