"""The organisation's day: from its own midnight to the next, in hours that follow each other without a gap."""

import zoneinfo
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.web.today import HOUR, day_of

moments = st.integers(0, 24 * 365 * 67).map(lambda hours: datetime(1971, 1, 1, 0, 59, 59, tzinfo=UTC) + HOUR * hours)
zones = st.sampled_from(sorted(zoneinfo.available_timezones() - {"Factory", "localtime"}))


@pytest.mark.parametrize(
    ("now", "zone", "starts", "hours"),
    [
        ("2026-11-21T20:29:59+00:00", "Asia/Tehran", "2026-11-20T20:30:00+00:00", 24),
        ("2026-11-21T20:30:00+00:00", "Asia/Tehran", "2026-11-21T20:30:00+00:00", 24),
        ("2026-11-21T23:59:59+00:00", "UTC", "2026-11-21T00:00:00+00:00", 24),
        ("2026-03-29T10:00:00+00:00", "Europe/Berlin", "2026-03-28T23:00:00+00:00", 23),
        ("2026-10-25T10:00:00+00:00", "Europe/Berlin", "2026-10-24T22:00:00+00:00", 25),
        # Clocks went from 0:00 to 1:00: that day had no midnight.
        ("2021-03-22T10:00:00+00:00", "Asia/Tehran", "2021-03-21T20:30:00+00:00", 23),
    ],
)
def test_where_a_day_begins_and_how_many_hours_it_has(now: str, zone: str, starts: str, hours: int) -> None:
    day = day_of(datetime.fromisoformat(now), zone)
    assert day.starts_at == datetime.fromisoformat(starts)
    assert len(day.hours) == hours


@given(moments, zones)
def test_every_moment_is_in_its_day_and_days_follow_each_other(now: datetime, zone: str) -> None:
    day = day_of(now, zone)
    assert day.starts_at <= now < day.ends_at
    assert day_of(day.ends_at, zone).starts_at == day.ends_at
    assert day.hours[0] == day.starts_at
    assert all(later - earlier == HOUR for earlier, later in zip(day.hours, day.hours[1:], strict=False))
    assert timedelta() < day.ends_at - day.hours[-1] <= HOUR
