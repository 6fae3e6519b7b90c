"""The organisation's day. Pure."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Day:
    """A day from midnight to midnight, in UTC, and when each of its hours begins: 24, but when clocks are changed."""

    starts_at: datetime
    ends_at: datetime
    hours: tuple[datetime, ...]


def day_of(now: datetime, zone: str) -> Day:
    """The day in which ``now`` is, in that zone of IANA's."""
    there = UTC if zone == "UTC" else ZoneInfo(zone)
    date = now.astimezone(there).date()
    begins, ends = (datetime.combine(day, time(), there).astimezone(UTC) for day in (date, date + timedelta(days=1)))
    return Day(begins, ends, tuple(begins + HOUR * n for n in range(-((begins - ends) // HOUR))))
