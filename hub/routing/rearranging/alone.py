"""A split, a join or an undo is decided alone, on a history that knows all that was decided before it. Pure."""

from collections.abc import Sequence
from uuid import UUID

from hub.events import ConversationCommand, Event
from hub.routing.rearranging.facts import Facts, UndoFacts

REARRANGES = frozenset({"split", "join", "undo"})
"""The commands that are so."""


def rearranges(event: Event) -> ConversationCommand | None:
    """What it asks, if it is one of them."""
    data = event.data
    return data if isinstance(data, ConversationCommand) and data.command in REARRANGES else None


def apart(events: Sequence[Event]) -> Sequence[Sequence[Event]]:
    """The batch as it is, or in parts in which each of them is alone."""
    if not any(map(rearranges, events)):
        return [events]
    parts: list[list[Event]] = [[]]
    for event in events:
        if rearranges(event) is None:
            parts[-1].append(event)
        else:
            parts += [[event], []]
    return [part for part in parts if part]


def named(events: Sequence[Event], facts: Facts | None) -> set[UUID]:
    """Every conversation these are about."""
    ids = {id_ for event in events if (id_ := getattr(event.data, "conversation_id", None)) is not None}
    ids |= {asked.other for event in events if (asked := rearranges(event)) is not None and asked.other is not None}
    return ids | {facts.from_id, facts.to_id} if isinstance(facts, UndoFacts) else ids
