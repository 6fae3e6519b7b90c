"""The desk's menus by keys alone, as the ARIA practices have them, and where they open."""

import re

import pytest
from playwright.async_api import Browser, Locator, Page, ViewportSize, expect

from tests.e2e.demos import Demo
from tests.e2e.desk import NARROW, WIDE, Desk
from tests.e2e.words import EN, FA, Words

pytestmark = pytest.mark.timeout(240)

ITEMS = "[role=menuitem], [role=menuitemradio]"


def of_hers(page: Page, name: str) -> Locator:
    """The button of her own menu, which every page has."""
    return page.get_by_role("button", name=re.compile(f"^{name} ·"))


async def test_a_menu_is_used_by_keys_alone(demo: Demo, chromium: Browser) -> None:
    desk = await Desk.open(chromium, demo.hub, EN)
    await desk.sign_in("Emma", demo.notes["passwords"]["Emma"])
    button, menu = of_hers(desk.page, "Emma"), desk.page.get_by_role("menu")
    items, press = menu.locator(ITEMS), desk.page.keyboard.press
    for key, place in (("Enter", 0), ("Space", 0), ("ArrowDown", 0), ("ArrowUp", -1)):
        await button.press(key)
        await expect(items.nth(place)).to_be_focused()
        await expect(button).to_have_attribute("aria-expanded", "true")
        await press("Escape")
        await expect(menu).to_have_count(0)
        await expect(button).to_be_focused()
        await expect(button).to_have_attribute("aria-expanded", "false")
    await button.press("ArrowDown")
    for key, place in (("ArrowUp", -1), ("ArrowDown", 0), ("End", -1), ("Home", 0)):
        await press(key)
        await expect(items.nth(place)).to_be_focused()
    await press("d")
    await expect(desk.page.get_by_role("menuitemradio", name="Dark")).to_be_focused()
    for key in ("g", "c"):  # to the customers, were a key of the page heard while a menu is open
        await press(key)
    await expect(desk.page.get_by_role("menuitemradio", name="Dark")).to_be_focused()
    await expect(desk.page).to_have_url(re.compile("/inbox"))
    await press("Tab")
    await expect(menu).to_have_count(0)
    await expect(desk.page.locator("a[data-view=mine]")).to_be_focused()  # what comes behind the button
    await press("Shift+Tab")
    await expect(button).to_be_focused()
    assert desk.errors == []


async def test_what_is_chosen_is_said_and_a_dialog_gives_the_focus_back(demo: Demo, chromium: Browser) -> None:
    desk = await Desk.open(chromium, demo.hub, EN)
    await desk.sign_in("Emma", demo.notes["passwords"]["Emma"])
    button, dark = of_hers(desk.page, "Emma"), desk.page.get_by_role("menuitemradio", name="Dark")
    await button.click()
    await expect(desk.page.get_by_role("menu")).to_be_focused()
    await expect(dark).to_have_attribute("aria-checked", "false")
    await dark.click()
    await expect(desk.page.locator("html")).to_have_attribute("data-theme", "dark")
    await expect(button).to_be_focused()
    await button.click()
    await expect(dark).to_have_attribute("aria-checked", "true")
    await button.click()
    await expect(desk.page.get_by_role("menu")).to_have_count(0)
    await button.click()
    await desk.page.mouse.click(700, 400)
    await expect(desk.page.get_by_role("menu")).to_have_count(0)
    await button.evaluate(TWO_KEYS_IN_ONE_TASK, ["ArrowDown", "k"])
    await expect(desk.page.get_by_role("menuitem", name="Keys")).to_be_focused()
    await desk.page.keyboard.press("Enter")
    await expect(desk.page.get_by_role("dialog")).to_be_visible()
    await desk.page.keyboard.press("Escape")
    await expect(button).to_be_focused()
    assert desk.errors == []


# The second comes before the browser tells that the menu is open, as it may on a busy machine.
TWO_KEYS_IN_ONE_TASK = """
async (button, [first, second]) => {
    for (const key of [first, second]) {
        button.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
        await Promise.resolve().then(() => undefined);
    }
}
"""


@pytest.mark.parametrize("words", [EN, FA], ids=["English", "Persian"])
async def test_a_menu_opens_beside_its_button_and_inside_the_window(
    demo: Demo, chromium: Browser, words: Words
) -> None:
    desk = await Desk.open(chromium, demo.hub, words)
    await desk.sign_in("Shirin", demo.notes["passwords"]["Shirin"])
    await desk.page.get_by_role("link", name=words.wall, exact=True).click()
    buttons = desk.page.get_by_role("button", name=words.presence_of)
    await expect(buttons.first).to_be_visible()
    low: ViewportSize = {"width": 900, "height": 420}
    for size in (WIDE, NARROW, low):
        await desk.page.set_viewport_size(size)
        for button in [of_hers(desk.page, "Shirin"), buttons.first, buttons.last]:
            await button.click()
            await stands_well(button, desk.page.get_by_role("menu"), size)
            await desk.page.keyboard.press("Escape")
    assert desk.errors == []


async def stands_well(button: Locator, menu: Locator, window: ViewportSize) -> None:
    """Wholly to be seen, over or under its button, and not over it."""
    its, place = await button.bounding_box(), await menu.bounding_box()
    assert its
    assert place
    assert 0 <= place["x"] <= window["width"] - place["width"], (place, window)
    assert 0 <= place["y"] <= window["height"] - place["height"], (place, window)
    above = its["y"] - place["y"] - place["height"]
    below = place["y"] - its["y"] - its["height"]
    assert 0 <= max(above, below) <= 8, (its, place)
    assert its["x"] < place["x"] + place["width"], (its, place)
    assert place["x"] < its["x"] + its["width"], (its, place)
