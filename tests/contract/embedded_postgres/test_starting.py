"""The embedded PostgreSQL when it starts: alone, again, beside another, in odd places and in damaged ones."""

import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from hub.errors import DataFolderInUse, EmbeddedFailed
from hub.store.embedded import EmbeddedPostgres, attach
from hub.store.embedded.postmaster import is_alive
from tests.contract.embedded_postgres.hubs import ROOT, connected, hub_process, running, store, stored


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
