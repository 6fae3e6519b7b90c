"""An administrator makes all that an answer needs: a team, an agent with a password, a text; and a program's token."""

import re

import aiohttp
import pytest
from playwright.async_api import Browser, Locator, expect

from tests.e2e.demos import OURS, Demo
from tests.e2e.desk import NARROW, Desk, Phone
from tests.e2e.words import EN, FA, Words

pytestmark = pytest.mark.timeout(360)

SARA, ASKS = "سارا احمدی", "چه ساعتی باز هستید؟"
TEXT = "ما از نُه تا هفده هستیم"
FILLED = re.compile(rf"سارا.*{TEXT}.*Roya")


@pytest.mark.parametrize("words", [EN, FA], ids=["English", "Persian"])
async def test_a_new_agent_answers_with_a_new_text_after_an_administrator_made_both(
    demo: Demo, chromium: Browser, words: Words
) -> None:
    kian, roya = await Desk.open(chromium, demo.hub, words), await Desk.open(chromium, demo.hub, words)
    await kian.sign_in("Kian", demo.notes["passwords"]["Kian"])

    form = await _new(kian, "teams")
    await _field(form, 0).fill("Night")
    await _send(form)
    await expect(_lines(kian, "teams").filter(has_text="Night")).to_have_count(1)
    await kian.shot("admin-1-teams")

    form = await _new(kian, "agents")
    await _send(form)
    await expect(form.get_by_role("alert")).to_have_count(1)
    await _field(form, 0).fill("Roya")
    await form.locator("select").first.select_option("supervisor")
    await form.get_by_role("checkbox", name="Night").check()
    await _send(form)
    password = await _password(kian)
    await expect(_lines(kian, "agents").filter(has_text="Roya")).to_contain_text("Night")
    await kian.shot("admin-2-agents")

    form = await _new(kian, "canned-answers")
    await _field(form, 0).fill("hours")
    await _field(form, 1).fill("ساعت کار")
    await form.locator("textarea").fill("{{customer.nmae}}")
    await _send(form)
    await expect(form.get_by_role("alert")).to_contain_text("{{customer.nmae}}")
    await form.locator("textarea").fill("")
    await form.locator("[role=group] button").nth(1).click()
    await form.locator("textarea").press_sequentially(f" {TEXT} ")
    await form.locator("[role=group] button").nth(2).click()
    await expect(form.get_by_role("note")).to_contain_text("Kian")
    await _send(form)
    await expect(_lines(kian, "canned-answers").filter(has_text="hours")).to_have_count(1)
    await kian.shot("admin-3-canned")

    await (await Phone.open(chromium, demo.phone, OURS)).type(ASKS)
    await roya.sign_in("Roya", password)
    await roya.go("/inbox/all")
    await roya.open_conversation(SARA)
    await roya.composer.press_sequentially("/hou")
    await roya.page.get_by_role("option").filter(has_text="hours").click()
    await expect(roya.composer).to_have_value(FILLED)
    assert [desk.errors for desk in (kian, roya)] == [[], []]


async def test_a_token_is_shown_once_works_and_works_no_more_when_it_is_revoked(demo: Demo, chromium: Browser) -> None:
    kian = await Desk.open(chromium, demo.hub, EN, size=NARROW)
    await kian.sign_in("Kian", demo.notes["passwords"]["Kian"])
    form = await _new(kian, "tokens")
    await _field(form, 0).fill("crm")
    await _send(form)
    token = await form.locator("code").inner_text()
    assert await _asked(demo, token) == 200
    await kian.go("/administration/tokens")
    line = _lines(kian, "tokens").filter(has_text="crm")
    await expect(line).to_be_visible()
    await expect(kian.page.get_by_text(token)).to_have_count(0)
    await line.click()
    await kian.page.locator("main form").get_by_role("button", name="Revoke it").click()
    await kian.page.get_by_role("dialog").get_by_role("button", name="Revoke it").click()
    await expect(kian.page.get_by_role("dialog")).to_have_count(0)
    assert await _asked(demo, token) == 401
    assert kian.errors == []


async def test_whoever_goes_is_told_what_becomes_of_her_conversations_and_can_sign_in_no_more(
    demo: Demo, chromium: Browser
) -> None:
    kian, mina = await Desk.open(chromium, demo.hub, EN), await Desk.open(chromium, demo.hub, EN)
    await kian.sign_in("Kian", demo.notes["passwords"]["Kian"])
    await mina.sign_in("Mina", demo.notes["passwords"]["Mina"])
    await (await Phone.open(chromium, demo.phone, OURS)).type(ASKS)
    await mina.has(SARA)
    await kian.go("/administration/agents")
    await _lines(kian, "agents").filter(has_text="Mina").click()
    await kian.page.locator("main form").get_by_role("button", name="Deactivate").click()
    dialog = kian.page.get_by_role("dialog")
    await expect(dialog).to_contain_text("She holds one conversation")
    await dialog.get_by_role("button", name="Deactivate").click()
    await expect(dialog).to_have_count(0)
    await expect(mina.page.get_by_role("status").filter(has_text="You were signed out")).to_be_visible()
    await kian.go("/inbox/all")
    await kian.has(SARA)
    assert [desk.errors for desk in (kian, mina)] == [[], []]


async def test_nothing_of_whoever_signed_out_is_left_for_the_next_in_the_same_browser(
    demo: Demo, chromium: Browser
) -> None:
    desk = await Desk.open(chromium, demo.hub, EN)
    await desk.sign_in("Kian", demo.notes["passwords"]["Kian"])
    await (await Phone.open(chromium, demo.phone, OURS)).type(ASKS)
    await desk.page.locator("a[data-view=all]").click()
    await desk.open_conversation(SARA)
    await desk.transfer("Sales")
    await desk.resolve()
    await desk.page.locator("a[data-view=resolved]").click()
    await desk.has(SARA)
    await desk.page.get_by_role("button", name=re.compile("^Kian ·")).click()
    await desk.page.get_by_role("menuitem", name="Sign out").click()
    await _sign_in_here(desk, "Mina", demo.notes["passwords"]["Mina"])  # who is not in Sales
    await desk.page.locator("a[data-view=resolved]").click()
    await expect(desk.page.get_by_text("Nothing is resolved yet")).to_be_visible()
    await desk.lacks(SARA)
    assert desk.errors == []


async def _sign_in_here(desk: Desk, name: str, password: str) -> None:
    """In the page that stands there after somebody has signed out: no other is loaded by hand."""
    await expect(desk.page).to_have_url(re.compile("/desk/$"))
    await desk.page.locator("input[name=username]").fill(name)
    await desk.page.locator("input[name=password]").fill(password)
    await desk.page.get_by_role("button", name="Sign in", exact=True).click()
    await expect(desk.page.get_by_role("button", name=re.compile(f"^{name} ·"))).to_be_visible()


async def _new(desk: Desk, section: str) -> Locator:
    """The form for a new one; by the page's own button."""
    await desk.go(f"/administration/{section}")
    await desk.page.locator(f'main a[href$="/administration/{section}/new"]').click()
    form = desk.page.locator("main form")
    await expect(form).to_be_visible()
    return form


def _field(form: Locator, place: int) -> Locator:
    return form.get_by_role("textbox").nth(place)


async def _send(form: Locator) -> None:
    await form.locator("button[type=submit]").click()


def _lines(desk: Desk, section: str) -> Locator:
    return desk.page.locator(f'main li a[href*="/administration/{section}/"]')


async def _password(desk: Desk) -> str:
    """The random one that is offered to whoever has just been made."""
    dialog = desk.page.get_by_role("dialog")
    await dialog.locator("button[type=submit]").click()
    password = await dialog.locator("code").inner_text()
    await dialog.locator("footer button").click()
    await expect(dialog).to_have_count(0)
    return password


async def _asked(demo: Demo, token: str) -> int:
    """What the API says to who has it."""
    headers = {"Authorization": f"Bearer {token}"}
    async with aiohttp.ClientSession() as http, http.get(f"{demo.hub}/api/v1/customers", headers=headers) as response:
        return response.status
