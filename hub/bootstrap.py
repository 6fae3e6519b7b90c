"""The only place that constructs anything: settings in, working parts out.

Nothing here is imported by what it builds. ``build`` opens no connection except to start the embedded database; the
parts connect when they are first used, so that a web process can take in while the broker is away.
"""

import asyncio
import os
import socket
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit
from uuid import UUID

import structlog

from hub import logs, metrics
from hub.adapters import load as load_adapter
from hub.bus.contract import Bus, Publisher, Topology
from hub.bus.embedded import EmbeddedBus
from hub.bus.metrics import BusMetrics
from hub.bus.rabbitmq import RabbitBus
from hub.bus.spool import Spooled
from hub.channel import Account, Adapter
from hub.errors import HubError, StoreAway
from hub.live import Live, RedisLive
from hub.model import AccountId, Clock
from hub.organisation import accounts
from hub.organisation import store as organisation
from hub.organisation.sealing import Sealer, sealer_for
from hub.routing.plan import Plan
from hub.routing.plan_file import load as load_plan
from hub.settings import Settings
from hub.store import Store, migrate
from hub.store.embedded import EmbeddedPostgres
from hub.worker import Worker

log = structlog.get_logger(__name__)

DEFAULT_TWILIO = "sms_twilio/default"
REFRESH = 2.0
"""Seconds between two looks at the configuration's version."""


@dataclass(slots=True)
class Accounts:
    """The configured accounts with their adapters, by account id; read again when the configuration changes."""

    adapters: dict[AccountId, Adapter] = field(default_factory=dict)
    rows: dict[AccountId, accounts.AccountRow] = field(default_factory=dict)
    by_address: dict[str, AccountId] = field(default_factory=dict)
    problems: dict[AccountId, str] = field(default_factory=dict)

    def unusable(self, adapter_name: str) -> list[AccountId]:
        """Those of one adapter that are switched on and cannot be used in this process."""
        active = [id_ for id_, row in self.rows.items() if row.active and row.adapter == adapter_name]
        return [id_ for id_ in active if id_ not in self.adapters]

    def speaking(self, adapter_name: str) -> list[tuple[AccountId, Adapter]]:
        """Every account of one adapter."""
        return [(id_, adapter) for id_, adapter in self.adapters.items() if self.rows[id_].adapter == adapter_name]


@dataclass(slots=True)
class Parts:
    """Everything a worker or the web may ask for."""

    settings: Settings
    store: Store
    bus: Bus
    publisher: Publisher
    """What handlers take in with: the bus, behind the spool where this process has one."""
    live: Live
    plan: Plan
    sealer: Sealer
    accounts: Accounts
    clock: Clock
    process: str
    """Names this process in claims and fences: host, pid and a start number."""

    configured: int = 0
    """The configuration's version the accounts were read at."""

    async def refresh_accounts(self) -> None:
        """Read the accounts again if the configuration changed; one that cannot be built is a logged problem."""
        async with self.store.reading() as tx:
            version = await organisation.configuration_version(tx)
            if version != self.configured:
                await _load_accounts(self, await accounts.accounts(tx))
                self.configured = version


@asynccontextmanager
async def build(
    settings: Settings, workers: Sequence[Worker], *, spool: bool = False, command: str = "hub"
) -> AsyncIterator[Parts]:
    """The parts for one process, given back when the block ends. ``spool`` is for processes that take in."""
    logs.never_show(_secrets(settings))
    async with AsyncExitStack() as stack:
        url = settings.database_url or await _embedded(stack, settings, command)
        store = Store(url)
        stack.push_async_callback(store.aclose)
        if settings.embedded:
            await migrate.migrate(url)
        else:
            await migrate.check(url)
        bus = _bus(settings, store, workers)
        stack.push_async_callback(bus.aclose)
        live = RedisLive(settings.redis_url, prefix=settings.bus_prefix)
        stack.push_async_callback(live.aclose)
        publisher: Publisher = bus
        if spool and settings.spool:
            spooled = Spooled(bus, settings.data_dir / "spool", metrics=_bus_metrics())
            await spooled.start()
            stack.push_async_callback(spooled.aclose)
            stack.push_async_callback(spooled.drain)
            publisher = spooled
        sealer = await _sealer(settings, store)
        plan = load_plan(settings.routing)
        parts = Parts(settings, store, bus, publisher, live, plan, sealer, Accounts(), Clock(), _process())
        await _save_default_account(parts)
        await parts.refresh_accounts()
        stack.push_async_callback(_close_adapters, parts)
        refreshing = asyncio.create_task(_keep_accounts_fresh(parts))
        stack.push_async_callback(_end, refreshing)
        yield parts


async def _sealer(settings: Settings, store: Store) -> Sealer:
    async with store.reading() as tx:
        stored = [row.sealed for row in await accounts.accounts(tx)]
    return sealer_for(settings.secret_key, settings.data_dir, shared=not settings.embedded, stored=stored)


async def _embedded(stack: AsyncExitStack, settings: Settings, command: str) -> str:
    server = EmbeddedPostgres(settings.data_dir, command=command)
    url = await server.start()
    stack.push_async_callback(server.stop)
    watching = asyncio.create_task(server.watch())
    stack.push_async_callback(_end, watching)
    return url


async def _end(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.wait([task])


def _bus(settings: Settings, store: Store, workers: Sequence[Worker]) -> Bus:
    topology = Topology(workers)
    if settings.amqp_url:
        return RabbitBus(settings.amqp_url, topology, store, prefix=settings.bus_prefix, metrics=_bus_metrics())
    return EmbeddedBus(topology, store, metrics=_bus_metrics())


def _bus_metrics() -> BusMetrics:
    """What the bus tells, as Prometheus metrics."""

    def published(_: str, events: int, seconds: float) -> None:
        metrics.PUBLISHED.inc(events)
        metrics.PUBLISH_SECONDS.observe(seconds)

    def handled(worker: str, events: int, seconds: float) -> None:
        metrics.HANDLED.labels(worker).inc(events)
        metrics.BATCH.labels(worker).observe(events)
        metrics.HANDLE_SECONDS.labels(worker).observe(seconds)

    return BusMetrics(
        published=published,
        handled=handled,
        aged=lambda worker, seconds: metrics.EVENT_AGE.labels(worker).observe(seconds),
        retried=lambda worker: metrics.RETRIED.labels(worker).inc(),
        dead=lambda worker: metrics.DEAD.labels(worker).inc(),
        publish_failed=lambda _, events: metrics.PUBLISH_FAILED.inc(events),
        bells_dropped=metrics.BELLS_DROPPED.inc,
        spooled=metrics.SPOOLED.inc,
        acked=lambda lane, count: metrics.ACKED.labels(lane).inc(count),
    )


async def _save_default_account(parts: Parts) -> None:
    """``HUB_TWILIO_…`` make or update the account called ``default``."""
    settings = parts.settings
    if not settings.twilio_account_sid:
        return
    secrets = {"auth_token": settings.twilio_auth_token, "auth_token_previous": settings.twilio_auth_token_previous}
    wanted = {
        "account_sid": settings.twilio_account_sid,
        "api_url": settings.twilio_api_url,
        "numbers": ",".join(settings.twilio_numbers),
    }
    points = tuple(sorted("tel:" + number for number in settings.twilio_numbers))
    async with parts.store.transaction() as tx:
        known = {row.id: row for row in await accounts.accounts(tx)}.get(DEFAULT_TWILIO)
        kept = known is not None and _holds(parts, known, secrets)
        if kept and known and known.settings == wanted and tuple(known.addresses) == points:
            return
        await accounts.save(
            tx,
            accounts.AccountRow(
                id=DEFAULT_TWILIO,
                adapter="sms_twilio",
                channel="sms",
                settings=wanted,
                sealed=parts.sealer.seal(secrets),
                addresses=points,
            ),
        )
        await accounts.give_first_team(tx)


def _holds(parts: Parts, row: accounts.AccountRow, secrets: dict[str, str]) -> bool:
    """Whether these secrets stand there. Raises ``SettingsInvalid`` rather than have another process's sealed over."""
    if parts.settings.embedded and not parts.sealer.opens(row.sealed):
        log.warning("account_sealed_anew", account=row.id)
        return False
    return parts.sealer.open(row.sealed) == secrets


async def _keep_accounts_fresh(parts: Parts) -> None:
    """An account added, changed or switched off takes effect everywhere within seconds."""
    while True:
        await asyncio.sleep(REFRESH)
        try:
            await parts.refresh_accounts()
        except StoreAway as error:
            log.debug("accounts_not_refreshed", reason=str(error))
        except Exception as error:  # noqa: BLE001 - it would be the last look for as long as this process lives
            log.error("accounts_not_refreshed", error=logs.shown(error), trace=logs.trace(error))  # noqa: TRY400 - see there


async def _load_accounts(parts: Parts, rows: Sequence[accounts.AccountRow]) -> None:
    fresh = Accounts()
    for row in rows:
        id_ = AccountId(row.id)
        known = parts.accounts.rows.get(id_)
        try:
            unchanged = known is not None and (known.settings, known.sealed) == (row.settings, row.sealed)
            if row.active and unchanged and id_ in parts.accounts.adapters:
                fresh.adapters[id_] = parts.accounts.adapters[id_]
            elif row.active:
                fresh.adapters[id_] = _adapter(parts, row)
        except HubError as error:
            fresh.problems[id_] = str(error)
            log.error("account_unusable", account=row.id, problem=str(error))  # noqa: TRY400 - secrets are in scope
        fresh.rows[id_] = row
        fresh.by_address.update(dict.fromkeys(row.addresses, id_))
    retired = [adapter for id_, adapter in parts.accounts.adapters.items() if fresh.adapters.get(id_) is not adapter]
    parts.accounts.adapters, parts.accounts.rows = fresh.adapters, fresh.rows
    parts.accounts.by_address, parts.accounts.problems = fresh.by_address, fresh.problems
    for adapter in retired:
        await adapter.aclose()


def _adapter(parts: Parts, row: accounts.AccountRow) -> Adapter:
    factory = load_adapter(parts.settings.adapters.get(row.adapter, row.adapter))
    account = Account(
        id=AccountId(row.id),
        settings=row.settings,
        secrets=parts.sealer.open(row.sealed),
        callback_url=_callbacks(parts.settings.base_url, row.adapter),
    )
    adapter = factory(account)
    logs.never_show(adapter.secrets())
    return adapter


def _callbacks(base_url: str, adapter: str) -> Callable[[str], str]:
    """Webhook URLs: ``/channels/sms/twilio`` for ``sms_twilio``; every kind but ``inbound`` hangs below it."""
    path = "/channels/" + adapter.replace("_", "/", 1)
    return lambda kind: base_url + (path if kind == "inbound" else f"{path}/{kind}")


async def _close_adapters(parts: Parts) -> None:
    for adapter in parts.accounts.adapters.values():
        await adapter.aclose()


def _secrets(settings: Settings) -> Iterator[str]:
    """What of the settings must not be logged: an error of a library may repeat the address it could not reach."""
    yield from (settings.secret_key, settings.twilio_auth_token, settings.twilio_auth_token_previous)
    for url in (settings.database_url, settings.amqp_url, settings.redis_url):
        if password := urlsplit(url).password:
            yield from (password, unquote(password))


def _process() -> str:
    return f"{socket.gethostname()}:{os.getpid()}:{UUID(bytes=os.urandom(16)).hex[:8]}"
