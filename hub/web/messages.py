"""Writing to customers: an answer in a conversation, or the organisation's first word.

Either is one published event whose id is the message's; ``record_interactions`` puts it into the history.
"""

from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import msgspec
from aiohttp import web

from hub.conversations import store as conversations
from hub.conversations.threading import thread_of
from hub.errors import Conflict, InputInvalid, StoreAway
from hub.events import MessageRequested, first
from hub.model import (
    AccountId,
    ConversationStatus,
    Role,
    derived_id,
    is_ours,
    our_address,
    tel,
)
from hub.organisation import store as organisation
from hub.store import Row
from hub.web import asked, results
from hub.web.call import Call
from hub.web.commands import SOURCE, command_event, created
from hub.web.composed import Composed, Filled, Way, composed, unchecked
from hub.web.conversations import may_see, visible
from hub.web.refused import joined
from hub.web.ways import Via, way_by, way_of

if TYPE_CHECKING:
    from hub.bootstrap import Parts


Text = Annotated[
    str,
    msgspec.Meta(
        description="How long it may be depends on the channel: 1,600 characters on SMS.",
        extra_json_schema={"pattern": r"^[^\u0000]*$"},
    ),
]
Number = Annotated[
    str,
    msgspec.Meta(
        description="A telephone number with its country: `+989121234567`, also as people write it.",
        extra_json_schema={"format": "tel"},
    ),
]


Files = Annotated[tuple[UUID, ...], msgspec.Meta(max_length=20, description="Ids of files you have uploaded.")]


_EMPTY = {"maxLength": 0}
ONE_WAY = {
    "anyOf": [
        {
            "properties": {"text": {"type": "string", "pattern": asked.READABLE}, "template": {"type": "null"}},
            "required": ["text"],
        },
        {
            "properties": {"text": _EMPTY, "files": {"type": "array", "minItems": 1}, "template": {"type": "null"}},
            "required": ["files"],
        },
        {
            "properties": {"text": _EMPTY, "files": {"maxItems": 0}, "template": {"type": "object"}},
            "required": ["template"],
        },
    ]
}
"""A text, files, or both; or a template alone."""


class Answer(asked.Body, frozen=True):
    """What to answer: a text, files, or both; or a template alone. Which way, and whether the matter is done then."""

    also = ONE_WAY
    text: Text = ""
    files: Files = ()
    template: Filled | None = None
    via: Via | None = None
    resolve: bool = False


class Writing(asked.Body, frozen=True, rename={"from_": "from"}):
    """To whom, from which of our addresses, and what: a text, files, or both; or a template alone."""

    also = ONE_WAY
    to: Number
    text: Text = ""
    files: Files = ()
    template: Filled | None = None
    from_: Number | None = None


async def reply(call: Call) -> web.Response:
    """``POST /conversations/{id}/messages``: the assignee answers; an unassigned conversation is accepted first."""
    given = await asked.body(call, Answer)
    message_id = asked.id_of(call, "message")
    async with call.parts.store.reading() as tx:
        conversation = await visible(tx, call)
    before = await results.written_before(call, message_id)
    way = await way_of(call, conversation, given.via, before=before)
    said = await _said(call, way, given, before=before)
    await results.claim(call, message_id)
    if not before:
        await _may_answer(call, conversation, message_id)
    message = MessageRequested(
        account=way.account,
        channel=way.channel,
        contact_point=way.to,
        our_address=way.ours,
        accepted_at=call.parts.clock.now(),
        text=said.text,
        files=said.files,
        template=said.template,
        conversation_id=conversation["id"],
        agent_id=call.caller.agent_id,
        resolve=given.resolve,
        by_person=_by_person(call),
    )
    return await _publish(call, message_id, message)


async def write(call: Call) -> web.Response:
    """``POST /messages``: the organisation writes first; an agent not into what another holds.

    A token that stands for no agent is taken in also while PostgreSQL is away; of an agent it must be known if she may.
    """
    given = await asked.body(call, Writing)
    message_id = asked.id_of(call, "message")
    account, ours = _from(call.parts, given.from_)
    to = tel(given.to.removeprefix("tel:"), where="$.to")
    if is_ours(to, call.parts.accounts.by_address):
        raise InputInvalid("this is one of our own numbers", where="$.to", mend="give a customer's")
    way = way_by(call.parts, account, ours, to)
    said = await _said(call, way, given, before=await results.written_before(call, message_id))
    await results.claim(call, message_id)
    unseen = None
    if call.caller.agent_id is not None:
        unseen = await _may_write(call, thread_of(way.channel, ours, to), message_id)
    message = MessageRequested(
        account=account,
        channel=way.channel,
        contact_point=to,
        our_address=ours,
        accepted_at=call.parts.clock.now(),
        text=said.text,
        files=said.files,
        template=said.template,
        agent_id=call.caller.agent_id,
        by_person=_by_person(call),
    )
    return await _publish(call, message_id, message, unseen=unseen)


async def _publish(
    call: Call, message_id: UUID, message: MessageRequested, *, unseen: UUID | None = None
) -> web.Response:
    point = message.contact_point
    event = first(message_id, message, source=SOURCE, subject=point, time=message.accepted_at, partitionkey=point)
    await call.parts.publisher.publish([event])
    try:
        row = await results.recorded(call, event)
    except StoreAway:
        row = None  # it is taken in all the same; what became of it can be asked later
    hidden = row is not None and row["conversation_id"] == unseen
    return created(row, event, without=("conversation_id", "customer_id") if hidden else ())


async def _may_write(call: Call, thread: str, message_id: UUID) -> UUID | None:
    """The rule of ``_may_answer`` for the conversation the message would come into, if that is under way.

    Gives the id of one that the caller may not see, and into which it comes or came all the same, since it was
    resolved: she does not learn of it.
    """
    async with call.parts.store.reading() as tx:
        found = (await conversations.current(tx, [thread])).get(thread)
        reader = call.caller.agent_id
        conversation = await conversations.show(tx, found.conversation_id, reader=reader) if found else None
    if conversation is None:
        return None
    if await results.written_before(call, message_id) or conversation["status"] == ConversationStatus.RESOLVED:
        return None if may_see(call, conversation) else UUID(str(conversation["id"]))
    if conversation["assignee_id"] is None and conversation["team_id"] is not None and not may_see(call, conversation):
        raise Conflict("Another team has it", mend="ask a supervisor to write, or to assign it")
    await _may_answer(call, conversation, message_id)
    return None


def _by_person(call: Call) -> bool:
    return call.caller.role in {Role.AGENT, Role.SUPERVISOR, Role.ADMIN}


async def _may_answer(call: Call, conversation: Row, message_id: UUID) -> None:
    """Only the assignee answers: whoever else is an agent takes it first, or gets 409 with the holder's name.

    A lead may take it from its holder. A lead's token that stands for no agent speaks for the organisation.
    Raises ``Conflict``, or ``StoreAway`` while routing does not decide.
    """
    if conversation["joined_into"] is not None:
        raise joined(conversation["joined_into"], "answer")
    if conversation["status"] == ConversationStatus.RESOLVED:
        raise Conflict("It is resolved", mend="reopen it, then answer")
    holder, me = conversation["assignee_id"], call.caller.agent_id
    if me is None or holder == me:
        return
    if holder is not None and not call.leads:
        name = await _name(call, holder)
        raise Conflict(f"{name} has it", mend="ask for it to be handed over, or a supervisor to assign it")
    await _take(call, conversation, message_id, me)


async def _take(call: Call, conversation: Row, message_id: UUID, me: UUID) -> None:
    """Make it the caller's before she answers; the outcome has an id that follows from the message's."""
    event_id = derived_id(message_id, "accept")
    if conversation["assignee_id"] is None:
        event = command_event(call, event_id, conversation, "accept")
    else:
        event = command_event(call, event_id, conversation, "assign", to_agent=me)
    event = msgspec.structs.replace(event, correlationid=message_id)  # with the message, and in its trace
    await call.parts.publisher.publish([event])
    row = await results.decided(call, event)
    if row is None:
        raise StoreAway("routing has not decided in time who answers; nothing was sent")
    results.refuse(row)


async def _name(call: Call, agent_id: UUID) -> str:
    async with call.parts.store.reading() as tx:
        rows = await organisation.agents(tx, agent_id=agent_id)
    return str(rows[0]["name"]) if rows else "Somebody else"


def _from(parts: "Parts", given: str | None) -> tuple[AccountId, str]:
    """The account and our address to write from. Raises ``InputInvalid`` that names the addresses there are."""
    addresses = parts.accounts.by_address
    if given is not None:
        ours = our_address(given, where="$.from")
        if ours in addresses:
            return addresses[ours], ours
        wrong = f"{ours.removeprefix('tel:')} is none of our numbers"
    elif len(addresses) == 1:
        return next((account, ours) for ours, account in addresses.items())
    else:
        wrong = "which of our numbers shall it go out from?"
    known = ", ".join(sorted(one.removeprefix("tel:") for one in addresses)) or "none yet; set HUB_TWILIO_NUMBERS"
    raise InputInvalid(wrong, where="$.from", mend=f"ours: {known}")


async def _said(call: Call, way: Way, given: Answer | Writing, *, before: bool) -> Composed:
    if before:
        return unchecked(given.text, given.files, given.template)
    return await composed(call, way, given.text, given.files, given.template)
