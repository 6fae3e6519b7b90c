"""The sandbox's nouns: accounts, messages, what the hub answered, and how fast the pretended network is."""

import re
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime
from hashlib import sha256

API_VERSION = "2010-04-01"

ORGANISATION_NUMBERS = ("+12025550100", "+982100002020")
"""Numbers no subscriber has: the first is from the range kept for fiction, the second from an unassigned block."""

SAMPLE_PHONES = ("+989121234567", "+12025550147")

_E164 = re.compile(r"\+[1-9]\d{6,14}")
_SENDER = re.compile(r"\+[1-9]\d{6,14}|\d{3,8}|(?=.*[A-Za-z])[A-Za-z0-9 +\-_&]{1,11}")


def is_e164(value: str) -> bool:
    """Tell whether `value` is a telephone number in E.164 form, such as ``+989121234567``."""
    return _E164.fullmatch(value) is not None


def is_sender(value: str) -> bool:
    """Tell whether `value` has the form of a sender: a number, a short code or an alphanumeric id."""
    return _SENDER.fullmatch(value) is not None


@dataclass(slots=True)
class Account:
    """A Twilio account: its credentials, its numbers, and where its incoming texts are posted.

    `webhook_url` may carry Twilio's connection overrides in its fragment (``#rc=5&rp=all``).
    """

    sid: str
    auth_token: str = field(repr=False)
    numbers: tuple[str, ...]
    webhook_url: str | None = None
    fallback_url: str | None = None
    friendly_name: str = "Peyvand sandbox"


def sample_account(
    numbers: tuple[str, ...] = ORGANISATION_NUMBERS, *, webhook_url: str | None = None, name: str = "default"
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
class HubAnswer:
    """What the hub answered to one webhook: its status, or in one word why there was none.

    `error` is one of connection_refused, connection_timeout, host_not_found, tls_failed, no_answer,
    connection_lost, bad_url, http_status, no_webhook_url; `ms` is the time all attempts took together.
    """

    status: int | None
    ms: float
    error: str | None = None
    attempts: int = 1

    @property
    def taken(self) -> bool:
        """Whether the hub took the message in: any 2xx."""
        return self.status is not None and 200 <= self.status < 300

    def as_json(self) -> dict[str, object]:
        """Give the answer as the sandbox's own API shows it."""
        return {
            "taken": self.taken,
            "status": self.status,
            "ms": round(self.ms, 1),
            "error": self.error,
            "attempts": self.attempts,
        }


@dataclass(slots=True)
class Message:
    """One text, in either direction, as Twilio would keep it."""

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
            "num_media": str(len(self.media_urls)),
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
            "media": list(self.media_urls),
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


@dataclass(slots=True, frozen=True)
class Delivery:
    """One attempt to post a webhook to the hub. `kind` is inbound, fallback or status."""

    at: datetime
    kind: str
    sid: str
    message_status: str
    url: str
    attempt: int
    status: int | None
    ms: float
    error: str | None = None
    fault: str | None = None

    def as_json(self) -> dict[str, object]:
        """Give the attempt as the sandbox's own API shows it."""
        return {
            "at": self.at.isoformat(),
            "kind": self.kind,
            "sid": self.sid,
            "message_status": self.message_status,
            "url": self.url,
            "attempt": self.attempt,
            "status": self.status,
            "ms": round(self.ms, 1),
            "error": self.error,
            "fault": self.fault,
        }


@dataclass(slots=True, frozen=True)
class ApiRequest:
    """One request the hub made to the Twilio API; `status` is None when we gave no answer on purpose."""

    at: datetime
    method: str
    path: str
    query: Mapping[str, str]
    status: int | None
    ms: float
    sid: str | None
    fault: str | None

    def as_json(self) -> dict[str, object]:
        """Give the request as the sandbox's own API shows it."""
        return {
            "at": self.at.isoformat(),
            "method": self.method,
            "path": self.path,
            "query": dict(self.query),
            "status": self.status,
            "ms": round(self.ms, 1),
            "sid": self.sid,
            "fault": self.fault,
        }


def rfc2822(moment: datetime | None) -> str | None:
    """Write a moment as Twilio does, to the second: ``Thu, 24 Aug 2023 05:01:45 +0000``."""
    return None if moment is None else format_datetime(moment)


def utf16_units(text: str) -> list[int]:
    """Give the text's UTF-16 code units, as UCS-2 messages carry them; lone surrogates pass."""
    data = text.encode("utf-16-be", "surrogatepass")
    return list(struct.unpack(f">{len(data) // 2}H", data))
