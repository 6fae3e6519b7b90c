"""What an event tells, as a row of the history that does not know its place yet. Pure."""

from uuid import UUID

from hub.events import InteractionReceived, MessageRequested, NoteWritten
from hub.history.store import Unplaced
from hub.model import Channel, Direction


def received(event_id: UUID, said: InteractionReceived) -> Unplaced:
    """A customer's message."""
    return Unplaced(
        event_id=event_id,
        channel=said.channel,
        direction=Direction.INBOUND,
        contact_point=said.contact_point,
        our_address=said.our_address,
        account=said.account,
        accepted_at=said.accepted_at,
        provider_id=said.provider_id,
        text=said.text,
        raw=said.raw,
    )


def requested(event_id: UUID, said: MessageRequested) -> Unplaced:
    """A message of the organisation's."""
    return Unplaced(
        event_id=event_id,
        channel=said.channel,
        direction=Direction.OUTBOUND,
        contact_point=said.contact_point,
        our_address=said.our_address,
        account=said.account,
        accepted_at=said.accepted_at,
        agent_id=said.agent_id,
        text=said.text,
    )


def note(
    event_id: UUID, written: NoteWritten, *, channel: Channel, contact_point: str, our_address: str, account: str
) -> Unplaced:
    """An internal note, which stands where its conversation does."""
    return Unplaced(
        event_id=event_id,
        channel=channel,
        direction=Direction.INTERNAL,
        contact_point=contact_point,
        our_address=our_address,
        account=account,
        accepted_at=written.accepted_at,
        agent_id=written.agent_id,
        text=written.text,
    )
