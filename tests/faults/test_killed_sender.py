"""The sender killed before the claim, after its commit, during the call, and after the answer before its commit."""

import asyncio
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from hub.sandbox import Fault
from tests.faults.cluster import Cluster, Urls
from tests.faults.dying import ABSENCE
from tests.faults.load import phone_of
from tests.faults.verdict import sandbox_counts
from workers import WORKERS

MESSAGES = 3
"""Of each phase; all to different people, so all are in flight when the first of them dies."""

NAMES = ",".join(worker.name for worker in WORKERS)

PHASES: Mapping[str, tuple[Sequence[str], Mapping[Fault, Any], int | None]] = {
    "around the call": (["before_claim=1", "after_claim=1", "before_settle=1"], {}, None),
    "during the call, taken": (["during_call=1"], {Fault.API_TIMEOUT_AFTER: {"next": MESSAGES}}, 0),
    "during the call, not taken": (["during_call=1"], {Fault.API_TIMEOUT_BEFORE: {"next": MESSAGES}}, MESSAGES),
}
"""Name: where it dies, what the provider does, and how many proofs of absence that must lead to."""


@pytest.mark.slow
@pytest.mark.timeout(480)
async def test_the_provider_never_counts_two_sends_without_a_proof_of_absence_between(urls: Urls, folder: Path) -> None:
    async with Cluster(urls, folder, agents=1) as cluster:
        await cluster.serve(1)
        for place, (name, (points, faults, absent)) in enumerate(PHASES.items()):
            texts = await _phase(cluster, folder / f"deaths{place}", place, points, faults)

            accepted = {text: count for (_, text), count in (await sandbox_counts(cluster)).items() if text in texts}
            assert accepted == dict.fromkeys(texts, 1), name
            attempts = await _attempts(cluster, texts)
            assert all(row["outcome"] in {"accepted", "absent"} for row in attempts), (name, attempts)
            proofs = [row for row in attempts if row["outcome"] == "absent"]
            assert all(row["seconds"] >= ABSENCE.total_seconds() for row in proofs), (name, proofs)
            assert absent in {None, len(proofs)}, (name, proofs)
        async with cluster.store.reading() as tx:
            assert await tx.fetch("SELECT worker, type, reason FROM dead_events") == []


async def _phase(
    cluster: Cluster, notes: Path, place: int, points: Sequence[str], faults: Mapping[Fault, Any]
) -> list[str]:
    """Write to some customers while the sender dies; the texts, when all are settled."""
    await _set_faults(cluster, faults)
    work = cluster.add(f"dying{place}", sys.executable, "-m", "tests.faults.dying", str(notes), NAMES, "0", *points)
    work.pause = 0.1
    work.keep()
    planned = sum(int(point.rpartition("=")[2]) for point in points)
    texts: list[str] = []
    async with asyncio.timeout(120):
        for round_ in range(40):
            if round_ == 0 or not faults:
                texts += await _write(cluster, place, round_)
            await asyncio.sleep(1)
            if len(notes.read_text().splitlines() if notes.exists() else []) >= planned:
                break
        while await _unsettled(cluster, texts) or len(work.own_ends) < planned:
            await asyncio.sleep(0.2)
    assert work.own_ends == [-9] * planned
    work.own_ends = []
    await work.end()
    return texts


async def _set_faults(cluster: Cluster, faults: Mapping[Fault, Any]) -> None:
    rules = {str(fault): rule for fault, rule in faults.items()}
    async with (
        aiohttp.ClientSession() as session,
        session.put(f"{cluster.sandbox}/sandbox/api/faults", json=rules) as answer,
    ):
        assert answer.status == 200, await answer.text()


async def _write(cluster: Cluster, place: int, round_: int) -> list[str]:
    texts = [f"phase {place} round {round_} message {number}" for number in range(MESSAGES)]
    async with aiohttp.ClientSession(headers={"Authorization": f"Bearer {cluster.seats[0].token}"}) as session:
        await asyncio.gather(
            *(
                _post(session, cluster, number, text)
                for number, text in enumerate(texts, 100 * (place + 1) + MESSAGES * round_)
            )
        )
    return texts


async def _post(session: aiohttp.ClientSession, cluster: Cluster, number: int, text: str) -> None:
    body = {"to": phone_of(number), "text": text}
    async with session.post(f"{cluster.webs[0]}/api/v1/messages", json=body) as answer:
        assert answer.status in {201, 202}, await answer.text()


async def _unsettled(cluster: Cluster, texts: Sequence[str]) -> bool:
    rows = await _attempts(cluster, texts)
    accepted = {row["text"] for row in rows if row["outcome"] == "accepted"}
    return accepted != set(texts)


async def _attempts(cluster: Cluster, texts: Sequence[str]) -> list[Any]:
    async with cluster.store.reading() as tx:
        return await tx.fetch(
            "SELECT c.text, a.number, a.outcome, extract(epoch FROM a.finished_at - a.started_at) AS seconds"
            " FROM interaction_contents c JOIN attempts a ON a.message_id = c.event_id WHERE c.text = ANY($1::text[])",
            list(texts),
        )
