"""What people may wish of a conversation: accept, assign, decline, resolve, snooze, reopen. Pure.

Each either changes the conversation or is refused with a sentence for the person who asked. Who may ask at all (roles,
teams) was checked by the web; here only what the state allows.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from hub.events import ConversationCommand
from hub.model import ConversationStatus
from hub.routing.board import Conversation, Seat
from hub.routing.decisions import Kind

if TYPE_CHECKING:
    from hub.routing.engine import Engine

Obey = Callable[["Engine", Conversation, UUID, ConversationCommand, datetime], str | None]
"""Does the command and returns nothing, or returns why not."""


def obey(engine: "Engine", cause: UUID, data: ConversationCommand, now: datetime) -> None:
    """Do what was asked, or leave a refusal that says why not."""
    conversation = engine.board.conversations.get(data.conversation_id)
    if conversation is None:
        engine.refuse(cause, data, "there is no such conversation", now)
        return
    if (why_not := COMMANDS[data.command](engine, conversation, cause, data, now)) is not None:
        engine.refuse(cause, data, why_not, now)


def _accept(
    engine: "Engine", conversation: Conversation, cause: UUID, data: ConversationCommand, now: datetime
) -> str | None:
    seat = engine.board.seat(data.by_agent)
    if seat is None or not seat.active:
        return "only an agent can accept a conversation"
    if conversation.status is ConversationStatus.RESOLVED:
        return "it is resolved; reopen it first"
    if conversation.assignee_id not in (None, seat.agent_id):
        return f"{engine.board.name(conversation.assignee_id)} accepted it first"
    if conversation.assignee_id is None:
        engine.hold(conversation, seat, now)
        engine.decide(conversation, Kind.ASSIGNED, now, cause=cause, why=f"{seat.name} took it")
    elif conversation.status is ConversationStatus.SNOOZED:
        _wake(engine, conversation, seat, cause, now)
    else:
        engine.decide(conversation, Kind.KEPT, now, cause=cause, why=f"{seat.name} has it already")
    return None


def _assign(
    engine: "Engine", conversation: Conversation, cause: UUID, data: ConversationCommand, now: datetime
) -> str | None:
    if conversation.status is ConversationStatus.RESOLVED:
        return "it is resolved; reopen it first"
    if (why_not := _held_by_another(engine, conversation, data)) is not None:
        return why_not
    if data.to_agent is None:
        return _to_team(engine, conversation, cause, data, now)
    return _to_agent(engine, conversation, cause, data, now)


def _to_agent(
    engine: "Engine", conversation: Conversation, cause: UUID, data: ConversationCommand, now: datetime
) -> str | None:
    seat = engine.board.seat(data.to_agent)
    if seat is None or not seat.active:
        return "there is no such agent"
    if seat.gone and conversation.waiting_since is not None:
        return f"{seat.name} is gone and the customer waits; choose somebody who is there"
    before = conversation.assignee_id
    if before == seat.agent_id and conversation.status is ConversationStatus.SNOOZED:
        _wake(engine, conversation, seat, cause, now)
        return None
    conversation.status, conversation.snoozed_until = ConversationStatus.OPEN, None
    if before != seat.agent_id:
        engine.hold(conversation, seat, now)
    why = f"{_who(engine, data)} assigned it to {seat.name}"
    engine.decide(conversation, Kind.ASSIGNED, now, cause=cause, why=why, tell=(before,))
    return None


def _wake(engine: "Engine", conversation: Conversation, seat: Seat, cause: UUID, now: datetime) -> None:
    """Its assignee gets it back before its time."""
    engine.back_with(conversation, seat, cause, now, kind=Kind.WOKEN, why=f"{seat.name} woke it")


def _to_team(
    engine: "Engine", conversation: Conversation, cause: UUID, data: ConversationCommand, now: datetime
) -> str | None:
    if data.to_team not in engine.board.team_names:
        return "there is no such team"
    if conversation.assignee_id is not None:
        engine.let_go(conversation, now)
    conversation.team_id = data.to_team
    name = engine.board.team_names[data.to_team]
    engine.search.for_team(conversation, now, cause=cause, why=f"{_who(engine, data)} handed it to {name}")
    return None


def _decline(
    engine: "Engine", conversation: Conversation, cause: UUID, data: ConversationCommand, now: datetime
) -> str | None:
    if data.by_agent is None or conversation.assignee_id != data.by_agent:
        return "it is not yours to decline"
    if conversation.waiting_since is None:
        return "nobody waits for an answer; resolve it, or assign it to somebody"
    engine.take_back(conversation, now, why="declined it", cause=cause)
    return None


def _resolve(
    engine: "Engine", conversation: Conversation, cause: UUID, data: ConversationCommand, now: datetime
) -> str | None:
    if conversation.status is ConversationStatus.RESOLVED:
        return "it is resolved already"
    if (why_not := _held_by_another(engine, conversation, data)) is not None:
        return why_not
    conversation.topic, conversation.outcome = data.topic or conversation.topic, data.outcome
    engine.resolve(conversation, cause, now, why=f"{_who(engine, data)} resolved it")
    return None


def _snooze(
    engine: "Engine", conversation: Conversation, cause: UUID, data: ConversationCommand, now: datetime
) -> str | None:
    if conversation.status is not ConversationStatus.OPEN:
        return f"it is {conversation.status}"
    if conversation.assignee_id is None:
        return "nobody holds it; accept it first"
    if (why_not := _held_by_another(engine, conversation, data)) is not None:
        return why_not
    if data.until is None or data.until <= now:
        return "the time to snooze until is over"
    conversation.status, conversation.snoozed_until = ConversationStatus.SNOOZED, data.until
    engine.weigh_nothing(conversation)
    engine.rearm(conversation, now)
    engine.decide(conversation, Kind.SNOOZED, now, cause=cause, why=f"{_who(engine, data)} snoozed it")
    return None


def _reopen(
    engine: "Engine", conversation: Conversation, cause: UUID, data: ConversationCommand, now: datetime
) -> str | None:
    if conversation.status is ConversationStatus.OPEN:
        return "it is open already"
    if conversation.status is ConversationStatus.SNOOZED:
        return _wake_early(engine, conversation, cause, data, now)
    seat = engine.board.seat(data.by_agent) or engine.board.seat(conversation.assignee_id)
    conversation.status, conversation.resolved_at = ConversationStatus.OPEN, None
    conversation.assignee_id = conversation.outcome = None
    if seat is None or not seat.active:
        engine.search.for_team(conversation, now, cause=cause, why=f"{_who(engine, data)} reopened it")
        return None
    engine.hold(conversation, seat, now)
    for_whom = "" if seat.agent_id == data.by_agent else f" for {seat.name}"
    engine.decide(conversation, Kind.REOPENED, now, cause=cause, why=f"{_who(engine, data)} reopened it{for_whom}")
    return None


def _wake_early(
    engine: "Engine", conversation: Conversation, cause: UUID, data: ConversationCommand, now: datetime
) -> str | None:
    seat = engine.board.seat(conversation.assignee_id)
    if seat is None:
        return "nobody holds it; accept it first"
    if (why_not := _held_by_another(engine, conversation, data)) is not None:
        return why_not
    why = f"{_who(engine, data)} woke it before its time"
    engine.back_with(conversation, seat, cause, now, kind=Kind.WOKEN, why=why)
    return None


COMMANDS: Mapping[str, Obey] = {
    "accept": _accept,
    "assign": _assign,
    "decline": _decline,
    "resolve": _resolve,
    "snooze": _snooze,
    "reopen": _reopen,
}


def _held_by_another(engine: "Engine", conversation: Conversation, data: ConversationCommand) -> str | None:
    if data.may_take or conversation.assignee_id in (None, data.by_agent):
        return None
    return f"{engine.board.name(conversation.assignee_id)} has it"


def _who(engine: "Engine", data: ConversationCommand) -> str:
    return engine.board.name(data.by_agent) if data.by_agent else "somebody of the organisation"
