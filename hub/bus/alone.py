"""Of the processes on one database, one may work with the embedded bus or the embedded Redis.

The readers of two would know nothing of each other, nor would their desks.
"""

import asyncio

import structlog

from hub.bus import store
from hub.errors import BusInUse, StoreAway
from hub.waiting import rung

LOOK = 2.0
"""Seconds between two looks at whether the lock is still ours."""
MEND = "end it, or set HUB_AMQP_URL (RabbitMQ) and HUB_REDIS_URL, with which several processes share the work"

log = structlog.get_logger()


class Alone:
    """The lock of the embedded bus on the database at ``url``. ``name`` says to others who holds it."""

    def __init__(self, url: str, name: str) -> None:
        self._url, self._name = url, name
        self._lock: store.BusLock | None = None

    async def take(self) -> None:
        """Take it. Raises ``BusInUse`` with the holder's name, or ``StoreAway``."""
        lock = await store.bus_lock(self._url, self._name)
        try:
            holder = await lock.take()
        except StoreAway:
            lock.end()
            raise
        if holder is not None:
            lock.end()
            message = f"{holder} works on this database already, with a broker or Redis of its own; {MEND}"
            raise BusInUse(message)
        self._lock = lock

    async def keep(self, stopping: asyncio.Event) -> None:
        """Hold it, also when the server was restarted; ``end`` lets go. Raises ``BusInUse`` if another has it."""
        while not await rung(stopping, LOOK):
            try:
                await self._look()
            except StoreAway as error:
                log.debug("bus_lock_waits", error=str(error))

    async def _look(self) -> None:
        if self._lock is None:
            await self.take()
        elif not await self._lock.held():
            self.end()
            await self.take()

    def end(self) -> None:
        """Let go of it."""
        if self._lock is not None:
            self._lock.end()
            self._lock = None
