"""For adapters the provider calls by webhook."""
# ruff: noqa: S101, D102 -- assert is how pytest speaks, and a test's name says what it shows

import dataclasses
from collections.abc import Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub.channel import CallProgress, ConsentChange, DeliveryReport, InboundMessage, Receives, WebhookRequest
from hub.errors import WebhookRejected
from hub.model import DeliveryStatus
from hub.testing.adapter_suite.common import CURRENT, MESSAGE_ID, PREVIOUS, STRANGE, TEXT, AdapterSuite

_KINDS = (InboundMessage, DeliveryReport, CallProgress, ConsentChange)
# The cases are inherited by the class of every adapter, which hypothesis takes for a mistake.
_inherited = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.differing_executors])


class ReceivesSuite(AdapterSuite):
    """For adapters the provider calls by webhook."""

    ability: type = Receives
    words: dict[str, DeliveryStatus]
    """Every status word the provider documents for outbound messages."""

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
            assert (event.status, event.provider_status, event.message_id) == (status, word, MESSAGE_ID)
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
        for request in self.webhooks():
            signed = self.sign(request, CURRENT)
            head, _, tail = request.url.partition("//")
            for other in (f"{head}//elsewhere.{tail}", f"{request.url}x", request.url.replace("/channels", "")):
                self.rejects(dataclasses.replace(signed, url=other))

    def test_a_body_changed_after_signing(self) -> None:
        for request in self.webhooks():
            signed = self.sign(request, CURRENT)
            self.rejects(dataclasses.replace(signed, body=signed.body + b"&x=y"))
            self.rejects(dataclasses.replace(signed, body=b""))

    def test_every_truncation_is_rejected_and_none_breaks_the_parser(self) -> None:
        for request in self.webhooks():
            signed = self.sign(request, CURRENT)
            for length in range(len(signed.body)):
                cut = dataclasses.replace(signed, body=signed.body[:length])
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
