"""A clock that goes on by hand, so that no test waits for minutes to pass. Imported by tests only."""

from datetime import UTC, datetime, timedelta

from hub.model import Clock


class HandClock(Clock):
    """Stands at ``at`` and moves by a microsecond with each look, and by as much as it is told."""

    def __init__(self, at: datetime | None = None) -> None:
        super().__init__()
        self._at = at or datetime.now(UTC)

    def now(self) -> datetime:
        """A microsecond after the last answer."""
        self._at += timedelta(microseconds=1)
        return self._at

    def go_on(self, by: timedelta) -> None:
        """Let time pass."""
        self._at += by
