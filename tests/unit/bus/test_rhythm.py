"""How far apart a worker's batches begin."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.bus.rhythm import LONGEST, THICK, Rhythm

LINGER, MOST = 0.005, 200


def after(events: int, now: float) -> float:
    """The pause at ``now`` behind a batch of so many that began at 100."""
    rhythm = Rhythm(LINGER, MOST)
    rhythm.begins(100.0, events)
    return rhythm.pause(now)


def test_who_comes_alone_waits_for_nobody() -> None:
    """The first of all, and whoever comes when the last batch is long over."""
    assert Rhythm(LINGER, MOST).pause(0.0) == 0
    assert after(MOST - 1, 100.0 + LONGEST * LINGER) == 0


@pytest.mark.parametrize("few", [0, 1, THICK])
def test_few_wait_only_the_usual_pause(few: int) -> None:
    """At a modest rate nobody is late for the sake of gathering."""
    assert after(few, 100.0) == pytest.approx(LINGER)
    assert after(few, 100.004) == pytest.approx(0.001)


def test_what_comes_thick_waits_for_more_of_it() -> None:
    """The more there were, the longer, up to a bound."""
    assert after(2 * THICK, 100.0) == pytest.approx(2 * LINGER)
    assert after(50 * THICK, 100.0) == pytest.approx(LONGEST * LINGER)


def test_behind_a_full_batch_nobody_waits() -> None:
    """There is more of it already."""
    assert after(MOST, 100.0) == 0


@given(events=st.integers(0, MOST - 1), more=st.integers(0, 50), late=st.floats(0, 1))
def test_never_negative_never_beyond_the_bound_and_longer_with_more(events: int, more: int, late: float) -> None:
    """Whatever happens."""
    pause = after(events, 100.0 + late)
    assert 0 <= pause <= LONGEST * LINGER + 1e-9
    assert after(min(events + more, MOST - 1), 100.0 + late) >= pause
