"""Every page of the desk: the lines of its own table, and what the links on them lead to."""

import asyncio
import re
from collections import deque
from collections.abc import Awaitable, Callable
from pathlib import Path

from playwright.async_api import expect

from tests.e2e.desk import Desk

TABLE = Path(__file__).parents[2] / "frontend" / "desk" / "pages" / "table.ts"
NOWHERE = "/nowhere"
_LINE = re.compile(r"pattern: '([^']+)'")
_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_HERE = "main[id=content]"

Look = Callable[[str], Awaitable[None]]
"""Called on each page, with the kind of it such as ``/inbox/all/:id``."""


def patterns() -> list[str]:
    """Those of the table of pages, such as ``/inbox/:view?/:id?``."""
    found = _LINE.findall(TABLE.read_text())
    assert found, f"{TABLE.name} has another form now: see tests/e2e/pages.py"
    return list(found)


def begins(pattern: str) -> str:
    """The address of a pattern without what may be left out."""
    return "/" + "/".join(part for part in pattern.split("/")[1:] if not part.endswith("?"))


def kind_of(path: str) -> str:
    """One name for all pages that differ by an id alone."""
    return _ID.sub(":id", path)


def matches(pattern: str, kind: str) -> bool:
    """Whether this is a page of that line with every part that may be left out."""
    wanted, given = pattern.split("/"), kind.split("/")
    fits = all(part.startswith(":") or part == here for part, here in zip(wanted, given, strict=False))
    return len(wanted) == len(given) and fits


async def settled(desk: Desk) -> None:
    """Wait until it shows what it has to show: a page of the table with its title, or that there is none."""
    main = desk.page.locator(f"{_HERE}[data-page]")
    await expect(main.get_by_role("heading", level=1)).to_have_count(1)
    await desk.page.wait_for_load_state("networkidle")
    await expect(desk.page.locator("[aria-busy=true]")).to_have_count(0)


async def jumps(desk: Desk) -> list[str]:
    """What moved on this page since it was asked for, without anyone's doing (https://web.dev/articles/cls).

    Each with how much of the window that was: the part that moved times how far it went.
    """
    found: list[str] = await desk.page.evaluate(_JUMPS, LEAST)
    return found


LEAST = 0.01
"""A part that nobody would see."""
_JUMPS = """least => new Promise(done => {
  const place = ({ x, y, width, height }) => [x, y, width, height].map(Math.round).join(" ");
  const said = one => `jumped by ${one.value.toFixed(3)} after ${Math.round(one.startTime)} ms: ` +
    one.sources.map(part => `${place(part.previousRect)} to ${place(part.currentRect)} ` +
      (part.node?.outerHTML?.slice(0, 120) ?? part.node?.textContent?.slice(0, 60))).join(" | ");
  const watch = list => done(list.getEntries().filter(one => one.value > least && !one.hadRecentInput).map(said));
  new PerformanceObserver(watch).observe({ type: "layout-shift", buffered: true });
  setTimeout(done, 200, []);
})"""


async def visit_all(desk: Desk, look: Look) -> set[str]:
    """Look at one page of each kind that this person can come to; the kinds."""
    waiting, seen = deque([NOWHERE, *map(begins, patterns())]), set[str]()
    while waiting:
        path = waiting.popleft()
        if (kind := kind_of(path)) in seen:
            continue
        seen.add(kind)
        await desk.go(path)
        await settled(desk)
        await look(kind)
        waiting.extend(await _all_links(desk))
    return seen


async def _all_links(desk: Desk) -> list[str]:
    """Those it has once no more come."""
    before: list[str] | None = None
    while before != (found := await _links(desk)):
        before = found
        await asyncio.sleep(0.25)
    return found


async def _links(desk: Desk) -> list[str]:
    found: list[str] = await desk.page.eval_on_selector_all(
        "a[href^='/desk/']", "links => links.map(one => new URL(one.href).pathname.slice('/desk'.length))"
    )
    return [path.rstrip("/") for path in found if path.strip("/")]
