"""Waiting for what became of what was published, so that a caller reads her own writes.

Woken by the hint whose cause is the event; a lost hint costs no more than the next look into PostgreSQL.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar
from uuid import UUID

from hub.live import Hint
from hub.waiting import rung

T = TypeVar("T")

PATIENCE = 2.0
"""Seconds a handler waits for an outcome before it answers 202."""
LOOKS = (0.025, 0.05, 0.1, 0.2)
"""Seconds between looks; the last one goes on."""


class Outcomes:
    """Who waits in this process for which event."""

    def __init__(self, *, patience: float = PATIENCE) -> None:
        self.patience = patience
        self._waiting: dict[UUID, list[asyncio.Event]] = {}

    def heard(self, hints: Sequence[Hint]) -> None:
        """Wake whoever waits for the causes of these."""
        if not self._waiting:
            return
        for hint in hints:
            if hint.cause is not None:
                for bell in self._waiting.get(hint.cause, ()):
                    bell.set()

    async def of(self, event_id: UUID, look: Callable[[], Awaitable[T | None]]) -> T | None:
        """What ``look`` finds within the patience, or nothing."""
        with self._bell(event_id) as bell:
            looks = iter(LOOKS)
            pause = next(looks)
            loop = asyncio.get_running_loop()
            end = loop.time() + self.patience
            while (found := await look()) is None:
                left = end - loop.time()
                if left <= 0:
                    return None
                await rung(bell, min(pause, left))
                bell.clear()
                pause = next(looks, LOOKS[-1])
        return found

    @contextmanager
    def _bell(self, event_id: UUID) -> Iterator[asyncio.Event]:
        bell = asyncio.Event()
        bells = self._waiting.setdefault(event_id, [])
        bells.append(bell)
        try:
            yield bell
        finally:
            bells.remove(bell)
            if not bells:
                self._waiting.pop(event_id, None)
