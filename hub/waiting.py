"""Waiting for something to happen, but not longer than so long."""

import asyncio


async def rung(bell: asyncio.Event, within: float) -> bool:
    """Whether ``bell`` is set or is set within so many seconds. A cancellation passes through."""
    try:
        async with asyncio.timeout(within):
            await bell.wait()
    except TimeoutError:
        return False
    return True
