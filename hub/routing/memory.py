"""Whether an event may have been decided already. Asking the database each time would be a round trip a batch.

Only this process decides since it took the fence. So what was accepted before that may have been decided by another,
what came later only by this one, which remembers its last decisions. Whatever slips through (a clock far behind, an
event forgotten) meets the unique key of its decision: nothing is written, and all that came until then is doubted.
(After a restore the key may let one through that nobody remembers: docs/decisions/0008.)
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from uuid import UUID

SKEW = timedelta(seconds=2)
"""How far the clocks of our machines may be apart without costing anything."""
MOST = 50_000
"""Causes that are remembered."""


class Memory:
    """The causes this process decided last. Until ``doubt`` was called it doubts nothing else."""

    def __init__(self) -> None:
        self._doubted: datetime | None = None
        self._causes: dict[UUID, None] = {}

    def doubt(self, now: datetime) -> None:
        """Somebody else may have decided what was accepted until now."""
        self._doubted = max(now + SKEW, self._doubted or now)

    def doubts(self, accepted: Mapping[UUID, datetime]) -> bool:
        """Whether one of these causes, each with the time it was accepted at, may have been decided."""
        before = self._doubted
        return any(cause in self._causes or (before is not None and at <= before) for cause, at in accepted.items())

    def keep(self, causes: Iterable[UUID]) -> None:
        """These have been decided now."""
        for cause in causes:
            self._causes[cause] = None
        while len(self._causes) > MOST:
            del self._causes[next(iter(self._causes))]
