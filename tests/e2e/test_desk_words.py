"""The desk's words where the network is away: said in both languages and tried again, or the old ones stay."""

import pytest
from playwright.async_api import Browser, expect

from tests.e2e.demos import Demo
from tests.e2e.desk import Desk
from tests.e2e.words import EN, FA

pytestmark = pytest.mark.timeout(240)

NOT_CHANGED = "The language could not be changed"


def of(language: str) -> str:
    """The address of a language's script."""
    return f"**/desk/assets/{language}-*.js"


def asked_by(desk: Desk) -> list[str]:
    """The names of the files it asks for, as it does."""
    names: list[str] = []
    desk.page.on("request", lambda request: names.append(request.url.rpartition("/")[2]))
    return names


async def test_a_desk_asks_for_no_words_but_those_it_speaks(demo: Demo, chromium: Browser) -> None:
    for words, other in ((EN, FA), (FA, EN)):
        desk = await Desk.open(chromium, demo.hub, words)
        asked = asked_by(desk)
        await desk.go("/")
        await expect(desk.page.get_by_role("button", name=words.sign_in, exact=True)).to_be_visible()
        assert [name for name in asked if name.startswith(f"{words.language}-")]
        assert not [name for name in asked if name.startswith(f"{other.language}-")]


async def test_words_that_do_not_come_are_tried_again(demo: Demo, chromium: Browser) -> None:
    desk = await Desk.open(chromium, demo.hub, FA)
    await desk.context.route(of("fa"), lambda route: route.abort())
    await desk.go("/")
    await expect(desk.page.get_by_text("The desk could not be loaded")).to_be_visible()
    await expect(desk.page.get_by_text("میز کار بار نشد")).to_be_visible()
    await desk.shot("words-did-not-come")
    await desk.context.unroute(of("fa"))
    await expect(desk.page.get_by_role("button", name=FA.sign_in, exact=True)).to_be_visible()
    assert desk.errors == []


async def test_another_language_without_the_network_leaves_the_old_one(demo: Demo, chromium: Browser) -> None:
    desk = await Desk.open(chromium, demo.hub, EN)
    await desk.go("/")
    await desk.context.route(of("fa"), lambda route: route.abort())
    change = desk.page.get_by_role("button", name="فارسی")
    await change.click()
    await expect(desk.page.get_by_text(NOT_CHANGED)).to_be_visible()
    await expect(desk.page.locator("html")).to_have_attribute("lang", "en")
    await desk.shot("language-not-changed")
    await desk.context.unroute(of("fa"))
    await change.click()
    await expect(desk.page.locator("html")).to_have_attribute("lang", "fa")
    assert desk.errors == []


async def test_her_settings_show_the_language_that_is_spoken(demo: Demo, chromium: Browser) -> None:
    desk = await Desk.open(chromium, demo.hub, EN)
    await desk.sign_in("Emma", demo.notes["passwords"]["Emma"])
    await desk.go("/me")
    language, failed = desk.page.get_by_label("Language", exact=True), desk.page.get_by_text(NOT_CHANGED)
    for away in (of("fa"), "**/api/v1/me"):
        await desk.context.route(away, lambda route: route.abort())
        await language.select_option("fa")
        await expect(failed).to_have_count(1)
        await expect(language).to_have_value("en")
        await expect(desk.page.locator("html")).to_have_attribute("lang", "en")
        await desk.context.unroute(away)
        await desk.page.get_by_role("button", name="Close").click()
    await language.select_option("fa")
    await expect(desk.page.locator("html")).to_have_attribute("lang", "fa")
    assert desk.errors == []
