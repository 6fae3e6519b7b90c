"""How much JavaScript the desk is (gzip): at its start, all that an agent comes to load, and all that anybody does.

Each is counted for both languages, as nobody loads the words of the one she does not speak.
"""

import gzip
import re
from dataclasses import dataclass
from functools import cache

import pytest

from hub.web.pages import BUILT
from tests.e2e.pages import TABLE

KILO = 1000
AT_START, AGENTS, IN_ALL = 100 * KILO, 200 * KILO, 200 * KILO
LANGUAGES = {"English": "en", "Persian": "fa"}
ASSETS = BUILT / "assets"
_ENTRY = re.compile(r'(?:src|href)="/desk/assets/([^"]+\.js)"')
_STATIC = re.compile(r'(?:import|from)\s*"\./([^"]+\.js)"')
_PAGE = re.compile(r"roles: (?:DESK|ALL),\s+load: \(\) => import\('\./[^']*?(\w+)\.svelte'\)")


@dataclass(frozen=True)
class Load:
    """Bytes as they are sent to somebody who speaks one language."""

    start: int
    agents: int
    all: int


def with_imports(names: set[str]) -> set[str]:
    """These scripts, with all that they import at once."""
    waiting, found = list(names), set[str]()
    while waiting:
        if (name := waiting.pop()) not in found:
            found.add(name)
            waiting.extend(_STATIC.findall((ASSETS / name).read_text()))
    return found


@cache
def weight_of(name: str) -> int:
    """Bytes of this script as it is sent."""
    return len(gzip.compress((ASSETS / name).read_bytes(), 9))


def weight(names: set[str]) -> int:
    """Bytes of these and of what they import."""
    return sum(map(weight_of, with_imports(names)))


def called(names: set[str], stems: set[str]) -> set[str]:
    """The script of each of these stems: ``InboxPage-1a2b3c4d.js``."""
    found = {name for name in names if name.partition("-")[0] in stems}
    assert len(found) == len(stems), f"the build has no script of its own for each of {sorted(stems)}"
    return found


def load(language: str) -> Load:
    """What is loaded by whoever speaks this language."""
    everything = {one.name for one in ASSETS.glob("*.js")}
    others = called(everything, {*LANGUAGES.values()} - {language})
    pages = _PAGE.findall(TABLE.read_text())
    assert "InboxPage" in pages
    start = {*_ENTRY.findall((BUILT / "index.html").read_text())} | called(everything, {language})
    agents = start | called(everything, {*pages})
    assert not with_imports(agents) & others, "a page brings the words of the other language along"
    return Load(weight(start), weight(agents), weight(everything - others))


def test_the_desk_is_light() -> None:
    if not (BUILT / "index.html").is_file():
        pytest.fail("the desk's pages are not built: `make pages`")
    loads = {name: load(language) for name, language in LANGUAGES.items()}
    said = f"gzipped bytes: {loads}"
    for one in loads.values():
        assert one.start < AT_START, said
        assert one.agents < AGENTS, said
        assert one.all < IN_ALL, said
        assert one.start < one.agents < one.all
