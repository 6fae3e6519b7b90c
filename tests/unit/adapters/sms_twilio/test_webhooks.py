"""Webhooks as Twilio documents them: each is really signed, and says what it should."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from hub.channel import DeliveryReport, InboundMessage, WebhookRequest
from hub.events import Media
from hub.model import Channel, DeliveryStatus
from hub.testing.adapter_suite import read_request
from tests.unit.adapters.sms_twilio.accounts import FIXTURES, WEBHOOK, adapter

SARA, BEN, OURS, OTHER = "tel:+989121234567", "tel:+14155552671", "tel:+15005550006", "tel:+15005550009"
MEDIA = (
    "https://api.twilio.com/2010-04-01/Accounts/AC0123456789abcdef0123456789abcdef/Messages/"
    f"MM{'4' * 32}/Media/ME{'%s' * 32}"
)
DONE = datetime(2026, 11, 21, 18, 5, tzinfo=UTC)

INBOUND: dict[str, dict[str, Any]] = {
    "inbound_persian": {"contact_point": SARA, "our_address": OURS, "text": "سلام، سفارشم نرسید"},
    "inbound_english": {
        "contact_point": BEN,
        "our_address": OTHER,
        "text": "Where is my order? 100% late & counting + more",
    },
    "inbound_mms": {
        "contact_point": BEN,
        "text": "",
        "media": (
            Media(MEDIA % (("1",) * 32), "image/jpeg"),
            Media(MEDIA % (("2",) * 32), "application/pdf"),
        ),
    },
    "inbound_short_code": {"contact_point": "ext:sender:24273", "our_address": OURS},
    "inbound_alphanumeric": {"contact_point": "ext:sender:Bank Melli", "text": "رمز پویا ۱۲۳۴۵۶"},
    "inbound_stop": {"text": "STOP", "opt_out": "STOP"},
    "inbound_nul": {"text": "before�after"},
    "inbound_parts_joined": {"contact_point": SARA},
    "inbound_whatsapp": {
        "contact_point": SARA,
        "our_address": "whatsapp:+15005550006",
        "channel": Channel.WHATSAPP,
        "text": "سلام از واتساپ 🌷",
    },
    "inbound_whatsapp_picture": {
        "contact_point": BEN,
        "channel": Channel.WHATSAPP,
        "text": "",
        "media": (Media(MEDIA.replace("MM" + "4" * 32, "MM" + "6" * 32) % (("3",) * 32), "image/jpeg"),),
    },
}
REPORTS: dict[str, dict[str, Any]] = {
    "status_sent": {"status": DeliveryStatus.SENT, "code": None, "provider_time": None},
    "status_delivered": {"status": DeliveryStatus.DELIVERED, "provider_time": DONE},
    "status_undelivered": {"status": DeliveryStatus.UNDELIVERED, "code": "30003", "provider_time": DONE},
    "status_failed": {"status": DeliveryStatus.FAILED, "code": "30007"},
    "status_whatsapp_read": {"status": DeliveryStatus.READ, "contact_point": SARA, "code": None},
    "status_whatsapp_window": {"status": DeliveryStatus.UNDELIVERED, "code": "63016"},
    "status_unknown": {"status": None, "provider_status": "teleported"},
}


def parsed(name: str) -> Any:
    request = read_request(FIXTURES / f"{name}.http")
    twilio = adapter()
    twilio.verify(request)
    (event,) = twilio.parse(request)
    return event


def test_every_captured_webhook_is_in_a_table() -> None:
    assert {Path(path).stem for path in FIXTURES.glob("*.http")} == INBOUND.keys() | REPORTS.keys()


@pytest.mark.parametrize("name", INBOUND)
def test_a_message(name: str) -> None:
    event = parsed(name)
    assert isinstance(event, InboundMessage)
    assert {field: getattr(event, field) for field in INBOUND[name]} == INBOUND[name]
    assert event.provider_id == event.raw["MessageSid"]
    assert event.raw["ApiVersion"] == "2010-04-01"
    assert "\0" not in repr(event.raw)


def test_parts_of_a_long_message_arrive_joined() -> None:
    event = parsed("inbound_parts_joined")
    assert event.raw["NumSegments"] == "3"
    assert event.text.startswith("سلام. سفارش من")
    assert event.text.endswith("با سپاس 🌸")


@pytest.mark.parametrize("name", REPORTS)
def test_a_report(name: str) -> None:
    event = parsed(name)
    assert isinstance(event, DeliveryReport)
    assert {field: getattr(event, field) for field in REPORTS[name]} == REPORTS[name]
    assert event.message_id == UUID("0199aaaa-bbbb-7ccc-8ddd-eeeeeeeeeeee")
    assert event.contact_point == SARA


@pytest.mark.parametrize(
    ("name", "status", "content_type"), [("inbound_persian", 200, "text/xml"), ("status_sent", 200, "text/plain")]
)
def test_the_reply_is_what_twilio_documents(name: str, status: int, content_type: str) -> None:
    request = read_request(FIXTURES / f"{name}.http")
    reply = adapter().reply(request, adapter().parse(request))
    assert (reply.status, reply.content_type) == (status, content_type)
    assert (b"<Response></Response>" in reply.body) == (content_type == "text/xml")


@pytest.mark.parametrize(
    "body",
    [b"", b"MessageSid=SM1", b"MessageSid=SM1&From=%2B989121234567", b"MessageSid=&From=1&To=2", b"&&==&=", b"%%%"],
)
def test_what_lacks_id_sender_or_recipient_says_nothing(body: bytes) -> None:
    assert adapter().parse(WebhookRequest("POST", WEBHOOK, {}, body)) == ()
    assert adapter().parse(WebhookRequest("POST", f"{WEBHOOK}/status?message=x", {}, body)) == ()


def test_many_files_end_where_twilio_stops_naming_them() -> None:
    body = (
        b"MessageSid=MM1&From=%2B14155552671&To=%2B15005550006&NumMedia=999999999999&MediaUrl0=https://x/1&MediaUrl2=y"
    )
    (event,) = adapter().parse(WebhookRequest("POST", WEBHOOK, {}, body))
    assert isinstance(event, InboundMessage)
    assert event.media == (Media("https://x/1", "application/octet-stream"),)
