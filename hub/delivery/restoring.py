"""After a restore nothing that may have been sent since the backup is sent again: never silently twice.

Whoever sends looks at the database's print with every new connection, before the first statement on it. Has it changed,
all that was not finished becomes unknown first. It is looked up in the provider's list; standing there makes it what it
is, not standing there proves nothing and it stays unknown, shown, for a person to judge.

A standby that took over is taken for a restore, since what the old server had committed may be missing there, unless
the operator says that commits wait for the standby (``HUB_SYNCHRONOUS_STANDBY``): then nothing is.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime

import structlog

from hub.delivery import outcomes
from hub.delivery.store import restored
from hub.delivery.store.restored import Print, Restore
from hub.errors import StoreAway
from hub.store import Store, Transaction

log = structlog.get_logger(__name__)

_TELLS = {
    "server": "it is on another server",
    "database": "it is another database than it was",
    "tables": "its tables were made anew, as pg_restore does",
    "timeline": "its server went on from a backup, or a standby took over",
}

_NOT_KNOWN = {restored.NOT_KNOWN, None}


def changes(now: Print, noted: Print | None) -> list[str]:
    """The parts that are not as they were noted. One that either role could not ask for is no change."""
    if noted is None:
        return []
    parts = zip(Print._fields, now, noted, strict=True)
    return [name for name, is_, was in parts if is_ != was and not {is_, was} & _NOT_KNOWN]


def learns(now: Print, noted: Print | None) -> bool:
    """Whether a part is known now that nobody could note before."""
    return noted is None or any(
        was in _NOT_KNOWN and is_ not in _NOT_KNOWN for is_, was in zip(now, noted, strict=True)
    )


def told(changed: list[str]) -> str:
    """Why it seems restored, in words."""
    return ", ".join(_TELLS[name] for name in changed)


class Watch:
    """One process's eye on whether its database was restored. ``now`` gives the time in UTC."""

    def __init__(self, url: str, *, synchronous_standby: bool, now: Callable[[], datetime]) -> None:
        self._url, self._standby, self._now = url, synchronous_standby, now
        self._settling: asyncio.Task[None] | None = None

    async def look(self) -> None:
        """Settle a restore, however long that takes. At the start, before anything else is asked."""
        store = Store(self._url, size=1)
        try:
            async with store.transaction() as tx:
                await restored.alone(tx)
                await self._settle(tx)
        finally:
            await store.aclose()

    async def greet(self, connection: Transaction) -> None:
        """For each new connection. Raises ``StoreAway`` on a standby, which only reads."""
        now, noted = await restored.prints(connection)
        if now.timeline is None:
            raise StoreAway("the PostgreSQL there is a standby, which only reads")
        if not changes(now, noted) and not learns(now, noted):
            return
        if self._settling is None or self._settling.done():
            self._settling = asyncio.create_task(self.look())
        await asyncio.shield(self._settling)  # it goes on, should whoever asked lose patience

    async def _settle(self, tx: Transaction) -> None:
        now, noted = await restored.prints(tx)
        changed = changes(now, noted)
        if changed == ["timeline"] and self._standby:
            log.warning("standby_took_over", timeline=now.timeline)
        elif changed:
            await mark(tx, seen=told(changed), now=self._now())
        if changed or noted is None:
            await restored.note(tx)
        elif learns(now, noted):
            await restored.learn(tx)


async def mark(tx: Transaction, *, seen: str, now: datetime) -> Restore:
    """What was not finished at the backup is unknown from now on, and so is what was asked for before now."""
    restore = await restored.mark(tx, seen=seen, now=now, next_at=now + outcomes.LOOK_FIRST)
    log.warning("database_restored", seen=seen, messages=restore.marked)
    return restore
