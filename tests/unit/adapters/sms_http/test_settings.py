"""Settings of sms_http: everything wrong is said at once, in plain words."""

import pytest

from hub.adapters.sms_http.settings import Settings, read_settings
from hub.channel import Account
from hub.errors import SettingsInvalid
from hub.model import AccountId

WHOLE = {
    "url": "https://sms.example/{secret.key}/send",
    "numbers": "+982100000000",
    "fields.to": "{to}",
    "fields.text": "{text}",
    "answer_id": "id",
    "answer_code": "code",
    "proof": "query",
    "proof_name": "key",
    "inbound.id": "id",
    "inbound.from": "from",
    "inbound.text": "text",
    "status.id": "id",
    "status.status": "status",
    "statuses.1": "delivered",
    "errors.4": "Rejected",
}
SECRETS = {"key": "k" * 20, "webhook_secret": "w" * 20}


def read(changed: dict[str, str] | None = None, secrets: dict[str, str] | None = None) -> Settings:
    settings = {name: value for name, value in {**WHOLE, **(changed or {})}.items() if value}
    given = SECRETS if secrets is None else secrets
    return read_settings(Account(id=AccountId("a"), settings=settings, secrets=given, callback_url=str))


def test_what_is_whole_is_taken() -> None:
    assert dict(read().numbers) == {"tel:+982100000000": "+982100000000"}


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"url": "sms.example"}, "url must begin with"),
        ({"url": "https://{to}/"}, "host without places"),
        ({"url": "https://sms.example/{text}"}, "{text} behind its question mark only"),
        (
            {"url": "https://sms.example/{secret.kye}"},
            "url has a place {secret.kye} that nothing fills; the account has no",
        ),
        ({"method": "PUT"}, "method must be POST or GET"),
        ({"format": "xml"}, "format must be form or json"),
        ({"format": "json", "method": "GET", "body": '["{to}{text}"]'}, "method must be POST with format json"),
        ({"format": "json"}, "body is missing"),
        ({"format": "json", "body": '{"a": {to}}'}, "body must be a JSON document"),
        ({"format": "json", "body": '{"a": "{too}"}'}, "body has a place {too}"),
        ({"fields.text": ""}, "nothing sends {text}"),
        ({"headers.X": "{text}"}, "headers may hold secrets and ids only"),
        ({"headers.X Y": "1"}, "a name that no header can have"),
        ({"number_format": "national"}, "region is missing"),
        ({"number_format": "roman"}, "number_format must be one of e164"),
        ({"region": "XX"}, "region must be a country's code"),
        ({"numbers": ""}, "numbers is missing"),
        ({"basic_user": "me"}, "basic_user and basic_password go together"),
        ({"success_path": "ok"}, "success_path and success_values go together"),
        ({"answer_id": ""}, "answer_id is missing"),
        ({"answer_code": ""}, "answer_code is missing"),
        ({"proof": ""}, "proof is missing"),
        ({"proof": "trust"}, "proof must be one of path"),
        ({"proof_name": ""}, "proof_name is missing"),
        ({"proof_encoding": "rot13"}, "proof_encoding must be"),
        ({"inbound.text": ""}, "inbound must say where from, text and id are"),
        ({"numbers": "+982100000000,+982100000001"}, "inbound must say where to is"),
        ({"inbound.body": "x"}, "inbound may say from"),
        ({"status.id": ""}, "status must say where id and status are"),
        ({"statuses.1": ""}, "statuses is missing"),
        ({"statuses.1": "queued"}, "statuses.1 must be one of accepted"),
        ({"errors.4": "Never"}, "errors.4 must begin with one of ConfigInvalid"),
        ({"max_text": "long"}, "max_text must be a number"),
        ({"total_timeout": "0"}, "total_timeout must be a number"),
        ({"urll": "x"}, "urll is no setting of sms_http"),
    ],
)
def test_what_is_wrong_is_said(changed: dict[str, str], says: str) -> None:
    with pytest.raises(SettingsInvalid) as error:
        read(changed)
    assert says in str(error.value)


def test_everything_wrong_is_said_at_once_and_no_secret() -> None:
    with pytest.raises(SettingsInvalid) as error:
        read({"url": "", "answer_id": "", "method": "PUT"}, {"webhook_secret": "short secret"})
    assert len(error.value.problems) == 4
    assert "short secret" not in str(error.value)


def test_webhooks_without_a_secret_are_refused() -> None:
    with pytest.raises(SettingsInvalid, match="the secret webhook_secret is missing"):
        read(secrets={"key": "k"})
