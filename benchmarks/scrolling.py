"""The desk in a real browser while somebody scrolls through very much: the longest script task, by Chromium's trace."""

import asyncio
import json
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import asyncpg
from playwright.async_api import Browser, Page, async_playwright

from benchmarks import places, rows, seeding
from benchmarks.places import Place, Servers
from benchmarks.processes import Fault, Running, answering, started
from benchmarks.targets import delete_queues_of_a_hub, settings_of
from hub.model import Role, derived_id
from hub.organisation import store as organisation
from hub.organisation.signing import passwords
from hub.organisation.signing import store as signing
from hub.store import Store
from tests.services import free_port

CONVERSATIONS, INTERACTIONS = 5_000, 20_000
_SCROLLS = 60
_PAUSE = 0.05
"""Seconds between two turns of the wheel."""
_NAME, _PASSWORD = "Lead", "a password for the benchmark alone"
_CATEGORIES: Final = ["toplevel", "devtools.timeline", "disabled-by-default-devtools.timeline", "v8.execute"]
_SCRIPT: Final = {
    "FunctionCall",
    "EvaluateScript",
    "TimerFire",
    "FireAnimationFrame",
    "RunMicrotasks",
    "v8.callFunction",
}


@dataclass(frozen=True, slots=True)
class Longest:
    """The longest task with script in it: milliseconds of CPU, which neighbours on the machine do not stretch."""

    inbox: float
    timeline: float


async def measure(servers: Servers, template: str, *, runs: int, say: Callable[[str], None]) -> Longest:
    """The best of so many turns through the inbox and one customer's timeline."""
    found: list[Longest] = []
    async with places.copy(servers, template) as url, places.place(servers, url) as place:
        customer = await _seed(url)
        async with _hub(place) as base, _chromium() as browser:
            page = await (await browser.new_context(viewport={"width": 1280, "height": 800})).new_page()
            await _sign_in(page, base)
            for turn in range(runs):
                one = Longest(await _inbox(browser, page, base), await _timeline(browser, page, base, customer))
                say(f"  {turn + 1}/{runs} inbox {one.inbox:.0f} ms, timeline {one.timeline:.0f} ms")
                found.append(one)
    return Longest(min(one.inbox for one in found), min(one.timeline for one in found))


async def _inbox(browser: Browser, page: Page, base: str) -> float:
    await page.goto(f"{base}/desk/inbox/all")
    await page.get_by_role("listitem").get_by_role("link").nth(12).wait_for()
    await page.wait_for_load_state("networkidle")
    await page.mouse.move(200, 500)
    return await _scrolled(browser, page)


async def _timeline(browser: Browser, page: Page, base: str, customer: UUID) -> float:
    await page.goto(f"{base}/desk/customers/{customer}")
    await page.locator("main ol li").nth(10).wait_for()
    await page.wait_for_load_state("networkidle")
    await page.mouse.move(900, 600)
    return await _scrolled(browser, page)


async def _scrolled(browser: Browser, page: Page) -> float:
    """Turn the wheel down and up again, traced."""
    await browser.start_tracing(page=page, categories=_CATEGORIES)
    for turn in range(_SCROLLS):
        await page.mouse.wheel(0, 900 if turn < _SCROLLS * 2 // 3 else -1800)
        await asyncio.sleep(_PAUSE)
    await asyncio.sleep(0.5)
    return longest_script_task(json.loads(await browser.stop_tracing())["traceEvents"])


def longest_script_task(events: Iterable[dict[str, Any]]) -> float:
    """Of the main threads of pages: the longest task in which script ran, in milliseconds of its thread's CPU."""
    events = list(events)
    main = {(one["pid"], one["tid"]) for one in events if one.get("args", {}).get("name") == "CrRendererMain"}
    ours = [one for one in events if (one["pid"], one["tid"]) in main and one.get("ph") == "X"]
    script = [one["ts"] for one in ours if one["name"] in _SCRIPT]
    if not script:
        raise Fault("the trace has no script in it: this Chromium names its events otherwise")
    tasks = [one for one in ours if one["name"] in {"RunTask", "ThreadControllerImpl::RunTask"}]
    with_script = (one["tdur"] for one in tasks if any(one["ts"] <= at <= one["ts"] + one["dur"] for at in script))
    return max(with_script, default=0) / 1000


# ── what it needs ────────────────────────────────────────────────────────────────────────────────────────────────


async def _seed(url: str) -> UUID:
    """5,000 conversations, one customer with 20,000 interactions (whose id it gives), and a supervisor."""
    store = Store(url)
    try:
        async with store.transaction() as tx:
            lead = derived_id("bench", "lead")
            await organisation.add_agent(tx, lead, name=_NAME, role=Role.SUPERVISOR)
            hashing = passwords.Passwords()
            await signing.set_password(tx, lead, await hashing.hash(_PASSWORD), by="bench")
            hashing.close()
    finally:
        await store.aclose()
    connection = await asyncpg.connect(url, command_timeout=300)
    try:
        for statement in rows.WAITING:
            await connection.execute(statement, CONVERSATIONS, [seeding.agent_id(0)], seeding.OTHER_TEAM)
        async with connection.transaction():  # one now(), so that a text stands beside its interaction
            for statement in (*rows.PAST[2:], *rows.PAST_INTERACTIONS[:2]):
                many = INTERACTIONS if "interaction" in statement.split("(")[0] else INTERACTIONS // 10
                await connection.execute(statement, many, 1, 1)
        await connection.execute("ANALYZE")
        customer = await connection.fetchval("SELECT md5('customer 0')::uuid")
    finally:
        await connection.close()
    return UUID(str(customer))


@asynccontextmanager
async def _hub(place: Place) -> AsyncIterator[str]:
    running = Running(free_port())
    with tempfile.TemporaryDirectory(prefix="peyvand-bench-") as folder:
        base = f"http://127.0.0.1:{running.port}"
        settings = settings_of(place, running.port, folder) | {"HUB_PUBLIC_URL": base}
        async with started(running, {"web": ["-m", "hub", "serve"]}, settings):
            await answering(running, running.port)
            yield base
    await delete_queues_of_a_hub(place)


@asynccontextmanager
async def _chromium() -> AsyncIterator[Browser]:
    command = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if command is None:
        raise Fault("no Chromium here: install it (on Debian and Ubuntu: apt-get install chromium)")
    options = ["--disable-dev-shm-usage", *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=command, args=options)
        try:
            yield browser
        finally:
            await browser.close()


async def _sign_in(page: Page, base: str) -> None:
    await page.goto(f"{base}/desk/")
    await page.locator("input[name=username]").fill(_NAME)
    await page.locator("input[name=password]").fill(_PASSWORD)
    await page.locator("button[type=submit]").click()
    await page.get_by_role("navigation").first.wait_for()
