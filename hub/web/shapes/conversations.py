"""Conversations, decisions about them, and what became of what was asked."""

from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec

from hub.model import Channel, ConversationStatus, DeliveryStatus, Direction, Priority
from hub.web.shapes import common
from hub.web.shapes.common import AT, LATER, Optional, Shape, Time
from hub.web.shapes.customers import INTERACTION, Interaction


class Last(Shape, frozen=True, kw_only=True):
    """The last that passed in a conversation."""

    id: UUID
    direction: Direction
    channel: Channel
    text: Annotated[str, msgspec.Meta(description="Its first 160 characters; empty if there is none.")]
    accepted_at: Time
    agent_id: UUID | None
    delivery: DeliveryStatus | None
    files: Annotated[int, msgspec.Meta(description="How many files it has.")]


class Conversation(Shape, frozen=True, kw_only=True):
    """A conversation and its state."""

    id: UUID
    number: Annotated[int, msgspec.Meta(description="For people to say; rises with each conversation.")]
    customer_id: UUID
    channel: Channel
    account: Annotated[str, msgspec.Meta(description="`adapter/name` of our number.")]
    contact_point: str
    our_address: str
    previous_id: Annotated[UUID | None, msgspec.Meta(description="The one before it between the same two addresses.")]
    opened_at: Time
    version: Annotated[int, msgspec.Meta(description="Rises with each change; hints name it.")]
    status: ConversationStatus
    priority: Priority | None
    team_id: UUID | None
    assignee_id: Annotated[UUID | None, msgspec.Meta(description="The agent who holds it.")]
    offered_to: Annotated[UUID | None, msgspec.Meta(description="The agent who may accept it now.")]
    offered_until: Annotated[Time | None, msgspec.Meta(description="And until when; then it goes on to the next.")]
    waiting_since: Annotated[Time | None, msgspec.Meta(description="Since when the customer waits for an answer.")]
    due: Annotated[Time | None, msgspec.Meta(description="By when somebody shall hold it.")]
    reply_due: Annotated[Time | None, msgspec.Meta(description="By when she shall be answered.")]
    snoozed_until: Time | None
    resolved_at: Time | None
    topic: str | None
    outcome: str | None
    last_inbound_at: Time | None
    last_answer_at: Time | None
    step: Annotated[int | None, msgspec.Meta(description="How far down the routing plan it went.")]
    next_at: Annotated[Time | None, msgspec.Meta(description="When something happens next by itself.")]
    customer_name: str | None
    customer_language: str | None
    last: Last | None
    unread: Annotated[bool, msgspec.Meta(description="She wrote after what you have read; false if you are no agent.")]
    mentioned: Annotated[bool, msgspec.Meta(description="You were mentioned in it.")]
    free_text_until: Annotated[
        Time | None, msgspec.Meta(description="After this only an approved template passes; null: always free text.")
    ]
    joined_into: Annotated[
        UUID | None, msgspec.Meta(description="It was joined into this one, where all that was in it is shown.")
    ]
    rearranged_at: Annotated[
        Time | None, msgspec.Meta(description="When it was last split or joined, or that undone: read its thread anew.")
    ]


class Rearrangement(Shape, frozen=True, kw_only=True, rename={"from_": "from"}):
    """A split or join of conversations."""

    id: UUID
    kind: Literal["split", "join"]
    from_: Annotated[UUID, msgspec.Meta(description="The conversation that gave.")]
    to: Annotated[UUID, msgspec.Meta(description="The one that got: new of a split.")]
    interactions: Annotated[
        tuple[UUID, ...], msgspec.Meta(description="What was split off; empty of a join, which takes all.")
    ]
    at: Time
    by_agent: UUID | None
    undone_at: Time | None
    undone_by: UUID | None


class Decision(Shape, frozen=True, kw_only=True):
    """Why routing did what it did."""

    event_id: UUID
    conversation_id: UUID | msgspec.UnsetType = Optional
    at: Time
    kind: str
    refused: bool
    step: int | msgspec.UnsetType | None = Optional
    agent_id: UUID | None
    team_id: UUID | msgspec.UnsetType | None = Optional
    plan_version: int | msgspec.UnsetType = Optional
    next_at: Time | msgspec.UnsetType | None = Optional
    sentence: str
    reasons: Annotated[dict[str, Any], msgspec.Meta(description="`refusal` is the reason as a word for programs.")]


class Obeyed(Shape, frozen=True, kw_only=True):
    """A command was carried out: the conversation as it is now, and the decision."""

    conversation: Conversation | None
    decision: Decision
    other: Annotated[
        Conversation | msgspec.UnsetType,
        msgspec.Meta(description="Of a split, join or undo: the other conversation, if you may see it."),
    ] = Optional


class Pending(Shape, frozen=True, kw_only=True):
    """Durably taken in and not decided yet; ``outcome`` is where to look."""

    id: UUID
    state: Literal["pending"] = "pending"
    outcome: str


class Outcome(Shape, frozen=True, kw_only=True):
    """What became of a command, message or note; its content only for who may see the conversation."""

    id: UUID
    state: Literal["pending", "done", "refused"]
    conversation: Conversation | msgspec.UnsetType = Optional
    decision: Decision | msgspec.UnsetType = Optional
    interaction: Interaction | msgspec.UnsetType = Optional
    other: Conversation | msgspec.UnsetType = Optional


CONVERSATION = Conversation(
    id=common.CONVERSATION,
    number=3,
    customer_id=common.CUSTOMER,
    channel=Channel.SMS,
    account=common.ACCOUNT,
    contact_point=common.HERS,
    our_address=common.OURS,
    previous_id=None,
    opened_at=AT,
    version=2,
    status=ConversationStatus.OPEN,
    priority=Priority.NORMAL,
    team_id=common.SUPPORT,
    assignee_id=common.MINA,
    offered_to=None,
    offered_until=None,
    waiting_since=AT,
    due=LATER,
    reply_due=LATER,
    snoozed_until=None,
    resolved_at=None,
    topic=None,
    outcome=None,
    last_inbound_at=AT,
    last_answer_at=None,
    step=2,
    next_at=LATER,
    customer_name="سارا احمدی",
    customer_language="fa",
    last=Last(
        id=common.MESSAGE,
        direction=Direction.INBOUND,
        channel=Channel.SMS,
        text="سلام، سفارش من کجاست؟",
        accepted_at=AT,
        agent_id=None,
        delivery=None,
        files=0,
    ),
    unread=True,
    mentioned=False,
    free_text_until=None,
    joined_into=None,
    rearranged_at=None,
)
DECISION = Decision(
    event_id=common.COMMAND,
    conversation_id=common.CONVERSATION,
    at=AT,
    kind="accepted",
    refused=False,
    agent_id=common.MINA,
    sentence="Mina accepted it.",
    reasons={"why": "Mina accepted it."},
)
OBEYED = Obeyed(conversation=CONVERSATION, decision=DECISION)
REARRANGED = Obeyed(
    conversation=msgspec.structs.replace(CONVERSATION, rearranged_at=LATER),
    decision=msgspec.structs.replace(
        DECISION, kind="split", sentence="Mina split off another matter.", reasons={"other": str(common.OTHER)}
    ),
    other=msgspec.structs.replace(
        CONVERSATION, id=common.OTHER, number=4, previous_id=common.CONVERSATION, rearranged_at=LATER
    ),
)
REARRANGEMENT = Rearrangement(
    id=common.REARRANGED,
    kind="split",
    from_=common.CONVERSATION,
    to=common.OTHER,
    interactions=(common.MESSAGE,),
    at=LATER,
    by_agent=common.MINA,
    undone_at=None,
    undone_by=None,
)
PENDING = Pending(id=common.COMMAND, outcome=f"/api/v1/outcomes/{common.COMMAND}")
OUTCOME = Outcome(id=common.COMMAND, state="done", conversation=CONVERSATION, interaction=INTERACTION)
