"""The adapters' suite itself: mistakes that newcomers make are failing tests."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qsl

import pytest

from hub.channel import Account, Adapter, ChannelEvent, WebhookRequest
from hub.errors import ConfigInvalid, OutcomeUnknown, Rejected, SendError
from hub.testing.adapter_suite import DROP, Provider, ReceivesSuite, read_request
from tests.contract import test_adapter_sms_http as sms_http
from tests.contract import test_adapter_sms_twilio as sms_twilio

Parse = Callable[[WebhookRequest], Sequence[ChannelEvent]]


def strict(parse: Parse, request: WebhookRequest) -> Sequence[ChannelEvent]:
    """Garbage for one bad byte."""
    try:
        request.body.decode()
    except UnicodeDecodeError:
        return ()
    return parse(request)


def blankless(parse: Parse, request: WebhookRequest) -> Sequence[ChannelEvent]:
    """As ``parse_qsl`` reads a form if nobody asks for blanks; and a message without a text is none."""
    body = request.body.decode("utf-8", "replace")
    has_text = "Body" in dict(parse_qsl(body)) or ('"text": ""' not in body and "Body=" not in body)
    return parse(request) if has_text else ()


class _Careless(ReceivesSuite):
    """An adapter that reads its requests by ``reads``."""

    reads: Callable[[Parse, WebhookRequest], Sequence[ChannelEvent]]

    def create(self, account: Account) -> Adapter:
        adapter = super().create(account)
        parse = adapter.parse  # type: ignore[attr-defined]
        adapter.parse = lambda request: type(self).reads(parse, request)  # type: ignore[attr-defined]
        return adapter


class Form(_Careless, sms_twilio.TestSmsTwilio):
    """Twilio's forms."""

    __test__ = False


class Json(_Careless, sms_http.TestJson):
    """A JSON API."""

    __test__ = False


@pytest.mark.parametrize("kind", [Form, Json])
def test_a_bad_byte_that_costs_the_message_is_found(kind: type[_Careless], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kind, "reads", staticmethod(strict), raising=False)
    with pytest.raises(AssertionError, match="the message has vanished"):
        kind().test_one_bad_byte_costs_no_message(b"\xff")


@pytest.mark.parametrize("kind", [Form, Json])
def test_an_empty_text_that_vanishes_is_found(kind: type[_Careless], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kind, "reads", staticmethod(blankless), raising=False)
    with pytest.raises(AssertionError, match="the message has vanished"):
        kind().test_an_empty_text_is_a_text()


def test_a_text_that_is_spelled_in_no_known_way_is_asked_for() -> None:
    suite = sms_http.TestJson()
    with pytest.raises(AssertionError, match="override `spelled`"):
        suite.spelled(replace(suite.inbound()[0], body=b"<xml/>"))


@pytest.mark.parametrize("proof", ["proves_url", "proves_body"])
def test_a_proof_that_covers_more_than_is_said_is_found(proof: str, monkeypatch: pytest.MonkeyPatch) -> None:
    suite = sms_twilio.TestSmsTwilio()
    monkeypatch.setattr(suite, proof, False, raising=False)
    with pytest.raises(AssertionError, match=f"leave out {proof} = False"):
        suite.test_a_signature_for_another_url() if proof == "proves_url" else suite.test_a_body_changed_after_signing()


@pytest.mark.parametrize(("end", "body"), [("", b"x"), ("\n", b"x"), ("\n\n", b"x\n")])
def test_the_last_newline_of_a_capture_is_the_files(tmp_path: Path, end: str, body: bytes) -> None:
    file = tmp_path / "a.http"
    file.write_text(f"POST https://hub.example.ir/channels/sms/toy\nX-A: b\n\nx{end}")
    assert read_request(file) == WebhookRequest("POST", "https://hub.example.ir/channels/sms/toy", {"x-a": "b"}, body)


class _Refusing(sms_http.TestJson):
    """An adapter whose ``check`` and ``send`` raise ``error`` whatever they are answered."""

    __test__ = False
    error: SendError

    def create(self, account: Account) -> Adapter:
        async def refuse(*_: object, **__: object) -> str:
            raise self.error

        adapter = super().create(account)
        adapter.check = adapter.send = refuse  # type: ignore[attr-defined, method-assign]
        return adapter


@pytest.mark.parametrize(
    ("error", "why"),
    [
        (Rejected("The provider refused it."), "no message was sent"),
        (OutcomeUnknown("The provider did not answer."), "no message was sent"),
        (ConfigInvalid("The provider refused the message."), "say what is wrong with the address"),
    ],
)
async def test_a_check_that_speaks_of_a_message_is_found(error: SendError, why: str) -> None:
    suite = _Refusing()
    suite.error = error
    for case in (suite.test_check_at_a_wrong_address, suite.test_check_without_an_answer):
        async with Provider() as provider:
            with pytest.raises(AssertionError, match=why):
                await case(provider, 404 if case == suite.test_check_at_a_wrong_address else DROP)  # type: ignore[arg-type]


async def test_an_unclear_answer_taken_for_a_refusal_is_found() -> None:
    suite = _Refusing()
    suite.error = Rejected("The provider refused it.")
    async with Provider() as provider:
        with pytest.raises(AssertionError):
            await suite.test_an_answer_after_which_nobody_knows(provider, 408)
        with pytest.raises(AssertionError):
            await suite.test_an_internal_error_is_no_refusal_whatever_it_says(provider)
