"""Templates: no text can become anything but a value, whatever it is made of."""

import json
from urllib.parse import parse_qsl, urlsplit

import pytest
import yarl
from hypothesis import given
from hypothesis import strategies as st

from hub.adapters.sms_http import numbers
from hub.adapters.sms_http.client import Client
from hub.adapters.sms_http.filling import at, fill_document, fill_url
from hub.adapters.sms_http.settings import Settings
from hub.errors import Rejected
from hub.testing.adapter_suite import Provider, Reply
from tests.unit.adapters.sms_http.test_settings import read

tricky = st.text() | st.sampled_from(
    ['"}', '","to":"1', "{to}", "{secret.key}", "a&to=1", "%26", "\r\nX: 1", "\\", "../"]
)


@given(text=tricky, sender=tricky)
def test_a_json_document_keeps_its_shape(text: str, sender: str) -> None:
    template = {"to": "{to}", "list": [{"text": "say {text}"}, 7], "from": "{from}"}
    filled = fill_document(template, {"to": "1", "text": text, "from": sender})
    assert json.loads(json.dumps(filled)) == {"to": "1", "list": [{"text": "say " + text}, 7], "from": sender}


@given(text=tricky)
def test_an_address_keeps_its_host_and_parameters(text: str) -> None:
    text = text.encode(errors="replace").decode()
    url = fill_url(
        "https://sms.example/{secret.key}/send?to={to}&text={text}", {"secret.key": "k", "to": "1", "text": text}
    )
    sent = urlsplit(str(yarl.URL(url, encoded=True)))
    assert (sent.netloc, sent.path) == ("sms.example", "/k/send")
    assert parse_qsl(sent.query, keep_blank_values=True) == [("to", "1"), ("text", text)]


@given(text=tricky)
def test_a_form_keeps_its_fields(text: str) -> None:
    text = text.encode(errors="replace").decode()
    sent: list[bytes] = []
    settings = read()

    class Catching(Client):
        async def _ask(self, *_: object, body: bytes | None = None, **__: object) -> None:  # type: ignore[override]
            sent.append(body or b"")

    values = {"secret.key": "k", "to": "1", "text": text}
    with pytest.raises(StopIteration):
        Catching(settings).send(values).send(None)
    assert parse_qsl(sent[0].decode(), keep_blank_values=True) == [("to", "1"), ("text", text)]


@pytest.mark.parametrize(
    ("path", "found"),
    [("a.0.b", "7"), ("a.1", None), ("a.0", None), ("c", "true"), ("a.-1", None), ("", None), ("a.0.b.c", None)],
)
def test_what_stands_at_a_path(path: str, found: str | None) -> None:
    assert at({"a": [{"b": 7}], "c": True}, path) == found


@pytest.mark.parametrize(
    ("how", "spelled"), [("e164", "+989121234567"), ("digits", "989121234567"), ("national", "09121234567")]
)
def test_numbers_are_spelled_and_read_again(how: str, spelled: str) -> None:
    assert numbers.spell("tel:+989121234567", how, "IR") == spelled
    assert numbers.read(spelled, "IR") == "tel:+989121234567"


def test_a_number_of_another_country_is_refused_where_only_national_ones_can_be_said() -> None:
    with pytest.raises(Rejected, match="numbers of IR only"):
        numbers.spell("tel:+14155550100", "national", "IR")


def test_names_of_senders_stay_names() -> None:
    assert numbers.read("MyBank", "IR") == "ext:sender:MyBank"


async def test_a_secret_with_a_line_break_sends_nothing() -> None:
    async with Provider() as provider:
        provider.will(Reply(200, '{"id": 1}'))
        settings: Settings = read(
            {"url": provider.url, "headers.X": "{secret.key}"}, {"key": "a\r\nb: c", "webhook_secret": "w" * 20}
        )
        client = Client(settings)
        with pytest.raises(Exception, match="cannot be sent"):
            await client.send({"secret.key": "a\r\nb: c", "to": "1", "text": "x"})
        await client.aclose()
        assert not provider.taken
