import asyncio
import time

from hub.live import Hint
from hub.model import new_id
from hub.web.outcomes import Outcomes


async def test_a_hint_with_the_cause_wakes_whoever_waits() -> None:
    outcomes, event = Outcomes(), new_id()
    found: list[str] = []

    async def look() -> str | None:
        return found[0] if found else None

    waiting = asyncio.create_task(outcomes.of(event, look))
    await asyncio.sleep(0.2)  # by now the looks are far apart
    found.append("decided")
    began = time.perf_counter()
    outcomes.heard([Hint(kind="conversation", id=new_id(), version=1, cause=event)])
    assert await waiting == "decided"
    assert time.perf_counter() - began < 0.02
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
