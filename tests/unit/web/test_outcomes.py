import asyncio

import pytest

from hub.live import Hint
from hub.model import new_id
from hub.web import outcomes as outcomes_module
from hub.web.outcomes import Outcomes


async def test_a_hint_with_the_cause_wakes_whoever_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outcomes_module, "LOOKS", (3600.0,))
    outcomes, event = Outcomes(patience=3600), new_id()
    found: list[str] = []
    looked = asyncio.Event()

    async def look() -> str | None:
        looked.set()
        return found[0] if found else None

    waiting = asyncio.create_task(outcomes.of(event, look))
    await looked.wait()
    found.append("decided")
    outcomes.heard([Hint(kind="conversation", id=new_id(), version=1, cause=event)])
    assert await asyncio.wait_for(waiting, 10) == "decided"
    assert outcomes._waiting == {}


async def test_a_lost_hint_costs_a_look_and_no_answer_costs_the_patience() -> None:
    outcomes, looks = Outcomes(patience=0.3), 0

    async def look() -> int | None:
        nonlocal looks
        looks += 1
        return looks if looks == 3 else None

    assert await outcomes.of(new_id(), look) == 3
    looks = 10
    nothing = await outcomes.of(new_id(), look)
    assert nothing is None
    assert outcomes._waiting == {}


async def test_with_no_patience_it_is_looked_at_once() -> None:
    assert await Outcomes(patience=0).of(new_id(), lambda: asyncio.sleep(0, "there")) == "there"
