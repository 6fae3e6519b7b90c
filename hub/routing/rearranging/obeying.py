"""The commands ``split``, ``join`` and ``undo``: each is done, or refused with the reason. Pure.

The history is not on the board, so each comes with facts that were read of it; nothing else is decided in between.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

from hub.events import ConversationCommand
from hub.model import ConversationStatus, Priority, derived_id
from hub.routing import refusals
from hub.routing.board import Conversation, Seat
from hub.routing.decisions import Kind
from hub.routing.rearranging import states
from hub.routing.rearranging.facts import Done, Facts, JoinFacts, Opened, Rearranged, SplitFacts, UndoFacts
from hub.routing.refusals import Refusal

if TYPE_CHECKING:
    from hub.routing.engine import Engine

OTHER = "other"
"""Under which a decision's ``reasons`` keep the other conversation."""


class Asked(NamedTuple):
    """What was asked, under which id, and when it is decided."""

    cause: UUID
    data: ConversationCommand
    now: datetime


def obey(engine: "Engine", conversation: Conversation, asked: Asked, facts: Facts | None) -> Refusal | None:
    """Do it and return nothing, or return why not."""
    if isinstance(facts, UndoFacts):
        return _undo(engine, conversation, asked, facts)
    if asked.data.command == "undo":
        return refusals.NOT_DONE_HERE
    if conversation.joined_into is not None:
        return refusals.JOINED
    if isinstance(facts, SplitFacts):
        return _split(engine, conversation, asked, facts)
    return _join(engine, conversation, asked, facts if isinstance(facts, JoinFacts) else JoinFacts())


def _split(engine: "Engine", one: Conversation, asked: Asked, facts: SplitFacts) -> Refusal | None:
    cause, data, now = asked
    if (refusal := _cannot_split(engine, one, data, facts)) is not None:
        return refusal
    origin = facts.origin
    if origin is None:
        return refusals.NOT_IN_IT
    new = _opened(engine, one, derived_id(cause, "conversation"), origin.channel, origin.account)
    if one.status is ConversationStatus.RESOLVED:
        states.part_resolved(one, new, took=facts.took, left=facts.left)
    else:
        states.part(engine, one, new, engine.board.seat(one.assignee_id), now, took=facts.took, left=facts.left)
    ids = tuple(dict.fromkeys(data.interactions))
    engine.moves.changes.rearranged = Rearranged(
        cause=cause,
        at=now,
        by_agent=data.by_agent,
        rearrangement_id=cause,
        done=Done(
            id=cause,
            kind="split",
            from_id=one.id,
            to_id=new.id,
            interactions=ids,
            was=[facts.found[id_] for id_ in ids],
        ),
        opened=Opened(id=new.id, customer_id=one.customer_id, previous_id=one.id, origin=origin),
        placed=dict.fromkeys(ids, new.id),
        threads=facts.threads,
        threads_from=one.id,
        threads_to=new.id,
    )
    who = _who(engine, data)
    _decide(engine, asked, Kind.SPLIT, (one, f"{who} split off another matter"), (new, f"{who} split it from another"))
    return None


def _cannot_split(engine: "Engine", one: Conversation, data: ConversationCommand, facts: SplitFacts) -> Refusal | None:
    if (refusal := refusals.of_another(engine.board, one, data)) is not None:
        return refusal
    if not data.interactions or facts.found.keys() != set(data.interactions):
        return refusals.NOT_IN_IT
    if facts.undecided:
        return refusals.TOO_NEW
    return None if facts.rest else refusals.ALL_OF_IT


def _opened(engine: "Engine", one: Conversation, new_id: UUID, channel: Any, account: str) -> Conversation:
    new = Conversation(new_id, one.customer_id, channel, account)
    new.priority, new.team_id = one.priority, one.team_id
    new.owner_id, new.last_agent_id = one.owner_id, one.last_agent_id
    engine.board.put(new)
    return new


def _join(engine: "Engine", into: Conversation, asked: Asked, facts: JoinFacts) -> Refusal | None:
    cause, data, now = asked
    gone = engine.board.conversations.get(data.other) if data.other is not None else None
    if gone is None:
        return refusals.NO_OTHER
    if (refusal := _cannot_join(engine, into, gone, data)) is not None:
        return refusal
    before = {"gone": _as_it_was(gone), "into": _as_it_was(into), "threads": list(facts.threads)}
    held_by = gone.assignee_id
    states.take_in(engine, into, gone, now)
    gone.joined_into = into.id
    engine.moves.changes.rearranged = Rearranged(
        cause=cause,
        at=now,
        by_agent=data.by_agent,
        rearrangement_id=cause,
        done=Done(id=cause, kind="join", from_id=gone.id, to_id=into.id, before=before),
        joined=(gone.id, into.id),
        threads=facts.threads,
        threads_from=gone.id,
        threads_to=into.id,
    )
    who = _who(engine, data)
    both = (into, f"{who} joined another into it"), (gone, f"{who} joined it into another")
    _decide(engine, asked, Kind.JOINED, *both, tell=held_by)
    return None


def _cannot_join(engine: "Engine", into: Conversation, gone: Conversation, data: ConversationCommand) -> Refusal | None:
    if gone is into:
        return refusals.ITSELF
    if gone.customer_id != into.customer_id:
        return refusals.OTHER_CUSTOMER
    if gone.joined_into is not None:
        return refusals.JOINED
    return refusals.of_another(engine.board, into, data) or refusals.of_another(engine.board, gone, data)


def _undo(engine: "Engine", one: Conversation, asked: Asked, facts: UndoFacts) -> Refusal | None:
    _, data, _ = asked
    board = engine.board.conversations
    from_, to = board.get(facts.from_id), board.get(facts.to_id)
    if from_ is None or to is None or one not in (from_, to):
        return refusals.NOT_DONE_HERE
    if facts.undone:
        return refusals.UNDONE
    if facts.stood_on:
        return refusals.STOOD_ON
    if (
        refusal := refusals.of_another(engine.board, from_, data) or refusals.of_another(engine.board, to, data)
    ) is not None:
        return refusal
    _UNDO[facts.kind](engine, from_, to, asked, facts)
    return None


def _undo_split(engine: "Engine", one: Conversation, new: Conversation, asked: Asked, facts: UndoFacts) -> None:
    """All that stands in the new one is shown in the first again, also what was written there since."""
    cause, data, now = asked
    held_by = new.assignee_id
    states.take_in(engine, one, new, now)
    new.joined_into = one.id
    engine.moves.changes.rearranged = Rearranged(
        cause=cause,
        at=now,
        by_agent=data.by_agent,
        rearrangement_id=_named(data),
        placed=dict(zip(facts.interactions, facts.was, strict=True)),
        joined=(new.id, one.id),
        threads=facts.threads,
        threads_from=new.id,
        threads_to=one.id,
    )
    why = f"{_who(engine, data)} undid a split"
    _decide(engine, asked, Kind.UNDONE, (one, why), (new, why), tell=held_by)


def _undo_join(engine: "Engine", gone: Conversation, into: Conversation, asked: Asked, facts: UndoFacts) -> None:
    """What stood in the other is shown there again; what came since stays where it was written."""
    cause, data, now = asked
    was, into_was = facts.before["gone"], facts.before["into"]
    gone.joined_into = None
    gone.topic, gone.outcome, gone.priority = was["topic"], was["outcome"], Priority(was["priority"])
    into.topic = into_was["topic"] if into.topic == was["topic"] else into.topic
    if into.status is ConversationStatus.RESOLVED:
        states.part_resolved(into, gone, took=facts.took, left=facts.left)
    elif was["status"] == ConversationStatus.RESOLVED and not states.waits(into, facts.took):
        states.keep_resolved(into, gone, took=facts.took, left=facts.left)
    else:
        _part_again(engine, gone, into, now, facts)
    engine.moves.changes.rearranged = Rearranged(
        cause=cause,
        at=now,
        by_agent=data.by_agent,
        rearrangement_id=_named(data),
        parted=gone.id,
        threads=facts.threads,
        threads_from=into.id,
        threads_to=gone.id,
    )
    why = f"{_who(engine, data)} undid a join"
    _decide(engine, asked, Kind.UNDONE, (into, why), (gone, why))


def _part_again(engine: "Engine", gone: Conversation, into: Conversation, now: datetime, facts: UndoFacts) -> None:
    was, into_was = facts.before["gone"], facts.before["into"]
    gone.status, gone.resolved_at, gone.assignee_id = ConversationStatus.OPEN, None, None
    into.priority = Priority(into_was["priority"])
    if into.waiting_since is not None:
        engine.moves.wait_since(into, into.waiting_since)  # due by its own priority
    seat = _seat(engine, was["assignee_id"])
    states.part(engine, into, gone, seat, now, took=facts.took, left=facts.left)
    if into_was["status"] == ConversationStatus.RESOLVED and into.waiting_since is None:
        engine.moves.close(into, now)
        into.outcome = into_was["outcome"]


_UNDO: Mapping[str, Callable[["Engine", Conversation, Conversation, Asked, UndoFacts], None]] = {
    "split": _undo_split,
    "join": _undo_join,
}


def _decide(
    engine: "Engine",
    asked: Asked,
    kind: Kind,
    *both: tuple[Conversation, str],
    tell: UUID | None = None,
) -> None:
    """One decision for either, under the cause for the one that was asked; then what waits finds its agent."""
    ordered = sorted(both, key=lambda each: each[0].id != asked.data.conversation_id)
    for (one, why), (other, _) in zip(ordered, reversed(ordered), strict=True):
        facts = {OTHER: str(other.id)}
        engine.moves.decide(one, kind, asked.now, cause=asked.cause, why=why, facts=facts, tell=(tell,))
    for one, _ in ordered:
        states.routed(engine, one, asked.now)


def _as_it_was(one: Conversation) -> dict[str, Any]:
    assignee = None if one.assignee_id is None else str(one.assignee_id)
    return {
        "status": one.status.value,
        "assignee_id": assignee,
        "priority": one.priority.value,
        "topic": one.topic,
        "outcome": one.outcome,
    }


def _seat(engine: "Engine", agent_id: str | None) -> Seat | None:
    return engine.board.seat(UUID(agent_id)) if agent_id is not None else None


def _named(data: ConversationCommand) -> UUID:
    if data.rearrangement is None:  # its facts were found by it
        raise AssertionError
    return data.rearrangement


def _who(engine: "Engine", data: ConversationCommand) -> str:
    return engine.board.name(data.by_agent) if data.by_agent else "somebody of the organisation"
