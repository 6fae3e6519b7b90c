"""Commands about a conversation: each is one published event. Routing decides; its decision bears the event's id."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from aiohttp import web

from hub.errors import InputInvalid
from hub.events import ConversationCommand, Data, Event, NoteWritten, first
from hub.store import Row
from hub.web import asked, results
from hub.web.answers import answer, shown
from hub.web.call import Call
from hub.web.conversations import visible
from hub.web.shapes.customers import Interaction

SOURCE = "/api/v1"
MAX_NOTE = 10_000
MAX_WORDS = 200


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
    """An internal note."""

    text: Annotated[str, asked.said(MAX_NOTE)]


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


async def note(call: Call) -> web.Response:
    """``POST /conversations/{id}/notes``: 201 with the note as it stands in the history."""
    given = await asked.body(call, Note)
    written = asked.text(given.text, most=MAX_NOTE)
    key_id = asked.id_of(call, "note")
    async with call.parts.store.reading() as tx:
        conversation = await visible(tx, call)
    await results.claim(call, key_id)
    now = call.parts.clock.now()
    data = NoteWritten(conversation_id=conversation["id"], agent_id=call.caller.agent_id, accepted_at=now, text=written)
    # Her own shard, so that the note stands in its place among what passed.
    event = _event(key_id, data, conversation, conversation["contact_point"], now)
    await call.parts.publisher.publish([event])
    return created(await results.recorded(call, event), event)


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


async def _command(call: Call, command: str, **more: Any) -> web.Response:
    event_id = asked.id_of(call, "command")
    async with call.parts.store.reading() as tx:
        conversation = await visible(tx, call)
    await results.claim(call, event_id)
    event = command_event(call, event_id, conversation, command, **more)
    await call.parts.publisher.publish([event])
    row = await results.decided(call, event)
    return results.later(event) if row is None else await results.obeyed(call, row)


def _event(event_id: UUID, data: Data, conversation: Row, partitionkey: str, now: datetime) -> Event:
    return first(event_id, data, source=SOURCE, subject=str(conversation["id"]), time=now, partitionkey=partitionkey)


def _words(given: str | None, where: str) -> str | None:
    return None if given is None else asked.text(given, most=MAX_WORDS, where=where)
