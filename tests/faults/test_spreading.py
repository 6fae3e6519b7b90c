"""Two processes share the work within a minute; one killed, the other has all of it within five seconds."""

import asyncio
import re
import time
from pathlib import Path

import aiohttp
import pytest

from tests.faults.cluster import Cluster, Urls
from tests.faults.load import Load, message, phone_of, sid_of
from tests.faults.verdict import drained

SHARES_WITHIN = 60.0
TAKES_OVER_WITHIN = 5.0
ERRORS = ["request_failed", "event_dead", "worker_broken", "tick_failed", "stopped_by_failure"]
ACKED = re.compile(r'^hub_acked_total\{lane="record_interactions\.\d"\} ([0-9.e+]+)$', re.MULTILINE)


@pytest.mark.slow
@pytest.mark.timeout(300)
async def test_both_ack_and_one_takes_over(urls: Urls, folder: Path) -> None:
    async with Cluster(urls, folder, agents=1) as cluster, aiohttp.ClientSession() as session:
        await cluster.serve(1)
        await cluster.work(2)
        shared = await _until_all_ack(cluster)
        assert shared < SHARES_WITHIN

        cluster.processes["work1"].kill()
        taken_over = await _until_all_shards_answer(cluster, session)
        assert taken_over < TAKES_OVER_WITHIN


@pytest.mark.slow
@pytest.mark.timeout(300)
async def test_four_of_each_share_the_work_without_an_error(urls: Urls, folder: Path) -> None:
    async with Cluster(urls, folder, agents=1) as cluster:
        await cluster.serve(4)
        await cluster.work(4)
        assert await _until_all_ack(cluster) < SHARES_WITHIN
        ledger = await Load(cluster.webs, cluster.public_url, 400, 40, 5, seed=1000).run()
        await drained(cluster, ledger, within=60)
        assert set(ledger.answers) == {"200"}
        assert not any(cluster.logged(ERRORS).values())


async def _until_all_ack(cluster: Cluster) -> float:
    began = time.monotonic()
    for round_ in range(200):
        await Load(cluster.webs, cluster.public_url, 20, 20, 0.3, seed=round_).run()
        if all([await _acked(cluster, door) for door in cluster.doors.values()]):
            break
        if time.monotonic() - began > SHARES_WITHIN:
            break
    return time.monotonic() - began


async def _acked(cluster: Cluster, door: str) -> float:
    return sum(float(count) for count in ACKED.findall(await cluster.get(f"{door}/metrics")))


async def _until_all_shards_answer(cluster: Cluster, session: aiohttp.ClientSession) -> float:
    """Seconds until messages of sixteen new numbers, which fall into all shards, are recorded and routed."""
    began = time.monotonic()
    load = Load(cluster.webs, cluster.public_url, 0, 1, 0)
    phones = [phone_of(500 + place) for place in range(16)]
    for place, phone in enumerate(phones):
        body, headers = load.signed(message(sid_of(1, 500 + place, 0), phone, "who is there?"))
        assert await load.post(session, cluster.webs[0], body, headers)
    routed = 0
    while routed < len(phones) and time.monotonic() - began < 60:
        await asyncio.sleep(0.05)
        async with cluster.store.reading() as tx:
            routed = await tx.fetchval(
                "SELECT count(*) FROM conversations c JOIN conversation_states s ON s.conversation_id = c.id"
                " WHERE c.contact_point = ANY($1::text[])",
                [f"tel:{phone}" for phone in phones],
            )
    return time.monotonic() - began
