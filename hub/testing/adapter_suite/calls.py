"""For adapters that call the provider: to send, to list what was sent."""
# ruff: noqa: S101, D102 -- assert is how pytest speaks, and a test's name says what it shows

import asyncio
import traceback
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Literal

import pytest
import pytest_asyncio

from hub.channel import Lists, OutboundMessage, Sends, SentMessage
from hub.errors import (
    ConfigInvalid,
    MessageInvalid,
    OptedOut,
    OutcomeUnknown,
    Rejected,
    SendError,
    Throttled,
    Unavailable,
)
from hub.model import DeliveryStatus
from hub.testing.adapter_suite.common import MESSAGE_ID, OURS, SHORT, TEXT, TO, AdapterSuite
from hub.testing.adapter_suite.provider import CUT, DROP, HANG, Provider, Reply, nobody_accepting, nobody_listening

Case = Literal["accepted", "throttled", "credentials", "opted_out", "rejected", "invalid", "broken", "no_id", "account"]


class ProviderSuite(AdapterSuite):
    """What sending and listing have in common: a provider to talk to."""

    def answer(self, case: Case) -> Reply:
        """The provider's answer in that case; ``throttled`` asks to wait 7 s, ``account`` answers ``check()``."""
        raise NotImplementedError

    @pytest_asyncio.fixture
    async def provider(self) -> AsyncIterator[Provider]:
        """A stand-in on loopback."""
        async with Provider() as provider:
            yield provider

    async def test_check_says_one_sentence(self, provider: Provider) -> None:
        provider.will(self.answer("account"))
        adapter = self.create(self.account(api_url=provider.url))
        assert (await adapter.check()).strip().endswith(".")
        await adapter.aclose()

    async def test_check_with_wrong_credentials(self, provider: Provider) -> None:
        provider.will(self.answer("credentials"))
        adapter = self.create(self.account(api_url=provider.url))
        with pytest.raises(ConfigInvalid):
            await adapter.check()
        await adapter.aclose()

    @pytest.mark.parametrize("status", [400, 404, 405, 408, 410, 422, 503])
    async def test_check_at_a_wrong_address(self, provider: Provider, status: int) -> None:
        await self._check_fails(provider, Reply(status, "<html>"))

    @pytest.mark.parametrize("fault", [HANG, DROP, CUT], ids=("hang", "drop", "cut"))
    async def test_check_without_an_answer(self, provider: Provider, fault: Reply) -> None:
        await self._check_fails(provider, fault)

    async def _check_fails(self, provider: Provider, reply: Reply) -> None:
        """As a fault of the settings or of the provider, and not of a message: there is none."""
        provider.will(reply)
        adapter = self.create(self.account(api_url=provider.url))
        with pytest.raises(SendError) as caught:
            await adapter.check()
        await adapter.aclose()
        assert type(caught.value) in {ConfigInvalid, Unavailable}, "no message was sent that could be refused or lost"
        assert "the message" not in caught.value.reason, "check() sends none: say what is wrong with the address"

    async def test_check_while_the_provider_is_away(self) -> None:
        with nobody_listening() as url:
            adapter = self.create(self.account(api_url=url))
            with pytest.raises(Unavailable):
                await adapter.check()
            await adapter.aclose()


class SendsSuite(ProviderSuite):
    """For adapters that hand messages to a provider over HTTP."""

    ability: type = Sends
    message = OutboundMessage(message_id=MESSAGE_ID, to=TO, our_address=OURS, text=TEXT)

    async def sending(self, url: str) -> str:
        """Send the suite's message; the provider's id."""
        adapter = self.create(self.account(api_url=url))
        assert isinstance(adapter, Sends)
        try:
            return (await adapter.send(self.message, key="attempt-1")).provider_id
        finally:
            await adapter.aclose()

    async def fails(self, url: str, kind: type[SendError]) -> SendError:
        """Sending fails just so, within the time-outs, and tells no secrets."""
        with pytest.raises(SendError) as caught:
            async with asyncio.timeout(SHORT * 4):
                await self.sending(url)
        assert type(caught.value) is kind
        self.no_canary(*traceback.format_exception(caught.value), repr(caught.value), caught.value.reason)
        return caught.value

    async def test_a_message_is_handed_over_once(self, provider: Provider) -> None:
        provider.will(self.answer("accepted"))
        assert await self.sending(provider.url)
        assert len(provider.taken) == 1

    @pytest.mark.parametrize(
        ("case", "kind"),
        [
            ("throttled", Throttled),
            ("credentials", ConfigInvalid),
            ("opted_out", OptedOut),
            ("rejected", Rejected),
            ("invalid", MessageInvalid),
            ("broken", OutcomeUnknown),
            ("no_id", OutcomeUnknown),
        ],
    )
    async def test_a_refusal(self, provider: Provider, case: Case, kind: type[SendError]) -> None:
        provider.will(self.answer(case))
        error = await self.fails(provider.url, kind)
        assert len(provider.taken) == 1, "trying again is the hub's business"
        assert error.retry_after == (7 if case == "throttled" else None)

    @pytest.mark.parametrize("status", [408, 500, 502, 504])
    async def test_an_answer_after_which_nobody_knows(self, provider: Provider, status: int) -> None:
        provider.will(Reply(status, "<html>"))
        await self.fails(provider.url, OutcomeUnknown)

    async def test_an_internal_error_is_no_refusal_whatever_it_says(self, provider: Provider) -> None:
        provider.will(replace(self.answer("rejected"), status=500))
        await self.fails(provider.url, OutcomeUnknown)

    @pytest.mark.parametrize("fault", [HANG, DROP, CUT], ids=("hang", "drop", "cut"))
    async def test_no_answer_after_sending(self, provider: Provider, fault: Reply) -> None:
        provider.will(fault)
        await self.fails(provider.url, OutcomeUnknown)
        assert len(provider.taken) == 1

    async def test_an_answer_that_is_garbage(self, provider: Provider) -> None:
        for body in ("", "null", "[]", "7", "<html>", "[" * 5000, '{"sid": 7}'):
            provider.will(Reply(201, body))
            await self.fails(provider.url, OutcomeUnknown)

    async def test_a_refused_connection(self) -> None:
        with nobody_listening() as url:
            await self.fails(url, Unavailable)

    async def test_a_connection_that_never_comes(self) -> None:
        with nobody_accepting() as url:
            await self.fails(url, Unavailable)

    async def test_a_redirect_is_not_followed(self, provider: Provider) -> None:
        provider.will(Reply(307, headers={"Location": "/elsewhere"}))
        await self.fails(provider.url, ConfigInvalid)
        assert len(provider.taken) == 1

    async def test_cancelling_cancels(self, provider: Provider) -> None:
        provider.will(HANG)
        sending = asyncio.create_task(self.sending(provider.url))
        async with asyncio.timeout(SHORT * 4):
            await provider.asked.wait()
        sending.cancel()
        with pytest.raises(asyncio.CancelledError):
            await sending


class ListsSuite(ProviderSuite):
    """For adapters whose provider can be asked what it took from us."""

    ability: type = Lists

    def listing(self, sent: Sequence[SentMessage], *, more: bool) -> Reply:
        """One page of the provider's list; ``more`` if it names a next page."""
        raise NotImplementedError

    def sent(self, number: int, age: timedelta) -> SentMessage:
        """One message, made that long ago."""
        made = (datetime.now(UTC) - age).replace(microsecond=0)
        status = DeliveryStatus.SENT
        return SentMessage(
            provider_id=f"id{number}", to=TO, our_address=OURS, text=TEXT, created_at=made, status=status
        )

    async def listed(self, url: str, since: datetime) -> Sequence[SentMessage]:
        """What the adapter makes of the list."""
        adapter = self.create(self.account(api_url=url))
        assert isinstance(adapter, Lists)
        try:
            return await adapter.sent_to(TO, our_address=OURS, since=since)
        finally:
            await adapter.aclose()

    async def test_it_pages_back_to_before_the_time_and_no_further(self, provider: Provider) -> None:
        ages = (0, 1, 2, 3, 60, 61)
        sent = [self.sent(number, timedelta(minutes=age)) for number, age in enumerate(ages)]
        provider.will(
            self.listing(sent[:2], more=True), self.listing(sent[2:5], more=True), self.listing(sent[5:], more=False)
        )
        assert list(await self.listed(provider.url, datetime.now(UTC) - timedelta(minutes=10))) == sent[:4]
        assert len(provider.taken) == 2

    async def test_an_empty_list(self, provider: Provider) -> None:
        provider.will(self.listing([], more=False))
        assert not await self.listed(provider.url, datetime.now(UTC))

    async def test_a_list_that_cannot_be_read_may_be_asked_again(self, provider: Provider) -> None:
        for reply in (self.answer("broken"), DROP, CUT, HANG, Reply(200, "[]"), Reply(200, "<html>")):
            provider.will(reply)
            with pytest.raises(Unavailable):
                await self.listed(provider.url, datetime.now(UTC))

    async def test_a_page_lost_on_the_way_is_no_proof_of_absence(self, provider: Provider) -> None:
        first = self.listing([self.sent(1, timedelta(0))], more=True)
        provider.will(first, self.answer("broken"))
        with pytest.raises(Unavailable):
            await self.listed(provider.url, datetime.now(UTC) - timedelta(minutes=10))
