"""Retrying in place while a dependency is away: on a sharded queue nothing may be delayed past its neighbours."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

import structlog

from hub.bus.inbox import Item
from hub.bus.metrics import BusMetrics
from hub.errors import DependencyAway
from hub.waiting import rung

FIRST_PAUSE = 0.05
LONGEST_PAUSE = 2.0

T = TypeVar("T")
log = structlog.get_logger()


class Released(Exception):
    """Nothing of the batch in hand is ours any more, or the bus is draining."""


class Patience:
    """Pauses that double from 50 ms to 2 s; logs once when an outage begins and once when it ends."""

    def __init__(self, worker: str, metrics: BusMetrics) -> None:
        self._worker, self._metrics = worker, metrics
        self._pause = 0.0
        self._began = 0.0
        self._hurry = asyncio.Event()

    @property
    def stopping(self) -> bool:
        """Whether patience has ended for good."""
        return self._hurry.is_set()

    def end(self) -> None:
        """From now on a batch that would have to wait is released."""
        self._hurry.set()

    async def __call__(self, what: Callable[[], Awaitable[T]], items: Sequence[Item]) -> T:
        """Do it, again and again while a dependency is away. Raises ``Released`` when nobody wants it any more."""
        while True:
            try:
                result = await what()
            except DependencyAway as error:
                await self.pause(error, items)
            else:
                self.over()
                return result

    async def pause(self, error: DependencyAway, items: Sequence[Item]) -> None:
        """Wait before the next try. Raises ``Released`` if none of the items is ours any more, or on ``end``."""
        if not self._pause:
            self._began = time.monotonic()
            log.warning("worker_waits", worker=self._worker, error=type(error).__name__, detail=str(error))
        self._metrics.retried(self._worker)
        self._pause = min(max(FIRST_PAUSE, self._pause * 2), LONGEST_PAUSE)
        await self.sleep(self._pause)
        if self.stopping or (items and all(item.delivery.grip.lost for item in items)):
            raise Released from error

    async def sleep(self, seconds: float) -> None:
        """Sleep, but not past ``end``."""
        await rung(self._hurry, seconds)

    def over(self) -> None:
        """It went well."""
        if self._pause:
            log.info("worker_goes_on", worker=self._worker, seconds=round(time.monotonic() - self._began, 1))
            self._pause = 0.0
