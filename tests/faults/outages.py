"""A service goes away under load and comes back; then we count, and see how soon the work went on."""

import asyncio
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import aiohttp

from hub.errors import StoreAway
from hub.store import Row
from tests.faults.agents import Desks
from tests.faults.cluster import Cluster
from tests.faults.load import Load, message, phone_of, sid_of
from tests.faults.services import Services, private_services
from tests.faults.verdict import Verdict, drained, judge

GOES_ON_WITHIN = 10.0
"""Promise 8: seconds from a service's return until work goes on."""
PER_SECOND = 15
NUMBERS = 30
PROBES = 8
"""Messages sent at the return, from numbers that fall into every shard."""

Step = Callable[[Services], Awaitable[object]]


@dataclass(frozen=True)
class Outage:
    """One way for a service to be away; ``seconds`` in full and in a short run."""

    name: str
    begin: Step
    end: Step
    seconds: float
    short: float


async def _alarm(services: Services) -> None:
    await services.rabbitmq.run_tool("rabbitmqctl", "set_vm_memory_high_watermark", "absolute", "1")


async def _no_alarm(services: Services) -> None:
    await services.rabbitmq.run_tool("rabbitmqctl", "set_vm_memory_high_watermark", "0.6")


async def _flush(services: Services) -> None:
    await services.redis.run_tool("redis-cli", "FLUSHALL")


async def _flush_and_stop(services: Services) -> None:
    await _flush(services)
    await asyncio.sleep(3)  # long enough for routing to look at an empty Redis
    await services.redis.stop()


OUTAGES = (
    Outage("rabbitmq_stopped", lambda s: s.rabbitmq.stop(), lambda s: s.rabbitmq.start(), 60, 6),
    Outage("rabbitmq_memory_alarm", _alarm, _no_alarm, 30, 4),
    Outage("postgres_stopped_at_once", lambda s: s.postgres.stop_at_once(), lambda s: s.postgres.start(), 20, 3),
    Outage("redis_flushed_and_stopped", _flush_and_stop, lambda s: s.redis.start(), 90, 5),
)
"""Redis is away for longer than a heartbeat lasts (60 s) in a full run."""


async def all_outages(say: Callable[[str], None], *, full: bool, seed: int) -> bool:
    """One after the other over the same processes; whether every number was zero."""
    good = True
    with tempfile.TemporaryDirectory(prefix="peyvand-outages-") as folder:
        async with private_services() as services, running(services, Path(folder)) as cluster:
            for place, what in enumerate(OUTAGES):
                verdict = await suffer(cluster, services, what, full=full, seed=seed, place=place)
                say(f"{what.name}:\n{verdict.table()}")
                good = good and verdict.good
    return good


def running(services: Services, folder: Path) -> Cluster:
    """Not started yet."""
    return Cluster(services.urls, folder, agents=3, capacity=15 * NUMBERS * len(OUTAGES))


async def suffer(
    cluster: Cluster, services: Services, what: Outage, *, full: bool, seed: int = 1, place: int = 0
) -> Verdict:
    """One outage under load. Starts the processes if that was not done."""
    if not cluster.webs:
        await cluster.serve(1)
        await cluster.work(2)
        cluster.keep_all()
    away = what.seconds if full else what.short
    seconds = away + 5
    first = place * 1000
    count = int(seconds * PER_SECOND)
    load = Load(cluster.webs, cluster.public_url, count, NUMBERS, seconds, seed=seed, first_number=first)
    async with Desks(cluster.webs, cluster.seats, seed=seed, closing=0.0).open() as desks:
        await desks.all_connected()
        began = datetime.now(UTC)
        writing = asyncio.create_task(load.run())
        await asyncio.sleep(3)
        await what.begin(services)
        await asyncio.sleep(away)
        await what.end(services)
        goes_on = await _until_it_goes_on(cluster, load, first + NUMBERS)
        await writing
        verdict = await _quiet(cluster, load, desks, began)
    verdict.note("went_on_too_late", [goes_on] if goes_on > GOES_ON_WITHIN else [])
    verdict.told |= {"taken_in": load.ledger.count, "seconds_away": away, "goes_on_after_s": round(goes_on, 1)}
    verdict.told |= {"answers_to_clients": dict(load.ledger.answers)}
    return verdict


async def _until_it_goes_on(cluster: Cluster, load: Load, first: int) -> float:
    """Seconds until messages sent now, to every shard, are in the history and routed."""
    began = time.monotonic()
    phones = [phone_of(first + place) for place in range(PROBES)]
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=15)) as session:
        for place, phone in enumerate(phones):
            sid = sid_of(load.seed, first + place, 0)
            body, headers = load.signed(message(sid, phone, "are you there again?"))
            while not await load.post(session, cluster.webs[0], body, headers):
                await asyncio.sleep(0.1)
            load.ledger.taken[phone].append(sid)
    sql = (
        "SELECT count(*) FROM conversations c JOIN conversation_states s ON s.conversation_id = c.id"
        " WHERE c.contact_point = ANY($1::text[])"
    )
    while time.monotonic() - began < 6 * GOES_ON_WITHIN:
        rows = await _asked(cluster, sql, [f"tel:{phone}" for phone in phones])
        if rows and rows[0][0] == PROBES:
            break
        await asyncio.sleep(0.1)
    return time.monotonic() - began


async def _quiet(cluster: Cluster, load: Load, desks: Desks, began: datetime) -> Verdict:
    await cluster.ready()
    await desks.all_connected(60)
    await desks.rest()
    spent = await drained(cluster, load.ledger, desks, within=120)
    verdict = await judge(cluster, load.ledger, desks)
    verdict.told["seconds_to_drain"] = round(spent, 1)
    # Nobody closes a conversation in these runs, so whoever does not hold one any more has lost it.
    ended = await _asked(cluster, "SELECT conversation_id, ended_at FROM assignments WHERE ended_at > $1", began)
    verdict.note("conversations_taken_away", ended)
    return verdict


async def _asked(cluster: Cluster, sql: str, *values: object) -> list[Row]:
    try:
        async with cluster.store.reading() as tx:
            return await tx.fetch(sql, *values)
    except StoreAway:
        return []
