"""WhatsApp at the sandbox: addresses, receipts, the 24 hours and the templates, through Twilio's own client."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest
from twilio.base.exceptions import TwilioRestException

from hub.sandbox.model import WHATSAPP_SENDERS
from hub.sandbox.templates import SAMPLE_TEMPLATES
from tests.contract.twilio_world import World, world

(OURS,) = WHATSAPP_SENDERS
SARA, SARA_SMS, OURS_SMS = "whatsapp:+989121234567", "+989121234567", "+12025550100"
ENGLISH, PERSIAN, PENDING = SAMPLE_TEMPLATES

# Twilio's client (9.13) still uses what aiohttp 3.14 has marked for removal in 4.
pytestmark = [
    pytest.mark.filterwarnings("ignore:BasicAuth is deprecated:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:The 'auth' parameter is deprecated:DeprecationWarning"),
]


@pytest.fixture
async def here() -> AsyncIterator[World]:
    async with world() as made:
        yield made


async def send(here: World, **fields: Any) -> Any:
    asked = {"to": SARA, "from_": OURS, "body": "سلام", "status_callback": here.status_url} | fields
    return await here.twilio.messages.create_async(**asked)


async def ended(here: World, **fields: Any) -> tuple[str, int | None]:
    sid = (await send(here, **fields)).sid
    await here.box.settle()
    message = await here.twilio.messages(sid).fetch_async()
    return message.status, message.error_code


async def test_a_message_from_whatsapp_comes_as_documented(here: World) -> None:
    await here.box.text(SARA, OURS, "سلام")
    (form,) = here.hub.forms
    assert here.hub.signature_holds(0, "/in")
    assert (form["From"], form["To"], form["Body"]) == (SARA, OURS, "سلام")
    assert (form["ProfileName"], form["WaId"], form["NumMedia"]) == ("سارا احمدی", "989121234567", "0")
    assert form["MessageSid"] == form["SmsMessageSid"]
    assert json.loads(form["ChannelMetadata"])["data"]["context"]["WaId"] == "989121234567"
    assert "FromCountry" not in form


async def test_texts_and_whatsapp_may_be_posted_to_different_addresses(here: World) -> None:
    (account,) = here.box.sandbox.accounts.values()
    account.whatsapp_url = here.hub.url.replace("/in", "/wa")
    await here.box.text(SARA, OURS, "one")
    await here.box.text(SARA_SMS, OURS_SMS, "two")
    assert here.hub.signature_holds(0, "/wa")
    assert here.hub.signature_holds(1, "/in")


async def test_an_answer_is_read_once_the_phone_shows_it(here: World) -> None:
    await here.box.text(SARA, OURS, "hello")
    message = await send(here, body="x" * 200)
    assert message.num_segments == "1"
    await here.box.settle()
    assert here.box.network.read(OURS, SARA) == 1
    assert here.box.network.read(OURS, SARA) == 0
    await here.box.settle()
    assert here.statuses() == ["sent", "delivered", "read"]
    assert here.hub.forms[-1]["EventType"] == "READ"
    assert here.hub.forms[-1]["ChannelToAddress"] == SARA_SMS
    assert (await here.twilio.messages(message.sid).fetch_async()).status == "read"


async def test_without_receipts_and_on_sms_nobody_hears_of_reading(here: World) -> None:
    await here.box.text(SARA, OURS, "hello")
    await send(here)
    await send(here, to=SARA_SMS, from_=OURS_SMS)
    await here.box.settle()
    assert here.box.network.read(OURS, SARA, receipts=False) == 1
    assert here.box.network.read(OURS_SMS, SARA_SMS) == 1
    await here.box.settle()
    assert "read" not in here.statuses()
    assert all(m.seen for m in here.box.sandbox.messages.values() if not m.inbound)


async def test_a_free_message_outside_the_window_is_accepted_and_fails(here: World) -> None:
    assert await ended(here) == ("failed", 63016)
    assert here.statuses() == ["failed"]
    assert here.hub.forms[-1]["ErrorCode"] == "63016"
    await here.box.text(SARA, OURS, "hello")
    assert await ended(here) == ("delivered", None)
    here.box.sandbox.close_window(OURS, SARA)
    assert await ended(here) == ("failed", 63016)
    await here.box.text(SARA, OURS, "again")
    assert await ended(here) == ("delivered", None)
    here.box.sandbox.clock = lambda: datetime.now(UTC) + timedelta(hours=24, seconds=1)
    assert await ended(here) == ("failed", 63016)


async def test_another_persons_message_opens_no_window(here: World) -> None:
    await here.box.text("whatsapp:+989121234568", OURS, "hello")
    await here.box.text(SARA_SMS, OURS_SMS, "hello")
    assert await ended(here) == ("failed", 63016)


async def test_an_approved_template_passes_always_and_a_pending_one_only_inside(here: World) -> None:
    given = json.dumps({"1": "سارا", "2": "۱۰۴۳"})
    sid = (await send(here, body=None, content_sid=PERSIAN.sid, content_variables=given)).sid
    await here.box.settle()
    message = await here.twilio.messages(sid).fetch_async()
    assert (message.status, message.body) == ("delivered", PERSIAN.render({"1": "سارا", "2": "۱۰۴۳"}))
    assert await ended(here, content_sid=PENDING.sid) == ("failed", 63016)
    await here.box.text(SARA, OURS, "hello")
    assert await ended(here, content_sid=PENDING.sid) == ("delivered", None)


@pytest.mark.parametrize(
    ("fields", "code"),
    (
        ({"to": SARA_SMS}, 21910),
        ({"from_": OURS_SMS}, 21910),
        ({"to": "whatsapp:12"}, 21211),
        ({"from_": "whatsapp:sara"}, 21212),
        ({"from_": "whatsapp:+12025559999"}, 63007),
        ({"to": OURS}, 63031),
        ({"content_sid": "HX1"}, 21655),
        ({"content_sid": "HX" + "0" * 32}, 21655),
        ({"content_variables": "{}"}, 21654),
        ({"content_sid": ENGLISH.sid, "content_variables": "{'1': 1}"}, 21656),
        ({"content_sid": ENGLISH.sid, "content_variables": '["a"]'}, 21656),
        ({"content_sid": ENGLISH.sid, "content_variables": '{"1": ""}'}, 21656),
        ({"media_url": ["http://127.0.0.1/1", "http://127.0.0.1/2"]}, 21623),
    ),
)
async def test_mistakes_get_twilios_codes(here: World, fields: dict[str, Any], code: int) -> None:
    with pytest.raises(TwilioRestException) as caught:
        await send(here, **fields)
    assert (caught.value.code, caught.value.status) == (code, 400)
    assert not here.box.sandbox.messages


async def test_the_templates_are_listed_with_their_approvals(here: World) -> None:
    rows = await here.twilio.content.v1.content_and_approvals.list_async(page_size=2)
    assert [(one.sid, one.language, one.approval_requests["status"]) for one in rows] == [
        (ENGLISH.sid, "en", "approved"),
        (PERSIAN.sid, "fa", "approved"),
        (PENDING.sid, "en", "pending"),
    ]
    assert rows[1].types == {"twilio/text": {"body": PERSIAN.body}}
    assert [one.sid for one in await here.twilio.content.v1.contents.list_async()] == [one.sid for one in rows]
    one = await here.twilio.content.v1.contents(ENGLISH.sid).fetch_async()
    assert (one.friendly_name, one.variables["2"]) == ("order_on_its_way", "1042")
    approval = await here.twilio.content.v1.contents(PENDING.sid).approval_fetch().fetch_async()
    assert approval.whatsapp["status"] == "pending"


async def test_the_templates_are_for_the_account_alone(here: World) -> None:
    async with aiohttp.ClientSession(here.box.url) as http:
        for path in ("ContentAndApprovals", "Content", f"Content/{ENGLISH.sid}"):
            async with http.get(f"/v1/{path}") as response:
                assert response.status == 401
                assert (await response.json())["code"] == 20003


async def test_a_conversation_is_found_by_its_addresses(here: World) -> None:
    await here.box.text(SARA, OURS, "hello")
    sid = (await send(here)).sid
    await send(here, to=SARA_SMS, from_=OURS_SMS)
    assert [m.sid for m in await here.twilio.messages.list_async(to=SARA, from_=OURS)] == [sid]


async def test_stop_on_whatsapp_is_the_hubs_to_hear(here: World) -> None:
    await here.box.text(SARA, OURS, "STOP")
    assert "OptOutType" not in here.hub.forms[0]
    assert await ended(here) == ("delivered", None)
