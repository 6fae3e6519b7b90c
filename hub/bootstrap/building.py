"""Settings in, working parts out, in the order in which they need each other."""

import asyncio
import os
import socket
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING, cast
from urllib.parse import unquote, urlsplit
from uuid import UUID

from hub import logs, metrics
from hub.bootstrap.adapters import Accounts
from hub.bootstrap.keeping import keep_accounts_fresh, save_default_account
from hub.bootstrap.parts import Parts
from hub.bus.contract import Bus, Publisher, Topology
from hub.bus.embedded import EmbeddedBus
from hub.bus.metrics import BusMetrics
from hub.bus.rabbitmq import RabbitBus
from hub.bus.spool import Spooled
from hub.delivery.restoring import Watch
from hub.errors import SettingsInvalid
from hub.fetching import Fetcher
from hub.live import RedisLive
from hub.model import Clock
from hub.organisation import accounts
from hub.organisation.sealing import Sealer, sealer_for
from hub.routing.plan_file import load as load_plan
from hub.settings import Settings
from hub.store import Store, migrate
from hub.store.embedded import EmbeddedPostgres
from hub.waiting import cancelled
from hub.worker import Handler, Worker

if TYPE_CHECKING:
    from hub.tracing.spans import Tracing


@asynccontextmanager
async def build(
    settings: Settings,
    workers: Sequence[Worker],
    *,
    spool: bool = False,
    command: str = "hub",
    only_looks: bool = False,
) -> AsyncIterator[Parts]:
    """The parts for one process, given back when the block ends. ``spool`` is for processes that take in.

    Who ``only_looks`` sends nothing, and leaves a restore of the database for others to settle.
    """
    logs.never_show(_secrets(settings))
    async with AsyncExitStack() as stack:
        parts = await _parts(stack, settings, workers, spool=spool, command=command, only_looks=only_looks)
        await save_default_account(parts)
        await parts.refresh_accounts()
        stack.push_async_callback(_close_adapters, parts)
        refreshing = asyncio.create_task(keep_accounts_fresh(parts))
        stack.push_async_callback(_end, refreshing)
        yield parts


async def _parts(
    stack: AsyncExitStack, settings: Settings, workers: Sequence[Worker], *, spool: bool, command: str, only_looks: bool
) -> Parts:
    """All but the accounts. What the stack gives back it gives back in the opposite order."""
    tracing = _tracing(stack, settings, command)
    url = settings.database_url or await _embedded(stack, settings, command)
    store = await _store(stack, settings, url, only_looks=only_looks)
    bus = _bus(settings, store, workers)
    stack.push_async_callback(bus.aclose)
    live = RedisLive(settings.redis_url, prefix=settings.bus_prefix)
    stack.push_async_callback(live.aclose)
    fetcher = Fetcher()
    stack.push_async_callback(fetcher.aclose)
    publisher = await _spooled(stack, settings, bus) if spool and settings.spool else bus
    return Parts(
        settings=settings,
        store=store,
        bus=bus,
        publisher=publisher if tracing is None else tracing.publisher(publisher),
        live=live,
        fetcher=fetcher,
        sealer=await _sealer(settings, store),
        plan=load_plan(settings.routing, path=settings.routing_file),
        accounts=Accounts(),
        clock=Clock(),
        process=_process(),
        workers=workers,
        tracing=tracing,
    )


def handler_of(worker: Worker, parts: Parts) -> Handler:
    """The worker's handler, with spans where tracing is on."""
    handler = cast("Handler", worker.build(parts))
    return handler if parts.tracing is None or not worker.takes else parts.tracing.handler(worker.name, handler)


def _tracing(stack: AsyncExitStack, settings: Settings, command: str) -> "Tracing | None":
    """Raises ``SettingsInvalid`` if it is wanted and OpenTelemetry is not installed."""
    if not settings.otlp_endpoint:
        return None
    try:
        from hub.tracing.export import Export  # noqa: PLC0415 - an option: without it nothing of it is loaded
        from hub.tracing.spans import Tracing  # noqa: PLC0415 - the same
    except ImportError as error:
        how = "pip install --require-hashes -r locks/tracing.txt, in Peyvand's source"
        raise SettingsInvalid([f"HUB_OTLP_ENDPOINT: tracing is not installed ({error.name}): {how}"]) from error
    export = Export(settings.otlp_endpoint)
    stack.push_async_callback(export.aclose)
    service = "-".join(["peyvand", *command.split()[1:]])
    return Tracing(export.processor, service=service, share=settings.trace_share, trusting=settings.trace_incoming)


async def _spooled(stack: AsyncExitStack, settings: Settings, bus: Bus) -> Publisher:
    spooled = Spooled(bus, settings.data_dir / "spool", metrics=_bus_metrics())
    await spooled.start()
    stack.push_async_callback(spooled.aclose)
    stack.push_async_callback(spooled.drain)
    return spooled


async def _store(stack: AsyncExitStack, settings: Settings, url: str, *, only_looks: bool) -> Store:
    """The database, at this program's version; were it restored, whatever may have been sent since is marked."""
    watch = Watch(url, synchronous_standby=settings.synchronous_standby, now=Clock().now)
    store = Store(url, greet=None if only_looks else watch.greet)
    stack.push_async_callback(store.aclose)
    if settings.embedded:
        await migrate.migrate(url)
    else:
        await migrate.check(url)
    if not only_looks:
        await watch.look()
    return store


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
    await cancelled([task])


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


async def _close_adapters(parts: Parts) -> None:
    for adapter in parts.accounts.adapters.values():
        await adapter.aclose()


def _secrets(settings: Settings) -> Iterator[str]:
    """What of the settings must not be logged: an error of a library may repeat the address it could not reach."""
    yield from (settings.secret_key, settings.twilio_auth_token, settings.twilio_auth_token_previous)
    for url in (settings.database_url, settings.amqp_url, settings.redis_url, settings.otlp_endpoint):
        if password := urlsplit(url).password:
            yield from (password, unquote(password))


def _process() -> str:
    return f"{socket.gethostname()}:{os.getpid()}:{UUID(bytes=os.urandom(16)).hex[:8]}"
