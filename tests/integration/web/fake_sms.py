"""A provider made up for these tests: JSON webhooks that carry a word as their signature."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from uuid import UUID

import msgspec

from hub.channel import (
    Account,
    CallProgress,
    ChannelEvent,
    DeliveryReport,
    InboundMessage,
    Limits,
    OutboundMessage,
    SendReceipt,
    WebhookReply,
    WebhookRequest,
)
from hub.errors import WebhookRejected
from hub.model import Channel, DeliveryStatus, channel_at, our_address, sender_address

REPLY = WebhookReply(200, b"<ok/>", "text/xml")


class FakeSms:
    name = "sms_fake"
    channel = Channel.SMS
    limits: Mapping[Channel, Limits] = MappingProxyType(
        {
            Channel.SMS: Limits(max_text=1600, max_media=2, max_media_bytes=1_000),
            Channel.WHATSAPP: Limits(max_text=4096, max_media=1, max_media_bytes=2_000, window=timedelta(hours=24)),
        }
    )

    def __init__(self, account: Account) -> None:
        self.account = account
        self.sent: list[OutboundMessage] = []
        self.book: list[InboundMessage | DeliveryReport] = []

    def secrets(self) -> frozenset[str]:
        return frozenset(self.account.secrets.values())

    async def check(self) -> str:
        return "It is made up."

    async def aclose(self) -> None:
        self.sent.clear()

    def verify(self, request: WebhookRequest) -> None:
        if request.headers.get("x-word") != f"{self.account.secrets['word']} {request.url}":
            raise WebhookRejected("the word is wrong")

    def parse(self, request: WebhookRequest) -> list[ChannelEvent]:
        said = msgspec.json.decode(request.body)
        if said.get("fault"):
            raise ZeroDivisionError("a fault of the adapter")
        return [self._one(one) for one in said.get("said", [])]

    def _one(self, one: dict[str, str]) -> ChannelEvent:
        if one["kind"] == "message":
            return InboundMessage(
                provider_id=one["id"],
                contact_point=sender_address(one["from"]),
                our_address=our_address(one["to"]),
                channel=channel_at(one["to"], Channel.SMS),
                text=one["text"],
                raw=one,
            )
        if one["kind"] == "report":
            words = {status.value: status for status in DeliveryStatus}
            return DeliveryReport(
                provider_id=one["id"],
                status=words.get(one["word"]),
                provider_status=one["word"],
                message_id=UUID(one["message"]) if "message" in one else None,
                raw=one,
            )
        return CallProgress(
            provider_id=one["id"], contact_point=sender_address("+1"), our_address="", status="?", raw=one
        )

    def reply(self, request: WebhookRequest, events: object) -> WebhookReply:  # noqa: ARG002 - always the same
        return REPLY

    async def booked(self, *, since: datetime, until: datetime) -> list[InboundMessage | DeliveryReport]:
        return [one for one in self.book if one.provider_time is None or since <= one.provider_time < until]

    async def send(self, message: OutboundMessage, *, key: str) -> SendReceipt:  # noqa: ARG002 - it takes no key
        self.sent.append(message)
        return SendReceipt(f"F{len(self.sent)}-{message.message_id}")


def create(account: Account) -> FakeSms:
    return FakeSms(account)
