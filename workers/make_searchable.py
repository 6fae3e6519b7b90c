"""make_searchable: what was recorded can be found by its words, some seconds later.

Beside the way of a message, which pays nothing for it, and never much at once: while more comes than it makes it falls
behind, and catches up later. Its place is a row, moved with what it made, so it begins where whoever had it ended.
"""

import asyncio
from collections.abc import Sequence
from datetime import datetime

import structlog

from hub.bootstrap import Parts
from hub.events import Event
from hub.history.searching import store as searching
from hub.profile import store as profile
from hub.worker import Worker

log = structlog.get_logger(__name__)

AT_ONCE, REST = 25, 0.02
"""Interactions in one step, and seconds between two: a step keeps a core for some milliseconds, while messages come."""
STEPS = 20
"""Steps in a second."""
NAMES = 100
"""Names in a second, that were there before their words were kept."""


class MakeSearchable:
    """Looks once a second. Held by one process at a time."""

    def __init__(self, parts: Parts) -> None:
        self._store = parts.store

    async def tick(self) -> Sequence[Event]:
        """Go on from where it ended, in small transactions. Nothing follows."""
        async with self._store.reading() as tx:
            await profile.fold_names(tx, at_most=NAMES)
            until = await searching.settled(tx)
        for _ in range(STEPS):
            place = await self._step(until)
            if place is None or place.recorded_at >= until:
                break
            await asyncio.sleep(REST)
        return ()

    async def _step(self, until: datetime) -> searching.Place | None:
        async with self._store.transaction() as tx:
            place = await searching.place(tx)
            if place is None or place.recorded_at >= until:
                return place
            return await searching.make(tx, place, until, most=AT_ONCE)


WORKER = Worker(name="make_searchable", build=MakeSearchable, every=1.0)
