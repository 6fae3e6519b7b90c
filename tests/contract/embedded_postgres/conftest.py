"""Data folders: one not made yet, and one in which the server has run before."""

import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from hub.store.embedded.postmaster import find_postmaster, is_alive
from tests.contract.embedded_postgres.hubs import eventually, hub_process


@pytest.fixture(scope="session")
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
