"""The nouns of Peyvand: ids, contact points and the words that have a fixed set of values.

Values are plain strings and UUIDs on purpose: they cross the bus, the database and JSON a million times a day.
"""

import re
import threading
import time
import uuid
from collections.abc import Container
from datetime import UTC, datetime
from enum import StrEnum
from typing import NewType

import phonenumbers

from hub.errors import InputInvalid

ContactPoint = NewType("ContactPoint", str)
"""``scheme:value``, normalised once: ``tel:+989121234567``, ``mailto:sara@example.ir``, ``ext:<source>:<id>``."""

AccountId = NewType("AccountId", str)
"""``adapter/name``, e.g. ``sms_twilio/default``: one configured instance of an adapter."""

NAMESPACE = uuid.UUID("6f1c0c1e-7b0a-5d7a-9a53-0f8f6a1d9f10")
"""Root of every UUIDv5 we make (RFC 9562, 5.5). Changing it would make every provider's retry a new event."""


class Channel(StrEnum):
    """The ways a customer reaches us."""

    SMS = "sms"
    WHATSAPP = "whatsapp"
    EMAIL = "email"
    WEBCHAT = "webchat"
    VOICE = "voice"


class Direction(StrEnum):
    """Seen from the organisation."""

    INBOUND = "inbound"
    OUTBOUND = "outbound"
    INTERNAL = "internal"


class Role(StrEnum):
    """What a signed-in person or program may do."""

    AGENT = "agent"
    SUPERVISOR = "supervisor"
    MARKETER = "marketer"
    ADMIN = "admin"


class Presence(StrEnum):
    """What an agent declares of herself."""

    AVAILABLE = "available"
    AWAY = "away"
    OFFLINE = "offline"


class ConversationStatus(StrEnum):
    """Semantics B. *Waiting on the customer* is open with nothing unanswered."""

    OPEN = "open"
    SNOOZED = "snoozed"
    RESOLVED = "resolved"


class Priority(StrEnum):
    """Sets the target from which the order of the waiting line follows (semantics A7)."""

    URGENT = "urgent"
    HIGH = "high"
    NORMAL = "normal"
    LOW = "low"


class DeliveryStatus(StrEnum):
    """What became of an outbound message. Only climbs; see ``hub.delivery.ladder``."""

    QUEUED = "queued"
    SENDING = "sending"
    UNKNOWN = "unknown"
    ACCEPTED = "accepted"
    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    UNDELIVERED = "undelivered"
    FAILED = "failed"


def derived_id(*parts: object) -> uuid.UUID:
    """The UUIDv5 of its parts: the same parts give the same id, on every machine, for ever."""
    return uuid.uuid5(NAMESPACE, "\x1f".join(map(str, parts)))


def new_id() -> uuid.UUID:
    """A fresh id that sorts by its time of birth (UUIDv7, RFC 9562, 5.7)."""
    millis = time.time_ns() // 1_000_000
    random_bits = uuid.uuid4().int & ((1 << 76) - 1)
    value = (millis & ((1 << 48) - 1)) << 80 | random_bits
    value = value & ~(0xF << 76) | 0x7 << 76
    return uuid.UUID(int=value & ~(0x3 << 62) | 0x2 << 62)


class Clock:
    """Wall-clock time in UTC that never stands still or goes back within a process.

    ``accepted_at`` orders the history, so two stamps are never equal and a clock set back must not put B before A.
    """

    def __init__(self) -> None:
        self._last = 0
        self._lock = threading.Lock()

    def now(self) -> datetime:
        """Now, at least one microsecond after the last answer."""
        with self._lock:
            self._last = max(self._last + 1, time.time_ns() // 1000)
            return datetime.fromtimestamp(self._last // 1_000_000, UTC).replace(microsecond=self._last % 1_000_000)


_E164 = re.compile(r"\+[1-9][0-9]{6,14}\Z", re.ASCII)
_DIGITS = str.maketrans("۰۱۲۳۴۵۶۷۸۹٠١٢٣٤٥٦٧٨٩", "01234567890123456789")
_NOT_A_PERSON = re.compile(r"(?:[0+\-.\s]*|null|none|test|anonymous|unknown|restricted|unavailable)\Z", re.IGNORECASE)


def tel(raw: str, *, region: str | None = None, where: str | None = None) -> ContactPoint:
    """The contact point of a phone number (E.164, ITU-T), from Persian and Arabic digits too.

    ``region`` (ISO 3166, e.g. ``IR``) lets national numbers such as ``0912 123 4567`` in. Raises ``InputInvalid``.
    """
    text = raw.strip().translate(_DIGITS)
    if _E164.match(text):
        return ContactPoint("tel:" + text)
    if _NOT_A_PERSON.match(text):
        raise InputInvalid("this is no phone number", where=where, mend="give it like +989121234567")
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException as error:
        raise InputInvalid("this is no phone number", where=where, mend="give it like +989121234567") from error
    if not phonenumbers.is_possible_number(number):
        raise InputInvalid("this phone number cannot exist", where=where, mend="give it like +989121234567")
    return ContactPoint("tel:" + phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def mail(raw: str, *, where: str | None = None) -> ContactPoint:
    """The contact point of a mail address: lower case, IDNA; dots and plus kept (semantics C).

    Raises ``InputInvalid``.
    """
    local, at, domain = raw.strip().lower().rpartition("@")
    if not (local and at and "." in domain.strip(".")) or any(char.isspace() for char in raw.strip()):
        raise InputInvalid("is no e-mail address", where=where, mend="give it like mailto:sara@example.ir")
    try:
        return ContactPoint(f"mailto:{local}@{domain.encode('idna').decode()}")
    except UnicodeError as error:
        raise InputInvalid("its domain cannot exist", where=where, mend="look at its spelling") from error


def contact_point(raw: str, *, where: str | None = None) -> ContactPoint:
    """``tel:…``, ``mailto:…`` or ``ext:source:id``, or a bare number or address, normalised.

    Raises ``InputInvalid``.
    """
    scheme, _, rest = raw.strip().partition(":")
    if scheme == "ext" and all(part.strip() for part in rest.partition(":")[::2]):
        return ContactPoint(f"ext:{rest.strip()}")
    if scheme == "mailto" or ("@" in raw and not rest):
        return mail(rest or scheme, where=where)
    if scheme == "tel" or not rest:
        return tel(rest or scheme, where=where)
    raise InputInvalid("is none", where=where, mend="give tel:+98…, mailto:… or ext:<source>:<id>")


def sender_address(raw: str) -> ContactPoint:
    """The contact point of whoever a provider says wrote, also short codes and alphanumeric senders.

    Those become ``ext:sender:<name>``: a place to keep their messages, never an identity (semantics C).
    """
    try:
        return tel(raw)
    except InputInvalid:
        return ContactPoint("ext:sender:" + (raw.strip()[:64] or "withheld"))


WHATSAPP = "whatsapp:"
"""Begins those addresses of ours that are WhatsApp senders; the same number may be one for SMS as well."""


def our_address(raw: str, *, region: str | None = None, where: str | None = None) -> str:
    """One of our own addresses as it is stored: ``tel:+98…``, or ``whatsapp:+98…``; as ``tel`` otherwise."""
    text = raw.strip()
    if text.lower().startswith(WHATSAPP):
        return WHATSAPP + address_of(tel(text[len(WHATSAPP) :], region=region, where=where))
    return tel(text.removeprefix("tel:"), region=region, where=where)


def is_ours(point: str, addresses: Container[str]) -> bool:
    """Whether a contact point is a number of our own, on whatever channel."""
    return point in addresses or WHATSAPP + address_of(point) in addresses


def channel_at(address: str, own: Channel) -> Channel:
    """The channel of one of our addresses; ``own`` is that of its adapter."""
    return Channel.WHATSAPP if address.startswith(WHATSAPP) else own


def masked(point: str) -> str:
    """A contact point by which an operator tells customers apart and nobody can be written to: ``tel:+989•••••67``.

    Of a mail address the domain stays, since providers fail by domain.
    """
    scheme, colon, rest = point.partition(":")
    local, at, domain = rest.partition("@")
    head, tail = min(4, len(local) // 3), min(2, len(local) // 4)
    return f"{scheme}{colon}{local[:head]}•••••{local[len(local) - tail :]}{at}{domain}"


def address_of(point: str) -> str:
    """What stands behind the scheme: ``tel:+98…`` gives ``+98…``."""
    return point.partition(":")[2]
