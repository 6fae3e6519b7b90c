"""What the history says to one who splits, joins or undoes, and what is to be written of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from hub.model import Channel
from hub.routing.unanswered import Times

MOST = 200
"""So many interactions are split off at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """What stands in one of two parts of a conversation, as far as routing asks."""

    waiting: Times = ()
    """When the customer wrote in it since she waits; of very many the first, and the last."""
    last_inbound_at: datetime | None = None
    last_answer_at: datetime | None = None
    """When an agent last wrote in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Between whom, and by what, a conversation began."""

    channel: Channel
    account: str
    contact_point: str
    our_address: str
    opened_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitFacts:
    """Of the interactions that are to be split off. ``threads`` are those whose newest message is among them."""

    found: Mapping[UUID, UUID]
    """Those of them that are shown in the conversation, each with where it stands."""
    undecided: bool
    """Routing has not seen one of them yet."""
    rest: bool
    """Something else is in it too."""
    origin: Origin | None
    took: Side
    left: Side
    threads: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class JoinFacts:
    """``threads`` are those of the conversation that is taken in."""

    threads: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoFacts:
    """A split or join as it was done. ``took`` and ``left`` are of a join: what goes back, and what stays."""

    kind: str
    from_id: UUID
    to_id: UUID
    interactions: Sequence[UUID]
    was: Sequence[UUID]
    before: Mapping[str, Any]
    undone: bool
    stood_on: bool
    took: Side = Side()
    left: Side = Side()
    threads: Sequence[str] = ()
    """Those that go back."""


Facts = SplitFacts | JoinFacts | UndoFacts


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A conversation that came of a split."""

    id: UUID
    customer_id: UUID
    previous_id: UUID
    origin: Origin


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """A split or join that is done now; ``undone`` is the one that is undone instead."""

    id: UUID
    kind: str
    from_id: UUID
    to_id: UUID
    interactions: Sequence[UUID] = ()
    was: Sequence[UUID] = ()
    before: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rearranged:
    """What is written of one split, join or undo, beside the states of the two conversations."""

    cause: UUID
    at: datetime
    by_agent: UUID | None
    rearrangement_id: UUID
    done: Done | None = None
    """Nothing, if it was undone."""
    opened: Opened | None = None
    placed: Mapping[UUID, UUID] = field(default_factory=dict)
    """Interactions, each with the conversation it stands in from now on."""
    joined: tuple[UUID, UUID] | None = None
    """The first is shown in the second from now on."""
    parted: UUID | None = None
    """It is shown in itself again."""
    threads: Sequence[str] = ()
    """What is written by these comes into ``threads_to`` from now on, if it came into ``threads_from``."""
    threads_from: UUID | None = None
    threads_to: UUID | None = None
