"""A demo of the test's own, and the machine's Chromium."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser

from hub.web.pages import BUILT
from tests.e2e import desk
from tests.e2e.demos import Demo, demo_in


@pytest.fixture
async def demo(tmp_path: Path) -> AsyncIterator[Demo]:
    async with demo_in(tmp_path / "var") as running:
        yield running


@pytest.fixture
async def chromium(browser: str) -> AsyncIterator[Browser]:
    assert (BUILT / "index.html").is_file(), "the desk's pages are not built: `make pages`"
    async with desk.chromium(browser) as running:
        yield running
