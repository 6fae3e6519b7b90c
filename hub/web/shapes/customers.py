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
)
