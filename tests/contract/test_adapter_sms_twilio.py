"""The adapters' suite against sms_twilio, on a stand-in that answers as Twilio's documentation shows."""

import json
from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import parse_qs, urlencode

import pytest
from twilio.request_validator import RequestValidator

from hub.adapters import load
from hub.channel import Account, Adapter, SentMessage, WebhookRequest
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
    ListsSuite,
    Provider,
    ReceivesSuite,
    Reply,
    SendsSuite,
)

SID = "AC" + "0123456789abcdef" * 2
INBOUND = "https://hub.example.ir/channels/sms/twilio"
ENDPOINT = f"/2010-04-01/Accounts/{SID}/Messages.json"
TOO_MANY = {"code": 20429, "message": "Too Many Requests", "status": 429}
ERRORS = {"credentials": (401, 20003), "opted_out": (400, 21610), "rejected": (400, 21614), "invalid": (400, 21617)}


def form(url: str, **fields: str) -> WebhookRequest:
    headers = {"content-type": "application/x-www-form-urlencoded; charset=utf-8"}
    return WebhookRequest("POST", url, headers, urlencode({"AccountSid": SID, **fields}).encode())


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


class TestSmsTwilio(ReceivesSuite, SendsSuite, ListsSuite):
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
