"""Where a benchmark runs: a broker, a database server and a Redis, and what is made fresh on them for each run.

PostgreSQL, where it is installed and not ``shared``, is set as ``docker-compose.yml`` sets it.
"""

import asyncio
import contextlib
import secrets
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import aio_pika
import asyncpg
import redis.asyncio as redis
from ruamel.yaml import YAML

from benchmarks import cpu
from benchmarks.processes import Fault
from tests.services import (
    POSTGRES,
    RABBITMQ,
    REDIS,
    PrivatePostgres,
    Server,
    ServerFailed,
    Service,
    create_database,
    drop_database,
    find,
    new,
)

_PORTS = {POSTGRES: 5432, RABBITMQ: 5672, REDIS: 6379}
_LABELS = {POSTGRES: "postgresql", RABBITMQ: "rabbitmq", REDIS: "redis"}
_COMPOSE = Path(__file__).parents[1] / "docker-compose.yml"


@dataclass(frozen=True, slots=True)
class Servers:
    """The three servers. ``pids`` of those that run here, by component."""

    database_url: str
    amqp_url: str
    redis_url: str
    pids: dict[str, int]


@dataclass(frozen=True, slots=True)
class Place:
    """What one run has for itself: a database, and queues and keys whose names begin with ``prefix``."""

    servers: Servers
    database_url: str
    prefix: str


@asynccontextmanager
async def servers(*, shared: bool) -> AsyncIterator[Servers]:
    """Our own, ended afterwards; with ``shared`` those that run on this machine, where there are some."""
    async with AsyncExitStack() as stack:
        urls = {service: await _url(stack, service, shared=shared) for service in (POSTGRES, RABBITMQ, REDIS)}
        pids = {_LABELS[one]: pid for one, url in urls.items() if (pid := cpu.server_pid(url, _PORTS[one]))}
        yield Servers(urls[POSTGRES], urls[RABBITMQ], urls[REDIS], pids)


async def _url(stack: AsyncExitStack, service: Service, *, shared: bool) -> str:
    found = find(service).url if shared else None
    if found:
        return found
    if service is POSTGRES and service.installed():
        return await _postgres(stack)
    try:
        server = new(service)
    except LookupError as error:
        raise Fault(f"{error}; --shared takes one that runs already") from error
    return await _started(stack, server)


async def _postgres(stack: AsyncExitStack) -> str:
    command = YAML(typ="safe").load(_COMPOSE)["services"]["postgres"]["command"]
    shipped = dict(part.split("=", 1) for part in command if "=" in part)
    try:
        return await _started(stack, PrivatePostgres(shipped))
    except ServerFailed as error:
        if "wal_compression" not in str(error):
            raise
        del shipped["wal_compression"]  # the server in the wheel was built without lz4
        return await _started(stack, PrivatePostgres(shipped))


async def _started(stack: AsyncExitStack, server: Server) -> str:
    stack.push_async_callback(server.aclose)
    return await server.start()


@asynccontextmanager
async def database(server: Servers) -> AsyncIterator[str]:
    """An empty database."""
    url = await create_database(server.database_url)
    try:
        yield url
    finally:
        await drop_database(url, through=server.database_url)


@asynccontextmanager
async def copy(server: Servers, template: str) -> AsyncIterator[str]:
    """A copy of a database to which nobody is connected."""
    name = f"peyvand_bench_{secrets.token_hex(6)}"
    parts = urlsplit(template)
    url = parts._replace(path=f"/{name}").geturl()
    await _execute(server.database_url, f'CREATE DATABASE "{name}" TEMPLATE "{parts.path[1:]}"')
    try:
        await quieten(url)
        yield url
    finally:
        await drop_database(url, through=server.database_url)


async def quieten(url: str) -> None:
    """Have behind us what PostgreSQL would else do in the midst of a run.

    As it would itself: it leaves a table alone that nothing was written to. Plans for an empty one that was analysed
    take it for empty also when it is so no longer, while a new one counts as ten pages.
    """
    connection = await asyncpg.connect(url, command_timeout=900)
    try:
        filled = await connection.fetchval(_FILLED)
        await connection.execute(f"VACUUM (ANALYZE) {filled}")
    finally:
        await connection.close()
    with contextlib.suppress(asyncpg.InsufficientPrivilegeError):  # then the run has a checkpoint in it, for both sides
        await _execute(url, "CHECKPOINT")


_FILLED = """
SELECT string_agg(oid::regclass::text, ', ') FROM pg_class
 WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND pg_relation_size(oid) > 0
"""


@asynccontextmanager
async def place(server: Servers, database_url: str) -> AsyncIterator[Place]:
    """Queues and keys of our own beside that database; removed afterwards."""
    here = Place(server, database_url, f"bench{secrets.token_hex(4)}")
    try:
        yield here
    finally:
        await _forget_keys(here)


async def delete_queues(server: Servers, names: list[str]) -> None:
    """Delete these queues if they are there."""
    connection = await aio_pika.connect(server.amqp_url)
    try:
        channel = await connection.channel()
        for name in names:
            await channel.queue_delete(name)
    finally:
        await connection.close()


async def _forget_keys(here: Place) -> None:
    client: redis.Redis = redis.Redis.from_url(here.servers.redis_url)
    keys = [key async for key in client.scan_iter(match=f"{here.prefix}:*")]
    if keys:
        await client.delete(*keys)
    await client.aclose()


async def _execute(url: str, statement: str) -> None:
    for tries in range(5):
        connection = await asyncpg.connect(url)
        try:
            await connection.execute(statement)
        except asyncpg.ObjectInUseError:  # the template: whoever left it is not quite gone
            if tries == 4:
                raise
            await asyncio.sleep(0.5)
        else:
            return
        finally:
            await connection.close()
