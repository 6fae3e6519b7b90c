"""Redis being away, said so that a log stays readable: when it goes, once a minute meanwhile, and when it is back."""

import time

import structlog

log = structlog.get_logger(__name__)

MINUTE = 60.0
APART = 10.0
"""Seconds after the last line in which a new failure is not said yet: one that is just back still stumbles."""


class Outage:
    """What of Redis does not work now: asking it, hearing its hints, or both. One outage, whoever notices it."""

    def __init__(self) -> None:
        self._missing: set[str] = set()
        self._since = 0.0
        self._said = float("-inf")
        self._told = False

    def away(self, what: str, reason: str) -> None:
        """``what`` failed just now."""
        now = time.monotonic()
        self._since = self._since if self._missing else now
        self._missing.add(what)
        if now - self._said < (MINUTE if self._told else APART):
            return
        self._said, self._told = now, True
        log.warning("redis_away", what=sorted(self._missing), seconds=round(now - self._since), reason=reason)

    def back(self, *what: str) -> None:
        """These work again. Free when nothing was missing."""
        if not self._missing:
            return
        self._missing.difference_update(what)
        if not self._missing and self._told:
            self._said, self._told = time.monotonic(), False
            log.info("redis_back", seconds=round(self._said - self._since, 1))
