"""The adapter contract: what the code for one provider on one channel must be able to do.

Abilities are separate small protocols; a class has an ability if it has the methods. An adapter knows its provider and
nothing of Peyvand's insides: it turns requests into ``ChannelEvent`` values and messages into calls. Provider words die
here: what an adapter does not know becomes ``unknown`` and keeps its raw code.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal, Protocol, runtime_checkable
from uuid import UUID

from hub.events import Media
from hub.model import AccountId, Channel, ContactPoint, DeliveryStatus


@dataclass(frozen=True, slots=True)
class WebhookRequest:
    """One request from a provider. ``url`` is built from the configured public URL, never from the Host header."""

    method: str
    url: str
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes


@dataclass(frozen=True, slots=True)
class WebhookReply:
    """What the provider is answered once everything in the request is durable."""

    status: int = 204
    body: bytes = b""
    content_type: str = "text/plain"


@dataclass(frozen=True, slots=True, kw_only=True)
class InboundMessage:
    """A customer wrote. ``provider_id`` is the provider's, stable over its retries."""

    provider_id: str
    contact_point: ContactPoint
    our_address: str
    text: str
    raw: Mapping[str, str]
    media: tuple[Media, ...] = ()
    provider_time: datetime | None = None
    opt_out: Literal["STOP", "START", "HELP"] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryReport:
    """What became of a message. ``status`` is ``None`` for a word we do not know; ``provider_status`` keeps it."""

    provider_id: str
    status: DeliveryStatus | None
    provider_status: str
    raw: Mapping[str, str]
    message_id: UUID | None = None
    code: str | None = None
    reason: str | None = None
    """The code in plain words; may be shown to agents."""
    contact_point: ContactPoint | None = None
    provider_time: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CallProgress:
    """A telephone call rang, was answered, or ended."""

    provider_id: str
    contact_point: ContactPoint
    our_address: str
    status: str
    raw: Mapping[str, str]
    provider_time: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentChange:
    """The provider itself handled a STOP or START, outside of any message."""

    provider_id: str
    contact_point: ContactPoint
    our_address: str
    given: bool
    raw: Mapping[str, str]
    provider_time: datetime | None = None


ChannelEvent = InboundMessage | DeliveryReport | CallProgress | ConsentChange


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboundMessage:
    """One message to hand to the provider."""

    message_id: UUID
    to: ContactPoint
    our_address: str
    text: str
    media: tuple[Media, ...] = ()


@dataclass(frozen=True, slots=True)
class SendReceipt:
    """The provider took the message under ``provider_id``."""

    provider_id: str
    status: DeliveryStatus = DeliveryStatus.ACCEPTED


@dataclass(frozen=True, slots=True, kw_only=True)
class SentMessage:
    """One line of the provider's own list of what we sent."""

    provider_id: str
    to: ContactPoint
    our_address: str
    text: str
    created_at: datetime
    status: DeliveryStatus
    code: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What the channel bears. ``window`` is the time since her last message in which free text may be sent."""

    max_text: int
    max_media: int = 0
    window: timedelta | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One configured instance of an adapter: its plain settings and its opened secrets.

    ``callback_url(kind)`` gives the public URL of our webhook of that kind, e.g. ``status``.
    """

    id: AccountId
    settings: Mapping[str, str]
    secrets: Mapping[str, str] = field(repr=False)
    callback_url: Callable[[str], str]


@runtime_checkable
class Adapter(Protocol):
    """What every adapter has."""

    name: str
    channel: Channel
    limits: Limits

    def secrets(self) -> frozenset[str]:
        """Every secret value, so that logs and pages can refuse to show it."""

    async def check(self) -> str:
        """Try the credentials and say in one sentence what was found. Raises ``SendError`` with how to mend."""

    async def aclose(self) -> None:
        """Give back connections."""


@runtime_checkable
class Receives(Protocol):
    """The provider calls us by webhook."""

    def verify(self, request: WebhookRequest) -> None:
        """Raise ``WebhookRejected`` unless the request proves that it comes from the provider."""

    def parse(self, request: WebhookRequest) -> Sequence[ChannelEvent]:
        """What the request says. Pure and total: garbage gives no events, never an exception."""

    def reply(self, request: WebhookRequest, events: Sequence[ChannelEvent]) -> WebhookReply:
        """The answer the provider wants, given once the events are durable."""


@runtime_checkable
class Sends(Protocol):
    """We can hand messages to the provider."""

    async def send(self, message: OutboundMessage, *, key: str) -> SendReceipt:
        """Hand over one message. ``key`` names the attempt where providers take such. Raises ``SendError``."""


@runtime_checkable
class Lists(Protocol):
    """The provider can be asked what it took from us, which settles unknown outcomes."""

    async def sent_to(self, to: ContactPoint, *, our_address: str, since: datetime) -> Sequence[SentMessage]:
        """Everything sent to that number from that address, reaching back before ``since``. Raises ``SendError``."""


@runtime_checkable
class Listens(Protocol):
    """A long-running source instead of webhooks: IMAP, SMTP, a WebSocket."""

    async def listen(self, take: Callable[[Sequence[ChannelEvent]], object]) -> None:
        """Run until cancelled, handing over what arrives; returns from ``take`` once it is durable."""


AdapterFactory = Callable[[Account], Adapter]
