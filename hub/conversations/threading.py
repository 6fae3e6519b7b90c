"""Which conversation an interaction belongs to (semantics B). Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from hub.model import Channel, ConversationStatus

REOPENS_WITHIN = {
    Channel.WEBCHAT: timedelta(hours=24),
    Channel.SMS: timedelta(hours=72),
    Channel.WHATSAPP: timedelta(hours=72),
    Channel.EMAIL: timedelta(days=14),
    Channel.VOICE: timedelta(hours=72),
}
"""A message this soon after the resolution belongs to the resolved conversation and opens it again."""


@dataclass(frozen=True, slots=True)
class Known:
    """What stands in the database of a thread and its contact point: whose it is, and its newest conversation."""

    customer_id: UUID | None = None
    verified_at: datetime | None = None
    """When the contact point was last seen to be hers."""
    current: "Current | None" = None


@dataclass(frozen=True, slots=True)
class Current:
    """The newest conversation of a thread. ``status`` is ``None`` until routing has seen it."""

    conversation_id: UUID
    customer_id: UUID
    status: ConversationStatus | None = None
    resolved_at: datetime | None = None
    channel: Channel = Channel.SMS
    account: str = ""
    contact_point: str = ""
    our_address: str = ""


def thread_of(channel: Channel, our_address: str, contact_point: str) -> str:
    """The key of a thread. SMS and WhatsApp: our number and hers."""
    return f"{channel}|{our_address}|{contact_point}"


def continues(current: Current | None, *, channel: Channel, at: datetime) -> bool:
    """Whether an interaction accepted at ``at`` goes on with ``current``; if not, it opens its own, linked."""
    if current is None:
        return False
    if current.status != ConversationStatus.RESOLVED or current.resolved_at is None:
        return True
    return at - current.resolved_at <= REOPENS_WITHIN[channel]
