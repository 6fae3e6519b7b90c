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
        self._began, self._events, self._messages = float("-inf"), 0, 0

    def begins(self, now: float, events: int, messages: int) -> None:
        """A batch of so many events begins, which came in so many deliveries."""
        self._began, self._events, self._messages = now, events, messages

    def pause(self, now: float, waiting: int) -> float:
        """Seconds until one is to look again while so many deliveries wait; 0 when the next batch is to begin.

        Behind a full batch nobody waits, for more of it is there. As many as the last batch had wait only the
        usual pause: a broker hands out so many ahead and no more, so waiting longer may bring none.
        """
        if self._events >= self._most:
            return 0.0
        usual = self._began + self._linger - now
        longest = self._began + self._linger * min(LONGEST, max(1.0, self._events / THICK)) - now
        if waiting >= max(1, self._messages):
            return max(0.0, usual)
        return max(0.0, min(longest, self._linger))
