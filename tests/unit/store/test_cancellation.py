"""A cancelled task ends, whatever asyncpg makes of the statement it was cancelled in."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import asyncpg
import pytest

from hub.errors import StoreAway
from hub.store import Store


class BrokenOnCancel:
    """A pool whose connection says, when a statement is cancelled, that it is busy: seen with asyncpg."""

    @asynccontextmanager
    async def acquire(self, **_: Any) -> AsyncIterator[None]:
        try:
            yield None
        except asyncio.CancelledError:
            raise asyncpg.InterfaceError("cannot perform operation: another operation is in progress") from None


async def test_a_cancellation_is_not_taken_for_a_server_that_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    store = Store("postgresql://nowhere/")

    async def opened(_: Store) -> BrokenOnCancel:
        return BrokenOnCancel()

    monkeypatch.setattr(Store, "_opened", opened)
    rounds = 0

    async def reader() -> None:
        nonlocal rounds
        while rounds < 3:
            rounds += 1
            with suppress(StoreAway):
                async with store.reading():
                    await asyncio.sleep(60 if rounds == 1 else 0)

    task = asyncio.create_task(reader())
    await asyncio.sleep(0.01)
    task.cancel()
    await asyncio.wait([task], timeout=5)
    assert task.cancelled()
    assert rounds == 1
