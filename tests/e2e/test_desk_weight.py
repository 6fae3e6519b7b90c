"""How much JavaScript the desk is (gzip): at its start, all that an agent comes to load, and all there is."""

import gzip
import re

import pytest

from hub.web.pages import BUILT
from tests.e2e.pages import TABLE

KILO = 1000
AT_START, AGENTS, IN_ALL = 100 * KILO, 200 * KILO, 280 * KILO
ASSETS = BUILT / "assets"
_ENTRY = re.compile(r'(?:src|href)="/desk/assets/([^"]+\.js)"')
_STATIC = re.compile(r'(?:import|from)\s*"\./([^"]+\.js)"')
_PAGE = re.compile(r"roles: (?:DESK|ALL),\s+load: \(\) => import\('\./[^']*?(\w+)\.svelte'\)")


def with_imports(names: list[str]) -> set[str]:
    """These scripts, with all that they import at once."""
    waiting, found = list(names), set[str]()
    while waiting:
        if (name := waiting.pop()) not in found:
            found.add(name)
            waiting.extend(_STATIC.findall((ASSETS / name).read_text()))
    return found


def weight(names: set[str]) -> int:
    """Bytes of these as they are sent."""
    return sum(len(gzip.compress((ASSETS / name).read_bytes(), 9)) for name in names)


def test_the_desk_is_light() -> None:
    page = BUILT / "index.html"
    if not page.is_file():
        pytest.fail("the desk's pages are not built: `make pages`")
    first, everything = _ENTRY.findall(page.read_text()), {one.name for one in ASSETS.glob("*.js")}
    pages = _PAGE.findall(TABLE.read_text())
    assert "InboxPage" in pages
    later = [name for name in everything if name.partition("-")[0] in {*pages, "fa"}]
    assert len(later) == len(pages) + 1
    start, agents, all_ = weight(with_imports(first)), weight(with_imports(first + later)), weight(everything)
    said = f"gzipped: {start} bytes at the start, {agents} for an agent in Persian, {all_} in all"
    assert start < AT_START, said
    assert agents < AGENTS, said
    assert all_ < IN_ALL, said
    assert start < agents < all_
