"""A supervisor at the wall: she sees who waits, gives it to somebody, says who is there, and how the day went."""

import pytest
from playwright.async_api import Browser, Locator, expect

from tests.e2e.demos import OURS, Demo
from tests.e2e.desk import Desk, Phone
from tests.e2e.words import EN, FA, Words

pytestmark = pytest.mark.timeout(360)

SARA = "سارا احمدی"
ASKS, ANSWERS = "سلام، سفارش من کجاست؟", "همین الان نگاه می‌کنم"


def card(desk: Desk, name: str) -> Locator:
    """Of a team or an agent."""
    return desk.page.get_by_role("article", name=name)


def on(here: Locator, customer: str) -> Locator:
    """Her conversation on a card."""
    return here.get_by_role("listitem").filter(has_text=customer)


async def set_presence(desk: Desk, agent: str, presence: str) -> None:
    await card(desk, agent).get_by_role("button", name=desk.words.presence_of).click()
    await desk.page.get_by_role("menuitemradio", name=presence).click()


async def give(desk: Desk, one: Locator, to: str) -> None:
    await one.get_by_role("button", name=desk.words.give).click()
    dialog = desk.page.get_by_role("dialog")
    await dialog.get_by_role("radio", name=to).check()
    await dialog.get_by_role("button", name=desk.words.transfer, exact=True).click()
    await expect(dialog).to_have_count(0)


@pytest.mark.parametrize("words", [EN, FA], ids=["English", "Persian"])
async def test_who_waits_is_seen_given_to_somebody_and_answered(demo: Demo, chromium: Browser, words: Words) -> None:
    shirin, emma = [await Desk.open(chromium, demo.hub, words) for _ in range(2)]
    for name, desk in (("Shirin", shirin), ("Emma", emma)):
        await desk.sign_in(name, demo.notes["passwords"][name])
    await shirin.page.get_by_role("link", name=words.wall, exact=True).click()
    support = card(shirin, "Support")
    await expect(support.get_by_text(words.nobody_waits)).to_be_visible()
    await shirin.shot("wall-1-nobody")

    await set_presence(shirin, "Emma", words.away)
    await expect(emma.page.get_by_role("button", name=f"Emma · {words.away}")).to_be_visible()
    phone = await Phone.open(chromium, demo.phone, OURS)
    await phone.type(ASKS)
    await expect(on(support, SARA)).to_have_count(1)
    for presence in (words.offline, words.away):  # what is told her after it, she hears after it
        await set_presence(shirin, "Emma", presence)
        await expect(emma.page.get_by_role("button", name=f"Emma · {presence}")).to_be_visible()
    await emma.lacks(SARA)
    await shirin.shot("wall-2-waits")

    await give(shirin, on(support, SARA), "Emma")
    await expect(on(support, SARA)).to_have_count(0)
    await expect(on(card(shirin, "Emma"), SARA)).to_have_count(1)
    await emma.has(SARA)
    await set_presence(shirin, "Emma", words.available)
    await expect(emma.page.get_by_role("button", name=f"Emma · {words.available}")).to_be_visible()

    await emma.open_conversation(SARA)
    await emma.answer(ANSWERS)
    await phone.shows(ANSWERS)
    await expect(shirin.page.get_by_text(words.all_in_time)).to_be_visible()
    await shirin.shot("wall-3-answered")
    await on(card(shirin, "Emma"), SARA).get_by_role("link").click()
    await expect(shirin.bubble(ANSWERS)).to_have_count(1)
    await shirin.page.keyboard.press("g")
    await shirin.page.keyboard.press("w")
    await expect(on(card(shirin, "Emma"), SARA)).to_have_count(1)
    assert [desk.errors for desk in (shirin, emma)] == [[], []]


async def test_an_agent_has_no_wall(demo: Demo, chromium: Browser) -> None:
    mina = await Desk.open(chromium, demo.hub)
    await mina.sign_in("Mina", demo.notes["passwords"]["Mina"])
    await expect(mina.page.get_by_role("link", name=EN.wall, exact=True)).to_have_count(0)
    await mina.go("/wall")
    await expect(mina.page.get_by_text("There is nothing at this address")).to_be_visible()
