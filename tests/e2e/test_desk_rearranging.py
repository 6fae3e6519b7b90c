"""Two matters in one conversation are split, joined and parted again at the desk; another open desk follows."""

import re

import pytest
from playwright.async_api import Browser, expect

from tests.e2e.demos import OURS, Demo
from tests.e2e.desk import NARROW, Desk, Phone
from tests.e2e.words import EN, FA, Words

pytestmark = pytest.mark.timeout(360)

SARA = "سارا احمدی"
ORDER, INVOICE, AMOUNT = "سلام، سفارش من کجاست؟", "صورت‌حسابم هم اشتباه است", "بیست تومان کم است"


async def _texts(desk: Desk, *texts: str) -> None:
    """Wait until these, and no others, stand in the thread, in this order."""
    bubbles = desk.thread.get_by_role("article")
    await expect(bubbles).to_have_count(len(texts))
    for place, text in enumerate(texts):
        await expect(bubbles.nth(place)).to_contain_text(text)


async def _menu(desk: Desk, item: str) -> None:
    await desk.page.get_by_role("button", name=desk.words.more).click()
    await desk.page.get_by_role("menuitem", name=item).click()


@pytest.mark.parametrize("words", [EN, FA], ids=["English", "Persian"])
async def test_what_is_another_matter_is_split_off_joined_and_undone(
    demo: Demo, chromium: Browser, words: Words
) -> None:
    mina = await Desk.open(chromium, demo.hub, words)
    lead = await Desk.open(chromium, demo.hub, words, size=NARROW)
    await mina.sign_in("Mina", demo.notes["passwords"]["Mina"])
    await lead.sign_in("Shirin", demo.notes["passwords"]["Shirin"])
    phone = await Phone.open(chromium, demo.phone, OURS)
    for text in (ORDER, INVOICE, AMOUNT):
        await phone.type(text)
    await mina.has(SARA)
    await mina.open_conversation(SARA)
    await _texts(mina, ORDER, INVOICE, AMOUNT)
    first = mina.page.url
    await lead.go("/inbox/all/" + first.rpartition("/")[2])
    await _texts(lead, ORDER, INVOICE, AMOUNT)

    await mina.page.keyboard.press("Escape")
    await mina.page.keyboard.press("s")
    boxes = mina.thread.get_by_role("checkbox")
    await expect(boxes).to_have_count(3)
    await expect(boxes.last).to_be_focused()
    await mina.page.keyboard.press("Space")
    await mina.bubble(INVOICE).click()
    await mina.shot("split-1-chosen")
    await mina.page.keyboard.press("Control+Enter")
    await _texts(mina, ORDER)
    await mina.shot("split-2-done")
    await mina.page.get_by_role("button", name=words.open_it, exact=True).last.click()  # it goes after six seconds
    await _texts(mina, INVOICE, AMOUNT)
    assert mina.page.url != first
    await mina.shot("split-4-other")
    await _texts(lead, ORDER)
    await lead.shot("split-3-narrow")

    await mina.page.goto(first)
    await _texts(mina, ORDER)
    await _menu(mina, words.join)
    dialog = mina.page.get_by_role("dialog")
    await expect(dialog.get_by_role("radio")).not_to_have_count(0)
    await dialog.get_by_role("radio").first.check()
    await mina.shot("join-1-choosing")
    await dialog.get_by_role("button", name=re.compile(f"^{words.join_it}$")).click()
    await _texts(mina, ORDER, INVOICE, AMOUNT)
    await _texts(lead, ORDER, INVOICE, AMOUNT)
    await mina.shot("join-2-done")

    await _menu(mina, words.rearranged)
    await expect(dialog.get_by_role("listitem")).to_have_count(2)
    await mina.shot("undo-1-list")
    await dialog.get_by_role("button", name=words.undo, exact=True).first.click()
    await _texts(mina, ORDER)
    await _menu(mina, words.rearranged)
    await mina.shot("undo-2-once")
    await dialog.get_by_role("button", name=words.undo, exact=True).first.click()
    await _texts(mina, ORDER, INVOICE, AMOUNT)
    await _texts(lead, ORDER, INVOICE, AMOUNT)
    await mina.shot("undo-3-all")
    assert [desk.errors for desk in (mina, lead)] == [[], []]
