"""What people may wish of a conversation: accept, assign, decline, resolve, snooze, reopen; split and join. Pure.

Each either changes the conversation or is refused with the reason, and a sentence for the person who asked. Who may
ask at all (roles, teams) was checked by the web; here only what the state allows.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from hub.events import ConversationCommand
from hub.model import ConversationStatus
from hub.routing import refusals
from hub.routing.board import Conversation, Seat
from hub.routing.decisions import Kind
from hub.routing.offers import Outcome
from hub.routing.rearranging import obeying as rearranging
from hub.routing.rearranging.alone import REARRANGES
from hub.routing.rearranging.facts import Facts
from hub.routing.refusals import Refusal

if TYPE_CHECKING:
    from hub.routing.engine import Engine

Obey = Callable[["Engine", Conversation, UUID, ConversationCommand, datetime], Refusal | None]
"""Does the command and returns nothing, or returns why not."""


def obey(engine: "Engine", cause: UUID, data: ConversationCommand, now: datetime, facts: Facts | None) -> None:
    """Do what was asked, or leave a refusal that says why not."""
    if (refusal := _obeyed(engine, cause, data, now, facts)) is not None:
        _refuse(engine, cause, data, refusal, now)


def _obeyed(
    engine: "Engine", cause: UUID, data: ConversationCommand, now: datetime, facts: Facts | None
) -> Refusal | None:
    conversation = engine.board.conversations.get(data.conversation_id)
    if conversation is None:
        return refusals.NO_CONVERSATION
    if data.command in REARRANGES:
        return rearranging.obey(engine, conversation, rearranging.Asked(cause, data, now), facts)
    if conversation.joined_into is not None:
        return refusals.JOINED
    return COMMANDS[data.command](engine, conversation, cause, data, now)


def _refuse(engine: "Engine", cause: UUID, data: ConversationCommand, refusal: Refusal, now: datetime) -> None:
    engine.moves.refuse(cause, data, refusal.why, now, facts={refusals.KEY: refusal.reason.value})


def _accept(
    engine: "Engine", conversation: Conversation, cause: UUID, data: ConversationCommand, now: datetime
) -> Refusal | None:
    seat = engine.board.seat(data.by_agent)
    if seat is None or not seat.active:
        return refusals.NOT_AN_AGENT
    if conversation.status is ConversationStatus.RESOLVED:
        return refusals.RESOLVED
    if conversation.assignee_id not in (None, seat.agent_id):
        return refusals.taken(engine.board.name(conversation.assignee_id))
    in_time = _accepted_in_time(engine, conversation, seat, data)
    if conversation.offered_to not in (None, seat.agent_id) and not in_time and not data.may_take:
        return refusals.offered(engine.board.name(conversation.offered_to))
    if conversation.assignee_id is None:
        hers = in_time or conversation.offered_to == seat.agent_id
        engine.moves.hold(conversation, seat, now)
        seat.missed = 0 if hers else seat.missed
        why = f"{seat.name} {'accepted' if hers else 'took'} it"
        engine.moves.decide(conversation, Kind.ASSIGNED, now, cause=cause, why=why)
    elif conversation.status is ConversationStatus.SNOOZED:
        _wake(engine, conversation, seat, cause, now)
    else:
        engine.moves.decide(conversation, Kind.KEPT, now, cause=cause, why=f"{seat.name} has it already")
    return None


def _accepted_in_time(engine: "Engine", conversation: Conversation, seat: Seat, data: ConversationCommand) -> bool:
    """Whether she accepted her offer while it was hers, and we only hear of it now that another has been asked."""
    if conversation.offered_until is None or seat.agent_id not in conversation.left_out:
        return False
    offered_at = conversation.offered_until - engine.board.plan.rules(conversation.channel).offer_within
    return data.at <= offered_at


def _assign(
    engine: "Engine", conversation: Conversation, cause: UUID, data: ConversationCommand, now: datetime
) -> Refusal | None:
    if conversation.status is ConversationStatus.RESOLVED:
        return refusals.RESOLVED
    if (refusal := refusals.of_another(engine.board, conversation, data)) is not None:
        return refusal
    if data.to_agent is None:
        return _to_team(engine, conversation, cause, data, now)
    return _to_agent(engine, conversation, cause, data, now)


def _to_agent(
    engine: "Engine", conversation: Conversation, cause: UUID, data: ConversationCommand, now: datetime
) -> Refusal | None:
    seat = engine.board.seat(data.to_agent)
    if seat is None or not seat.active:
        return refusals.NO_AGENT
    if seat.gone and conversation.waiting_since is not None:
        return refusals.gone(seat.name)
    before = conversation.assignee_id
    if before == seat.agent_id and conversation.status is ConversationStatus.SNOOZED:
        _wake(engine, conversation, seat, cause, now)
        return None
    conversation.status, conversation.snoozed_until = ConversationStatus.OPEN, None
    if seat.agent_id not in (before, data.by_agent):
        engine.moves.end_offer(conversation, Outcome.WITHDRAWN, now)  # also hers: she did not accept it herself
    if before != seat.agent_id:
        engine.moves.hold(conversation, seat, now)
    why = f"{_who(engine, data)} assigned it to {seat.name}"
    engine.moves.decide(conversation, Kind.ASSIGNED, now, cause=cause, why=why, tell=(before,))
    return None


def _wake(engine: "Engine", conversation: Conversation, seat: Seat, cause: UUID, now: datetime) -> None:
    """Its assignee gets it back before its time."""
    engine.moves.back_with(conversation, seat, cause, now, kind=Kind.WOKEN, why=f"{seat.name} woke it")


def _to_team(
    engine: "Engine", conversation: Conversation, cause: UUID, data: ConversationCommand, now: datetime
) -> Refusal | None:
    if data.to_team not in engine.board.team_names:
        return refusals.NO_TEAM
    holder, team = conversation.bearer, conversation.team_id
    if conversation.assignee_id is not None:
        engine.moves.let_go(conversation, now)
    conversation.team_id = data.to_team
    name = engine.board.team_names[data.to_team]
    conversation.handed_at = now
    engine.search.for_team(conversation, now, cause=cause, why=f"{_who(engine, data)} handed it to {name}")
    left = team if holder is None and team != data.to_team else None
    if holder is not None or left is not None:
        engine.moves.changes.tell(conversation.id, conversation.version, cause=cause, audience=(holder,), team_id=left)
    return None


def _decline(
    engine: "Engine", conversation: Conversation, cause: UUID, data: ConversationCommand, now: datetime
) -> Refusal | None:
    if data.by_agent is None or conversation.bearer != data.by_agent:
        return refusals.NOT_YOURS
    if conversation.offered_to is not None:
        engine.search.not_accepted(conversation, Outcome.DECLINED, now, why="declined it", cause=cause)
        return None
    if conversation.waiting_since is None:
        return refusals.NOBODY_WAITS
    engine.search.take_back(conversation, now, why="declined it", cause=cause)
    return None


def _resolve(
    engine: "Engine", conversation: Conversation, cause: UUID, data: ConversationCommand, now: datetime
) -> Refusal | None:
    if conversation.status is ConversationStatus.RESOLVED:
        return refusals.RESOLVED_ALREADY
    if (refusal := refusals.of_another(engine.board, conversation, data)) is not None:
        return refusal
    conversation.topic, conversation.outcome = data.topic or conversation.topic, data.outcome
    engine.moves.resolve(conversation, cause, now, why=f"{_who(engine, data)} resolved it")
    return None


def _snooze(
    engine: "Engine", conversation: Conversation, cause: UUID, data: ConversationCommand, now: datetime
) -> Refusal | None:
    if conversation.status is ConversationStatus.RESOLVED:
        return refusals.RESOLVED
    if conversation.status is ConversationStatus.SNOOZED:
        return refusals.SNOOZED
    if conversation.assignee_id is None:
        return refusals.UNHELD
    if (refusal := refusals.of_another(engine.board, conversation, data)) is not None:
        return refusal
    if data.until is None or data.until <= now:
        return refusals.TIME_OVER
    conversation.status, conversation.snoozed_until = ConversationStatus.SNOOZED, data.until
    engine.moves.weigh_nothing(conversation)
    engine.moves.rearm(conversation, now)
    engine.moves.decide(conversation, Kind.SNOOZED, now, cause=cause, why=f"{_who(engine, data)} snoozed it")
    return None


def _reopen(
    engine: "Engine", conversation: Conversation, cause: UUID, data: ConversationCommand, now: datetime
) -> Refusal | None:
    if conversation.status is ConversationStatus.OPEN:
        return refusals.OPEN_ALREADY
    if conversation.status is ConversationStatus.SNOOZED:
        return _wake_early(engine, conversation, cause, data, now)
    seat = engine.board.seat(data.by_agent) or engine.board.seat(conversation.assignee_id)
    conversation.status, conversation.resolved_at = ConversationStatus.OPEN, None
    conversation.assignee_id = conversation.outcome = None
    if seat is None or not seat.active:
        engine.search.for_team(conversation, now, cause=cause, why=f"{_who(engine, data)} reopened it")
        return None
    engine.moves.hold(conversation, seat, now)
    for_whom = "" if seat.agent_id == data.by_agent else f" for {seat.name}"
    engine.moves.decide(
        conversation, Kind.REOPENED, now, cause=cause, why=f"{_who(engine, data)} reopened it{for_whom}"
    )
    return None


def _wake_early(
    engine: "Engine", conversation: Conversation, cause: UUID, data: ConversationCommand, now: datetime
) -> Refusal | None:
    seat = engine.board.seat(conversation.assignee_id)
    if seat is None:
        return refusals.UNHELD
    if (refusal := refusals.of_another(engine.board, conversation, data)) is not None:
        return refusal
    why = f"{_who(engine, data)} woke it before its time"
    engine.moves.back_with(conversation, seat, cause, now, kind=Kind.WOKEN, why=why)
    return None


COMMANDS: Mapping[str, Obey] = {
    "accept": _accept,
    "assign": _assign,
    "decline": _decline,
    "resolve": _resolve,
    "snooze": _snooze,
    "reopen": _reopen,
}


def _who(engine: "Engine", data: ConversationCommand) -> str:
    return engine.board.name(data.by_agent) if data.by_agent else "somebody of the organisation"
