"""Conversations that are offered: a card on whatever page the agent is, accepted by one key, or on to the next."""

from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
from playwright.async_api import Browser, Locator, expect

from tests import offering as settings
from tests.e2e import axe, pages
from tests.e2e.demos import GRACE, MARYAM, REZA, SARA, SOPHIA, Demo, demo_in, text
from tests.e2e.desk import NARROW, WIDE, Desk
from tests.e2e.words import EN, FA, Words

pytestmark = pytest.mark.timeout(360)

WITHIN = 12
SARA_NAME = "سارا احمدی"
ASKS = "سلام، قیمت این چند است؟"


@pytest.fixture
async def offering(demo_data: Path, tmp_path: Path) -> AsyncIterator[Demo]:
    """A demo whose text messages are offered, for twelve seconds each."""
    async with demo_in(demo_data, **settings.offering(tmp_path / "config", within=WITHIN)) as running:
        yield running


_PRESS = "key => document.body.dispatchEvent(new KeyboardEvent('keydown', {key, code: 'KeyY', bubbles: true}))"
"""The key that writes a y on an English keyboard, whatever it writes here: Playwright has no Persian one."""


def card(desk: Desk) -> Locator:
    """What is offered to whoever sits there."""
    return desk.page.get_by_role("region", name=desk.words.offered).get_by_role("article")


@pytest.mark.parametrize("words", [EN, FA], ids=["English", "Persian"])
async def test_an_offer_is_accepted_or_declined(offering: Demo, chromium: Browser, words: Words) -> None:
    mina, ali = [await Desk.open(chromium, offering.hub, words) for _ in range(2)]
    for name, desk in (("Mina", mina), ("Ali", ali)):
        await desk.sign_in(name, offering.notes["passwords"][name])
    async with aiohttp.ClientSession() as http:
        await mina.go("/customers")
        await expect(mina.page.get_by_role("main").get_by_role("listitem").first).to_be_visible()
        await text(http, offering, SARA, ASKS)
        await expect(card(mina)).to_contain_text(ASKS)
        await expect(card(ali)).to_have_count(0)
        await mina.shot("1-offered")
        assert await pages.jumps(mina) == []
        assert await axe.violations(mina.page) == []
        await mina.page.evaluate(_PRESS, words.key_of_y)
        await expect(mina.thread).to_have_attribute("aria-busy", "false")
        await expect(mina.page.get_by_text(words.with_you).first).to_be_visible()
        await expect(card(mina)).to_have_count(0)

        await text(http, offering, REZA, ASKS)
        await expect(card(mina)).to_have_count(1)
        await mina.page.set_viewport_size(NARROW)
        await mina.shot("2-narrow")
        assert await axe.violations(mina.page) == []
        await mina.page.set_viewport_size(WIDE)
        await card(mina).get_by_role("button", name=words.decline).click()
        await expect(card(ali)).to_contain_text(ASKS)
        await expect(card(mina)).to_have_count(0)
        await mina.lacks("رضا")
    assert [desk.errors for desk in (mina, ali)] == [[], []]


async def test_who_lets_two_pass_is_away_and_told_so(offering: Demo, chromium: Browser) -> None:
    ali, kian = [await Desk.open(chromium, offering.hub, FA) for _ in range(2)]
    for name, desk in (("Ali", ali), ("Kian", kian)):
        await desk.sign_in(name, offering.notes["passwords"][name])
    async with aiohttp.ClientSession() as http:
        await text(http, offering, MARYAM, ASKS)
    await expect(card(ali)).to_have_count(1)
    # Nobody else is there: he is asked once more, and lets that pass as well.
    await expect(ali.page.get_by_text(FA.you_missed)).to_have_count(2)
    await expect(kian.page.get_by_text(FA.missed.format("Ali"))).to_be_visible()
    await ali.shot("3-missed")
    await kian.shot("4-told")
    assert [desk.errors for desk in (ali, kian)] == [[], []]


@pytest.mark.parametrize("words", [EN, FA], ids=["English", "Persian"])
async def test_one_key_accepts_also_where_letters_are_text(offering: Demo, chromium: Browser, words: Words) -> None:
    """In the composer, in a dialog, and for who has switched off keys of one letter (WCAG 2.1.4)."""
    mina = await Desk.open(chromium, offering.hub, words)
    await mina.sign_in("Mina", offering.notes["passwords"]["Mina"])
    press = mina.page.keyboard.press
    async with aiohttp.ClientSession() as http:
        for phone in (SARA, REZA):
            await text(http, offering, phone, ASKS)
        await expect(card(mina)).to_have_count(2)
        await mina.shot("6-two")
        await press("F8")
        await expect(card(mina)).to_have_count(1)
        await expect(mina.composer).to_be_visible()
        await mina.composer.press_sequentially("yd")
        await expect(mina.composer).to_have_value("yd")
        await expect(card(mina)).to_have_count(1)
        await press("F8")
        await expect(card(mina)).to_have_count(0)
        await expect(mina.composer).to_have_value("yd")
        await expect(mina.composer).to_be_focused()
        await expect(mina.page.get_by_role("button", name=words.open_news, exact=True)).to_be_visible()

        await press("Escape")
        await press("?")
        await text(http, offering, GRACE, ASKS)
        await expect(card(mina)).to_have_count(1)
        await mina.shot("8-over-a-dialog")
        assert await axe.violations(mina.page) == []
        await card(mina).get_by_role("button", name=words.accept).click()
        await expect(card(mina)).to_have_count(0)
        await expect(mina.page.get_by_role("dialog")).to_be_visible()
        await press("Escape")
        await expect(mina.page.get_by_role("dialog")).to_have_count(0)
        await mina.go("/me")
        await mina.page.get_by_role("switch", name=words.single_keys).click()
        await mina.shot("7-keys-off")
        await press("?")
        await text(http, offering, SOPHIA, ASKS)
        await expect(card(mina)).to_have_count(1)
        await expect(mina.page.get_by_role("dialog")).to_have_count(0)
        await press("y")
        await press("F8")
        await expect(mina.page.get_by_text(words.with_you).first).to_be_visible()
        await expect(card(mina)).to_have_count(0)
    assert mina.errors == []


async def test_an_answer_accepts_at_once_though_it_can_be_taken_back_for_ten_seconds(
    offering: Demo, chromium: Browser
) -> None:
    """Else the offer would run out under her answer, and count as missed."""
    mina = await Desk.open(chromium, offering.hub)
    await mina.sign_in("Mina", offering.notes["passwords"]["Mina"])
    async with aiohttp.ClientSession() as http:
        await text(http, offering, SARA, ASKS)
    await expect(card(mina)).to_have_count(1)
    await mina.go("/inbox/all")
    await mina.row(SARA_NAME).click()
    await mina.shot("9-her-own-offer")
    await mina.composer.fill("It is ten euros.")
    await mina.page.keyboard.press("Control+Enter")
    await expect(mina.page.get_by_text(mina.words.with_you).first).to_be_visible(timeout=5_000)
    await expect(mina.page.get_by_role("button", name=mina.words.take_back)).to_be_visible()
    await expect(card(mina)).to_have_count(0)
    assert mina.errors == []
