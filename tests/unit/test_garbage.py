"""What is there to stay is not looked through again, and nothing else is spared for good."""

import gc
import weakref
from collections.abc import Iterator

import pytest

from hub import garbage


class Ring:
    """Refers to itself: only the collector can free it."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture(autouse=True)
def collector_as_before() -> Iterator[None]:
    thresholds = gc.get_threshold()
    yield
    gc.unfreeze()
    gc.set_threshold(*thresholds)


def walked(one: object) -> bool:
    return any(other is one for other in gc.get_objects())


def test_what_lives_is_not_looked_through_again() -> None:
    stays, frozen = Ring(), gc.get_freeze_count()
    assert walked(stays)
    garbage.spare()
    assert gc.get_freeze_count() > frozen
    assert not walked(stays)
    assert gc.get_threshold()[0] == garbage.YOUNG


def test_what_became_garbage_before_is_gone_and_what_does_after_is_still_found() -> None:
    before = weakref.ref(Ring())
    garbage.spare()
    assert before() is None
    after = weakref.ref(Ring())
    gc.collect()
    assert after() is None


def test_what_was_spared_and_is_garbage_now_goes_with_the_next_time() -> None:
    one = Ring()
    stays = weakref.ref(one)
    garbage.spare()
    del one
    gc.collect()
    assert stays() is not None, "it is not looked at"
    garbage.spare()
    assert stays() is None
