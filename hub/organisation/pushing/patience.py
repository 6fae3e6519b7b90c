"""How long a notice is worth sending, and when it is tried again. Pure."""

from datetime import datetime, timedelta

NEWS_LASTS = timedelta(minutes=30)
"""What is older is no news: she will see it when she opens the desk."""
PAUSE = timedelta(minutes=1)
"""Least time between two notices about one conversation."""
FIRST, LONGEST = timedelta(seconds=10), timedelta(minutes=5)


def again(tries: int, *, news: datetime, now: datetime, asked: float | None) -> datetime | None:
    """When to try once more after ``tries`` that failed, at the earliest in ``asked`` seconds; ``None``: never."""
    pause = max(min(FIRST * 2.0 ** (tries - 1), LONGEST), timedelta(seconds=min(asked or 0.0, 86_400.0)))
    return now + pause if now + pause < news + NEWS_LASTS else None
