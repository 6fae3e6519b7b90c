"""Processes that share a port answer a scrape for all of them. Ring 1."""

import asyncio
import os
import sys
from pathlib import Path

from hub.metrics import FOLDER, has_died

_COUNTS = "from hub import metrics; metrics.PUBLISHED.inc(3); metrics.DESKS.set(2); import os; print(os.getpid())"
_SHOWS = "from hub import metrics; metrics.DESKS.set(1); print(metrics.shown().decode())"


async def _said(code: str, folder: Path) -> str:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", code), env=os.environ | {FOLDER: str(folder)}, stdout=asyncio.subprocess.PIPE
    )
    out, _ = await process.communicate()
    return out.decode()


async def test_any_of_them_answers_for_all_and_the_dead_hold_nothing_open(tmp_path: Path) -> None:
    gone = int(await _said(_COUNTS, tmp_path))
    await _said(_COUNTS, tmp_path)
    says = await _said(_SHOWS, tmp_path)
    assert ("hub_events_published_total 6.0" in says, "hub_desks 5.0" in says) == (True, True), says[:500]
    has_died(gone, str(tmp_path))
    says = await _said(_SHOWS, tmp_path)
    assert "hub_events_published_total 6.0" in says
    assert "hub_desks 4.0" in says
