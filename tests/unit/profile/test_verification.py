"""A verification is noted once a day, which spares a write a message."""

from datetime import UTC, datetime, timedelta

import pytest

from hub.profile.store import VERIFICATION_REFRESHED_AFTER, Seen, is_stale

AT = datetime(2026, 3, 21, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("verified", "before", "stale"),
    [
        (True, None, True),
        (True, AT, False),
        (True, AT - VERIFICATION_REFRESHED_AFTER, False),
        (True, AT - VERIFICATION_REFRESHED_AFTER - timedelta(seconds=1), True),
        (True, AT + timedelta(days=9), False),
        (False, None, False),
        (False, AT - timedelta(days=99), False),
    ],
)
def test_only_what_proves_more_is_written(*, verified: bool, before: datetime | None, stale: bool) -> None:
    assert is_stale(Seen("tel:+1", AT, verified), before) == stale
