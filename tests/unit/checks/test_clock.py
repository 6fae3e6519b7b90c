"""What `hub doctor` says of two machines' clocks."""

from datetime import timedelta

import pytest

from hub.checks.findings import Mark
from hub.checks.services import clock


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize(
    ("seconds", "mark"), [(0, Mark.GOOD), (0.9, Mark.GOOD), (1, Mark.WORTH), (9.9, Mark.WORTH), (10, Mark.BAD)]
)
def test_a_clock_that_is_off(seconds: float, sign: int, mark: Mark) -> None:
    found = clock(timedelta(seconds=sign * seconds))
    assert found.mark is mark
    assert mark is Mark.GOOD or ("ahead" if sign > 0 else "behind") in found.text
