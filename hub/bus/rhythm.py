"""How far apart a worker's batches begin: what comes alone is taken at once, what comes thick comes together.

A commit, a confirm and an ack cost the same for one event as for fifty, and so does waking up among other processes.
"""

THICK = 3
"""Events in one batch from which on the pause to the next is the longer, the more they were."""
LONGEST = 5
"""Times the worker's ``linger``."""


class Rhythm:
    """The rhythm of one loop. ``linger`` in seconds, between batches of few events; ``most`` is a full batch."""

    def __init__(self, linger: float, most: int) -> None:
        self._linger, self._most = linger, most
        self._began, self._events = float("-inf"), 0

    def begins(self, now: float, events: int) -> None:
        """A batch of so many begins."""
        self._began, self._events = now, events

    def pause(self, now: float) -> float:
        """Seconds until the next one is to begin; none behind a full one, for more of it is there."""
        if self._events >= self._most:
            return 0.0
        return max(0.0, self._began + self._linger * min(LONGEST, max(1.0, self._events / THICK)) - now)
