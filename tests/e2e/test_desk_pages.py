"""Every page of the desk's table, in both languages, light and dark, wide and narrow: axe finds nothing on any.

And nothing jumped while it was loading.
"""

import asyncio
import re
from typing import Literal

import aiohttp
import pytest
from playwright.async_api import Browser, FloatRect, Route, expect

from tests.e2e import axe, pages
from tests.e2e.demos import Demo
from tests.e2e.desk import NARROW, WIDE, Desk
from tests.e2e.filled import PASSWORD, Hub, fill
from tests.e2e.words import EN, FA

pytestmark = pytest.mark.timeout(480)

Scheme = Literal["light", "dark"]


@pytest.mark.slow
async def test_axe_finds_nothing_on_any_page(demo: Demo, chromium: Browser) -> None:
    passwords = demo.notes["passwords"]
    people = [("Kian", EN), ("پروین", FA), ("Emma", EN), ("Mina", FA)]
    async with aiohttp.ClientSession() as http:
        hub = Hub(http, demo)
        await hub.colleague("پروین", language="fa", role="admin")
        desks = [await Desk.open(chromium, demo.hub, words) for _, words in people]
        for desk, (name, _) in zip(desks, people, strict=True):
            await desk.sign_in(name, passwords.get(name, PASSWORD))
        await fill(hub)
    admins, agents = desks[:2], desks[2:]
    found = await asyncio.gather(*map(every_page, admins), *map(inbox, agents))
    kinds = set[str]().union(*(seen for seen, _ in found))
    missing = [pattern for pattern in pages.patterns() if not any(pages.matches(pattern, kind) for kind in kinds)]
    assert not missing, f"no link of the desk leads to a page of these with all its parts: {missing}"
    said = [line for _, lines in found for line in lines]
    assert said == [], "\n".join(said)
    assert [desk.errors for desk in desks] == [[], [], [], []]


async def test_nothing_jumps_when_something_comes_late(demo: Demo, chromium: Browser) -> None:
    """Lines that bear the names of agents or teams, where they are narrow enough for a name to need a line more.

    A list beside what is open of it, whose words above need more lines then.
    A thread with a picture that the hub has still to fetch from the provider, or whose decisions come late.
    """
    desk = await Desk.open(chromium, demo.hub, FA)
    async with aiohttp.ClientSession() as http:
        hub = Hub(http, demo)
        await hub.colleague("پروین", language="fa", role="admin")
        await desk.sign_in("پروین", PASSWORD)
        await fill(hub)

    async def late(route: Route) -> None:
        await asyncio.sleep(0.7)
        await route.continue_()

    await desk.page.route(_NAMES, late)
    for page in ("accounts/new", "tokens", "accounts"):
        await desk.page.set_viewport_size(WIDE if page.endswith("new") else NARROW)
        async with desk.page.expect_response(_NAMES):
            await desk.go(f"/administration/{page}")
        await expect(desk.page.locator("main li .row").first).to_be_visible()
        await expect(desk.page.get_by_text("…")).to_have_count(0)
        assert await pages.jumps(desk) == [], page

    fetching, here = await _height_of_a_picture(desk, waiting=True), await _height_of_a_picture(desk, waiting=False)
    assert fetching == here

    await pages.settled(desk)
    await desk.page.unroute(_NAMES)
    await desk.page.set_viewport_size(WIDE)
    await desk.page.route(_DECISIONS, late)
    async with desk.page.expect_response(_DECISIONS):
        await desk.page.reload()
        await desk.page.get_by_role("article").filter(has_text="عکس بسته").wait_for()
        await desk.page.evaluate(_NEXT_FRAME)  # it has gone to the newest
        places = await _places(desk)
    await asyncio.sleep(0.3)
    decided = desk.page.get_by_role("log").get_by_text("در صف است")
    stands = await decided.first.bounding_box()
    assert stands
    assert stands["y"] < places[-1]["y"], "it would move nothing"
    assert await _places(desk) == places
    assert desk.errors == []


async def _places(desk: Desk) -> list[FloatRect]:
    """Where each message of the thread stands."""
    found = [await one.bounding_box() for one in await desk.page.get_by_role("article").all()]
    return [one for one in found if one]


async def _height_of_a_picture(desk: Desk, *, waiting: bool) -> float:
    """Of the message with it, in pixels, while the hub has still to fetch it or when it is here."""

    async def not_here(route: Route) -> None:
        answer = await route.fetch()
        page = await answer.json()
        for one in page["items"]:
            for file in one.get("media") or ():
                file["status"] = "waiting"
        await route.fulfill(response=answer, json=page)

    if waiting:
        await desk.page.route(_INTERACTIONS, not_here)
    await desk.go("/inbox/all")
    await desk.open_conversation("سارا احمدی")
    message = desk.page.get_by_role("article").filter(has_text="عکس بسته")
    await expect(message.get_by_text("در حال دریافت…") if waiting else message.get_by_role("img")).to_be_visible()
    box = await message.bounding_box()
    assert box
    await desk.page.unroute(_INTERACTIONS)
    return box["height"]


_INTERACTIONS = re.compile(r"/api/v1/conversations/[^/]+/interactions(\?|$)")
_DECISIONS = re.compile(r"/api/v1/conversations/[^/]+/decisions(\?|$)")
_NAMES = re.compile(r"/api/v1/(agents|teams)(\?|$)")


async def every_page(desk: Desk) -> tuple[set[str], list[str]]:
    """What this person can come to, and what is wrong with it."""
    found: list[str] = []

    async def look(kind: str) -> None:
        found.extend(f"{kind} ({desk.words.language}): {line}" for line in await pages.jumps(desk))
        found.extend(await both_schemes(desk, kind))

    return await pages.visit_all(desk, look), found


_NEXT_FRAME = "new Promise((next) => requestAnimationFrame(() => setTimeout(next)))"


async def both_schemes(desk: Desk, kind: str) -> list[str]:
    """English wide and light, Persian narrow and dark, and then the colours the other way."""
    schemes: tuple[Scheme, Scheme] = ("light", "dark") if desk.words is EN else ("dark", "light")
    sizes = (WIDE, NARROW) if desk.words is EN else (NARROW, WIDE)
    found: list[str] = []
    for scheme, size, rules in zip(schemes, sizes, (None, axe.CONTRAST), strict=True):
        await desk.page.emulate_media(color_scheme=scheme)
        await desk.page.set_viewport_size(size)
        await desk.page.evaluate(_NEXT_FRAME)  # with more room the administration goes on to its first page
        await desk.page.locator("h1").first.wait_for(state="attached")
        found.extend(await axe.violations(desk.page, only=rules))
        wider = await desk.page.evaluate("document.documentElement.scrollWidth - innerWidth")
        found.extend([f"{wider} px wider than the window of {size['width']}"] if wider > 0 else [])
    return [f"{kind} ({desk.words.language}, {schemes[0]} first): {line}" for line in found]


async def inbox(desk: Desk) -> tuple[set[str], list[str]]:
    """Her list, her conversation, and what opens over it by a key."""
    await desk.go("/inbox/mine")
    await desk.open_conversation("Grace Miller" if desk.words is EN else "سارا احمدی")
    await pages.settled(desk)
    found = await both_schemes(desk, "/inbox/mine/:id")
    for key in ("?", "t", "e", "z"):
        await desk.page.keyboard.press(key)
        await expect(desk.page.get_by_role("dialog")).to_be_visible()
        found += await both_schemes(desk, f"/inbox/mine/:id after {key}")
        await desk.page.keyboard.press("Escape")
        await expect(desk.page.get_by_role("dialog")).to_have_count(0)
    await one_after_another(desk, "t", "e")
    more = desk.page.get_by_role("button", name=desk.words.more)
    await more.focus()
    await desk.page.keyboard.press("t")
    await desk.page.get_by_role("dialog").get_by_role("button", name=desk.words.cancel).click()
    await expect(more).to_be_focused()
    await more.click()
    await expect(desk.page.get_by_role("menu")).to_be_visible()
    return {"/inbox/mine/:id"}, found + await both_schemes(desk, "/inbox/mine/:id with its menu")


async def one_after_another(desk: Desk, first: str, then: str) -> None:
    """Leave the first key's dialog and press the second before the browser says that the first is closed."""
    dialog = desk.page.get_by_role("dialog")
    await desk.page.keyboard.press(first)
    await expect(dialog).to_be_visible()
    before = await dialog.get_attribute("aria-labelledby")
    await desk.page.evaluate(_LEAVE_AND_PRESS, then)
    await expect(dialog).to_be_visible()
    assert await dialog.get_attribute("aria-labelledby") != before
    await desk.page.keyboard.press("Escape")
    await expect(dialog).to_have_count(0)


_LEAVE_AND_PRESS = """async (key) => {
  document.querySelector("dialog[open]").requestClose();
  dispatchEvent(new KeyboardEvent("keydown", { key }));
  for (let n = 0; n < 5; n++) await new Promise((next) => setTimeout(next));
}"""


async def test_axe_finds_nothing_where_one_signs_in(demo: Demo, chromium: Browser) -> None:
    for words in (EN, FA):
        desk = await Desk.open(chromium, demo.hub, words)
        await desk.go("/")
        await desk.page.locator("input[name=password]").wait_for()
        assert await both_schemes(desk, "the way in") == []
