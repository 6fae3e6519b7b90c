"""When the router asks whether something was decided already."""

from datetime import UTC, datetime, timedelta

import pytest

from hub.model import new_id
from hub.routing import memory
from hub.routing.memory import SKEW, Memory

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def test_what_was_accepted_before_the_fence_was_taken_is_doubted() -> None:
    known = Memory()
    known.doubt(NOW)
    assert known.doubts({new_id(): NOW - SECOND})
    assert known.doubts({new_id(): NOW + SKEW}), "a clock may be a little ahead"
    assert not known.doubts({new_id(): NOW + SKEW + SECOND})
    assert known.doubts({new_id(): NOW + SKEW + SECOND, new_id(): NOW}), "one of them is enough"


def test_what_was_decided_here_is_known_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "MOST", 3)
    known = Memory()
    causes = [new_id() for _ in range(5)]
    known.keep(causes)
    assert [known.doubts({cause: NOW}) for cause in causes] == [False, False, True, True, True], "the last three"
