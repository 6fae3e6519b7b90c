"""A text and all that becomes of it, at two desks and on a phone, in both languages."""

import re

import aiohttp
import pytest
from playwright.async_api import Browser, expect

from tests.e2e.demos import GRACE, MARYAM, OURS, REZA, Demo, text
from tests.e2e.demos import SARA as PHONE_OF_SARA
from tests.e2e.desk import Desk, Phone
from tests.e2e.words import EN, FA, Words

pytestmark = pytest.mark.timeout(360)

SARA = "سارا احمدی"
ASKS, ANSWERS, THANKS = "سلام، سفارش من کجاست؟", "همین الان نگاه می‌کنم", "رسید، ممنون"


@pytest.mark.parametrize("words", [EN, FA], ids=["English", "Persian"])
async def test_a_text_is_answered_transferred_resolved_and_opened_again(
    demo: Demo, chromium: Browser, words: Words
) -> None:
    mina, ali, emma = [await Desk.open(chromium, demo.hub, words) for _ in range(3)]
    for name, desk in (("Mina", mina), ("Ali", ali), ("Emma", emma)):
        await desk.sign_in(name, demo.notes["passwords"][name])
        await expect(desk.page.get_by_text(words.nothing_waits)).to_be_visible()
    await mina.shot("1-nothing")
    phone = await Phone.open(chromium, demo.phone, OURS)

    await phone.type(ASKS)
    await mina.has(SARA)
    await _lack(demo, "first", {MARYAM: ali, GRACE: emma})
    await mina.open_conversation(SARA)
    await expect(mina.bubble(ASKS)).to_have_count(1)
    await expect(mina.page.get_by_role("log").get_by_text(words.unread, exact=True)).to_have_count(1)
    await expect(mina.page.locator("a.row.unread").filter(has_text=SARA)).to_have_count(0)
    await expect(mina.page.get_by_role("button", name=words.to_newest)).to_have_count(0)  # all of it is seen
    await mina.shot("2-asked")

    await mina.answer(ANSWERS)
    await mina.delivered(ANSWERS)
    await phone.shows(ANSWERS)
    await mina.shot("3-answered")

    await mina.transfer("Ali", "به علی سپردم")
    await ali.has(SARA)
    await mina.lacks(SARA)
    await ali.open_conversation(SARA)
    await expect(ali.bubble("به علی سپردم")).to_have_count(1)
    await expect(ali.bubble(ANSWERS)).to_have_count(1)
    await ali.shot("4-transferred")

    await ali.resolve("سفارش")
    await ali.lacks(SARA)
    await phone.type(THANKS)
    await ali.has(SARA)
    await _lack(demo, "second", {REZA: mina, GRACE: emma})
    await expect(ali.bubble(THANKS)).to_have_count(1)
    await expect(ali.page.get_by_text(words.with_you).first).to_be_visible()
    await ali.shot("5-opened-again")
    assert [desk.errors for desk in (mina, ali, emma)] == [[], [], []]


async def _lack(demo: Demo, word: str, desks: dict[str, Desk]) -> None:
    """These do not show Sara's, also once each shows what a customer of hers has written after it."""
    async with aiohttp.ClientSession() as http:
        for phone in desks:
            await text(http, demo, phone, word)
    for desk in desks.values():
        await desk.has(word)
        await desk.lacks(SARA)


async def test_many_new_texts_count_as_read_once_the_newest_is_seen(demo: Demo, chromium: Browser) -> None:
    mina = await Desk.open(chromium, demo.hub, EN)
    await mina.sign_in("Mina", demo.notes["passwords"]["Mina"])
    async with aiohttp.ClientSession() as http:
        for number in range(25):
            await text(http, demo, PHONE_OF_SARA, f"{ASKS} {number}")
    await mina.has(f"{ASKS} 24")
    await mina.open_conversation(SARA)
    mark = mina.page.get_by_role("log").get_by_text(EN.unread, exact=True)
    newest = mina.page.get_by_role("button", name=re.compile(f"25 new|{EN.to_newest}"))
    unread = mina.page.locator("a.row.unread").filter(has_text=SARA)
    await expect(mark).to_be_in_viewport()
    await expect(newest).to_be_visible()
    await expect(unread).to_have_count(1)
    await mina.shot("many-new")
    await newest.click()
    await expect(unread).to_have_count(0)
    await expect(newest).to_have_count(0)
    await expect(mina.bubble(f"{ASKS} 24")).to_be_in_viewport()
    assert mina.errors == []
