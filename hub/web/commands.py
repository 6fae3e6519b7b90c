"""Commands about a conversation: each is one published event. Routing decides; its decision bears the event's id."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from aiohttp import web

from hub.errors import InputInvalid
from hub.events import ConversationCommand, Data, Event, NoteWritten, first
from hub.organisation import store as organisation
from hub.routing import refusals
from hub.routing.rearranging import store as rearranging
from hub.routing.rearranging.facts import MOST
from hub.routing.refusals import Reason
from hub.store import Row, Transaction
from hub.web import asked, results
from hub.web.answers import answer, shown
from hub.web.call import Call
from hub.web.conversations import sees, visible
from hub.web.refused import joined, refusal
from hub.web.shapes.customers import Interaction

SOURCE = "/api/v1"
MAX_NOTE = 10_000
MAX_WORDS = 200
MAX_MENTIONS = 20

Check = Callable[[Transaction], Awaitable[None]]
"""Raises what stands against a command, beside what routing decides."""


class Nothing(asked.Body, frozen=True):
    """A command that says all by its name."""


class Assign(asked.Body, frozen=True):
    """To whom: an agent or a team."""

    also = {  # noqa: RUF012 - a ClassVar of the base
        "oneOf": [
            {"properties": {"agent": {"type": "string"}}, "required": ["agent"]},
            {"properties": {"team": {"type": "string"}}, "required": ["team"]},
        ]
    }
    agent: UUID | None = None
    team: UUID | None = None


class Resolve(asked.Body, frozen=True):
    """What it was about and how it ended."""

    topic: Annotated[str, asked.said(MAX_WORDS)] | None = None
    outcome: Annotated[str, asked.said(MAX_WORDS)] | None = None


class Snooze(asked.Body, frozen=True):
    """Until when it may rest."""

    until: asked.Moment


class Note(asked.Body, frozen=True):
    """An internal note, and the agents who shall look at it: they may see the conversation from then on."""

    text: Annotated[str, asked.said(MAX_NOTE)]
    mentions: Annotated[tuple[UUID, ...], msgspec.Meta(max_length=MAX_MENTIONS, description="Ids of agents.")] = ()


class Split(asked.Body, frozen=True):
    """What is another matter: messages and notes that are in the conversation, not all of them."""

    interactions: Annotated[
        tuple[UUID, ...], msgspec.Meta(min_length=1, max_length=MOST, description="Their ids, each once.")
    ]


class Join(asked.Body, frozen=True, rename={"with_": "with"}):
    """What is the same matter: another conversation of the same customer."""

    with_: UUID


class Undo(asked.Body, frozen=True):
    """Which split or join, as `GET /conversations/{id}/rearrangements` lists it."""

    rearrangement: UUID


async def accept(call: Call) -> web.Response:
    """``POST /conversations/{id}/accept``: it is the caller's from now on, or somebody was first."""
    await asked.body(call, Nothing)
    return await _command(call, "accept")


async def assign(call: Call) -> web.Response:
    """``POST /conversations/{id}/assign`` to an agent or a team."""
    given = await asked.body(call, Assign)
    if (given.agent is None) == (given.team is None):
        raise InputInvalid("it goes to one agent or to one team", where="$", mend="give `agent` or `team`, not both")
    return await _command(call, "assign", to_agent=given.agent, to_team=given.team)


async def decline(call: Call) -> web.Response:
    """``POST /conversations/{id}/decline``: on to whoever comes next."""
    await asked.body(call, Nothing)
    return await _command(call, "decline")


async def resolve(call: Call) -> web.Response:
    """``POST /conversations/{id}/resolve``."""
    given = await asked.body(call, Resolve)
    topic, outcome = _words(given.topic, "$.topic"), _words(given.outcome, "$.outcome")
    return await _command(call, "resolve", topic=topic, outcome=outcome)


async def snooze(call: Call) -> web.Response:
    """``POST /conversations/{id}/snooze`` until a time in the future."""
    given = await asked.body(call, Snooze)
    until = asked.aware(given.until, where="$.until")
    if until <= call.parts.clock.now():
        raise InputInvalid("this time is over", where="$.until", mend="give a time in the future")
    return await _command(call, "snooze", until=until)


async def reopen(call: Call) -> web.Response:
    """``POST /conversations/{id}/reopen``."""
    await asked.body(call, Nothing)
    return await _command(call, "reopen")


async def split(call: Call) -> web.Response:
    """``POST /conversations/{id}/split``: these are a conversation of their own from now on."""
    given = await asked.body(call, Split)
    return await _command(call, "split", interactions=tuple(dict.fromkeys(given.interactions)))


async def join(call: Call) -> web.Response:
    """``POST /conversations/{id}/join``: the other, which the caller sees too, is taken into this one."""
    given = await asked.body(call, Join)

    async def check(tx: Transaction) -> None:
        if not await sees(tx, call, given.with_):
            raise refusal(Reason.NO_OTHER, refusals.NO_OTHER.why)

    return await _command(call, "join", check=check, other=given.with_)


async def undo(call: Call) -> web.Response:
    """``POST /conversations/{id}/undo`` a split or join of it; the caller sees both conversations."""
    given = await asked.body(call, Undo)

    async def check(tx: Transaction) -> None:
        done = await rearranging.one(tx, given.rearrangement)
        both = () if done is None else (done["from_id"], done["to_id"])
        if asked.path_id(call) not in both or not all([await sees(tx, call, id_) for id_ in both]):
            raise refusal(Reason.NOT_DONE_HERE, refusals.NOT_DONE_HERE.why)

    return await _command(call, "undo", check=check, rearrangement=given.rearrangement)


async def note(call: Call) -> web.Response:
    """``POST /conversations/{id}/notes``: 201 with the note as it stands in the history."""
    given = await asked.body(call, Note)
    written = asked.text(given.text, most=MAX_NOTE)
    key_id = asked.id_of(call, "note")
    async with call.parts.store.reading() as tx:
        conversation = await visible(tx, call)
        mentions = await _agents(tx, given.mentions)
    if conversation["joined_into"] is not None and not await results.written_before(call, key_id):
        raise joined(conversation["joined_into"], "write it")
    await results.claim(call, key_id)
    now = call.parts.clock.now()
    data = NoteWritten(
        conversation_id=conversation["id"],
        agent_id=call.caller.agent_id,
        accepted_at=now,
        text=written,
        mentions=mentions,
    )
    # Her own shard, so that the note stands in its place among what passed.
    event = _event(key_id, data, conversation, conversation["contact_point"], now)
    await call.parts.publisher.publish([event])
    return created(await results.recorded(call, event), event)


async def _agents(tx: Transaction, given: Sequence[UUID]) -> tuple[UUID, ...]:
    """Each once, if all of them are agents who are active. Raises ``InputInvalid``."""
    if not given:
        return ()
    known = await organisation.active(tx, given)
    for place, agent_id in enumerate(given):
        if agent_id not in known:
            mend = "GET /api/v1/agents lists them; it takes one who is active"
            raise InputInvalid("there is no such agent", where=f"$.mentions[{place}]", mend=mend)
    return tuple(dict.fromkeys(given))


def created(row: Row | None, event: Event, *, without: Sequence[str] = ()) -> web.Response:
    """201 with the interaction, ``without`` some of its fields, or 202 while it is not recorded yet."""
    if row is None:
        return results.later(event)
    return answer(shown(Interaction, row, without=without), status=201, location=f"{results.PATH}{event.id}")


def command_event(call: Call, event_id: UUID, conversation: Row, command: Any, **more: Any) -> Event:
    """The event of one command."""
    now = call.parts.clock.now()
    data = ConversationCommand(
        conversation_id=conversation["id"],
        command=command,
        by_agent=call.caller.agent_id,
        at=now,
        may_take=call.leads,
        **more,
    )
    return _event(event_id, data, conversation, str(conversation["id"]), now)


async def _command(call: Call, command: str, *, check: Check | None = None, **more: Any) -> web.Response:
    event_id = asked.id_of(call, "command")
    if (before := await results.decided_before(call, event_id)) is not None:
        return await results.obeyed(call, before)
    async with call.parts.store.reading() as tx:
        conversation = await visible(tx, call)
        if check is not None:
            await check(tx)
    await results.claim(call, event_id)
    event = command_event(call, event_id, conversation, command, **more)
    await call.parts.publisher.publish([event])
    row = await results.decided(call, event)
    return results.later(event) if row is None else await results.obeyed(call, row)


def _event(event_id: UUID, data: Data, conversation: Row, partitionkey: str, now: datetime) -> Event:
    return first(event_id, data, source=SOURCE, subject=str(conversation["id"]), time=now, partitionkey=partitionkey)


def _words(given: str | None, where: str) -> str | None:
    return None if given is None else asked.text(given, most=MAX_WORDS, where=where)
