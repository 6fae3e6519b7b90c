"""PostgreSQL, RabbitMQ and Redis: are they there, fit, and quick?"""

import time
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta

from hub.bus.inspecting import BrokerSeen, inspect
from hub.checks import store as asked
from hub.checks.findings import Finding, bad, fact, good, worth
from hub.checks.places import place, plainly
from hub.delivery.store import CLOCKS_APART
from hub.errors import BrokerAway, BrokerRefuses, LiveAway
from hub.live import RedisLive
from hub.settings import Settings
from hub.store import Row, Store, Transaction, migrate
from hub.worker import Worker

_SLOW = 0.020
_SKEW = CLOCKS_APART / 2
_FAR = timedelta(seconds=10)
_NEEDED = 150_000
"""PostgreSQL 15, as ``server_version_num``."""


async def postgres(settings: Settings, store: Store) -> AsyncIterator[Finding]:
    """Version, latency, tables, durability, clock, room for connections."""
    async with store.reading() as tx:
        took = min([await _seconds(tx) for _ in range(3)])  # of three, since others are at work in this process too
        asked_at = datetime.now(UTC)
        row = await asked.server(tx)
    where = f"embedded in {settings.data_dir}" if settings.embedded else place(settings.database_url)
    if row["number"] < _NEEDED:
        yield bad(f"PostgreSQL {row['version']} at {where} is too old", "use PostgreSQL 15 or newer")
    else:
        yield good(f"PostgreSQL {row['version']}, {where}")
    yield _speed("a question and its answer", took, "put the hub and its database nearer to each other")
    yield good(f"its tables are at {migrate.names()[-1]}")
    for one in _durable(row):
        yield one
    yield clock(row["now"] - asked_at - timedelta(seconds=took / 2))
    share = row["connections"] / row["max_connections"]
    text = f"{row['connections']} of {row['max_connections']} connections are in use"
    yield good(text) if share < 0.8 else worth(text, "raise max_connections, or run fewer processes")


async def _seconds(tx: Transaction) -> float:
    began = time.perf_counter()
    await asked.nothing(tx)
    return time.perf_counter() - began


def _durable(row: Row) -> list[Finding]:
    problems = [
        bad(f"{name} is off: a crash can lose what was taken in", f"set {name} = on in postgresql.conf")
        for name in ("fsync", "full_page_writes", "synchronous_commit")
        if row[name] == "off"
    ]
    return problems or [good("what is committed is on the disk (fsync, full_page_writes, synchronous_commit)")]


def clock(skew: timedelta) -> Finding:
    """How far the database's clock is ahead of this machine's."""
    text = f"its clock is {abs(skew.total_seconds()):.1f} s {'ahead of' if skew > timedelta() else 'behind'} ours"
    if abs(skew) < _SKEW:
        return good("its clock agrees with ours")
    how = "run a time service (chrony, systemd-timesyncd) on both machines: deadlines go by these clocks, and what is"
    return (worth if abs(skew) < _FAR else bad)(text, f"{how} sent after a restore")


async def rabbitmq(settings: Settings, store: Store | None, workers: Sequence[Worker]) -> AsyncIterator[Finding]:
    """Version, alarms, queues, consumers and what waits. Without RabbitMQ: what waits in the database."""
    if not settings.amqp_url:
        yield fact("embedded: for `hub up` alone; `hub serve` and `hub work` refuse to start without HUB_AMQP_URL")
        if store is not None:
            async with store.reading() as tx:
                yield good(
                    f"embedded in the database; messages that wait or are in hand: {await asked.waiting_messages(tx)}"
                )
        return
    try:
        seen = await inspect(settings.amqp_url, workers, prefix=settings.bus_prefix)
    except BrokerRefuses as error:
        yield bad(f"RabbitMQ at {place(settings.amqp_url)} does not let us in: {plainly(error)}", _LET_US_IN)
        return
    except BrokerAway as error:
        yield bad(
            f"RabbitMQ at {place(settings.amqp_url)} does not answer: {plainly(error)}",
            "start it, or mend HUB_AMQP_URL; meanwhile what arrives is kept in the spool",
        )
        return
    yield good(f"RabbitMQ {seen.version} at {place(settings.amqp_url)}")
    if seen.confirm is None:
        yield bad(
            "it confirms nothing: a memory or disk alarm", "see `rabbitmq-diagnostics alarms`; free what is short"
        )
    else:
        yield _speed("a publish and its confirm", seen.confirm, "look at its disk: every message is synced")
    for one in _queues(seen, workers):
        yield one


_LET_US_IN = (
    "mend user, password and virtual host in HUB_AMQP_URL, or make them (`rabbitmqctl add_user`, `add_vhost`,"
    " `set_permissions`); the broker's log says more. Meanwhile what arrives is kept in the spool"
)


def _queues(seen: BrokerSeen, workers: Sequence[Worker]) -> list[Finding]:
    found = [bad(f"the queue {lane} has other arguments than ours: {why}", _REPAIR) for lane, why in seen.wrong.items()]
    if seen.missing:
        found.append(fact(f"{len(seen.missing)} of our queues are not there yet; `hub work` or `hub up` makes them"))
    return found + [_lag(worker, seen) for worker in workers if any(lane in seen.lanes for lane in worker.lanes())]


_REPAIR = "let the version that made it drain it, delete it, and start `hub work`"


def _lag(worker: Worker, seen: BrokerSeen) -> Finding:
    lanes = [seen.lanes[lane] for lane in worker.lanes() if lane in seen.lanes]
    waiting, idle = sum(lane.messages for lane in lanes), sum(lane.consumers == 0 for lane in lanes)
    text = f"{worker.name}: {waiting} waiting, {len(lanes) - idle} of {len(lanes)} shards have a consumer"
    if idle:
        return (bad if waiting else worth)(text, f"nobody works on it: run `hub work` or `hub work {worker.name}`")
    return good(text)


async def redis(settings: Settings) -> AsyncIterator[Finding]:
    """Whether it answers in time."""
    if not settings.redis_url:
        yield good("embedded, in the memory of the hub's process; nothing lives only there")
        yield fact("for `hub up` alone; `hub serve` and `hub work` refuse to start without HUB_REDIS_URL")
        return
    live = RedisLive(settings.redis_url, prefix=settings.bus_prefix)
    try:
        await live.ping()  # the first one also connects
        began = time.perf_counter()
        await live.ping()
        took = time.perf_counter() - began
    except LiveAway as error:
        yield bad(
            f"{plainly(error)} (at {place(settings.redis_url)})",
            "start it, or mend HUB_REDIS_URL; meanwhile desks hear of changes late, and nobody loses a conversation",
        )
        return
    finally:
        await live.aclose()
    yield good(f"Redis at {place(settings.redis_url)}")
    yield _speed("a question and its answer", took, "put it nearer; after 200 ms the hub goes on without it")
    yield fact("it needs no persistence: heartbeats and hints come anew by themselves")


def _speed(what: str, seconds: float, mend: str) -> Finding:
    text = f"{what} take {seconds * 1000:.1f} ms"
    return good(text) if seconds < _SLOW else worth(text, mend)
