"""What became of an event: answered at once if it is known within the patience, else to be fetched later."""

from typing import Literal
from uuid import UUID

import msgspec
from aiohttp import web

from hub.conversations import store as conversations
from hub.errors import KeyReused
from hub.events import Event
from hub.history import store as history
from hub.organisation import store as organisation
from hub.routing import store as routing
from hub.routing.rearranging.obeying import OTHER
from hub.routing.refusals import KEY
from hub.store import Row, Transaction
from hub.web import asked
from hub.web.answers import answer, shown
from hub.web.call import Call
from hub.web.conversations import conversation as conversation_shown
from hub.web.conversations import decision, may_see
from hub.web.refused import refusal
from hub.web.shapes.common import Optional
from hub.web.shapes.conversations import Conversation, Obeyed, Outcome, Pending
from hub.web.shapes.customers import Interaction

PATH = "/api/v1/outcomes/"


async def claim(call: Call, key_id: UUID) -> None:
    """Note what the ``Idempotency-Key`` of this call was used for. Raises ``KeyReused``.

    A request handler makes one durable write, and for commands and messages that is the publish. This note comes before
    it and only if a key was given. It decides nothing: if the process dies between the two, the repeated call passes
    here and publishes the same event. Without a key nothing is written, so a message is taken in also while PostgreSQL
    is away.
    """
    if asked.key_of(call) is None:
        return
    async with call.parts.store.transaction() as tx:
        await claim_within(tx, call, key_id)


async def claim_within(tx: Transaction, call: Call, key_id: UUID) -> None:
    """The same in a transaction that makes what the key is for. Raises ``KeyReused``."""
    if asked.key_of(call) is not None and not await organisation.claim_key(tx, key_id, await asked.print_of(call)):
        raise KeyReused(
            "this Idempotency-Key was used for another request", where="Idempotency-Key", mend="use a new key"
        )


async def decided_before(call: Call, event_id: UUID) -> Row | None:
    """The decision about a command that the caller gave before by the same key. Raises ``KeyReused``.

    By it the conversation may have gone where she does not see it any more.
    """
    if asked.key_of(call) is None:
        return None
    async with call.parts.store.transaction() as tx:
        row = (await routing.decided(tx, [event_id])).get(event_id)
        if row is not None:
            await claim_within(tx, call, event_id)
    return row


async def written_before(call: Call, event_id: UUID) -> bool:
    """Whether this very message or note was written already, by a call with the same key: the state may have moved on.

    What it would be refused for now is no reason then.
    """
    if asked.key_of(call) is None:
        return False
    async with call.parts.store.reading() as tx:
        return bool(await history.recorded(tx, [event_id]))


async def decided(call: Call, event: Event) -> Row | None:
    """The decision about a command, waited for. Nothing if routing is slow."""

    async def look() -> Row | None:
        async with call.parts.store.reading() as tx:
            return (await routing.decided(tx, [event.id])).get(event.id)

    return await call.site.outcomes.of(event.id, look)


async def recorded(call: Call, event: Event) -> Row | None:
    """The interaction a published event became, waited for. Nothing if recording is slow."""

    async def look() -> Row | None:
        async with call.parts.store.reading() as tx:
            return await history.one(tx, event.id)

    return await call.site.outcomes.of(event.id, look)


def refuse(row: Row) -> None:
    """Raise what routing's refusal is, with how to mend it: ``Conflict``, or what was wrong with the request itself."""
    if row["refused"]:
        reasons = row["reasons"]
        why = str(reasons.get("why", "it cannot be done any more"))
        raise refusal(reasons.get(KEY), why[:1].upper() + why[1:])


async def obeyed(call: Call, row: Row) -> web.Response:
    """200 with the sentence and the conversation's new state, or what ``refuse`` raises.

    Without the state if it has just gone where the caller may not see it.
    """
    refuse(row)
    async with call.parts.store.reading() as tx:
        current = await conversations.show(tx, row["conversation_id"], reader=call.caller.agent_id)
        other = await _other(tx, call, row)
    conversation = conversation_shown(call, current) if current and may_see(call, current) else None
    return answer(Obeyed(conversation=conversation, decision=decision(row), other=other))


async def _other(tx: Transaction, call: Call, row: Row) -> Conversation | msgspec.UnsetType:
    """The other conversation of a split, join or undo, if the caller may see it."""
    if (other_id := row["reasons"].get(OTHER)) is None:
        return Optional
    other = await conversations.show(tx, UUID(other_id), reader=call.caller.agent_id)
    return conversation_shown(call, other) if other is not None and may_see(call, other) else Optional


def later(event: Event) -> web.Response:
    """202: it is taken in, and what became of it will stand at ``Location``."""
    place = f"{PATH}{event.id}"
    return answer(Pending(id=event.id, outcome=place), status=202, location=place)


async def outcome(call: Call) -> web.Response:
    """``GET /outcomes/{event_id}``: done, refused or pending. Content only for those who may see the conversation."""
    event_id = asked.path_id(call, "event_id")
    async with call.parts.store.reading() as tx:
        row = (await routing.decided(tx, [event_id])).get(event_id)
        interaction = await history.one(tx, event_id)
        found = row or interaction
        reader = call.caller.agent_id
        current = await conversations.show(tx, found["conversation_id"], reader=reader) if found else None
        other = await _other(tx, call, row) if row is not None else Optional
    if found is None:
        return answer(Outcome(id=event_id, state="pending"))
    state: Literal["refused", "done"] = "refused" if row is not None and row["refused"] else "done"
    if current is None or not may_see(call, current):
        return answer(Outcome(id=event_id, state=state))
    said = Outcome(
        id=event_id,
        state=state,
        conversation=conversation_shown(call, current),
        decision=decision(row) if row is not None else Optional,
        interaction=shown(Interaction, interaction) if interaction is not None else Optional,
        other=other,
    )
    return answer(said)
