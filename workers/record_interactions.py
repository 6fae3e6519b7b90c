"""record_interactions: who is it, which conversation, append to the history.

Three ways, each for what the one before left: one statement for those who simply go on, two for who is new, and the
careful one for everything. Each way is one commit, and whoever is recorded twice is recorded once.

Takes what customers wrote and what the organisation wrote in the same shards, so there is one order in and out. An
event that stands in the history already is not decided again; what follows from it is built from its row and published
again.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import timedelta
from uuid import UUID

from hub.bootstrap import Parts
from hub.conversations import mentions
from hub.conversations import store as conversations
from hub.conversations.mentions import Mention
from hub.conversations.store import Opening
from hub.conversations.threading import Current, Known, continues, thread_of
from hub.delivery import store as deliveries
from hub.delivery import told as delivery
from hub.delivery.store import Queued
from hub.errors import AlreadyThere, EventInvalid, Overtaken
from hub.events import (
    Event,
    InteractionReceived,
    InteractionRecorded,
    MediaFetch,
    MessageRequested,
    MessageSend,
    NoteWritten,
)
from hub.history import store as history
from hub.history import told
from hub.history.store import Interaction, Unplaced
from hub.live import hints
from hub.media import store as files
from hub.media import told as media
from hub.model import Channel, Direction, derived_id
from hub.profile import store as profile
from hub.profile.store import Seen
from hub.store import Transaction, Write, together
from hub.worker import Worker

SOURCE = "/workers/record_interactions"
BELL_LOST_AFTER = timedelta(seconds=15)
"""A queued message whose first bell was lost is rung for again after this."""

Said = InteractionReceived | MessageRequested
"""Data that names a contact point; a note always names its conversation instead."""


class RecordInteractions:
    """Handles ``InteractionReceived``, ``MessageRequested`` and ``NoteWritten``."""

    def __init__(self, parts: Parts) -> None:
        self._store, self._live = parts.store, parts.live

    async def handle(self, events: Sequence[Event]) -> Sequence[Event]:
        """Record all of them; what follows, in the events' order."""
        once = list({event.id: event for event in events}.values())
        rows: dict[UUID, Interaction] = {}
        for way in (self._going_on, self._at_once, self._carefully):
            if rest := [event for event in once if event.id not in rows]:
                rows |= await way(rest)
        await self._tell_mentioned(once)
        return [follow for event in once for follow in _follow_ups(event, rows[event.id])]

    async def _tell_mentioned(self, events: Sequence[Event]) -> None:
        """Before what follows is published: their desks then hear what becomes of the conversation too."""
        notes = [(event.id, event.data) for event in events if isinstance(event.data, NoteWritten)]
        if told := [hint for id_, note in notes if (hint := hints.of_mention(id_, note)) is not None]:
            await self._live.hint(told)

    async def _going_on(self, events: Sequence[Event]) -> dict[UUID, Interaction]:
        """The usual case in one round trip: those that customers wrote to a conversation that is not resolved."""
        usual = [event for event in events if _is_usual(event)]
        if not usual:
            return {}
        said = [_said(event) for event in usual]
        given = [_unplaced(event.id, one) for event, one in zip(usual, said, strict=True)]
        async with self._store.reading() as tx:
            return await history.go_on(
                tx, given, [_thread(one) for one in said], [profile.noted_since(_seen(one)) for one in said]
            )

    async def _at_once(self, events: Sequence[Event]) -> dict[UUID, Interaction]:
        """What customers wrote who are new, or whose conversation is: a read, and a write that is the whole commit.

        Nothing, if there is more to any of them, or somebody else was quicker.
        """
        if not all(map(_is_usual, events)):
            return {}
        async with self._store.reading() as tx:
            points = {_thread(said): said.contact_point for said in map(_said, events)}
            current, news = _news(events, await conversations.known(tx, points))
            interactions = [_interaction(event, current[_thread(_said(event))]) for event in events]
            try:
                await together(tx, [*news, *history.appending(interactions)])
            except Overtaken:
                return {}
        return {one.event_id: one for one in interactions}

    async def _carefully(self, events: Sequence[Event]) -> dict[UUID, Interaction]:
        """Anything, in one transaction; what stands in the history already is read back.

        Once more from the beginning if somebody else was quicker with one of them: then that one stands there.
        """
        while True:
            with suppress(AlreadyThere):
                async with self._store.transaction() as tx:
                    rows = await history.recorded(tx, [event.id for event in events])
                    if fresh := [event for event in events if event.id not in rows]:
                        rows |= await _record(tx, fresh)
                    return rows


def _is_usual(event: Event) -> bool:
    """Whether it is a customer's message and nothing more."""
    data = event.data
    return isinstance(data, InteractionReceived) and not data.media and delivery.is_plain(data)


def _news(events: Sequence[Event], known: Mapping[str, Known]) -> tuple[dict[str, Current], list[Write]]:
    """The conversation of each thread, and what must be written for it: customers, proofs and openings."""
    seen = {_thread(said): _seen(said) for said in map(_said, events)}
    strangers = {one.contact_point: one for thread, one in sorted(seen.items()) if known[thread].customer_id is None}
    customers, writes = profile.creating(strangers) if strangers else ({}, [])
    proofs = {
        one.contact_point: one
        for thread, one in seen.items()
        if one.contact_point not in strangers and profile.is_stale(one, known[thread].verified_at)
    }
    if proofs:
        writes.append(profile.proving(list(proofs.values())))
    customers |= {seen[thread].contact_point: one.customer_id for thread, one in known.items() if one.customer_id}
    current = {thread: one.current for thread, one in known.items() if one.current is not None}
    if openings := _openings(events, customers, current):
        writes += conversations.opening(list(openings.values()))
        current |= {thread: one.as_current() for thread, one in openings.items()}
    return current, writes


async def _record(tx: Transaction, events: Sequence[Event]) -> dict[UUID, Interaction]:
    """Append these, with all that comes of it. Raises ``AlreadyThere``."""
    found = await _named(tx, events)
    if threaded := [event for event in events if event.id not in found]:
        found |= await _threads(tx, threaded)
    interactions = [_interaction(event, found[event.id]) for event in events]
    await together(tx, history.appending(interactions))
    if mentioned := _mentioned(events):
        await mentions.add(tx, mentioned)
    if taken := _answered(events, found):
        await conversations.take_threads(tx, taken)
    received = {event.id: event.data for event in events if isinstance(event.data, InteractionReceived)}
    requested = {event.id: event.data for event in events if isinstance(event.data, MessageRequested)}
    outbound = [delivery.queued(id_, said, found[id_].conversation_id) for id_, said in requested.items()]
    await _tell_delivery(tx, list(received.values()), outbound)
    await _note_files(tx, received, requested)
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


def _mentioned(events: Sequence[Event]) -> list[Mention]:
    return [
        Mention(event.id, agent, event.data.conversation_id, event.data.accepted_at)
        for event in events
        if isinstance(event.data, NoteWritten)
        for agent in event.data.mentions
    ]


def _answered(events: Sequence[Event], found: Mapping[UUID, Current]) -> dict[str, UUID]:
    """The threads by which somebody wrote in a conversation: what she answers there shall come into it."""
    return {
        _thread(event.data): found[event.id].conversation_id
        for event in events
        if isinstance(event.data, MessageRequested) and event.data.conversation_id is not None
    }


async def _threads(tx: Transaction, events: Sequence[Event]) -> dict[UUID, Current]:
    """The conversation of each event's thread: the one that goes on, or one opened now."""
    customers = await profile.customers_of(tx, [_seen(_said(event)) for event in events])
    current = await conversations.current(tx, {_thread(_said(event)) for event in events})
    if openings := _openings(events, customers, current):
        current |= await conversations.open_all(tx, list(openings.values()))
    return {event.id: current[_thread(_said(event))] for event in events}


def _openings(
    events: Sequence[Event], customers: Mapping[str, UUID], current: Mapping[str, Current]
) -> dict[str, Opening]:
    """What must be opened: the first event of each thread that does not go on with its conversation opens its own."""
    openings: dict[str, Opening] = {}
    for event in events:
        said = _said(event)
        thread = _thread(said)
        if thread not in openings and not continues(current.get(thread), channel=said.channel, at=said.accepted_at):
            openings[thread] = _opening(event.id, said, current.get(thread), customers)
    return dict(sorted(openings.items()))  # everybody claims in one order


async def _tell_delivery(tx: Transaction, received: Sequence[InteractionReceived], outbound: Sequence[Queued]) -> None:
    """What shall go out, and what the gate must know of who wrote."""
    if words := [word for said in received if (word := delivery.word(said)) is not None]:
        await deliveries.hear(tx, words)
    if heard := [one for said in received if (one := delivery.heard(said)) is not None]:
        await deliveries.note_heard(tx, heard)
    if outbound:
        await deliveries.queue(tx, outbound, due=max(one.accepted_at for one in outbound) + BELL_LOST_AFTER)


async def _note_files(
    tx: Transaction, received: Mapping[UUID, InteractionReceived], requested: Mapping[UUID, MessageRequested]
) -> None:
    if came := [one for id_, said in received.items() for one in media.came(id_, said)]:
        await files.came(tx, came, now=max(said.accepted_at for said in received.values()))
    if goes := [one for id_, said in requested.items() for one in media.goes(id_, said)]:
        await files.goes(tx, goes)


def _said(event: Event) -> Said:
    if not isinstance(event.data, InteractionReceived | MessageRequested):
        message = f"{event.type} names neither a conversation nor a contact point"
        raise EventInvalid(message)
    return event.data


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
        row = told.note(
            event.id,
            data,
            channel=conversation.channel,
            contact_point=conversation.contact_point,
            our_address=conversation.our_address,
            account=conversation.account,
        )
    else:
        row = _unplaced(event.id, _said(event))
    return row.placed(conversation.customer_id, conversation.conversation_id)


def _unplaced(event_id: UUID, said: Said) -> Unplaced:
    if isinstance(said, InteractionReceived):
        return told.received(event_id, said)
    return told.requested(event_id, said)


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
    if isinstance(event.data, InteractionReceived) and event.data.media:
        fetch, id_ = MediaFetch(interaction_id=row.event_id), str(row.event_id)
        follow.append(event.follow("fetch", fetch, subject=id_, partitionkey=id_, source=SOURCE))
    return follow


WORKER = Worker(
    name="record_interactions",
    build=RecordInteractions,
    takes=(InteractionReceived, MessageRequested, NoteWritten),
)
