"""Real things for tests to use: servers, databases, virtual hosts. Which of them a run has, ``tests.rings`` decides."""

import asyncio
import gc
import os
import secrets
import tempfile
import threading
from collections.abc import AsyncIterator, Coroutine, Generator, Iterator
from pathlib import Path
from typing import Any, TypeVar

import pytest
from hypothesis import settings

from tests.rings import require
from tests.services import (
    BROWSER,
    POSTGRES,
    RABBITMQ,
    REDIS,
    Found,
    Server,
    ServerFailed,
    Service,
    VirtualHosts,
    as_superuser,
    create_database,
    drop_database,
    new,
)
from tests.services import rabbitmq as broker_tools

T = TypeVar("T")
TESTS = Path(__file__).parent

# How long an example takes says how busy the machine is, and nothing about the rule.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Keep the collector out of ``ast.parse``: before CPython 3.11.8 and 3.12.2 it could end the run (gh-106905)."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()


LONGEST = ("faults", "e2e")
"""Folders of tests that start whole hubs, and wait."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """The longest first, where several processes share them: beside them the many quick ones are done.

    The first process begins at the head and the next in the middle; whoever is done takes from the end of the other's.
    """
    if hasattr(config, "workerinput"):
        items.sort(key=_turn)


def _turn(item: pytest.Item) -> tuple[bool, bool]:
    """Those marked ``slow`` before all others: all would wait for one that takes two minutes and begins at the end."""
    return item.get_closest_marker("slow") is None, item.path.relative_to(TESTS).parts[0] not in LONGEST


class Background:
    """An event loop in a thread, for what lives as long as the session; each test has a loop of its own."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="session-loop", daemon=True)
        self._thread.start()

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Do the work there and wait for it."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    def close(self) -> None:
        """Stop the loop and end the thread."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


@pytest.fixture(scope="session")
def background() -> Iterator[Background]:
    loop = Background()
    yield loop
    loop.close()


# --- Servers shared by the session: found running, else started once --------------------------------------


@pytest.fixture(scope="session")
def postgres_url(pytestconfig: pytest.Config, background: Background) -> Iterator[str]:
    """A PostgreSQL on which tests may create databases. Most tests want ``database``."""
    yield from _shared(require(pytestconfig, POSTGRES), background)


@pytest.fixture(scope="session")
def redis_url(pytestconfig: pytest.Config, background: Background) -> Iterator[str]:
    """A Redis shared with others: tests keep to keys of their own and never flush it."""
    yield from _shared(require(pytestconfig, REDIS), background)


@pytest.fixture(scope="session")
def rabbitmq_url(rabbitmq_hosts: VirtualHosts) -> str:
    """A RabbitMQ. Most tests want ``vhost``."""
    return rabbitmq_hosts.url


@pytest.fixture(scope="session")
def rabbitmq_hosts(pytestconfig: pytest.Config, background: Background) -> Iterator[VirtualHosts]:
    """Virtual hosts on the RabbitMQ found running, if we may make some there; else on one started for the session."""
    found = require(pytestconfig, RABBITMQ)
    if found.url:
        hosts = VirtualHosts(broker_tools.run_here, found.url)
        if background.run(hosts.usable()) or found.start is None or RABBITMQ.variable in os.environ:
            background.run(hosts.sweep())
            yield hosts
            background.run(hosts.remove())
            return
    server = new(RABBITMQ)
    try:
        yield VirtualHosts(server.run_tool, background.run(server.start()))
    finally:
        background.run(server.aclose())


@pytest.fixture(scope="session")
def browser(pytestconfig: pytest.Config) -> str:
    """The command that starts Chromium."""
    return str(require(pytestconfig, BROWSER).url)


def _shared(found: Found, background: Background) -> Iterator[str]:
    if found.url:
        yield found.url
        return
    server = new(found.service)
    try:
        yield background.run(server.start())
    finally:
        background.run(server.aclose())


# --- One test's own ---------------------------------------------------------------------------------------


@pytest.fixture
async def database(postgres_url: str) -> AsyncIterator[str]:
    """The URL of a fresh, empty database on a real server."""
    async for url in _fresh(postgres_url, through=postgres_url):
        yield url


@pytest.fixture
async def vhost(rabbitmq_hosts: VirtualHosts) -> AsyncIterator[str]:
    """The AMQP URL of an empty virtual host; where we may make none, the shared one (see ``bus_prefix``)."""
    try:
        url = await rabbitmq_hosts.take()
    except ServerFailed:
        url = rabbitmq_hosts.url
    yield url
    rabbitmq_hosts.give_back(url)


@pytest.fixture
def bus_prefix() -> str:
    """A prefix for the names of queues and exchanges that no other test uses."""
    return f"t{secrets.token_hex(4)}."


@pytest.fixture
async def private_rabbitmq(pytestconfig: pytest.Config) -> AsyncIterator[Server]:
    """A broker of the test's own, started (about 5 s), to be killed, stopped and frozen."""
    async with _private(pytestconfig, RABBITMQ) as server:
        yield server


@pytest.fixture
async def private_postgres(pytestconfig: pytest.Config) -> AsyncIterator[Server]:
    """A PostgreSQL of the test's own, started (about 1 s)."""
    async with _private(pytestconfig, POSTGRES) as server:
        yield server


@pytest.fixture
async def private_redis(pytestconfig: pytest.Config) -> AsyncIterator[Server]:
    """A Redis of the test's own, started."""
    async with _private(pytestconfig, REDIS) as server:
        yield server


def _private(config: pytest.Config, service: Service) -> Server:
    require(config, service)
    return new(service)


# --- Ring 1: the server that comes with the hub -----------------------------------------------------------


@pytest.fixture(scope="session")
def embedded_postgres(background: Background) -> Iterator[str]:
    """The URL of the embedded server, started once for the session in a folder of its own."""
    from hub.store.embedded import EmbeddedPostgres  # noqa: PLC0415 - a test of something else must not need it

    with tempfile.TemporaryDirectory(prefix="peyvand-embedded-") as folder:
        server = EmbeddedPostgres(Path(folder))
        try:
            yield background.run(server.start())
        finally:
            background.run(server.stop())


@pytest.fixture
async def embedded_database(embedded_postgres: str) -> AsyncIterator[str]:
    """The URL of a fresh, empty database on the embedded server."""
    async for url in _fresh(embedded_postgres, through=as_superuser(embedded_postgres)):
        yield url


@pytest.fixture(scope="session")
def embedded_template(embedded_postgres: str, background: Background) -> str:
    """The URL of a database with all our tables and nothing in them, to copy: migrating takes ten times as long."""
    from hub.store import migrate  # noqa: PLC0415 - a test of something else must not need it

    url = background.run(create_database(embedded_postgres, through=as_superuser(embedded_postgres)))
    background.run(migrate.migrate(url))
    return url


@pytest.fixture
async def migrated_database(embedded_postgres: str, embedded_template: str) -> AsyncIterator[str]:
    """The URL of a fresh database on the embedded server, at this program's version."""
    async for url in _fresh(embedded_postgres, through=as_superuser(embedded_postgres), like=embedded_template):
        yield url


async def _fresh(server_url: str, *, through: str, like: str = "") -> AsyncIterator[str]:
    url = await create_database(server_url, through=through, like=like)
    yield url
    await drop_database(url, through=through)
