"""What one batch changed: collected by the engine, written by ``store`` in one commit, then told as hints."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from hub.model import derived_id
from hub.routing.board import Conversation
from hub.routing.decisions import Decision
from hub.routing.offers import Ended, Offer, Outcome
from hub.routing.rearranging.facts import Rearranged


@dataclass(slots=True)
class Assignment:
    """Who held a conversation from when to when."""

    id: UUID
    conversation_id: UUID
    agent_id: UUID
    started_at: datetime
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Wait:
    """How long the customer waited for this answer of a person's; ``reply_by`` is when one was due."""

    answer_id: UUID
    conversation_id: UUID
    team_id: UUID | None
    agent_id: UUID | None
    since: datetime
    answered_at: datetime
    reply_by: datetime


@dataclass(frozen=True, slots=True)
class Touch:
    """One change to a conversation, for the hint that tells of it. ``audience`` are agents besides its team."""

    conversation_id: UUID
    version: int
    cause: UUID | None
    kind: str
    audience: tuple[UUID, ...]
    team_id: UUID | None


@dataclass(slots=True)
class Changes:
    """Everything to write and to tell after one batch."""

    conversations: dict[UUID, Conversation] = field(default_factory=dict)
    decisions: dict[UUID, Decision] = field(default_factory=dict)
    started: dict[UUID, Assignment] = field(default_factory=dict)
    ended: dict[UUID, datetime] = field(default_factory=dict)
    """Conversations whose assignment of before this batch ended, and when."""
    offered: dict[UUID, Offer] = field(default_factory=dict)
    offers_over: dict[UUID, Ended] = field(default_factory=dict)
    """Conversations whose offer of before this batch is no more pending."""
    sent_away: list[UUID] = field(default_factory=list)
    """Agents who missed too many offers."""
    waits: list[Wait] = field(default_factory=list)
    """Those that ended with an answer."""
    touches: list[Touch] = field(default_factory=list)
    left_line: set[UUID] = field(default_factory=set)
    rearranged: Rearranged | None = None
    """What was split, joined or undone: it is decided alone, so it is one."""

    def touch(
        self,
        conversation: Conversation,
        *,
        cause: UUID | None,
        kind: str = "conversation",
        also: Iterable[UUID | None] = (),
    ) -> None:
        """The conversation changed: its version rises and its people are told.

        Its team hears of what stands in its line or has just left it; what somebody holds or is offered is told to her
        alone, else each message would go to every desk of the team.
        """
        conversation.version += 1
        self.conversations[conversation.id] = conversation
        over = self.offers_over.get(conversation.id)
        asked = over.agent_id if over is not None else None
        people = {agent for agent in (conversation.bearer, asked, *also) if agent is not None}
        for_team = conversation.bearer is None or conversation.id in self.left_line
        team = conversation.team_id if for_team else None
        self.touches.append(Touch(conversation.id, conversation.version, cause, kind, tuple(people), team))

    def tell(
        self,
        conversation_id: UUID,
        version: int,
        *,
        cause: UUID,
        audience: Iterable[UUID | None],
        team_id: UUID | None = None,
    ) -> None:
        """Somebody waits to hear of it, or sees it no more: to her nothing else tells of the change."""
        people = tuple(agent for agent in audience if agent is not None)
        self.touches.append(Touch(conversation_id, version, cause, "conversation", people, team_id))

    def start(self, conversation: Conversation, agent_id: UUID, at: datetime) -> None:
        """The agent holds the conversation from now on."""
        id_ = derived_id("assignment", conversation.id, conversation.version)
        self.started[conversation.id] = Assignment(id_, conversation.id, agent_id, at)

    def end(self, conversation: Conversation, at: datetime) -> None:
        """Whoever holds it holds it no more. One that began in this very batch was never written and is dropped."""
        if self.started.pop(conversation.id, None) is None:
            self.ended[conversation.id] = at

    def offer(self, conversation: Conversation, agent_id: UUID, at: datetime, until: datetime) -> None:
        """The conversation is proposed to the agent."""
        id_ = derived_id("offer", conversation.id, conversation.version)
        self.offered[conversation.id] = Offer(id_, conversation.id, agent_id, conversation.step, at, until)

    def end_offer(self, conversation: Conversation, agent_id: UUID, outcome: Outcome, at: datetime) -> None:
        """The pending offer is over. One that began in this very batch was never written and is dropped."""
        if self.offered.pop(conversation.id, None) is None:
            self.offers_over[conversation.id] = Ended(agent_id, outcome, at)

    def __bool__(self) -> bool:
        return bool(self.conversations or self.decisions or self.touches)
