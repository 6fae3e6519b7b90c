"""What routing decides over, in memory: the agents' seats and every conversation that is not resolved.

Rebuilt from PostgreSQL when a router starts; afterwards changed only by the engine, which writes every change down.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from hub.model import Channel, ConversationStatus, Presence, Priority
from hub.routing import unanswered
from hub.routing.line import Line
from hub.routing.plan import Plan, Pool, Size, Who
from hub.routing.ranking import Ranking
from hub.routing.unanswered import Times


@dataclass(slots=True, eq=False)
class Seat:
    """One agent as routing sees them. ``capacity`` and ``load`` are in points, by pool."""

    agent_id: UUID
    name: str
    capacity: dict[Pool, int]
    teams: frozenset[UUID]
    active: bool = True
    declared: Presence = Presence.OFFLINE
    seen_at: datetime | None = None
    connected: bool = False
    gone: bool = False
    load: dict[Pool, int] = field(default_factory=lambda: dict.fromkeys(Pool, 0))
    last_assigned_at: float = 0.0
    holds: set[UUID] = field(default_factory=set)
    offered: set[UUID] = field(default_factory=set)
    """What waits for her to accept it."""
    missed: int = 0
    """Offers in a row that ran out before she answered."""
    stamp: int = 0
    """Counts changes, so that the ranking knows which of its entries are old."""

    @property
    def present(self) -> bool:
        """Declared available and connected; says nothing of capacity."""
        return self.active and self.connected and self.declared is Presence.AVAILABLE

    def has_room(self, size: Size) -> bool:
        """Whether a conversation of this size fits."""
        return self.load[size.pool] + size.weight <= self.capacity[size.pool]


@dataclass(slots=True, eq=False)
class Conversation:
    """One conversation as routing sees it: the columns of ``conversation_states`` and what decisions need besides."""

    id: UUID
    customer_id: UUID
    channel: Channel
    account: str
    version: int = 0
    status: ConversationStatus = ConversationStatus.OPEN
    priority: Priority = Priority.NORMAL
    team_id: UUID | None = None
    assignee_id: UUID | None = None
    step: int | None = None
    step_until: datetime | None = None
    left_out: set[UUID] = field(default_factory=set)
    second_round: int | None = None
    """The step in which everybody was left out, and is asked once more."""
    offered_to: UUID | None = None
    offered_until: datetime | None = None
    waiting_since: datetime | None = None
    due: datetime | None = None
    reply_due: datetime | None = None
    last_inbound_at: datetime | None = None
    last_answer_at: datetime | None = None
    snoozed_until: datetime | None = None
    resolved_at: datetime | None = None
    topic: str | None = None
    outcome: str | None = None
    weight: int = 0
    next_at: datetime | None = None
    owner_id: UUID | None = None
    last_agent_id: UUID | None = None
    unanswered: Times = ()
    """When she wrote what nobody answered. In memory alone: only answers recorded late need more than the row has."""
    handed_at: datetime | None = None
    """When it was handed to its team, while it waits there. Not stored: it concerns answers under way just then."""
    waits_for: UUID | None = None
    """The agent or team for whom it stands in the waiting line; follows from its step."""
    stored_version: int = 0
    """The version the database has; the next write is conditional on it."""
    joined_into: UUID | None = None
    """The conversation in which all of it is shown now. Not of its row: ``rearranging`` writes it."""

    def __post_init__(self) -> None:
        """As read from the database."""
        self.unanswered = self.unanswered or unanswered.stored(self.waiting_since, self.last_inbound_at)

    @property
    def in_line(self) -> bool:
        """Whether it waits for an agent, also while it is offered to one: it keeps its place."""
        return self.step_until is not None

    @property
    def bearer(self) -> UUID | None:
        """On whose seat it weighs: who holds it, or whom it is offered."""
        return self.assignee_id or self.offered_to

    def ask_anew(self) -> None:
        """Nobody is left out any more."""
        self.left_out, self.second_round = set(), None


class Board:
    """Seats, conversations, the waiting line and the ranking, kept in step with each other."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.seats: dict[UUID, Seat] = {}
        self.conversations: dict[UUID, Conversation] = {}
        self.account_teams: dict[str, UUID | None] = {}
        self.team_names: dict[UUID, str] = {}
        self.line = Line()
        self.ranking = Ranking(plan.sizes())

    def seat(self, agent_id: UUID | None) -> Seat | None:
        """The seat of an agent, if there is one."""
        return self.seats.get(agent_id) if agent_id else None

    def shown(self, conversation_id: UUID) -> Conversation:
        """The conversation in which this one is shown: itself, unless it was joined. Both are on the board."""
        conversation = self.conversations[conversation_id]
        while conversation.joined_into is not None:
            conversation = self.conversations[conversation.joined_into]
        return conversation

    def name(self, agent_id: UUID | None) -> str:
        """The agent's name for a sentence."""
        seat = self.seat(agent_id)
        return seat.name if seat else "an agent unknown here"

    def put(self, conversation: Conversation) -> None:
        """Place a conversation on the board: into the line, or on its bearer's seat."""
        self.conversations[conversation.id] = conversation
        if conversation.status is ConversationStatus.RESOLVED:
            return
        if (seat := self.seat(conversation.bearer)) is not None:
            (seat.offered if conversation.assignee_id is None else seat.holds).add(conversation.id)
            self.weigh(conversation, conversation.weight, already=0)
        elif conversation.in_line:
            self.wait(conversation)

    def wait(self, conversation: Conversation) -> None:
        """It waits for whomever its step names, at the place its due time gives; not while it is offered."""
        if conversation.offered_to is not None:
            return
        conversation.waits_for = self.awaited(conversation)
        self.line.add(conversation, self.plan.rules(conversation.channel).size)

    def awaited(self, conversation: Conversation) -> UUID | None:
        """Whom a waiting conversation waits for, by the step it is in."""
        who = self.plan.rules(conversation.channel).step(conversation.step).who
        if who is Who.OWNER:
            return conversation.owner_id or conversation.team_id
        if who is Who.LAST_AGENT:
            return conversation.last_agent_id or conversation.team_id
        return conversation.team_id

    def weigh(self, conversation: Conversation, weight: int, *, already: int | None = None) -> None:
        """Let a conversation weigh ``weight`` points on its bearer's seat from now on."""
        before = conversation.weight if already is None else already
        conversation.weight = weight
        seat = self.seat(conversation.bearer)
        if seat is not None:
            seat.load[self.plan.rules(conversation.channel).pool] += weight - before
            self.ranking.changed(seat)

    def forget_resolved(self, conversations: Iterable[Conversation]) -> None:
        """Those of these that are resolved leave the board; each is read again when something happens to it."""
        for conversation in conversations:
            if conversation.status is ConversationStatus.RESOLVED:
                self.conversations.pop(conversation.id, None)
