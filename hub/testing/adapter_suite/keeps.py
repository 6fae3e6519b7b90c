"""For adapters whose provider keeps things for us: files that customers send, approved templates, and its books."""
# ruff: noqa: S101, D102 -- assert is how pytest speaks, and a test's name says what it shows

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest

from hub.channel import DeliveryReport, HasTemplates, InboundMessage, KeepsBooks, KeepsFiles, Template
from hub.errors import ConfigInvalid, SendError, Unavailable
from hub.model import DeliveryStatus
from hub.testing.adapter_suite.calls import ProviderSuite
from hub.testing.adapter_suite.common import OURS, TEXT, TO, AdapterSuite
from hub.testing.adapter_suite.provider import HANG, Provider, Reply

ELSEWHERE = (
    "https://evil.example/secret.jpg",
    "https://127.0.0.1/",
    "http://169.254.169.254/latest/meta-data/",
    "file:///etc/passwd",
    "//no.scheme/x",
    "https://[",
    "",
    "\x00",
    "garbage " * 100,
)
TEMPLATES = (
    Template(id="T1", name="order_ready", language="en", body="Hello {{1}}", approved=True, status="approved"),
    Template(id="T2", name="order_ready", language="fa", body="سلام {{1}}", approved=False, status="pending"),
)


class KeepsFilesSuite(AdapterSuite):
    """The provider keeps customers' files: who is asked for them, and with what."""

    ability: type = KeepsFiles

    def file_url(self, api_url: str) -> str:
        """A file's address as the provider's messages name it."""
        raise NotImplementedError

    def keeper(self, api_url: str = "http://127.0.0.1:9") -> KeepsFiles:
        adapter = self.create(self.account(api_url=api_url))
        assert isinstance(adapter, KeepsFiles)
        return adapter

    def test_a_file_is_asked_for_at_its_own_address_and_the_provider_may_be_asked(self) -> None:
        url = self.file_url("http://127.0.0.1:9")
        request = self.keeper().file_request(url)
        parts = urlsplit(url)
        assert request.url == url
        assert f"{parts.scheme}://{parts.netloc}" in request.origins

    @pytest.mark.parametrize("url", ELSEWHERE)
    def test_the_credentials_go_nowhere_else_whatever_a_message_says(self, url: str) -> None:
        request = self.keeper().file_request(url)
        assert not request.headers
        assert request.url == url

    def test_a_request_shows_no_secret(self) -> None:
        self.no_canary(repr(self.keeper().file_request(self.file_url("http://127.0.0.1:9"))))


class HasTemplatesSuite(ProviderSuite):
    """The provider keeps templates: which there are, and which are approved."""

    ability: type = HasTemplates

    def template_list(self, templates: Sequence[Template]) -> Reply:
        """The provider's list of these, in one page."""
        raise NotImplementedError

    async def listed_templates(self, api_url: str) -> Sequence[Template]:
        adapter = self.create(self.account(api_url=api_url))
        assert isinstance(adapter, HasTemplates)
        try:
            return await adapter.templates()
        finally:
            await adapter.aclose()

    async def test_templates_are_read_with_their_approval(self, provider: Provider) -> None:
        provider.will(self.template_list(TEMPLATES))
        assert tuple(await self.listed_templates(provider.url)) == TEMPLATES

    async def test_no_templates(self, provider: Provider) -> None:
        provider.will(self.template_list(()))
        assert not await self.listed_templates(provider.url)

    async def test_templates_cannot_be_read_now(self, provider: Provider) -> None:
        provider.will(self.answer("broken"), HANG)
        for _ in range(2):
            with pytest.raises(Unavailable):
                await self.listed_templates(provider.url)

    async def test_templates_with_wrong_credentials(self, provider: Provider) -> None:
        provider.will(self.answer("credentials"))
        with pytest.raises(ConfigInvalid):
            await self.listed_templates(provider.url)

    @pytest.mark.parametrize("body", ["", "[]", "null", "{", '{"contents": 7}', "<html>"])
    async def test_a_list_of_garbage_is_an_error_or_empty(self, provider: Provider, body: str) -> None:
        provider.will(Reply(200, body))
        try:
            assert not await self.listed_templates(provider.url)
        except SendError as error:
            self.no_canary(str(error))


class KeepsBooksSuite(ProviderSuite):
    """The provider can say what passed in a time, so that what was missed can be taken in."""

    ability: type = KeepsBooks

    def book(self, inbound: Sequence[str], ours: Mapping[str, str]) -> Reply:
        """The list, in one page: ids of ``TEXT`` from ``TO`` to ``OURS``, and the provider's word for each of ours."""
        raise NotImplementedError

    async def booked(self, api_url: str) -> Sequence[InboundMessage | DeliveryReport]:
        adapter = self.create(self.account(api_url=api_url))
        assert isinstance(adapter, KeepsBooks)
        now = datetime.now(UTC)
        try:
            return await adapter.booked(since=now - timedelta(days=1), until=now)
        finally:
            await adapter.aclose()

    async def test_both_ways_are_said_as_webhooks_would(self, provider: Provider) -> None:
        provider.will(self.book(["in1", "in2"], {"out1": "delivered", "out2": "teleported"}))
        said = await self.booked(provider.url)
        inbound = [one for one in said if isinstance(one, InboundMessage)]
        assert [one.provider_id for one in inbound] == ["in1", "in2"]
        assert {(one.contact_point, one.our_address, one.text) for one in inbound} == {(TO, OURS, TEXT)}
        reports = {one.provider_id: one.status for one in said if isinstance(one, DeliveryReport)}
        assert reports == {"out1": DeliveryStatus.DELIVERED, "out2": None}

    async def test_an_empty_book(self, provider: Provider) -> None:
        provider.will(self.book([], {}))
        assert not await self.booked(provider.url)

    async def test_a_book_that_cannot_be_read_is_no_empty_one(self, provider: Provider) -> None:
        for reply in (self.answer("broken"), Reply(200, "[]"), Reply(200, "<html>")):
            provider.will(reply)
            with pytest.raises(Unavailable):
                await self.booked(provider.url)
