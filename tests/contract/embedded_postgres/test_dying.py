"""The embedded PostgreSQL when it, its hub or both are killed."""

import asyncio
import contextlib
import os
import signal
import subprocess
import time
from pathlib import Path

import asyncpg
import pytest

from hub.store.embedded import EmbeddedPostgres, attach
from hub.store.embedded.postmaster import is_alive
from tests.contract.embedded_postgres.hubs import connected, eventually, hub_process, running, store, stored, until


async def test_the_next_hub_adopts_the_server_of_a_killed_one(data_dir: Path) -> None:
    with hub_process(data_dir) as first:
        url = attach(data_dir)
        assert url
        await store(url, 1)
        orphan = running(data_dir)
        first.kill()
        first.wait()
    server = EmbeddedPostgres(data_dir)
    await server.start()
    assert running(data_dir).pid == orphan.pid
    assert await stored(server.url) == [1]
    await server.stop()
    assert not is_alive(orphan.pid)


def test_an_orphan_that_nobody_adopts_stops_by_itself(data_dir: Path) -> None:
    with hub_process(data_dir, grace=1) as first:
        orphan = running(data_dir)
        time.sleep(3)
        assert is_alive(orphan.pid)  # the grace counts from the hub's end
        first.kill()
        first.wait()
    eventually(lambda: not is_alive(orphan.pid))


def test_ctrl_c_in_the_terminal_does_not_reach_the_server(data_dir: Path) -> None:
    with hub_process(data_dir) as first:
        server = running(data_dir)
        assert os.getsid(server.pid) != os.getsid(first.pid)
        assert os.getpgid(server.pid) != os.getpgid(first.pid)


async def test_a_server_killed_under_load_comes_back_with_all_it_confirmed(data_dir: Path) -> None:
    async with EmbeddedPostgres(data_dir) as server:
        await store(server.url, 0)
        watching = asyncio.create_task(server.watch())
        confirmed: list[int] = []
        writing = asyncio.create_task(write_for_ever(server.url, confirmed))
        for _ in range(2):
            before, first = running(data_dir), len(confirmed)
            await until(lambda first=first: len(confirmed) > first + 50)  # type: ignore[misc]
            os.kill(before.pid, signal.SIGKILL)
            await until(lambda before=before: attach(data_dir) is not None and running(data_dir) != before)  # type: ignore[misc]
        after = len(confirmed)
        await until(lambda: len(confirmed) > after + 50)
        writing.cancel()
        assert set(confirmed) <= set(await stored(server.url))
        watching.cancel()
        await asyncio.gather(writing, watching, return_exceptions=True)


async def write_for_ever(url: str, confirmed: list[int]) -> None:
    number = 0
    while True:
        with contextlib.suppress(OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError):
            async with connected(url) as connection:
                while True:
                    number += 1
                    await connection.execute("INSERT INTO kept VALUES ($1)", number)
                    confirmed.append(number)
        await asyncio.sleep(0.05)


async def test_a_dead_servers_process_that_lingers_only_delays_the_next_one(data_dir: Path) -> None:
    """PostgreSQL refuses to start while one of the dead server's processes still has its memory."""
    async with EmbeddedPostgres(data_dir) as server:
        connection = await asyncpg.connect(server.url)
        lingering = await connection.fetchval("SELECT pg_backend_pid()")
        os.kill(lingering, signal.SIGSTOP)
        os.kill(running(data_dir).pid, signal.SIGKILL)
        await until(lambda: attach(data_dir) is None)
        watching = asyncio.create_task(server.watch())
        await until(lambda: "shared memory block" in server.log_path.read_text())
        os.kill(lingering, signal.SIGCONT)
        await until(lambda: attach(data_dir) is not None, within=4)  # sooner than a failed revival is tried again
        connection.terminate()
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)


async def test_a_dead_servers_process_that_never_notices_is_ended(data_dir: Path) -> None:
    async with EmbeddedPostgres(data_dir) as server:
        connection = await asyncpg.connect(server.url)
        stuck = await connection.fetchval("SELECT pg_backend_pid()")
        os.kill(stuck, signal.SIGSTOP)
        os.kill(running(data_dir).pid, signal.SIGKILL)
        await until(lambda: attach(data_dir) is None)
        watching = asyncio.create_task(server.watch())
        await until(lambda: attach(data_dir) is not None)
        assert not is_alive(stuck)
        connection.terminate()
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)


async def test_stopping_is_not_mistaken_for_dying(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hub.store.embedded.server._WATCH_EVERY_S", 0.001)
    server = EmbeddedPostgres(data_dir)
    await server.start()
    watching = asyncio.create_task(server.watch())
    await server.stop()
    await asyncio.sleep(1)
    assert attach(data_dir) is None
    watching.cancel()
    await asyncio.gather(watching, return_exceptions=True)


async def test_a_server_killed_with_its_hub_recovers_at_the_next_start(data_dir: Path) -> None:
    with hub_process(data_dir) as first:
        await store(str(attach(data_dir)), 1)
        os.kill(running(data_dir).pid, signal.SIGKILL)
        first.kill()
    assert attach(data_dir) is None
    async with EmbeddedPostgres(data_dir) as server:
        assert await stored(server.url) == [1]


async def test_a_pid_file_from_before_a_crash_does_not_block_though_its_number_lives_again(data_dir: Path) -> None:
    async with EmbeddedPostgres(data_dir) as server:
        await store(server.url, 1)
        pid_file = data_dir / "postgres" / "data" / "postmaster.pid"
        lines = pid_file.read_text().splitlines()
        os.kill(running(data_dir).pid, signal.SIGKILL)
        await until(lambda: attach(data_dir) is None)
    with contextlib.ExitStack() as stack:
        owner = pid_file.parent.stat()
        account = {"user": owner.st_uid, "group": owner.st_gid} if os.geteuid() == 0 else {}
        other = stack.enter_context(subprocess.Popen(["/bin/sleep", "60"], **account))  # type: ignore[call-overload]
        stack.callback(other.kill)
        pid_file.write_text("\n".join([str(other.pid), *lines[1:]]) + "\n")
        async with EmbeddedPostgres(data_dir) as server:
            assert await stored(server.url) == [1]
