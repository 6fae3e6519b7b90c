"""record_interactions: who is it, which conversation, append to the history. One commit a batch.

Takes what customers wrote and what the organisation wrote in the same shards, so there is one order in and out. An
event that stands in the history already is not decided again; what follows from it is built from its row and published
again.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from uuid import UUID

from hub.bootstrap import Parts
from hub.conversations import store as conversations
from hub.conversations.store import Opening
from hub.conversations.threading import Current, continues, thread_of
from hub.delivery import store as deliveries
from hub.delivery.store import Queued, Word
from hub.errors import EventInvalid
from hub.events import Event, InteractionReceived, InteractionRecorded, MessageRequested, MessageSend, NoteWritten
from hub.history import store as history
from hub.history.store import Interaction
from hub.model import Channel, Direction, derived_id
from hub.profile import store as profile
from hub.profile.store import Seen
from hub.store import Transaction
from hub.worker import Worker

SOURCE = "/workers/record_interactions"
BELL_LOST_AFTER = timedelta(seconds=15)
"""A queued message whose first bell was lost is rung for again after this."""

Said = InteractionReceived | MessageRequested
"""Data that names a contact point; a note always names its conversation instead."""


class RecordInteractions:
    """Handles ``InteractionReceived``, ``MessageRequested`` and ``NoteWritten``."""

    def __init__(self, parts: Parts) -> None:
        self._store = parts.store

    async def handle(self, events: Sequence[Event]) -> Sequence[Event]:
        """Record all of them in one commit; what follows, in the events' order."""
        once = list({event.id: event for event in events}.values())
        rows = await self._plainly(once)
        if rows is None:
            async with self._store.transaction() as tx:
                rows = await history.recorded(tx, [event.id for event in once])
                if fresh := [event for event in once if event.id not in rows]:
                    rows |= await _record(tx, fresh)
        return [follow for event in once for follow in _follow_ups(event, rows[event.id])]

    async def _plainly(self, events: Sequence[Event]) -> dict[UUID, Interaction] | None:
        """The usual case in two round trips: messages that only go on with a conversation. ``None`` if one does more.

        Nothing else is written, so the one statement is the whole commit; what stood there already is read back.
        """
        if not all(isinstance(event.data, InteractionReceived) and event.data.opt_out is None for event in events):
            return None
        async with self._store.reading() as tx:
            current = await conversations.current(tx, {_thread(_said(event)) for event in events})
            if not all(_goes_on(_said(event), current) for event in events):
                return None
            interactions = [_interaction(event, current[_thread(_said(event))]) for event in events]
            rows = {one.event_id: one for one in interactions}
            if again := rows.keys() - await history.append(tx, interactions):
                rows |= await history.recorded(tx, again)
        return rows


async def _record(tx: Transaction, events: Sequence[Event]) -> dict[UUID, Interaction]:
    found = await _named(tx, events)
    if threaded := [event for event in events if event.id not in found]:
        found |= await _threads(tx, threaded)
    interactions = [_interaction(event, found[event.id]) for event in events]
    await history.append(tx, interactions)
    await _note_opt_outs(tx, events)
    if outbound := [_queued(one) for one in interactions if one.direction is Direction.OUTBOUND]:
        await deliveries.queue(tx, outbound, due=max(one.accepted_at for one in outbound) + BELL_LOST_AFTER)
    return {one.event_id: one for one in interactions}


async def _named(tx: Transaction, events: Sequence[Event]) -> dict[UUID, Current]:
    """The conversations of those events that name theirs. Raises ``EventInvalid`` for one that does not exist."""
    named = {event.id: id_ for event in events if (id_ := getattr(event.data, "conversation_id", None)) is not None}
    if not named:
        return {}
    known = await conversations.by_id(tx, set(named.values()))
    if missing := set(named.values()) - known.keys():
        message = f"there is no conversation {min(missing)}"
        raise EventInvalid(message)
    return {event_id: known[id_] for event_id, id_ in named.items()}


async def _threads(tx: Transaction, events: Sequence[Event]) -> dict[UUID, Current]:
    """The conversation of each event's thread: the one that goes on, or one opened now."""
    customers = await profile.customers_of(tx, [_seen(_said(event)) for event in events])
    current = await conversations.current(tx, {_thread(_said(event)) for event in events})
    openings: dict[str, Opening] = {}
    for event in events:
        said = _said(event)
        thread = _thread(said)
        if thread not in openings and not continues(current.get(thread), channel=said.channel, at=said.accepted_at):
            openings[thread] = _opening(event.id, said, current.get(thread), customers)
    if openings:
        current |= await conversations.open_all(tx, list(openings.values()))
    return {event.id: current[_thread(_said(event))] for event in events}


async def _note_opt_outs(tx: Transaction, events: Sequence[Event]) -> None:
    """The provider has handled STOP or START itself; the gate must know, by when it was said."""
    for event in events:
        data = event.data
        if not isinstance(data, InteractionReceived) or data.opt_out is None:
            continue
        if data.opt_out != "HELP":
            word = Word(
                contact_point=data.contact_point,
                our_address=data.our_address,
                blocked=data.opt_out == "STOP",
                source=data.opt_out,
                said_at=data.accepted_at,
            )
            await deliveries.hear(tx, [word])


def _said(event: Event) -> Said:
    if not isinstance(event.data, InteractionReceived | MessageRequested):
        message = f"{event.type} names neither a conversation nor a contact point"
        raise EventInvalid(message)
    return event.data


def _goes_on(said: Said, current: Mapping[str, Current]) -> bool:
    """Whether it belongs to its thread's conversation, and says nothing new of whose contact point that is."""
    known = current.get(_thread(said))
    return (
        known is not None
        and continues(known, channel=said.channel, at=said.accepted_at)
        and not profile.is_stale(_seen(said), known.verified_at)
    )


def _seen(said: Said) -> Seen:
    proves = isinstance(said, InteractionReceived) and said.channel in {Channel.SMS, Channel.WHATSAPP}
    return Seen(said.contact_point, said.accepted_at, proves)


def _thread(said: Said) -> str:
    return thread_of(said.channel, said.our_address, said.contact_point)


def _opening(cause: UUID, said: Said, previous: Current | None, customers: Mapping[str, UUID]) -> Opening:
    return Opening(
        conversation_id=derived_id(cause, "conversation"),
        thread=_thread(said),
        customer_id=customers[said.contact_point],
        channel=said.channel,
        account=said.account,
        contact_point=said.contact_point,
        our_address=said.our_address,
        opened_at=said.accepted_at,
        previous=previous.conversation_id if previous else None,
    )


def _interaction(event: Event, conversation: Current) -> Interaction:
    data = event.data
    if isinstance(data, NoteWritten):
        return _note(event.id, data, conversation)
    said = _said(event)
    received = said if isinstance(said, InteractionReceived) else None
    return Interaction(
        event_id=event.id,
        customer_id=conversation.customer_id,
        conversation_id=conversation.conversation_id,
        channel=said.channel,
        direction=Direction.INBOUND if received else Direction.OUTBOUND,
        contact_point=said.contact_point,
        our_address=said.our_address,
        account=said.account,
        accepted_at=said.accepted_at,
        provider_id=received.provider_id if received else None,
        agent_id=None if isinstance(said, InteractionReceived) else said.agent_id,
        text=said.text,
        media=received.media if received else (),
        raw=received.raw if received else {},
    )


def _note(event_id: UUID, note: NoteWritten, conversation: Current) -> Interaction:
    return Interaction(
        event_id=event_id,
        customer_id=conversation.customer_id,
        conversation_id=conversation.conversation_id,
        channel=conversation.channel,
        direction=Direction.INTERNAL,
        contact_point=conversation.contact_point,
        our_address=conversation.our_address,
        account=conversation.account,
        accepted_at=note.accepted_at,
        agent_id=note.agent_id,
        text=note.text,
    )


def _queued(one: Interaction) -> Queued:
    return Queued(
        message_id=one.event_id,
        conversation_id=one.conversation_id,
        account=one.account,
        contact_point=one.contact_point,
        our_address=one.our_address,
        accepted_at=one.accepted_at,
    )


def _follow_ups(event: Event, row: Interaction) -> list[Event]:
    """What follows from a recorded interaction; the same from its row as from the first time."""
    recorded = InteractionRecorded(
        interaction_id=row.event_id,
        conversation_id=row.conversation_id,
        customer_id=row.customer_id,
        channel=Channel(row.channel),
        direction=Direction(row.direction).value,
        contact_point=row.contact_point,
        account=row.account,
        accepted_at=row.accepted_at,
        agent_id=row.agent_id,
        resolve=isinstance(event.data, MessageRequested) and event.data.resolve,
        by_person=isinstance(event.data, MessageRequested) and event.data.by_person,
    )
    conversation = str(row.conversation_id)
    follow = [event.follow("recorded", recorded, subject=conversation, partitionkey=conversation, source=SOURCE)]
    if row.direction == Direction.OUTBOUND:
        bell = MessageSend(message_id=row.event_id, contact_point=row.contact_point)
        point = row.contact_point
        follow.append(event.follow("send", bell, subject=str(row.event_id), partitionkey=point, source=SOURCE))
    return follow


WORKER = Worker(
    name="record_interactions",
    build=RecordInteractions,
    takes=(InteractionReceived, MessageRequested, NoteWritten),
)
