"""The adapters' suite against sms_http as the shipped example files set it up."""

import json
from collections.abc import Sequence
from dataclasses import replace
from hashlib import sha256
from hmac import digest
from pathlib import Path
from urllib.parse import parse_qs, urlencode

import pytest

from hub.adapters import load
from hub.channel import Account, Adapter, DeliveryReport, Receives, WebhookRequest
from hub.cli.accounts.file import read_file
from hub.model import AccountId, DeliveryStatus
from hub.testing.adapter_suite import (
    CURRENT,
    MESSAGE_ID,
    OURS,
    PREVIOUS,
    SHORT,
    TEXT,
    Case,
    Provider,
    ReceivesSuite,
    Reply,
    SendsSuite,
)

EXAMPLES = Path(__file__).parents[2] / "config" / "providers"
INBOUND = "https://hub.example.ir/channels/sms/http"
STATUS = f"{INBOUND}/status"
KEY = "canary0key0of0the0api"


def account_of(example: str, api_url: str, *, rotating: bool = False, **changed: str) -> Account:
    file = read_file(EXAMPLES / example)
    api = {name: file.settings[name].replace("https://", f"{api_url}/") for name in ("url", "check_url")}
    times = {"connect_timeout": str(SHORT / 2), "total_timeout": str(SHORT)}
    secrets = dict.fromkeys(file.secrets, KEY) | {"webhook_secret": CURRENT}
    return Account(
        id=AccountId("sms_http/example"),
        settings={**file.settings, **api, **times, "numbers": OURS.removeprefix("tel:"), **changed},
        secrets=secrets | ({"webhook_secret_previous": PREVIOUS} if rotating else {}),
        callback_url=lambda kind: INBOUND if kind == "inbound" else f"{INBOUND}/{kind}",
    )


class Kavenegar(ReceivesSuite, SendsSuite):
    """As https://kavenegar.com/rest.html shows it; the proof is a secret of ours in the address."""

    __test__ = False
    proves_body = False
    names_our_id = False
    words = {  # noqa: RUF012 -- as the suite declares it
        "1": DeliveryStatus.ACCEPTED,
        "2": DeliveryStatus.ACCEPTED,
        "4": DeliveryStatus.SENT,
        "5": DeliveryStatus.SENT,
        "6": DeliveryStatus.FAILED,
        "10": DeliveryStatus.DELIVERED,
        "11": DeliveryStatus.UNDELIVERED,
        "13": DeliveryStatus.FAILED,
        "14": DeliveryStatus.FAILED,
    }

    def account(self, *, api_url: str = "http://127.0.0.1:9", rotating: bool = False) -> Account:
        return account_of("kavenegar.toml", api_url, rotating=rotating, **{"errors.480": "OptedOut"})

    def create(self, account: Account) -> Adapter:
        return load("sms_http")(account)

    def inbound(self) -> Sequence[WebhookRequest]:
        return [self.form(INBOUND, messageid="17", **{"from": "09121234567"}, to="10004346", message=TEXT)]

    def report(self, word: str) -> WebhookRequest:
        return self.form(STATUS, messageid="8792343", status=word)

    def form(self, url: str, **fields: str) -> WebhookRequest:
        kind = {"content-type": "application/x-www-form-urlencoded"}
        return WebhookRequest("POST", url, kind, urlencode(fields).encode())

    def sign(self, request: WebhookRequest, secret: str) -> WebhookRequest:
        return replace(request, url=f"{request.url}?key={secret}")

    def answer(self, case: Case) -> Reply:
        if case == "throttled":
            return Reply(414, self.said(414), {"Retry-After": "7"})
        codes = {"credentials": 403, "opted_out": 480, "rejected": 411, "invalid": 413}
        if case in codes:
            return Reply(codes[case], self.said(codes[case]))
        return {
            "accepted": Reply(200, self.said(200, [{"messageid": 8792343, "message": TEXT, "status": 1}])),
            "no_id": Reply(200, self.said(200, [])),
            "account": Reply(200, self.said(200, {"remaincredit": 1000000})),
            "broken": Reply(502, "<html>Bad Gateway</html>"),
        }[case]

    def said(self, status: int, entries: object = None) -> str:
        return json.dumps({"return": {"status": status, "message": f"{TEXT}"}, "entries": entries})


class TestByAddress(Kavenegar):
    """The secret stands in the query."""

    __test__ = True
    proves_url = False  # the hub itself tells addresses apart; of the request only the secret is looked at

    async def test_the_request_is_what_is_documented(self, provider: Provider) -> None:
        provider.will(self.answer("accepted"))
        assert await self.sending(provider.url) == "8792343"
        (taken,) = provider.taken
        assert (taken.method, taken.path) == ("POST", f"/api.kavenegar.com/v1/{KEY}/sms/send.json")
        localid = str(int.from_bytes(sha256(MESSAGE_ID.bytes).digest()[:8], "big") >> 1)
        fields = {"receptor": ["09121234567"], "sender": ["+15005550006"], "message": [TEXT], "localid": [localid]}
        assert parse_qs(taken.body) == fields

    def test_a_webhook_by_get_says_the_same_and_its_secret_is_not_kept(self) -> None:
        query = urlencode({"messageid": "8792343", "status": "10", "key": CURRENT})
        request = WebhookRequest("GET", f"{STATUS}?{query}", {}, b"")
        receiver = self.receiver()
        receiver.verify(request)
        (event,) = receiver.parse(request)
        assert isinstance(event, DeliveryReport)
        assert (event.provider_id, event.status) == ("8792343", DeliveryStatus.DELIVERED)
        self.no_canary(repr(event))


class TestByPath(Kavenegar):
    """The secret ends the path."""

    __test__ = True
    proves_url = False

    def account(self, *, api_url: str = "http://127.0.0.1:9", rotating: bool = False) -> Account:
        account = super().account(api_url=api_url, rotating=rotating)
        return replace(account, settings={**account.settings, "proof": "path"})

    def sign(self, request: WebhookRequest, secret: str) -> WebhookRequest:
        kind = "-" if request.url == STATUS else "/inbound-"
        return replace(request, url=f"{request.url}{kind}{secret}")


class TestByHeader(Kavenegar):
    """The secret stands in a header."""

    __test__ = True
    proves_url = False

    def account(self, *, api_url: str = "http://127.0.0.1:9", rotating: bool = False) -> Account:
        account = super().account(api_url=api_url, rotating=rotating)
        return replace(account, settings={**account.settings, "proof": "header", "proof_name": "X-Word"})

    def sign(self, request: WebhookRequest, secret: str) -> WebhookRequest:
        return replace(request, headers={**request.headers, "x-word": secret})


class TestJson(ReceivesSuite, SendsSuite):
    """JSON both ways, signed by HMAC."""

    proves_url = False
    words = {  # noqa: RUF012 -- as the suite declares it
        "queued": DeliveryStatus.ACCEPTED,
        "sent": DeliveryStatus.SENT,
        "delivered": DeliveryStatus.DELIVERED,
        "failed": DeliveryStatus.FAILED,
    }

    def account(self, *, api_url: str = "http://127.0.0.1:9", rotating: bool = False) -> Account:
        return account_of("json-api.toml", api_url, rotating=rotating)

    def create(self, account: Account) -> Adapter:
        return load("sms_http")(account)

    def inbound(self) -> Sequence[WebhookRequest]:
        return [self.webhook(INBOUND, {"id": "I7", "from": "+989121234567", "to": "+15005550006", "text": TEXT})]

    def report(self, word: str) -> WebhookRequest:
        return self.webhook(STATUS, {"id": "M1", "status": word, "reference": str(MESSAGE_ID)})

    def webhook(self, url: str, data: dict[str, str]) -> WebhookRequest:
        return WebhookRequest("POST", url, {}, json.dumps({"data": data}).encode())

    def sign(self, request: WebhookRequest, secret: str) -> WebhookRequest:
        signature = "sha256=" + digest(secret.encode(), request.body, "sha256").hex()
        return replace(request, headers={**request.headers, "x-signature": signature})

    def answer(self, case: Case) -> Reply:
        codes = {
            "credentials": (401, "bad_token"),
            "opted_out": (422, "unsubscribed"),
            "rejected": (422, "no_such_number"),
            "invalid": (422, "too_long"),
        }
        if case in codes:
            status, code = codes[case]
            return Reply(status, json.dumps({"ok": False, "error": {"code": code, "detail": TEXT}}))
        return {
            "accepted": Reply(202, json.dumps({"ok": True, "messages": [{"id": "M1"}]})),
            "no_id": Reply(202, json.dumps({"ok": True, "messages": []})),
            "account": Reply(200, json.dumps({"ok": True})),
            "throttled": Reply(429, "", {"Retry-After": "7"}),
            "broken": Reply(503, "<html>"),
        }[case]

    async def test_the_request_is_what_the_settings_say(self, provider: Provider) -> None:
        provider.will(self.answer("accepted"))
        await self.sending(provider.url)
        (taken,) = provider.taken
        assert taken.headers["Authorization"] == f"Bearer {KEY}"
        assert json.loads(taken.body) == {
            "from": "+15005550006",
            "messages": [{"to": "+989121234567", "text": TEXT}],
            "callback": f"{STATUS}?message={MESSAGE_ID}",
            "reference": str(MESSAGE_ID),
        }

    def test_under_a_signed_body_the_query_is_not_read(self) -> None:
        report = self.sign(self.webhook(STATUS + "?status=delivered", {"id": "M1"}), CURRENT)
        self.receiver().verify(report)
        assert not self.receiver().parse(report)

    def test_without_a_proof_nothing_is_received(self) -> None:
        account = self.account()
        bare = {n: v for n, v in account.settings.items() if n.partition(".")[0] not in {"proof", "inbound", "status"}}
        assert not isinstance(self.create(replace(account, settings=bare)), Receives)


@pytest.mark.parametrize("example", sorted(path.name for path in EXAMPLES.glob("*.toml")))
def test_every_example_is_a_whole_account(example: str) -> None:
    assert load("sms_http")(account_of(example, "https://127.0.0.1")).name == "sms_http"
