"""A file is asked for again for days, unless it is gone for good."""

from datetime import timedelta
from itertools import takewhile

import pytest

from hub.errors import AddressRefused, FetchDenied, FetchError, FetchFailed, FetchRefused, TooLarge
from hub.media.patience import LONGEST, TRIES, pause


def round_of(error: FetchError, *, first: int = 0) -> list[timedelta]:
    """The pauses of one round, whose first try bears this number."""
    pauses = (pause(first + number, error) for number in range(2 * TRIES))
    return [one for one in takewhile(lambda one: one is not None, pauses) if one is not None]


def test_it_goes_on_for_about_three_days() -> None:
    pauses = round_of(FetchFailed("x"))
    assert pauses[0] < timedelta(seconds=5)
    assert pauses == sorted(pauses)
    assert pauses[-1] == LONGEST
    assert len(pauses) == TRIES - 1
    assert timedelta(days=2, hours=20) < sum(pauses, timedelta()) < timedelta(days=3, hours=4)


@pytest.mark.parametrize("error", [AddressRefused("x"), *(FetchDenied("x", status=one) for one in (401, 403, 404))])
def test_what_may_pass_is_asked_more_slowly_and_as_long(error: FetchError) -> None:
    pauses = round_of(error)
    assert pauses[0] == timedelta(minutes=1)
    assert timedelta(days=3) < sum(pauses, timedelta()) < timedelta(days=4)


@pytest.mark.parametrize(
    "error", [FetchRefused("x"), TooLarge("x"), FetchError("x"), *(FetchDenied("x", status=one) for one in (400, 410))]
)
def test_what_is_final_is_not_asked_again(error: FetchError) -> None:
    assert pause(0, error) is None


def test_the_provider_may_ask_for_more_within_bounds() -> None:
    assert pause(0, FetchFailed("x", retry_after=100.0)) == timedelta(seconds=100)
    assert pause(0, FetchFailed("x", retry_after=1e12)) == LONGEST


def test_a_second_round_is_as_the_first() -> None:
    assert round_of(FetchFailed("x"), first=TRIES) == round_of(FetchFailed("x"))
