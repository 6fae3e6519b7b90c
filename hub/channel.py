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

from hub.events import Media, TemplateUse
from hub.model import AccountId, Channel, ContactPoint, DeliveryStatus


def storable(text: str) -> str:
    r"""The text without what neither UTF-8 nor PostgreSQL can hold: NUL and lone surrogates become U+FFFD.

    For whatever a webhook says; JSON's ``\u0000`` and ``\ud800`` are such.
    """
    if text.isascii() and "\0" not in text:
        return text
    return (
        text.replace("\0", "\N{REPLACEMENT CHARACTER}")
        .encode("utf-16-le", "surrogatepass")
        .decode("utf-16-le", "replace")
    )


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
    channel: Channel | None = None
    """``None`` for the adapter's own; an adapter of several channels says which."""
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
    """One message to hand to the provider. ``our_address`` says the channel where an adapter has several.

    ``text`` of a template is what she will read; ``media`` are files at addresses of ours that the provider fetches.
    """

    message_id: UUID
    to: ContactPoint
    our_address: str
    text: str
    media: tuple[Media, ...] = ()
    template: TemplateUse | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """A text the provider keeps for us, which may open a conversation once it is approved.

    ``body`` has places such as ``{{1}}``; ``status`` is the provider's word, e.g. ``pending``.
    """

    id: str
    name: str
    language: str
    body: str
    approved: bool
    status: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRequest:
    """How a customer's file is fetched: with ``headers`` from its own address, without them from where that leads."""

    url: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    origins: Sequence[str]
    """Who may be asked, the provider's own hosts: ``https://api.example.com``, ``https://.cdn.example.com``."""
    private: bool = False
    """The operator has put the provider at an address of their own, such as the sandbox's."""


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
    """What a channel bears. ``window`` is the time since her last message in which free text may be sent."""

    max_text: int
    max_media: int = 0
    max_media_bytes: int = 0
    """Of all files of a message together."""
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One setting of an account, as a person fills it in.

    A ``table`` is several settings, ``name.key`` each; ``numbers`` are parted by commas; a ``document`` is JSON.
    """

    name: str
    label: str
    type: Literal["text", "number", "numbers", "url", "choice", "document", "table"] = "text"
    required: bool = False
    default: str | None = None
    choices: tuple[str, ...] = ()
    help: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Secret:
    """One secret of an account."""

    name: str
    label: str
    required: bool = False
    help: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountForm:
    """What an account of an adapter is made of, for people: the name ``FORM`` beside its factory.

    It checks nothing: whether settings are right the factory alone says. ``other_secrets``: they may have any name.
    """

    channel: Channel
    settings: tuple[Setting, ...]
    secrets: tuple[Secret, ...] = ()
    other_secrets: bool = False
    webhooks: tuple[str, ...] = ()
    """The kinds of webhook that an operator enters at the provider, ``inbound`` first."""
    again: str = ""
    """What makes the provider try again, behind the address of ``inbound``."""


@runtime_checkable
class Adapter(Protocol):
    """What every adapter has. ``limits`` has a line for each channel it speaks; ``channel`` is its own, the first."""

    name: str
    channel: Channel
    limits: Mapping[Channel, Limits]

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
class KeepsBooks(Protocol):
    """The provider can be asked what passed by the account in a time, either way."""

    async def booked(self, *, since: datetime, until: datetime) -> Sequence[InboundMessage | DeliveryReport]:
        """Everything, as webhooks would have said it: what customers sent, and how ours stand. Raises ``SendError``."""


@runtime_checkable
class KeepsFiles(Protocol):
    """The provider keeps the files customers send, at addresses that its messages name."""

    def file_request(self, url: str) -> FileRequest:
        """How the file at ``url`` is fetched. Pure: ``url`` is what a message said, and may be anything."""


@runtime_checkable
class HasTemplates(Protocol):
    """The provider keeps templates that have been, or have not been, approved."""

    async def templates(self) -> Sequence[Template]:
        """All of them. Raises ``SendError``."""


@runtime_checkable
class Listens(Protocol):
    """A long-running source instead of webhooks: IMAP, SMTP, a WebSocket."""

    async def listen(self, take: Callable[[Sequence[ChannelEvent]], object]) -> None:
        """Run until cancelled, handing over what arrives; returns from ``take`` once it is durable."""


AdapterFactory = Callable[[Account], Adapter]
