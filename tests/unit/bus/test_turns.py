"""Of all workers in a process one touches an event alone at a time, unless its turn takes too long."""

import asyncio

import pytest

from hub.bus import isolation
from hub.bus.isolation import Turns


async def test_one_at_a_time() -> None:
    turns, inside, most = Turns(), 0, 0

    async def touch() -> None:
        nonlocal inside, most
        async with turns.mine():
            inside += 1
            most = max(most, inside)
            await asyncio.sleep(0)
            inside -= 1

    await asyncio.gather(*(touch() for _ in range(5)))
    assert most == 1


async def test_a_turn_that_takes_too_long_holds_nobody_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(isolation, "TURN", 0.01)
    turns = Turns()
    async with turns.mine(), asyncio.timeout(1), turns.mine():
        pass
    async with turns.mine():
        pass


async def test_a_fault_ends_the_turn() -> None:
    turns = Turns()
    with pytest.raises(ValueError, match="poison"):
        async with turns.mine():
            raise ValueError("poison")
    async with asyncio.timeout(1), turns.mine():
        pass
