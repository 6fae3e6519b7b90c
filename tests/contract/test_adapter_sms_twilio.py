"""The adapters' suite against sms_twilio, on a stand-in that answers as Twilio's documentation shows."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlencode

import pytest
from twilio.request_validator import RequestValidator

from hub.adapters import load
from hub.channel import (
    Account,
    Adapter,
    InboundMessage,
    Lists,
    OutboundMessage,
    Sends,
    SentMessage,
    Template,
    WebhookRequest,
)
from hub.events import Media, TemplateUse
from hub.model import AccountId, DeliveryStatus, address_of
from hub.testing.adapter_suite import (
    CURRENT,
    MESSAGE_ID,
    OURS,
    PREVIOUS,
    SHORT,
    TEXT,
    TO,
    Case,
    HasTemplatesSuite,
    KeepsBooksSuite,
    KeepsFilesSuite,
    ListsSuite,
    Provider,
    ReceivesSuite,
    Reply,
    SendsSuite,
)
from hub.testing.adapter_suite.keeps import TEMPLATES

SID = "AC" + "0123456789abcdef" * 2
INBOUND = "https://hub.example.ir/channels/sms/twilio"
ENDPOINT = f"/2010-04-01/Accounts/{SID}/Messages.json"
TOO_MANY = {"code": 20429, "message": "Too Many Requests", "status": 429}
ERRORS = {"credentials": (401, 20003), "opted_out": (400, 21610), "rejected": (400, 21614), "invalid": (400, 21617)}


def form(url: str, **fields: str) -> WebhookRequest:
    headers = {"content-type": "application/x-www-form-urlencoded; charset=utf-8"}
    return WebhookRequest("POST", url, headers, urlencode({"AccountSid": SID, **fields}).encode())


def outbound(**more: Any) -> OutboundMessage:
    return OutboundMessage(**{"message_id": MESSAGE_ID, "to": TO, "our_address": OURS, "text": TEXT, **more})


def resource(sent: SentMessage) -> dict[str, object]:
    """The Message resource as Twilio's API reference shows it."""
    return {
        "sid": sent.provider_id,
        "account_sid": SID,
        "to": address_of(sent.to),
        "from": address_of(sent.our_address),
        "body": sent.text,
        "status": str(sent.status),
        "date_created": sent.created_at.strftime("%a, %d %b %Y %H:%M:%S +0000"),
        "date_sent": None,
        "date_updated": None,
        "error_code": None,
        "direction": "outbound-api",
        "num_media": "0",
        "num_segments": "1",
    }


def content(template: Template) -> dict[str, object]:
    """The ContentAndApprovals resource as Twilio's API reference shows it."""
    return {
        "sid": template.id,
        "account_sid": SID,
        "friendly_name": "whatever",
        "language": template.language,
        "variables": {"1": "name"},
        "types": {"twilio/text": {"body": template.body}},
        "approval_requests": {"name": template.name, "status": template.status, "category": "UTILITY"},
        "date_created": "2026-03-21T09:00:00Z",
        "date_updated": "2026-03-21T09:00:00Z",
    }


class TestSmsTwilio(ReceivesSuite, SendsSuite, ListsSuite, KeepsBooksSuite, KeepsFilesSuite, HasTemplatesSuite):
    words = {  # noqa: RUF012 -- as the suite declares it; the API reference's words for what we send
        "accepted": DeliveryStatus.ACCEPTED,
        "scheduled": DeliveryStatus.ACCEPTED,
        "queued": DeliveryStatus.ACCEPTED,
        "sending": DeliveryStatus.ACCEPTED,
        "sent": DeliveryStatus.SENT,
        "delivered": DeliveryStatus.DELIVERED,
        "undelivered": DeliveryStatus.UNDELIVERED,
        "failed": DeliveryStatus.FAILED,
        "canceled": DeliveryStatus.FAILED,
        "read": DeliveryStatus.READ,
    }

    def account(self, *, api_url: str = "http://127.0.0.1:9", rotating: bool = False) -> Account:
        settings = {
            "account_sid": SID,
            "api_url": api_url,
            "numbers": address_of(OURS),
            "connect_timeout": str(SHORT / 2),
            "total_timeout": str(SHORT),
        }
        secrets = {"auth_token": CURRENT} | ({"auth_token_previous": PREVIOUS} if rotating else {})
        return Account(
            id=AccountId("default"), settings=settings, secrets=secrets, callback_url=lambda kind: f"{INBOUND}/{kind}"
        )

    def create(self, account: Account) -> Adapter:
        return load("sms_twilio")(account)

    def inbound(self) -> Sequence[WebhookRequest]:
        return [
            form(INBOUND, MessageSid="SM" + "1" * 32, From=address_of(TO), To=address_of(OURS), Body=TEXT, NumMedia="0")
        ]

    def report(self, word: str) -> WebhookRequest:
        url = f"{INBOUND}/status?message={MESSAGE_ID}"
        return form(url, MessageSid="SM" + "2" * 32, MessageStatus=word, From=address_of(OURS), To=address_of(TO))

    def sign(self, request: WebhookRequest, secret: str) -> WebhookRequest:
        fields = {name: values[0] for name, values in parse_qs(request.body.decode(), keep_blank_values=True).items()}
        signature = RequestValidator(secret).compute_signature(request.url, fields)
        return replace(request, headers={**request.headers, "x-twilio-signature": signature})

    def answer(self, case: Case) -> Reply:
        if case in ERRORS:
            status, code = ERRORS[case]
            message = f"The message '{TEXT}' to {TO} was refused"  # Twilio's texts quote what they refuse
            return Reply(status, json.dumps({"code": code, "message": message, "status": status}))
        made = {"sid": "SM" + "3" * 32, "status": "queued", "body": TEXT}
        account = {"sid": SID, "status": "active", "friendly_name": "Peyvand"}
        return {
            "accepted": Reply(201, json.dumps(made)),
            "no_id": Reply(201, json.dumps({**made, "sid": None})),
            "account": Reply(200, json.dumps(account)),
            "throttled": Reply(429, json.dumps(TOO_MANY), {"Retry-After": "7"}),
            "broken": Reply(503, "<html>Service Unavailable</html>"),
        }[case]

    def listing(self, sent: Sequence[SentMessage], *, more: bool) -> Reply:
        following = f"{ENDPOINT}?PageSize=50&Page=1&PageToken=PASM1" if more else None
        page = {"messages": [resource(one) for one in sent], "next_page_uri": following, "page": 0, "page_size": 50}
        return Reply(200, json.dumps(page))

    def file_url(self, api_url: str) -> str:
        return f"{api_url}/2010-04-01/Accounts/{SID}/Messages/MM{'4' * 32}/Media/ME{'5' * 32}"

    def template_list(self, templates: Sequence[Template]) -> Reply:
        meta = {"key": "contents", "page": 0, "page_size": 50, "next_page_url": None, "url": "x"}
        return Reply(200, json.dumps({"contents": [content(one) for one in templates], "meta": meta}))

    def book(self, inbound: Sequence[str], ours: Mapping[str, str]) -> Reply:
        base = resource(self.sent(1, timedelta(hours=1)))
        base |= {"date_sent": base["date_created"]}
        came = {"from": address_of(TO), "to": address_of(OURS), "direction": "inbound", "status": "received"}
        listed = [base | came | {"sid": sid} for sid in inbound]
        listed += [base | {"sid": sid, "status": word} for sid, word in ours.items()]
        return Reply(200, json.dumps({"messages": listed, "next_page_uri": None}))

    async def test_the_book_is_asked_by_whole_days_and_goes_by_when_it_was_sent(self, provider: Provider) -> None:
        page = json.loads(self.book([], {"out1": "delivered", "out2": "sent"}).body)
        long_ago, later = datetime.now(UTC) - timedelta(hours=26), datetime.now(UTC) + timedelta(hours=26)
        page["messages"][0]["date_updated"] = later.strftime("%a, %d %b %Y %H:%M:%S +0000")
        page["messages"][1]["date_sent"] = long_ago.strftime("%a, %d %b %Y %H:%M:%S +0000")
        provider.will(Reply(200, json.dumps(page)))
        assert [one.provider_id for one in await self.booked(provider.url)] == ["out1"]
        query = provider.taken[0].query
        assert query["DateSent>"].endswith("T00:00:00Z")
        assert query["DateSent<"] == f"{datetime.now(UTC) + timedelta(days=1):%Y-%m-%d}T00:00:00Z"

    async def test_pictures_in_the_book_are_where_a_webhook_says_they_are(self, provider: Provider) -> None:
        place = f"/2010-04-01/Accounts/{SID}/Messages/in1/Media/ME1"
        page = json.loads(self.book(["in1"], {}).body)
        page["messages"][0]["num_media"] = "1"
        media = {"sid": "ME1", "content_type": "image/png", "uri": place + ".json"}
        listed = {"media_list": [media], "next_page_uri": None}
        provider.will(Reply(200, json.dumps(page)), Reply(200, json.dumps(listed)))
        (said,) = await self.booked(provider.url)
        assert isinstance(said, InboundMessage)
        assert said.media == (Media(url=provider.url + place, content_type="image/png"),)

    async def test_templates_without_a_text_are_left_out(self, provider: Provider) -> None:
        card = {**content(TEMPLATES[0]), "types": {"twilio/card": {"title": "no body"}}}
        provider.will(Reply(200, json.dumps({"contents": [card], "meta": {"key": "contents"}})))
        assert not await self.listed_templates(provider.url)

    async def test_a_whatsapp_message_is_what_twilio_documents(self, provider: Provider) -> None:
        provider.will(self.answer("accepted"))
        media = (Media(url="https://hub.example.ir/files/x", content_type="image/png"),)
        await self.send(provider.url, outbound(our_address="whatsapp:+15005550006", media=media))
        said = parse_qs(provider.taken[0].body)
        assert said["To"] == ["whatsapp:" + address_of(TO)]
        assert said["From"] == ["whatsapp:+15005550006"]
        assert said["MediaUrl"] == ["https://hub.example.ir/files/x"]

    async def test_a_template_goes_without_a_body(self, provider: Provider) -> None:
        provider.will(self.answer("accepted"))
        used = TemplateUse(id="HX" + "1" * 32, variables={"1": "سارا"})
        await self.send(provider.url, outbound(our_address="whatsapp:+15005550006", template=used))
        said = parse_qs(provider.taken[0].body)
        assert "Body" not in said
        assert said["ContentSid"] == ["HX" + "1" * 32]
        assert json.loads(said["ContentVariables"][0]) == {"1": "سارا"}

    async def test_a_whatsapp_list_is_asked_and_read_with_its_prefix(self, provider: Provider) -> None:
        sent = replace(self.sent(1, timedelta(0)), our_address="whatsapp:+15005550006")
        listed = resource(sent) | {"to": "whatsapp:" + address_of(TO), "from": "whatsapp:+15005550006"}
        provider.will(Reply(200, json.dumps({"messages": [listed], "next_page_uri": None})))
        adapter = self.create(self.account(api_url=provider.url))
        assert isinstance(adapter, Lists)
        found = await adapter.sent_to(TO, our_address="whatsapp:+15005550006", since=sent.created_at)
        await adapter.aclose()
        assert found == [sent]
        assert provider.taken[0].query["To"] == "whatsapp:" + address_of(TO)

    async def send(self, api_url: str, message: OutboundMessage) -> None:
        adapter = self.create(self.account(api_url=api_url))
        assert isinstance(adapter, Sends)
        await adapter.send(message, key="k")
        await adapter.aclose()

    async def test_the_request_is_what_twilio_documents(self, provider: Provider) -> None:
        provider.will(self.answer("accepted"))
        await self.sending(provider.url)
        (taken,) = provider.taken
        assert (taken.method, taken.path) == ("POST", ENDPOINT)
        assert parse_qs(taken.body) == {
            "To": [address_of(TO)],
            "From": [address_of(OURS)],
            "Body": [TEXT],
            "StatusCallback": [f"{INBOUND}/status?message={MESSAGE_ID}"],
        }

    async def test_the_list_is_asked_by_numbers_without_a_date(self, provider: Provider) -> None:
        provider.will(self.listing([], more=False))
        await self.test_an_empty_list(provider)
        (taken,) = provider.taken
        assert (taken.method, taken.path) == ("GET", ENDPOINT)
        assert dict(taken.query) == {"To": address_of(TO), "From": address_of(OURS)}

    async def test_a_word_that_is_no_uuid_in_our_own_callback(self) -> None:
        report = self.report("sent")
        (event,) = self.receiver().parse(replace(report, url=f"{INBOUND}/status?message=7"))
        assert getattr(event, "message_id", 0) is None

    def test_json_is_rejected(self) -> None:
        body = json.dumps({"AccountSid": SID, "MessageSid": "SM1"}).encode()
        request = WebhookRequest("POST", INBOUND, {"content-type": "application/json"}, body)
        self.rejects(request)
        self.rejects(self.sign(request, CURRENT))
        self.rejects(self.sign(replace(request, body=b""), CURRENT))

    def test_another_accounts_webhook_is_rejected(self) -> None:
        foreign = self.inbound()[0].body.replace(SID.encode(), b"AC" + b"f" * 32)
        self.rejects(self.sign(replace(self.inbound()[0], body=foreign), CURRENT))

    @pytest.mark.parametrize("ours", ["https://hub.example.ir", "https://hub.example.ir:443", "http://10.0.0.1:8080"])
    @pytest.mark.parametrize("fragment", ["", "#rc=5&rp=all"])
    def test_the_spellings_twilio_signs(self, ours: str, fragment: str) -> None:
        bare = ours.removesuffix(":443").removesuffix(":8080")
        for theirs in {ours, bare, f"{bare}:443"} if ours.startswith("https") else {ours}:
            path = "/channels/sms/twilio"
            signed = self.sign(replace(self.inbound()[0], url=theirs + path + fragment), CURRENT)
            self.receiver().verify(replace(signed, url=ours + path))
