"""read_templates: know which of the providers' templates are approved, as they were some minutes ago at most.

The gate and whoever writes look at what was read; held by one process at a time. What could not be read for an hour is
not known any more, and what would go out as such a template waits (``hub.delivery.gate``).
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

import structlog

from hub import logs
from hub.bootstrap import Parts
from hub.channel import HasTemplates
from hub.delivery import store as deliveries
from hub.errors import SendError
from hub.events import Event
from hub.model import AccountId
from hub.worker import Worker

log = structlog.get_logger(__name__)

AGAIN = timedelta(minutes=5)
AFTER_FAILURE = timedelta(minutes=1)


class ReadTemplates:
    """Asks each account that has templates in its own time."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._next: dict[tuple[AccountId, int], datetime] = {}

    async def tick(self) -> Sequence[Event]:
        """Ask those whose time has come. Nothing follows."""
        now, configured = self._parts.clock.now(), self._parts.configured
        for account, adapter in list(self._parts.accounts.adapters.items()):
            place = (account, configured)  # after any change of the configuration all are asked anew
            if isinstance(adapter, HasTemplates) and self._next.get(place, now) <= now:
                self._next[place] = now + (AGAIN if await self._read(account, adapter) else AFTER_FAILURE)
        self._next = {place: at for place, at in self._next.items() if place[1] == configured}
        return ()

    async def _read(self, account: AccountId, adapter: HasTemplates) -> bool:
        try:
            found = await adapter.templates()
        except SendError as error:
            log.warning("templates_not_read", account=account, code=error.code, reason=error.reason)
            return False
        except Exception as error:  # noqa: BLE001 - one account's adapter must not keep the others' from being read
            shown, trace = logs.shown(error), logs.trace(error)
            log.warning("templates_not_read", account=account, error=shown, trace=trace)
            return False
        async with self._parts.store.transaction() as tx:
            await deliveries.keep_templates(tx, account, found, now=self._parts.clock.now())
        log.debug("templates_read", account=account, count=len(found))
        return True


WORKER = Worker(name="read_templates", build=ReadTemplates, every=5.0)
