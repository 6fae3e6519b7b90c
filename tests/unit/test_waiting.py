"""What is cancelled ends, also if a library swallows a cancellation on its way."""

import asyncio
from contextlib import suppress

import pytest

from hub import waiting
from hub.waiting import cancelled


async def test_who_swallows_one_cancellation_is_cancelled_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "_AGAIN", 0.01)

    async def stubborn() -> None:
        with suppress(asyncio.CancelledError):
            await asyncio.sleep(60)
        await asyncio.sleep(60)

    task = asyncio.create_task(stubborn())
    await asyncio.sleep(0)
    async with asyncio.timeout(10):
        await cancelled([task])
    assert task.cancelled()


async def test_who_has_ended_is_not_waited_for() -> None:
    task = asyncio.create_task(asyncio.sleep(0))
    await task
    await cancelled([task])
    await cancelled([])
