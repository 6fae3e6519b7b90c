"""What an event tells delivery: that a message shall go out, or what may go out to who wrote. Pure."""

from uuid import UUID

import msgspec

from hub.delivery.store.blocks import Word
from hub.delivery.store.queue import Queued
from hub.delivery.store.windows import Heard
from hub.events import InteractionReceived, MessageRequested
from hub.model import Channel

WINDOWED = frozenset({Channel.WHATSAPP})
"""Channels that take free text only for a time after she last wrote; how long, the adapter's ``Limits`` say."""


def word(said: InteractionReceived) -> Word | None:
    """The provider has handled STOP or START itself."""
    if said.opt_out not in {"STOP", "START"}:
        return None
    return Word(
        contact_point=said.contact_point,
        our_address=said.our_address,
        blocked=said.opt_out == "STOP",
        source=said.opt_out,
        said_at=said.accepted_at,
    )


def heard(said: InteractionReceived) -> Heard | None:
    """A window is open again from when she wrote, which is before now for what was taken in late."""
    if said.channel not in WINDOWED:
        return None
    at = min(said.provider_time or said.accepted_at, said.accepted_at)
    return said.contact_point, said.our_address, at


def is_plain(said: InteractionReceived) -> bool:
    """Whether there is nothing in it for delivery to know."""
    return said.opt_out is None and said.channel not in WINDOWED


def queued(event_id: UUID, said: MessageRequested, conversation_id: UUID) -> Queued:
    """A message that shall go out."""
    return Queued(
        message_id=event_id,
        conversation_id=conversation_id,
        account=said.account,
        contact_point=said.contact_point,
        our_address=said.our_address,
        accepted_at=said.accepted_at,
        template=msgspec.to_builtins(said.template),
    )
