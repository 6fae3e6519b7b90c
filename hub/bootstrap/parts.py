"""What one process works with."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hub.bootstrap.adapters import Accounts, load
from hub.bus.contract import Bus, Publisher
from hub.fetching import Fetcher, Origin
from hub.live import Live
from hub.model import Clock
from hub.organisation import accounts
from hub.organisation import store as organisation
from hub.organisation.sealing import Sealer
from hub.routing.plan import Plan
from hub.settings import Settings
from hub.store import Store
from hub.worker import Worker

if TYPE_CHECKING:
    from hub.tracing.spans import Tracing


@dataclass(slots=True)
class Parts:
    """Everything a worker or the web may ask for."""

    settings: Settings
    store: Store
    bus: Bus
    publisher: Publisher
    """What handlers take in with: the bus, behind the spool where this process has one."""
    live: Live
    fetcher: Fetcher
    """The one client for whatever a provider or a customer names."""
    plan: Plan
    sealer: Sealer
    accounts: Accounts
    clock: Clock
    process: str
    """Names this process in claims and fences: host, pid and a start number."""

    workers: Sequence[Worker] = ()
    """The workers' table: what travels on the bus, and in which queues."""

    tracing: "Tracing | None" = None
    """Spans, where HUB_OTLP_ENDPOINT is set."""
    configured: int = 0
    """The configuration's version the accounts were read at."""

    @property
    def push_origins(self) -> Sequence[Origin]:
        """The push services that notices may go to. One that is named with http:// is this machine's own, for tests."""
        return [Origin.of(one, private=one.startswith("http://")) for one in self.settings.push_services]

    async def refresh_accounts(self) -> None:
        """Read the accounts again if the configuration changed; one that cannot be built is a logged problem."""
        async with self.store.reading() as tx:
            version = await organisation.configuration_version(tx)
            if version != self.configured:
                await load(self.accounts, await accounts.accounts(tx), self.settings, self.sealer)
                self.configured = version
