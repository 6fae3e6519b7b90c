"""A demo of the test's own, and the machine's Chromium."""

import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser

from hub.web.pages import BUILT
from tests.conftest import Background
from tests.e2e import desk
from tests.e2e.demos import Demo, demo_in


@pytest.fixture(scope="session")
def ended_demo(tmp_path_factory: pytest.TempPathFactory, background: Background) -> Path:
    """The data of a demo that ran once and was stopped. Beginning with a copy takes half as long as from nothing."""
    folder = tmp_path_factory.mktemp("demo") / "var"

    async def once() -> None:
        async with demo_in(folder) as running:
            await running.stop()
            assert running.process.returncode == 0
        assert not (folder / "postgres" / "data" / "postmaster.pid").exists(), "its database has not ended well"

    background.run(once())
    return folder


@pytest.fixture
def demo_data(ended_demo: Path, tmp_path: Path) -> Path:
    """A folder of the test's own for a demo to begin with; with the owners of its files, as a database demands."""
    folder = tmp_path / "var"
    subprocess.run(["cp", "-a", str(ended_demo), str(folder)], check=True)
    return folder


@pytest.fixture
async def demo(demo_data: Path) -> AsyncIterator[Demo]:
    async with demo_in(demo_data) as running:
        yield running


@pytest.fixture
async def chromium(browser: str) -> AsyncIterator[Browser]:
    assert (BUILT / "index.html").is_file(), "the desk's pages are not built: `make pages`"
    async with desk.chromium(browser) as running:
        yield running
