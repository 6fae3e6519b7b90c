"""For adapters the provider calls by webhook."""
# ruff: noqa: S101, D102 -- assert is how pytest speaks, and a test's name says what it shows

import dataclasses
import json
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub.channel import (
    CallProgress,
    ConsentChange,
    DeliveryReport,
    InboundMessage,
    Receives,
    WebhookRequest,
    storable,
)
from hub.errors import WebhookRejected
from hub.model import DeliveryStatus
from hub.testing.adapter_suite.common import CURRENT, MESSAGE_ID, PREVIOUS, STRANGE, TEXT, AdapterSuite

_JSON = (json.dumps(TEXT)[1:-1], json.dumps(TEXT, ensure_ascii=False)[1:-1])
_SPELLINGS = [spell(text).encode() for text in (*_JSON, TEXT) for spell in (str, quote_plus, quote)]
"""How bodies spell ``TEXT``: in JSON with and without escapes, as it is, and each of these in a form."""
_KINDS = (InboundMessage, DeliveryReport, CallProgress, ConsentChange)
# The cases are inherited by the class of every adapter, which hypothesis takes for a mistake.
_inherited = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.differing_executors])


def _texts(value: Any) -> Iterator[str]:
    """Every text in what an event says."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, one in value.items():
            yield from (*_texts(name), *_texts(one))


class ReceivesSuite(AdapterSuite):
    """For adapters the provider calls by webhook."""

    ability: type = Receives
    words: dict[str, DeliveryStatus]
    """Every status word the provider documents for outbound messages."""
    proves_url: bool = True
    """Whether the provider's proof covers the address; where it does not, another address is not refused."""
    proves_body: bool = True
    """Whether it covers the body: a signature does, a secret in a header or in the address does not."""
    names_our_id: bool = True
    """Whether reports bear our own id of the message; else the provider's alone says which it is."""

    def inbound(self) -> Sequence[WebhookRequest]:
        """Webhooks with one message each, unsigned, with ``TEXT``."""
        raise NotImplementedError

    def report(self, word: str) -> WebhookRequest:
        """A delivery report, unsigned, about ``MESSAGE_ID``."""
        raise NotImplementedError

    def sign(self, request: WebhookRequest, secret: str) -> WebhookRequest:
        """The request as the provider would sign it with that secret."""
        raise NotImplementedError

    def receiver(self, *, rotating: bool = False) -> Receives:
        """A fresh adapter."""
        adapter = self.create(self.account(rotating=rotating))
        assert isinstance(adapter, Receives)
        return adapter

    def webhooks(self) -> list[WebhookRequest]:
        """One of each."""
        return [*self.inbound(), self.report(next(iter(self.words)))]

    def rejects(self, request: WebhookRequest, *, rotating: bool = False) -> None:
        """It is not taken, and nothing is told about it."""
        with pytest.raises(WebhookRejected) as caught:
            self.receiver(rotating=rotating).verify(request)
        self.no_canary(str(caught.value), repr(caught.value))

    def test_a_signed_webhook_is_taken(self) -> None:
        for request in self.inbound():
            signed = self.sign(request, CURRENT)
            adapter = self.receiver()
            adapter.verify(signed)
            (event,) = adapter.parse(signed)
            assert isinstance(event, InboundMessage)
            assert event.text == TEXT
            assert event.provider_id
            assert 200 <= adapter.reply(signed, [event]).status < 300

    def test_a_report_says_what_became_of_which_message(self) -> None:
        for word, status in self.words.items():
            request = self.sign(self.report(word), CURRENT)
            adapter = self.receiver()
            adapter.verify(request)
            (event,) = adapter.parse(request)
            assert isinstance(event, DeliveryReport)
            about = MESSAGE_ID if self.names_our_id else None
            assert (event.status, event.provider_status, event.message_id) == (status, word, about)
            assert event.provider_id
            assert 200 <= adapter.reply(request, [event]).status < 300

    def test_an_unknown_status_keeps_its_word(self) -> None:
        (event,) = self.receiver().parse(self.report("a-word-of-next-year"))
        assert isinstance(event, DeliveryReport)
        assert (event.status, event.provider_status) == (None, "a-word-of-next-year")

    def test_no_signature(self) -> None:
        for request in self.webhooks():
            self.rejects(request)

    def test_a_strangers_signature(self) -> None:
        for request in self.webhooks():
            self.rejects(self.sign(request, STRANGE), rotating=True)

    def test_both_secrets_hold_during_rotation_only(self) -> None:
        for request in self.webhooks():
            self.receiver(rotating=True).verify(self.sign(request, CURRENT))
            self.receiver(rotating=True).verify(self.sign(request, PREVIOUS))
            self.rejects(self.sign(request, PREVIOUS))

    def test_a_signature_for_another_url(self) -> None:
        changed = []
        for signed in (self.sign(request, CURRENT) for request in self.webhooks()):
            head, _, tail = signed.url.partition("//")
            others = (f"{head}//elsewhere.{tail}", f"{signed.url}x", signed.url.replace("/channels", ""))
            changed += [dataclasses.replace(signed, url=other) for other in others]
        self._rejects_all(changed, proof="proves_url")

    def test_a_body_changed_after_signing(self) -> None:
        changed = []
        for signed in (self.sign(request, CURRENT) for request in self.webhooks()):
            changed += [dataclasses.replace(signed, body=other) for other in (signed.body + b"&x=y", b"")]
        self._rejects_all(changed, proof="proves_body")

    def _rejects_all(self, changed: Sequence[WebhookRequest], *, proof: str) -> None:
        """None of what was changed after signing is taken; some is, where ``proof`` says that it is not covered."""
        if getattr(self, proof):
            for request in changed:
                self.rejects(request)
        else:
            assert any(map(self._takes, changed)), f"the proof covers this: leave out {proof} = False"

    def _takes(self, request: WebhookRequest) -> bool:
        """Whether it is taken for the provider's."""
        try:
            self.receiver().verify(request)
        except WebhookRejected:
            return False
        return True

    def spelled(self, request: WebhookRequest) -> bytes | None:
        """``TEXT`` as the body of a message spells it; ``None`` if texts come elsewhere, such as in the address."""
        for spelling in _SPELLINGS:
            if spelling in request.body:
                return spelling
        raise AssertionError("override `spelled`: TEXT is not in the body in any spelling that is known here")

    def _text_of(self, body: bytes, request: WebhookRequest) -> str:
        """The text of the one message in it."""
        events = self.receiver().parse(dataclasses.replace(request, body=body))
        assert [type(event) for event in events] == [InboundMessage], "the message has vanished"
        (event,) = events
        assert isinstance(event, InboundMessage)
        return event.text

    def test_an_empty_text_is_a_text(self) -> None:
        for request in self.inbound():
            if (spelling := self.spelled(request)) is not None:
                assert self._text_of(request.body.replace(spelling, b""), request) == "", "keep_blank_values"

    @pytest.mark.parametrize("odd", [b"\xff", b"%FF"])
    def test_one_bad_byte_costs_no_message(self, odd: bytes) -> None:
        for request in self.inbound():
            if (spelling := self.spelled(request)) is not None:
                assert TEXT in self._text_of(request.body.replace(spelling, spelling + odd), request)

    def test_what_neither_utf_8_nor_the_database_can_hold_is_replaced(self) -> None:
        for request in self.webhooks():
            receiver = self.receiver()
            for odd in (b"\\u0000", b"\\ud800", b"%00", b"%ED%A0%80", b"\0", b"\xff"):
                for at in range(len(request.body) + 1):
                    body = request.body[:at] + odd + request.body[at:]
                    for event in receiver.parse(dataclasses.replace(request, body=body)):
                        assert all(text == storable(text) for text in _texts(dataclasses.asdict(event)))

    def test_every_truncation_is_rejected_and_none_breaks_the_parser(self) -> None:
        for request in self.webhooks():
            signed = self.sign(request, CURRENT)
            for length in range(len(signed.body)):
                cut = dataclasses.replace(signed, body=signed.body[:length])
                if self.proves_body:
                    self.rejects(cut)
                self.receiver().parse(cut)

    def test_a_replay_gives_the_same_events(self) -> None:
        for request in self.webhooks():
            first, second = self.receiver(), self.receiver()
            assert list(first.parse(request)) == list(second.parse(request)) == list(first.parse(request)) != []

    @_inherited
    @given(body=st.binary(max_size=300), signature=st.text(max_size=40))
    def test_garbage_is_rejected_and_gives_no_events(self, body: bytes, signature: str) -> None:
        for request in self.webhooks():
            signed = self.sign(request, CURRENT)
            forged = dict.fromkeys(signed.headers.keys() - request.headers.keys(), signature)
            garbage = dataclasses.replace(request, body=body, headers={**request.headers, **forged})
            self.rejects(garbage)
            assert not self.receiver().parse(garbage)

    @_inherited
    @given(data=st.data())
    def test_what_is_signed_and_odd_never_breaks_the_parser(self, data: st.DataObject) -> None:
        for request in self.webhooks():
            at = data.draw(st.integers(0, len(request.body)))
            until = data.draw(st.integers(at, len(request.body)))
            body = request.body[:at] + data.draw(st.binary(max_size=40)) + request.body[until:]
            odd = dataclasses.replace(request, body=body)
            assert all(isinstance(event, _KINDS) for event in self.receiver().parse(odd))
