"""Every worker killed between its commit and its publish, and between its publish and its ack."""

import json
import sys
from collections import Counter
from pathlib import Path

import pytest

from tests.faults.agents import Desks
from tests.faults.cluster import Cluster, Urls
from tests.faults.dying import ABSENCE
from tests.faults.load import Ledger, Load
from tests.faults.processes import Process
from tests.faults.verdict import drained, judge
from workers import WORKERS

TIMES = 1
SILENT = {"read_templates", "make_searchable", "notify_agents"}
"""Publish nothing, so there is nothing between their commit and their publish."""
POINTS = {
    worker.name: [f"commit:{worker.name}"] + ([f"ack:{worker.name}"] if worker.takes else [])
    for worker in WORKERS
    if worker.name not in SILENT
}
PLANNED = {point: TIMES for points in POINTS.values() for point in points}


@pytest.mark.slow
@pytest.mark.timeout(400)
async def test_each_follow_up_arrives_and_has_its_effect_once(urls: Urls, folder: Path) -> None:
    async with Cluster(urls, folder, agents=2, capacity=3000) as cluster:
        await cluster.serve(1)
        dying = [_dying(cluster, name) for name in POINTS]
        async with Desks(cluster.webs, cluster.seats, share=1.0).open() as desks:
            await desks.all_connected()
            ledger = await _write_until_all_died(cluster)
            await desks.rest()
            await drained(cluster, ledger, within=60)
            deaths = [code for process in dying for code in process.own_ends]
            for process in dying:
                process.own_ends = []
            verdict = await judge(cluster, ledger, desks, absence=ABSENCE.total_seconds())

    assert _deaths(folder) == PLANNED
    assert deaths == [-9] * sum(PLANNED.values()), "they died by no other hand than their own"
    assert verdict.good, verdict.table()
    assert verdict.told["answers_taken"] > 0


def _dying(cluster: Cluster, name: str) -> Process:
    """One process for each worker, so that each dies over its own events only; started again when it has died."""
    plan = [f"{point}={TIMES}" for point in POINTS[name]]
    notes = str(cluster.folder / f"{name}.deaths")
    process = cluster.add(name, sys.executable, "-m", "tests.faults.dying", notes, name, "0", *plan)
    process.pause = 0.1
    process.keep()
    return process


async def _write_until_all_died(cluster: Cluster) -> Ledger:
    """Customers write until everybody has died as often as planned."""
    ledger = Ledger()
    for round_ in range(100):
        load = Load(cluster.webs, cluster.public_url, 10, 10, 1.5, seed=round_, ledger=ledger)
        await load.run()
        if _deaths(cluster.folder) == PLANNED:
            break
    return ledger


def _deaths(folder: Path) -> Counter[str]:
    lines = [line for notes in folder.glob("*.deaths") for line in notes.read_text().splitlines()]
    return Counter(json.loads(line)["point"] for line in lines)
