"""Web Push at the desk: a browser that may tells the hub where, shows what it is handed, and opens the conversation.

A push service is out of reach here: the page gets a subscription of ours in its place, and Chromium itself hands the
worker what a service would have brought (tests/integration/web/test_web_push.py has the way from the hub to there).
"""

import asyncio
import json
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from hub.organisation.pushing.encryption import base64url
from tests.e2e.demos import OURS, Demo
from tests.e2e.desk import Desk, Phone
from tests.e2e.words import EN, FA, Words
from tests.integration.browsers import Browser as Keys
from tests.waiting import PATIENCE, until

pytestmark = pytest.mark.timeout(360)

SARA = "سارا احمدی"
SWITCH = {"en": "Tell me here while the desk is closed", "fa": "وقتی میز کار بسته است اینجا خبرم کن"}
SAYS = {"en": (f"\u2068{SARA}\u2069 wrote", "SMS"), "fa": (f"\u2068{SARA}\u2069 پیام داد", "پیامک")}
_STUB = """
(() => {
  const json = %s;
  let there = null;
  const made = { endpoint: json.endpoint, toJSON: () => json, options: {},
    unsubscribe: async () => { there = null; sessionStorage.removeItem('subscribed'); return true; } };
  if (sessionStorage.getItem('subscribed')) there = made;
  PushManager.prototype.getSubscription = async () => there;
  PushManager.prototype.subscribe = async () => { sessionStorage.setItem('subscribed', '1'); return (there = made); };
})()
"""
_SHOWN = """async () => (await (await navigator.serviceWorker.ready).getNotifications())
  .map(({title, body, lang, dir, tag}) => ({title, body, lang, dir, tag}))"""
_CLICK = """async () => {
  const closed = [], close = Notification.prototype.close;
  Notification.prototype.close = function () { closed.push(this.tag); return close.call(this); };
  for (const notification of await registration.getNotifications())
    dispatchEvent(new NotificationEvent('notificationclick', { notification }));
  return closed; }"""
"""What the worker closes when they are clicked: Chromium itself takes them away after some time."""


def _stub() -> str:
    keys = Keys()
    endpoint = f"https://fcm.googleapis.com/fcm/send/{base64url(keys.keys.auth)}"
    return _STUB % json.dumps({"endpoint": endpoint, "keys": {"p256dh": keys.p256dh, "auth": keys.auth}})


@pytest.mark.parametrize("words", [EN, FA], ids=["English", "Persian"])
async def test_she_allows_it_is_told_and_opens_the_conversation(demo: Demo, chromium: Browser, words: Words) -> None:
    mina = await Desk.open(chromium, demo.hub, words)
    await mina.context.grant_permissions(["notifications"])
    await mina.context.add_init_script(_stub())
    await mina.sign_in("Mina", demo.notes["passwords"]["Mina"])
    phone = await Phone.open(chromium, demo.phone, OURS)
    await phone.type("canary")
    await mina.has(SARA)
    await mina.open_conversation(SARA)
    conversation = mina.page.url.rsplit("/", 1)[-1]

    await mina.go("/me")
    switch = mina.page.get_by_role("switch", name=SWITCH[words.language])
    await expect(switch).not_to_be_checked()
    async with mina.page.expect_response(lambda answer: answer.url.endswith("/me/push")) as told:
        await switch.click()
    assert (await told.value).status == 204
    await expect(switch).to_be_checked()
    await mina.shot("push-allowed")
    await mina.page.reload()
    await expect(switch).to_be_checked()

    await _deliver(mina.page, demo.hub, _notice(conversation, words.language))
    (shown,) = await until(lambda: _shown(mina.page))
    title, body = SAYS[words.language]
    direction = {"en": "ltr", "fa": "rtl"}[words.language]
    assert shown == {"title": title, "body": body, "lang": words.language, "dir": direction, "tag": conversation}
    (worker,) = mina.context.service_workers
    assert await worker.evaluate(_CLICK) == [conversation]
    await expect(mina.thread.get_by_text("canary")).to_be_visible()
    await until(lambda: _shown(mina.page), lambda shown: shown == [])

    await mina.go("/me")
    async with mina.page.expect_response(lambda answer: answer.url.endswith("/me/push")) as ended:
        await switch.click()
    assert (await ended.value).status == 204
    await expect(switch).not_to_be_checked()
    assert mina.errors == []


async def test_what_the_browser_forbids_is_said_in_plain_words(demo: Demo, chromium: Browser) -> None:
    mina = await Desk.open(chromium, demo.hub, EN)
    await mina.context.add_init_script("Object.defineProperty(Notification, 'permission', { get: () => 'denied' })")
    await mina.sign_in("Mina", demo.notes["passwords"]["Mina"])
    await mina.go("/me")
    switch = mina.page.get_by_role("switch", name=SWITCH["en"])
    await expect(switch).to_be_disabled()
    described = await switch.get_attribute("aria-describedby")
    await expect(mina.page.locator(f"[id='{described}']")).to_contain_text("This browser forbids it")
    assert mina.errors == []


def _notice(conversation: str, language: str) -> dict[str, Any]:
    return {
        "kind": "wrote",
        "conversation": conversation,
        "number": 1,
        "channel": "sms",
        "customer": SARA,
        "language": language,
    }


async def _deliver(page: Page, origin: str, notice: dict[str, Any]) -> None:
    """As a push service would: Chromium hands it to the worker."""
    await page.evaluate("navigator.serviceWorker.ready.then(() => null)")
    session = await page.context.new_cdp_session(page)
    registration: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    def updated(said: Any) -> None:
        for one in said["registrations"]:
            if one["scopeURL"] == f"{origin}/desk/" and not one["isDeleted"] and not registration.done():
                registration.set_result(one["registrationId"])

    session.on("ServiceWorker.workerRegistrationUpdated", updated)
    await session.send("ServiceWorker.enable")
    async with asyncio.timeout(PATIENCE):
        id_ = await registration
    said = {"origin": origin, "registrationId": id_, "data": json.dumps(notice)}
    await session.send("ServiceWorker.deliverPushMessage", said)


async def _shown(page: Page) -> list[dict[str, str]]:
    found: list[dict[str, str]] = await page.evaluate(_SHOWN)
    return found
