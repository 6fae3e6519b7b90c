"""Every service away for a few seconds under load; ``make soak`` with ``--full`` does the design's times."""

from pathlib import Path

import pytest

from tests.faults.outages import OUTAGES, running, suffer
from tests.faults.services import Services


@pytest.mark.slow
@pytest.mark.timeout(400)
async def test_a_service_that_goes_away_and_comes_back_costs_nothing_but_time(services: Services, folder: Path) -> None:
    async with running(services, folder) as cluster:
        for place, what in enumerate(OUTAGES):
            verdict = await suffer(cluster, services, what, full=False, place=place)

            assert verdict.good, f"{what.name}\n{verdict.table()}"
            assert verdict.told["taken_in"] > 0
