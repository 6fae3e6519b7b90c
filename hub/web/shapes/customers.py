"""Customers and what passed between them and us."""

from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec

from hub.model import Channel, DeliveryStatus, Direction
from hub.web.shapes import common
from hub.web.shapes.common import AT, Optional, Shape, Time


class CustomerPoint(Shape, frozen=True, kw_only=True):
    """One way to reach a customer."""

    contact_point: Annotated[str, msgspec.Meta(description="`scheme:value`, such as `tel:+989121234567`.")]
    verified_at: Annotated[Time | None, msgspec.Meta(description="When something last came from it that proves it.")]


class Customer(Shape, frozen=True, kw_only=True):
    """A customer with her contact points."""

    id: UUID
    name: str | None
    language: str | None
    time_zone: str | None
    owner_id: Annotated[UUID | None, msgspec.Meta(description="The agent responsible for her.")]
    attributes: dict[str, Any]
    version: int
    created_at: Time
    contact_points: tuple[CustomerPoint, ...]


class CustomerChange(Shape, frozen=True, kw_only=True):
    """One field of a profile that somebody changed."""

    id: UUID
    at: Time
    by_agent: Annotated[UUID | None, msgspec.Meta(description="The agent who did it; null for a program.")]
    by: Annotated[str, msgspec.Meta(description="The name of the person or token, as it was then.")]
    field: Annotated[str, msgspec.Meta(description="`name`, `owner` and so on; `attributes.city` for an attribute.")]
    before: Annotated[Any, msgspec.Meta(description="Null if there was nothing.")]
    after: Any


class File(Shape, frozen=True, kw_only=True):
    """A file of a message; one that is `stored` stands at `/interactions/{id}/media/{position}`."""

    position: int
    status: Annotated[
        Literal["waiting", "stored", "failed"],
        msgspec.Meta(description="`waiting` is yet to be fetched from the provider."),
    ]
    name: str | None
    content_type: Annotated[str, msgspec.Meta(description="By its bytes, once it is stored.")]
    size: Annotated[int | None, msgspec.Meta(description="In bytes, once it is stored.")]
    reason: Annotated[str | None, msgspec.Meta(description="Why it could not be fetched.")]


class Interaction(Shape, frozen=True, kw_only=True):
    """One thing that passed between a customer and the organisation."""

    id: UUID
    customer_id: UUID | msgspec.UnsetType = Optional
    conversation_id: UUID | msgspec.UnsetType = Optional
    channel: Channel
    direction: Annotated[Direction, msgspec.Meta(description="`internal` is a note.")]
    contact_point: str
    our_address: str
    agent_id: UUID | None
    accepted_at: Time
    text: Annotated[str | msgspec.UnsetType | None, msgspec.Meta(description="Not for marketers.")] = Optional
    media: tuple[File, ...] | msgspec.UnsetType | None = Optional
    delivery: Annotated[DeliveryStatus | None, msgspec.Meta(description="What became of an outbound message.")]
    delivery_reason: str | None
    delivery_code: Annotated[str | None, msgspec.Meta(description="The provider's own word.")]
    provider_id: str | None
    mentions: Annotated[tuple[UUID, ...], msgspec.Meta(description="Agents who are mentioned in a note.")]


class FoundMessage(Interaction, frozen=True, kw_only=True):
    """A message or note that was found."""

    customer_name: str | None
    visible: Annotated[bool, msgspec.Meta(description="Whether you may open its conversation.")]


class Found(Shape, frozen=True, kw_only=True):
    """What fits the words: customers and what was said, each newest first."""

    customers: tuple[Customer, ...]
    messages: Annotated[tuple[FoundMessage, ...], msgspec.Meta(description="None for marketers.")]


CUSTOMER = Customer(
    id=common.CUSTOMER,
    name="سارا احمدی",
    language="fa",
    time_zone="Asia/Tehran",
    owner_id=common.MINA,
    attributes={"tier": "gold"},
    version=1,
    created_at=AT,
    contact_points=(CustomerPoint(contact_point=common.HERS, verified_at=AT),),
)
CHANGE = CustomerChange(
    id=common.example_id(11),
    at=AT,
    by_agent=common.MINA,
    by="Mina",
    field="attributes.tier",
    before=None,
    after="gold",
)
INTERACTION = Interaction(
    id=common.MESSAGE,
    customer_id=common.CUSTOMER,
    conversation_id=common.CONVERSATION,
    channel=Channel.SMS,
    direction=Direction.OUTBOUND,
    contact_point=common.HERS,
    our_address=common.OURS,
    agent_id=common.MINA,
    accepted_at=AT,
    text="همین الان نگاه می‌کنم",
    media=None,
    delivery=DeliveryStatus.QUEUED,
    delivery_reason=None,
    delivery_code=None,
    provider_id=None,
    mentions=(),
)
FOUND = Found(
    customers=(CUSTOMER,),
    messages=(FoundMessage(**msgspec.structs.asdict(INTERACTION), customer_name="سارا احمدی", visible=True),),
)
