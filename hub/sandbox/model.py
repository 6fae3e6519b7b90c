"""The sandbox's nouns: accounts, phones, messages and their files, and how fast the pretended network is."""

import struct
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import format_datetime
from hashlib import sha256

from hub.sandbox.addresses import WHATSAPP, channel_of, is_whatsapp
from hub.sandbox.records import HubAnswer

API_VERSION = "2010-04-01"

ORGANISATION_NUMBERS = ("+12025550100", "+982100002020")
"""Numbers no subscriber has: the first is from the range kept for fiction, the second from an unassigned block."""

WHATSAPP_SENDERS = (f"{WHATSAPP}+982100003030",)
"""The same, for WhatsApp."""

WINDOW = timedelta(hours=24)
"""For how long after a customer's WhatsApp message a sender may answer freely (Twilio's error 63016)."""


@dataclass(slots=True)
class Account:
    """A Twilio account: its credentials, its senders, and where its incoming messages are posted.

    `numbers` may hold WhatsApp senders (``whatsapp:+…``). The URLs may carry Twilio's connection overrides in their
    fragment (``#rc=5&rp=all``). Without `whatsapp_url` the messages of WhatsApp go where the texts go.
    """

    sid: str
    auth_token: str = field(repr=False)
    numbers: tuple[str, ...]
    webhook_url: str | None = None
    fallback_url: str | None = None
    friendly_name: str = "Peyvand sandbox"
    whatsapp_url: str | None = None

    def webhook_for(self, address: str) -> str | None:
        """Where what arrives at our `address` is posted; None if nowhere."""
        return (self.whatsapp_url if is_whatsapp(address) else None) or self.webhook_url


@dataclass(slots=True, frozen=True)
class Phone:
    """A phone that the page offers to text from, and whose it is if that is known."""

    number: str
    name: str = ""


SAMPLE_PHONES = (
    Phone("+989121234567", "سارا احمدی"),
    Phone("+12025550147", "Grace Miller"),
    Phone("+989121234568", "رضا کریمی"),
    Phone("+14155550105", "Neda Azimi"),
)


def sample_account(
    numbers: tuple[str, ...] = ORGANISATION_NUMBERS + WHATSAPP_SENDERS,
    *,
    webhook_url: str | None = None,
    name: str = "default",
) -> Account:
    """Make the account called `name`; its made-up credentials are the same at every start.

    So a hub whose settings were written yesterday still fits the sandbox started today.
    """
    digest = sha256(f"peyvand sandbox {name}".encode()).hexdigest()
    return Account("AC" + digest[:32], digest[32:], numbers, webhook_url)


@dataclass(slots=True, frozen=True)
class Pace:
    """Seconds a message stays in each state before the next, at `speed` 1. At 100 a test waits little."""

    queue: float = 0.15
    send: float = 0.35
    deliver: float = 1.4
    speed: float = 1.0


@dataclass(slots=True, frozen=True)
class Media:
    """A picture or file of a message; its bytes are on the shelf under `sid`. `size` is in bytes."""

    sid: str
    content_type: str
    size: int
    name: str = ""

    def as_json(self) -> dict[str, object]:
        """Give the file as the sandbox's own API and page show it."""
        return {"sid": self.sid, "content_type": self.content_type, "size": self.size, "name": self.name}


@dataclass(slots=True)
class Message:
    """One message, in either direction, as Twilio would keep it.

    `media_urls` is what the hub asked to be fetched, `media` what was fetched, or came from the phone. `seen` says that
    the phone has shown it; `lapsed`, that the 24 hours it opened were ended early; `profile_name` is the WhatsApp name.
    """

    sid: str
    account_sid: str
    direction: str
    from_: str
    to: str
    body: str
    status: str
    num_segments: int
    created: datetime
    updated: datetime
    sent: datetime | None = None
    messaging_service_sid: str | None = None
    status_callback: str | None = None
    media_urls: tuple[str, ...] = ()
    error_code: int | None = None
    error_message: str | None = None
    opt_out_type: str | None = None
    hub: HubAnswer | None = None
    media: tuple[Media, ...] = ()
    content_sid: str | None = None
    profile_name: str = ""
    seen: bool = False
    lapsed: bool = False

    @property
    def inbound(self) -> bool:
        """Whether a phone sent it to the organisation."""
        return self.direction == "inbound"

    @property
    def ours(self) -> str:
        """The organisation's number."""
        return self.to if self.inbound else self.from_

    @property
    def theirs(self) -> str:
        """The phone's number."""
        return self.from_ if self.inbound else self.to

    @property
    def channel(self) -> str:
        """``sms`` or ``whatsapp``."""
        return channel_of(self.from_)

    @property
    def num_media(self) -> int:
        """How many pictures and files belong to it, fetched or not yet."""
        return len(self.media or self.media_urls)

    @property
    def uri(self) -> str:
        """The path of the Twilio resource, without its extension."""
        return f"/{API_VERSION}/Accounts/{self.account_sid}/Messages/{self.sid}"

    def as_resource(self) -> dict[str, object]:
        """Give the Twilio resource (https://www.twilio.com/docs/messaging/api/message-resource)."""
        # A Messaging Service picks the sender after accepting, so at first there is none to show or count with.
        chosen = self.status != "accepted"
        return {
            "account_sid": self.account_sid,
            "api_version": API_VERSION,
            "body": self.body,
            "date_created": rfc2822(self.created),
            "date_sent": rfc2822(self.sent),
            "date_updated": rfc2822(self.updated),
            "direction": self.direction,
            "error_code": self.error_code,
            "error_message": self.error_message,
            "from": self.from_ if chosen else None,
            "messaging_service_sid": self.messaging_service_sid,
            "num_media": str(self.num_media),
            "num_segments": str(self.num_segments if chosen else 0),
            "price": None,
            "price_unit": "USD",
            "sid": self.sid,
            "status": self.status,
            "subresource_uris": {"media": f"{self.uri}/Media.json"},
            "to": self.to,
            "uri": f"{self.uri}.json",
        }

    def as_json(self) -> dict[str, object]:
        """Give the message as the sandbox's own API and page show it."""
        return {
            "sid": self.sid,
            "direction": self.direction,
            "from": self.from_,
            "to": self.to,
            "body": self.body,
            "channel": self.channel,
            "media": [one.as_json() for one in self.media],
            "media_urls": list(self.media_urls),
            "content_sid": self.content_sid,
            "seen": self.seen,
            "lapsed": self.lapsed,
            "status": self.status,
            "error_code": self.error_code,
            "error_message": self.error_message,
            "segments": self.num_segments,
            "created": self.created.isoformat(),
            "updated": self.updated.isoformat(),
            "hub": self.hub.as_json() if self.hub else None,
        }


@dataclass(slots=True, frozen=True)
class Draft:
    """A message that passed the checks and is not yet accepted."""

    account: Account
    from_: str
    to: str
    body: str
    direction: str = "outbound-api"
    messaging_service_sid: str | None = None
    status_callback: str | None = None
    media_urls: tuple[str, ...] = ()
    media: tuple[Media, ...] = ()
    content_sid: str | None = None
    profile_name: str = ""


def rfc2822(moment: datetime | None) -> str | None:
    """Write a moment as Twilio does, to the second: ``Thu, 24 Aug 2023 05:01:45 +0000``."""
    return None if moment is None else format_datetime(moment)


def utf16_units(text: str) -> list[int]:
    """Give the text's UTF-16 code units, as UCS-2 messages carry them; lone surrogates pass."""
    data = text.encode("utf-16-be", "surrogatepass")
    return list(struct.unpack(f">{len(data) // 2}H", data))
