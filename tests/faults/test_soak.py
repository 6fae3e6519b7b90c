"""A short run of ``make soak``, and the proof that its verdict can be red."""

import copy
import dataclasses
from pathlib import Path

import pytest

from tests.faults.cluster import Cluster
from tests.faults.load import Ledger, phone_of
from tests.faults.services import Services
from tests.faults.soak import Size, soak
from tests.faults.verdict import Verdict, count_history

SHORT = Size(messages=1000, numbers=100, seconds=40, seed=11, webs=2, works=2, patience=60, hurried=True)


@pytest.mark.slow
@pytest.mark.timeout(400)
async def test_nothing_is_lost_doubled_or_out_of_order_while_processes_and_broker_are_killed(
    services: Services, folder: Path
) -> None:
    verdict, load, _ = await soak(SHORT, services, folder)

    assert verdict.good, verdict.table()
    assert verdict.told["taken_in"] == SHORT.messages
    assert verdict.told["kills"]["broker"] >= 1, "a run without a fault shows nothing"
    assert load.ledger.resent > 0
    async with Cluster.looking(services.urls, folder) as cluster:
        assert await _wrongs(cluster, _with_one_more(load.ledger)) == {"lost": 1}
        assert await _wrongs(cluster, _with_two_swapped(load.ledger)) == {"order_inversions": 1}


async def _wrongs(cluster: Cluster, ledger: Ledger) -> dict[str, int]:
    verdict = Verdict()
    await count_history(verdict, cluster.store, ledger)
    return {name: count for name, count in verdict.wrong.items() if count}


def _with_one_more(ledger: Ledger) -> Ledger:
    changed = copy.deepcopy(ledger)
    changed.taken[phone_of(0)].append("SM" + "0" * 32)
    return changed


def _with_two_swapped(ledger: Ledger) -> Ledger:
    changed = copy.deepcopy(ledger)
    first, second, *_ = changed.taken[phone_of(0)]
    return dataclasses.replace(changed, taken={phone_of(0): [second, first]})
