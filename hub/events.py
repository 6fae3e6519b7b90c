"""Everything that travels on the bus: the envelope, every event and command, and the registry that names them.

The envelope has the names of CloudEvents 1.0 (https://github.com/cloudevents/spec) and extensions: ``correlationid``,
``causationid``, ``partitionkey`` and ``traceparent``. One frozen struct per type and version. A published version only
gains optional fields; anything else is a new version, and ``UPCASTS`` brings the old one up when it is read.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import msgspec

from hub.errors import EventInvalid, EventUnknown
from hub.model import Channel, DeliveryStatus, derived_id

MAX_EVENT_BYTES = 256 * 1024


class Data(msgspec.Struct, frozen=True, omit_defaults=True):
    """Base of what an event says."""


class Media(msgspec.Struct, frozen=True, omit_defaults=True):
    """A file that goes with a message: at the provider's ``url`` if it came with hers, at ours if it goes to her."""

    url: str
    content_type: str


class TemplateUse(msgspec.Struct, frozen=True, omit_defaults=True):
    """A text the provider has approved, named by the provider's id, and what stands in its places."""

    id: str
    variables: dict[str, str] = {}


class InteractionReceived(Data, frozen=True, kw_only=True):
    """A customer wrote on some channel. Published by the edge, before anybody knows who she is."""

    account: str
    channel: Channel
    contact_point: str
    our_address: str
    provider_id: str
    accepted_at: datetime
    text: str = ""
    media: tuple[Media, ...] = ()
    provider_time: datetime | None = None
    opt_out: Literal["STOP", "START", "HELP"] | None = None
    raw: dict[str, str] = {}


class MessageRequested(Data, frozen=True, kw_only=True):
    """Somebody of the organisation wrote to a customer. The event's id is the message's id."""

    account: str
    channel: Channel
    contact_point: str
    our_address: str
    accepted_at: datetime
    text: str
    conversation_id: UUID | None = None
    agent_id: UUID | None = None
    resolve: bool = False
    by_person: bool = False
    """A person wrote it, also one who is no agent: it answers the customer."""
    files: tuple[UUID, ...] = ()
    """Uploaded files that go with it, in this order."""
    template: TemplateUse | None = None
    """What is sent instead of free text; ``text`` is what she will read."""


class NoteWritten(Data, frozen=True, kw_only=True):
    """An agent's internal note on a conversation. Never leaves the organisation."""

    conversation_id: UUID
    agent_id: UUID | None
    accepted_at: datetime
    text: str
    mentions: tuple[UUID, ...] = ()
    """Agents who shall look at it; they may see the conversation from then on."""


class InteractionRecorded(Data, frozen=True, kw_only=True):
    """An interaction stands in the history. Holds what routing needs to decide without reading it again."""

    interaction_id: UUID
    conversation_id: UUID
    customer_id: UUID
    channel: Channel
    direction: Literal["inbound", "outbound", "internal"]
    contact_point: str
    account: str
    accepted_at: datetime
    agent_id: UUID | None = None
    resolve: bool = False
    by_person: bool = False
    """Outbound: a person wrote it, also one who is no agent."""


class ConversationCommand(Data, frozen=True, kw_only=True):
    """A person's wish about a conversation. Its decision bears the event's id."""

    conversation_id: UUID
    command: Literal["accept", "assign", "decline", "resolve", "snooze", "reopen", "split", "join", "undo"]
    by_agent: UUID | None
    at: datetime
    to_agent: UUID | None = None
    to_team: UUID | None = None
    until: datetime | None = None
    topic: str | None = None
    outcome: str | None = None
    may_take: bool = False
    """The caller may take the conversation from its assignee (supervisors and administrators)."""
    interactions: tuple[UUID, ...] = ()
    """Of a split: what is another matter."""
    other: UUID | None = None
    """Of a join: the conversation that is taken in."""
    rearrangement: UUID | None = None
    """Of an undo: the split or join."""


class ConversationDue(Data, frozen=True, kw_only=True):
    """A bell: the time has come at which something happens next to a conversation."""

    conversation_id: UUID
    at: datetime


class AgentsChanged(Data, frozen=True, kw_only=True):
    """A bell: presence, shifts or configuration changed; somebody in the waiting line may be served."""

    at: datetime
    agent_ids: tuple[UUID, ...] = ()


class MessageSend(Data, frozen=True, kw_only=True):
    """A bell: an outbound message has work to do. Its row in ``deliveries`` says which."""

    message_id: UUID
    contact_point: str


class MediaFetch(Data, frozen=True, kw_only=True):
    """A bell: files that came with an interaction wait to be fetched. Their rows in ``media`` say which."""

    interaction_id: UUID


class DeliveryReported(Data, frozen=True, kw_only=True):
    """A provider says what became of a message. ``message_id`` is ours, if the report carries it."""

    account: str
    provider_id: str
    status: DeliveryStatus
    reported_at: datetime
    message_id: UUID | None = None
    provider_status: str = ""
    code: str | None = None
    reason: str | None = None
    """The code in plain words, from the adapter's table; may be shown to agents."""
    raw: dict[str, str] = {}


REGISTRY: dict[str, type[Data]] = {
    "interaction.received.v1": InteractionReceived,
    "message.requested.v1": MessageRequested,
    "note.written.v1": NoteWritten,
    "interaction.recorded.v1": InteractionRecorded,
    "conversation.command.v1": ConversationCommand,
    "conversation.due.v1": ConversationDue,
    "agents.changed.v1": AgentsChanged,
    "message.send.v1": MessageSend,
    "media.fetch.v1": MediaFetch,
    "delivery.reported.v1": DeliveryReported,
}
"""Every type this version writes. A type that is only read any more moves to ``UPCASTS``."""

UPCASTS: dict[str, tuple[str, Callable[[dict[str, Any]], dict[str, Any]]]] = {}
"""``old type -> (newer type, data -> data)``, applied until the type is in ``REGISTRY``."""

TYPE_OF = {data: name for name, data in REGISTRY.items()}


class Event(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True, tag_field="specversion", tag="1.0"):
    """One event. ``partitionkey`` decides its shard: events with the same key keep their order.

    ``specversion`` must be in every CloudEvent, so it is the tag: a field with a default would be left out.
    """

    id: UUID
    type: str
    source: str
    subject: str
    time: datetime
    data: Data
    partitionkey: str
    correlationid: UUID
    causationid: UUID | None = None
    traceparent: str | None = None

    def follow(self, step: str, data: Data, *, subject: str, partitionkey: str, source: str) -> "Event":
        """The event that follows from this one at ``step``; the same cause and step give the same id."""
        return Event(
            id=derived_id(self.id, step),
            type=TYPE_OF[type(data)],
            source=source,
            subject=subject,
            time=self.time,
            data=data,
            partitionkey=partitionkey,
            correlationid=self.correlationid,
            causationid=self.id,
            traceparent=self.traceparent,
        )


def first(event_id: UUID, data: Data, *, source: str, subject: str, time: datetime, partitionkey: str) -> Event:
    """An event that nothing caused but the world outside; it begins its own correlation."""
    return Event(
        id=event_id,
        type=TYPE_OF[type(data)],
        source=source,
        subject=subject,
        time=time,
        data=data,
        partitionkey=partitionkey,
        correlationid=event_id,
    )


class _Envelope(msgspec.Struct, kw_only=True):
    """An event whose data has not been looked at yet."""

    id: UUID
    type: str
    source: str
    subject: str
    time: datetime
    data: msgspec.Raw
    partitionkey: str
    correlationid: UUID
    causationid: UUID | None = None
    traceparent: str | None = None


_encoder = msgspec.json.Encoder()
_envelopes = msgspec.json.Decoder(_Envelope)
_batches = msgspec.json.Decoder(list[msgspec.Raw])
_decoders = {name: msgspec.json.Decoder(data) for name, data in REGISTRY.items()}


_GARBAGE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
"""What msgspec raises for bytes that are not what they should be; the last for brackets nested without end."""


def encode(event: Event) -> bytes:
    """The event as JSON. Raises ``EventInvalid`` over 256 KiB: a large body is stored as a blob first."""
    body = _encoder.encode(event)
    if len(body) > MAX_EVENT_BYTES:
        message = f"event {event.id} has {len(body)} bytes, over {MAX_EVENT_BYTES}"
        raise EventInvalid(message)
    return body


def decode(body: bytes | msgspec.Raw) -> Event:
    """The event in ``body``, brought up to its newest version. Raises ``EventInvalid`` or ``EventUnknown``."""
    try:
        envelope = _envelopes.decode(body)
        name, data = _newest(envelope.type, envelope.data)
        return Event(
            id=envelope.id,
            type=name,
            source=envelope.source,
            subject=envelope.subject,
            time=envelope.time,
            data=data,
            partitionkey=envelope.partitionkey,
            correlationid=envelope.correlationid,
            causationid=envelope.causationid,
            traceparent=envelope.traceparent,
        )
    except _GARBAGE as error:
        message = f"not an event: {error}"
        raise EventInvalid(message) from error


def _newest(name: str, raw: msgspec.Raw) -> tuple[str, Data]:
    if (decoder := _decoders.get(name)) is not None:
        return name, decoder.decode(raw)
    if name not in UPCASTS:
        message = f"no event of type {name} is known to this version"
        raise EventUnknown(message)
    data = msgspec.json.decode(raw)
    while name in UPCASTS:
        newer, upcast = UPCASTS[name]
        try:
            data = upcast(data)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            message = f"no event of type {name}: {type(error).__name__}: {error}"
            raise EventInvalid(message) from error
        name = newer
    return name, msgspec.convert(data, REGISTRY[name], strict=False)


def pack(bodies: Sequence[bytes]) -> bytes:
    """Several encoded events as one broker message: CloudEvents' JSON batch format."""
    return b"[" + b",".join(bodies) + b"]"


def unpack(body: bytes) -> Sequence[msgspec.Raw]:
    """The encoded events of one broker message. Raises ``EventInvalid`` if it is no JSON list."""
    try:
        return _batches.decode(body)
    except _GARBAGE as error:
        message = f"not a batch of events: {error}"
        raise EventInvalid(message) from error
