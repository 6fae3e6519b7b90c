"""Accounts, dead events and health at an administrator's desk, in both languages; and a hub that has nothing yet."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from playwright.async_api import Browser, Locator, Response, expect

from hub.bus import store as bus
from hub.events import AgentsChanged, encode, first
from hub.model import new_id
from hub.store import Store
from hub.store.embedded import attach
from tests.e2e.demos import OURS, Demo
from tests.e2e.desk import Desk, Phone
from tests.e2e.words import EN, FA, Words

pytestmark = pytest.mark.timeout(360)

SECRET = "a-secret-nobody-is-shown"
SCRIPT = "<img src=x onerror=alert(1)>سلام"


@dataclass(frozen=True)
class Said:
    """What these pages say, in one language (``frontend/desk/words``: accounts, dead, health)."""

    new: str
    provider_http: str
    name: str
    numbers: str
    url: str
    answer_id: str
    fields: str
    other_secret: str
    add: str
    make: str
    edit: str
    save: str
    is_set: str
    on: str
    paused: str
    attempt: str
    wrote: str
    taken: str
    try_it: str
    works: str
    fill_in: str
    no_fields: str
    none_dead: str
    message: str
    news: str
    retry: str
    drop: str
    retried: str
    dropped: str
    database: str
    look: str
    dead_events: str
    failed: str
    fine: str


SAID = {
    "en": Said(
        new="New account",
        provider_http="Any SMS provider with an HTTP API",
        name="Name",
        numbers="Numbers",
        url="Address that sends",
        answer_id="Where the provider's id is",
        fields="Fields of the form",
        other_secret="Another secret: its name",
        add="Add",
        make="Make it",
        edit="Change settings",
        save="Save",
        is_set="Set",
        on="On",
        paused="Paused",
        attempt="We sent",
        wrote="A customer wrote",
        taken="Taken",
        try_it="Try it",
        works="Works",
        fill_in="Fill this in.",
        no_fields="Fields is missing",
        none_dead="Nothing is dead",
        message="message that came in",
        news="News of who is there",
        retry="Try it again",
        drop="Drop it",
        retried="Handed over again",
        dropped="Dropped",
        database="Database",
        look="Look again",
        dead_events="To the dead events",
        failed="Something does not work",
        fine="All is well",
    ),
    "fa": Said(
        new="حساب تازه",
        provider_http="هر ارائه‌دهندهٔ پیامک که API دارد",
        name="نام",
        numbers="شماره‌ها",  # noqa: RUF001 - it is Persian
        url="نشانی فرستادن",
        answer_id="شناسهٔ ارائه‌دهنده در کجای پاسخ است",
        fields="فیلدهای فرم",
        other_secret="رازی دیگر: نامش",
        add="افزودن",
        make="بساز",
        edit="تغییر تنظیم‌ها",  # noqa: RUF001 - the same
        save="ذخیره",
        is_set="هست",
        on="روشن",
        paused="متوقف",
        attempt="ما فرستادیم",
        wrote="مشتری نوشت",
        taken="پذیرفته شد",
        try_it="آزمودن",
        works="کار می‌کند",
        fill_in="این را پر کنید.",
        no_fields="سطرهایش می‌گویند چه فرستاده شود",
        none_dead="هیچ رویدادی نمرده است",
        message="پیام رسیده از مشتری",
        news="خبر حضور کارشناسان",
        retry="تلاش دوباره",
        drop="رها کردن",
        retried="دوباره سپرده",
        dropped="رهاشده",
        database="پایگاه داده",
        look="دوباره ببین",
        dead_events="به رویدادهای مرده",
        failed="چیزی کار نمی‌کند",
        fine="همه‌چیز خوب است",
    ),
}


@pytest.mark.parametrize("words", [EN, FA], ids=["English", "Persian"])
async def test_an_administrator_looks_after_the_hub(demo: Demo, chromium: Browser, words: Words) -> None:
    said = SAID[words.language]
    kian = await Desk.open(chromium, demo.hub, words)
    await kian.sign_in("Kian", demo.notes["passwords"]["Kian"])
    await _exchanges(kian, said, await Phone.open(chromium, demo.phone, OURS))
    await _new_account(kian, said)
    await _dead(kian, said, demo)
    assert kian.errors == []


async def _exchanges(kian: Desk, said: Said, phone: Phone) -> None:
    await kian.go("/administration/accounts")
    await kian.row("sms_twilio/default").click()
    page = kian.page.locator("form")
    await page.get_by_role("button", name=said.try_it, exact=True).click()
    await expect(page.get_by_role("status").get_by_text(said.works)).to_be_visible()
    await phone.type("a word that nobody reads here")
    await kian.go("/inbox/all")
    await kian.open_conversation("سارا احمدی")
    await kian.go("/administration/accounts/sms_twilio%2Fdefault")
    line = page.get_by_role("listitem").filter(has_text=said.wrote)
    await expect(line).to_contain_text("+989•••••67")
    text = await kian.page.content()
    assert "a word that nobody reads here" not in text
    assert "+989121234567" not in text
    await kian.shot("administration-account")


def _field(form: Locator, label: str) -> Locator:
    return form.get_by_label(label, exact=True)


async def _new_account(kian: Desk, said: Said) -> None:
    await kian.page.get_by_role("link", name=said.new).click()
    answers: list[Response] = []
    kian.page.on("response", lambda one: answers.append(one) if "/api/v1/accounts" in one.url else None)
    form = kian.page.locator("form")
    await form.get_by_role("combobox").first.select_option(label=said.provider_http)
    await _field(form, said.name).fill("kavenegar")
    await form.get_by_role("button", name=said.make).click()
    await expect(form.get_by_text(said.fill_in)).to_have_count(3)
    await _field(form, said.numbers).fill("+982100009999")
    await _field(form, said.url).fill("http://127.0.0.1:9/send?to={to}&text={text}&key={secret.key}")
    await _field(form, said.answer_id).fill("id")
    await _field(form, said.other_secret).fill("key")
    await form.get_by_role("button", name=said.add).click()
    await form.locator("input[type=password]").last.fill(SECRET)
    await form.get_by_role("button", name=said.make).click()
    await expect(form.get_by_role("alert").filter(has_text=said.no_fields)).to_be_visible()
    await form.get_by_role("textbox", name=said.fields).fill("message = {text}")
    await form.get_by_role("button", name=said.make).click()
    await expect(kian.row("sms_http/kavenegar")).to_be_visible()
    await form.get_by_role("switch", name=said.on).click()
    await expect(kian.row("sms_http/kavenegar")).to_contain_text(said.paused)
    await form.get_by_role("button", name=said.edit).click()
    await expect(form.get_by_text(said.is_set, exact=True)).to_be_visible()
    await _field(form, said.answer_id).fill("entries.0.id")
    assert SECRET not in await kian.page.content()
    written = await form.locator("input, textarea").evaluate_all("all => all.map(one => one.value)")
    assert "entries.0.id" in written
    assert SECRET not in written
    bodies = [await one.text() for one in answers if one.ok]
    assert any("kavenegar" in one for one in bodies)
    assert not any(SECRET in one for one in bodies)
    await kian.shot("administration-account-edited")
    await form.get_by_role("button", name=said.save).click()
    await expect(form.get_by_role("button", name=said.edit)).to_be_visible()
    await form.get_by_role("button", name=said.edit).click()
    await expect(_field(form, said.answer_id)).to_have_value("entries.0.id")


async def _dead(kian: Desk, said: Said, demo: Demo) -> None:
    await kian.go("/administration/dead-events")
    await expect(kian.page.get_by_text(said.none_dead)).to_be_visible()
    await _bury(demo)
    await kian.go("/administration/health")
    await expect(kian.page.get_by_text(said.failed)).to_be_visible()
    await expect(kian.page.get_by_role("region", name=said.database)).to_contain_text("PostgreSQL")
    await kian.shot("administration-health")
    await kian.page.get_by_role("link", name=said.dead_events).click()
    await kian.row(said.message).click()
    form = kian.page.locator("form")
    await expect(form.locator("pre")).to_contain_text(SCRIPT)
    await expect(form.locator("img")).to_have_count(0)
    await kian.shot("administration-dead")
    await form.get_by_role("button", name=said.drop).click()
    await kian.page.get_by_role("dialog").get_by_role("button", name=said.drop).click()
    await expect(form.get_by_text(said.dropped)).to_be_visible()
    await kian.row(said.news).click()
    await form.get_by_role("button", name=said.retry).click()
    await expect(form.get_by_text(said.retried)).to_be_visible()
    await expect(kian.page.get_by_text(said.none_dead)).to_be_visible()
    await kian.go("/administration/health")
    await expect(kian.page.get_by_role("link", name=said.dead_events)).to_have_count(0)


async def _bury(demo: Demo) -> None:
    url = attach(demo.folder)
    assert url is not None
    store, now = Store(url, size=1), datetime.now(UTC)
    news = first(new_id(), AgentsChanged(at=now), source="test", subject="x", time=now, partitionkey="agents")
    async with store.transaction() as tx:
        body = json.dumps({"type": "interaction.received.v1", "data": {"text": SCRIPT}}).encode()
        await bus.bury(tx, "record_interactions", new_id(), "interaction.received.v1", body=body, reason="KeyError")
        await bus.bury(tx, "route_conversations", news.id, news.type, body=encode(news), reason="KeyError")
    await store.aclose()
