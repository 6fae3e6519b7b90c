"""The pool of database connections and the transactions that workers and web open.

A feature's SQL stands in its own ``store.py``; its functions take the ``Transaction`` first. Whatever asyncpg raises
because the server is away becomes ``StoreAway``, so that nobody above needs to know asyncpg.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import asyncpg
import msgspec

from hub.errors import StoreAway

if TYPE_CHECKING:
    from asyncpg.pool import PoolConnectionProxy

    Transaction = asyncpg.Connection[asyncpg.Record] | PoolConnectionProxy[asyncpg.Record]
else:
    Transaction = asyncpg.Connection
"""A connection, in a transaction or not; a statement alone is its own. Functions in a ``store.py`` take it first."""

Row = asyncpg.Record
"""One row of an answer, read like a mapping."""

Greet = Callable[[Transaction], Awaitable[None]]
"""Looks at each new connection before it is used; what it raises is raised to whoever wanted the connection."""

_SERVER = {
    "plan_cache_mode": "force_generic_plan",
    "jit": "off",
    "max_parallel_workers_per_gather": "0",
    "application_name": "peyvand",
}
# Statements take arrays, so each call would be planned anew for its length, which costs more than running it. None of
# ours reads much, but of a large table the planner may think so, and start a process for it: 5 ms for what takes 0.1.

AWAY = (
    OSError,
    TimeoutError,
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.exceptions.OperatorInterventionError,
    asyncpg.exceptions.InsufficientResourcesError,
    asyncpg.exceptions.ConnectionDoesNotExistError,
    asyncpg.InternalClientError,  # when the server dies in mid-query
)
"""What asyncpg raises when the server is away, starting, stopping, full, or out of connections."""


class Store:
    """A pool of connections to one database. ``url`` as for libpq."""

    def __init__(self, url: str, *, size: int = 8, greet: Greet | None = None) -> None:
        self.url = url
        self._greet = greet
        self._size = size
        self._pool: asyncpg.Pool | None = None
        self._opening = asyncio.Lock()

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        """One transaction: committed when the block ends well. Raises ``StoreAway`` if the server is not there."""
        try:
            async with (await self._opened()).acquire(timeout=10) as connection, connection.transaction():
                yield connection
        except AWAY as error:
            _pass_on_cancellation(error)
            raise away(error) from error

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Transaction]:
        """A connection for statements each of which is a transaction, reading or writing."""
        try:
            async with (await self._opened()).acquire(timeout=10) as connection:
                yield connection
        except AWAY as error:
            _pass_on_cancellation(error)
            raise away(error) from error

    async def _opened(self) -> asyncpg.Pool:
        if self._pool is None:
            async with self._opening:
                if self._pool is None:
                    self._pool = await asyncpg.create_pool(
                        self.url,
                        min_size=0,
                        max_size=self._size,
                        init=self._prepare,
                        reset=_as_it_was,
                        command_timeout=30,
                        timeout=5,
                        server_settings=_SERVER,
                    )
        return self._pool

    async def _prepare(self, connection: Transaction) -> None:
        await _speak_json(connection)
        if self._greet is not None:
            await self._greet(connection)

    async def aclose(self) -> None:
        """Close every connection; waits a little for those in use."""
        if self._pool is not None:
            pool, self._pool = self._pool, None
            try:
                async with asyncio.timeout(5):
                    await pool.close()
            except TimeoutError:
                pool.terminate()


def _pass_on_cancellation(error: BaseException) -> None:
    """Of a task that is cancelled in the middle of a statement, asyncpg may say that its connection is broken.

    That is no server that is away: whoever took it for one would go on, and its cancellation be lost.
    """
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError from error


def away(error: BaseException) -> StoreAway:
    """``StoreAway`` with what the server or the network said."""
    said = next(iter(str(error).splitlines()), type(error).__name__)
    return StoreAway(f"PostgreSQL does not answer: {said}")


async def _speak_json(connection: Transaction) -> None:
    for name in ("json", "jsonb"):
        await connection.set_type_codec(
            name, encoder=_encode, decoder=msgspec.json.decode, schema="pg_catalog", format="text"
        )


async def _as_it_was(_: Transaction) -> None:
    """Nobody changes a pooled connection's settings, locks or cursors, so asyncpg's reset would be a round trip wasted.

    An open transaction is still rolled back: asyncpg does that before it asks here.
    """


def _encode(value: object) -> str:
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()
