"""Waiting for something to happen, but not longer than so long; and for what is cancelled to end."""

import asyncio
from collections.abc import Collection
from typing import Any

_AGAIN = 1.0
"""Seconds after which whoever has not ended is cancelled once more."""


async def rung(bell: asyncio.Event, within: float) -> bool:
    """Whether ``bell`` is set or is set within so many seconds. A cancellation passes through."""
    try:
        async with asyncio.timeout(within):
            await bell.wait()
    except TimeoutError:
        return False
    return True


async def cancelled(tasks: Collection["asyncio.Task[Any]"]) -> None:
    """Cancel these and wait until all have ended. A library may swallow one cancellation; none swallows all."""
    left = {task for task in tasks if not task.done()}
    while left:
        for task in left:
            task.cancel()
        _, left = await asyncio.wait(left, timeout=_AGAIN)
