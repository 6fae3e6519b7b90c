"""Waiting for what comes by itself: as long as a slow and busy machine may need, and no longer than it takes."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

T = TypeVar("T")

PATIENCE = 45.0
"""Seconds. Only a test that fails waits as long."""
PAUSE = 0.02


async def eventually(look: Callable[[], Awaitable[T | None]], *, within: float = PATIENCE) -> T:
    """What ``look`` gives, as soon as it gives something."""
    found = await until(look, lambda seen: seen is not None, within=within)
    assert found is not None
    return found


async def until(look: Callable[[], Awaitable[T]], fits: Callable[[T], object] = bool, *, within: float = PATIENCE) -> T:
    """What ``look`` gives, as soon as that fits. The failure says what it gave last."""
    seen: T | None = None
    try:
        async with asyncio.timeout(within) as limit:
            while True:
                seen = await look()
                if fits(seen):
                    return seen
                await asyncio.sleep(PAUSE)
    except TimeoutError as error:
        if not limit.expired():
            raise
        raise AssertionError(f"within {within:g} s it never came; the last seen: {seen!r}") from error
