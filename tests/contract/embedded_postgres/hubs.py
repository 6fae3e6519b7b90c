"""A hub-like process with an embedded server, what became of the server, and what it keeps."""

import asyncio
import contextlib
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import asyncpg

from hub.store.embedded.postmaster import Postmaster, find_postmaster

ROOT = Path(__file__).parents[3]

# A process like the hub: starts, says its address, stops at the end of its input.
HUB = """
import asyncio, sys
from pathlib import Path
from hub.store.embedded import EmbeddedPostgres

async def main() -> None:
    exclusive = sys.argv[2] == "hub"
    server = EmbeddedPostgres(Path(sys.argv[1]), exclusive=exclusive, command="hub demo", grace=float(sys.argv[3]))
    sys.stderr.write(await server.start() + "\\n")
    await asyncio.to_thread(sys.stdin.readline)
    await server.stop()

asyncio.run(main())
"""


@contextlib.contextmanager
def hub_process(data_dir: Path, role: str = "hub", grace: float = 60, **more: str) -> Iterator[subprocess.Popen[str]]:
    """A started hub-like process; its address has been read."""
    command = [sys.executable, "-c", HUB, str(data_dir), role, str(grace)]
    pipe = subprocess.PIPE
    env = os.environ | {"PYTHONPATH": str(ROOT)} | more
    with subprocess.Popen(command, stdin=pipe, stderr=pipe, stdout=subprocess.DEVNULL, text=True, env=env) as process:
        try:
            assert process.stderr
            said = process.stderr.readline()
            assert said.startswith("postgresql://"), said + process.stderr.read()
            yield process
        finally:
            process.kill()


def running(data_dir: Path) -> Postmaster:
    server = find_postmaster(data_dir.resolve() / "postgres" / "data")
    assert server is not None
    return server


def eventually(true: Callable[[], bool], within: float = 15) -> None:
    deadline = time.monotonic() + within
    while not true():
        assert time.monotonic() < deadline, "did not happen in time"
        time.sleep(0.05)


async def until(true: Callable[[], bool], within: float = 30) -> None:
    async with asyncio.timeout(within):
        while not true():
            await asyncio.sleep(0.02)


@contextlib.asynccontextmanager
async def connected(url: str) -> AsyncIterator["asyncpg.Connection[asyncpg.Record]"]:
    connection = await asyncpg.connect(url)
    try:
        yield connection
    finally:
        with contextlib.suppress(TimeoutError):  # a backend that does not answer any more
            await connection.close(timeout=5)


async def store(url: str, number: int) -> None:
    async with connected(url) as connection:
        await connection.execute("CREATE TABLE IF NOT EXISTS kept (n int PRIMARY KEY)")
        await connection.execute("INSERT INTO kept VALUES ($1)", number)


async def stored(url: str) -> list[int]:
    async with connected(url) as connection:
        return [row["n"] for row in await connection.fetch("SELECT n FROM kept ORDER BY n")]
