"""The pages for people outside: every link leads somewhere, every route and metric is described."""

import re
from pathlib import Path

import msgspec
import pytest

from hub.errors import Conflict
from hub.events import REGISTRY, Event
from hub.web.app import ROUTES
from hub.web.refused import MENDS
from workers import WORKERS

ROOT = Path(__file__).parents[2]
PAGES = (ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md")))
LINK = re.compile(r"\]\((?!https?:)([^)#\s]*)#?([^)\s]*)\)")
METRIC = re.compile(r"`(hub_\w+)")


def anchors(page: Path) -> set[str]:
    """What the page's headings are called in a link, as on GitHub."""
    titles = re.findall(r"^#+ (.+)$", page.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    broken = []
    for path, anchor in LINK.findall(page.read_text()):
        there = (page.parent / path).resolve() if path else page
        if not there.exists() or (anchor and anchor not in anchors(there)):
            broken.append(f"{path}#{anchor}")
    assert broken == []


def test_every_route_of_the_api_is_described() -> None:
    page = (ROOT / "docs" / "api.md").read_text()
    missing = [f"{one.method} {one.path}" for one in ROUTES if f"`{one.method} {one.path}" not in page]
    assert [line for line in missing if line != "GET /live"] == []
    assert "`GET /api/v1/live`" in page


def test_every_status_of_a_refusal_is_described_with_its_reason() -> None:
    page = (ROOT / "docs" / "api.md").read_text()
    waiting = page.partition("\n## Waiting for an outcome\n")[2].partition("\n## ")[0]
    for reason, mend in MENDS.items():
        assert f"`{reason.value}`" in page
        clause = re.search(rf"\*\*{mend.kind.status}\*\* if [^*]*`{reason.value}`", waiting)
        assert clause or mend.kind is Conflict, f"{reason.value} is a {mend.kind.status}"
    assert "**409**" in waiting


def test_every_event_is_described_with_those_who_take_it() -> None:
    page = (ROOT / "docs" / "events.md").read_text()
    rows = dict(re.findall(r"^\| `([\w.]+\.v\d+)` \|.*\|([^|]*)\|$", page, re.MULTILINE))
    takers = {name: {worker.name for worker in WORKERS if data in worker.takes} for name, data in REGISTRY.items()}
    assert {name: set(re.findall(r"`(\w+)`", taken)) for name, taken in rows.items()} == takers
    for attribute in msgspec.structs.fields(Event):
        assert f"`{attribute.name}`" in page


def test_every_metric_is_described_and_exists() -> None:
    source = (ROOT / "hub" / "metrics.py").read_text() + (ROOT / "hub" / "bus" / "metrics.py").read_text()
    described = set(METRIC.findall((ROOT / "docs" / "operating.md").read_text()))
    assert described == set(re.findall(r'"(hub_\w+)"', source))
