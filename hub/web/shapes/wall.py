"""What supervisors see of everybody at once."""

from typing import Annotated, Literal
from uuid import UUID

import msgspec

from hub.model import Channel, Presence, Role
from hub.web.shapes import common
from hub.web.shapes.common import AT, LATER, Shape, Time

State = Literal["waiting", "answered", "snoozed"]
Since = Annotated[Time | None, msgspec.Meta(description="Since when the customer waits for an answer.")]
ReplyBy = Annotated[
    Time | None, msgspec.Meta(description="`waiting_since` and the time in which her channel is answered.")
]
Late = Annotated[int, msgspec.Meta(description="How many of them are past their `reply_by`.")]


class Service(Shape, frozen=True, kw_only=True):
    """Which share of today's waits were answered within their reply deadline."""

    answered_in_time: Annotated[int, msgspec.Meta(description="Waits that a person's answer ended today, by then.")]
    answered_late: Annotated[int, msgspec.Meta(description="The same, later than that.")]
    unanswered_late: Annotated[int, msgspec.Meta(description="Waits that go on, past their deadline, since whenever.")]
    share: Annotated[
        float | None, msgspec.Meta(description="The first of the three of all three, 0 to 1; null if they are none.")
    ]


class WaitingOne(Shape, frozen=True, kw_only=True):
    """A conversation that waits for an agent."""

    id: UUID
    number: int
    channel: Channel
    customer_id: UUID
    customer_name: str | None
    contact_point: str
    offered_to: Annotated[UUID | None, msgspec.Meta(description="The agent who may accept it now.")]
    waiting_since: Since
    reply_by: ReplyBy


class Line(Shape, frozen=True, kw_only=True):
    """One team's waiting line, or that of what no team has."""

    team_id: UUID | None
    team_name: str | None
    length: int
    oldest: Annotated[Time | None, msgspec.Meta(description="Since when the one waits that waits longest.")]
    late: Late
    service: Service
    waiting: Annotated[tuple[WaitingOne, ...], msgspec.Meta(description="The first 20, in the line's order.")]


class HeldOne(Shape, frozen=True, kw_only=True):
    """A conversation that an agent holds. `answered`: it waits on the customer."""

    id: UUID
    number: int
    channel: Channel
    customer_id: UUID
    customer_name: str | None
    contact_point: str
    state: State
    waiting_since: Since
    reply_by: ReplyBy
    snoozed_until: Time | None
    held_since: Time | None


class Load(Shape, frozen=True, kw_only=True):
    """How much she holds of how much she may, in points."""

    load: int
    capacity: int


class AtWork(Shape, frozen=True, kw_only=True):
    """An agent and what she holds."""

    id: UUID
    name: str
    role: Role
    active: bool
    teams: tuple[UUID, ...]
    declared: Presence
    reason: str
    declared_at: Time | None
    connected: Annotated[bool | None, msgspec.Meta(description="A desk of hers is open; null while nobody can say.")]
    live: Load
    written: Load
    holds: Annotated[int, msgspec.Meta(description="Conversations that are hers and not resolved.")]
    late: Late
    holding: Annotated[tuple[HeldOne, ...], msgspec.Meta(description="The first 10: who waits longest comes first.")]


class ByChannel(Shape, frozen=True, kw_only=True):
    """What came in on a channel, hour by hour."""

    channel: Channel
    inbound: tuple[int, ...]


class Volume(Shape, frozen=True, kw_only=True):
    """What customers sent today. `hours` are when each begins: 24, but on days when clocks are changed."""

    hours: tuple[Time, ...]
    channels: Annotated[tuple[ByChannel, ...], msgspec.Meta(description="Those on which something came.")]


class Wall(Shape, frozen=True, kw_only=True):
    """Who waits, who is there, and how today went."""

    at: Annotated[Time, msgspec.Meta(description="When this was counted.")]
    time_zone: Annotated[str, msgspec.Meta(description="The organisation's, by which the day begins.")]
    day_starts_at: Time
    day_ends_at: Time
    service: Service
    lines: Annotated[tuple[Line, ...], msgspec.Meta(description="Each team's by name, then that of no team.")]
    agents: Annotated[tuple[AtWork, ...], msgspec.Meta(description="By name: all but marketers and who has left.")]
    volume: Volume


_DAY = AT.replace(day=20, hour=20, minute=30, second=0, microsecond=0)
_SERVICE = Service(answered_in_time=38, answered_late=1, unanswered_late=1, share=0.95)
_NONE_YET = Service(answered_in_time=0, answered_late=0, unanswered_late=0, share=None)
_WAITING = WaitingOne(
    id=common.OTHER,
    number=8,
    channel=Channel.SMS,
    customer_id=common.CUSTOMER,
    customer_name="سارا احمدی",
    contact_point=common.HERS,
    offered_to=None,
    waiting_since=AT,
    reply_by=LATER,
)
_HELD = HeldOne(
    id=common.CONVERSATION,
    number=7,
    channel=Channel.SMS,
    customer_id=common.CUSTOMER,
    customer_name="سارا احمدی",
    contact_point=common.HERS,
    state="answered",
    waiting_since=None,
    reply_by=None,
    snoozed_until=None,
    held_since=AT,
)
WALL = Wall(
    at=LATER,
    time_zone="Asia/Tehran",
    day_starts_at=_DAY,
    day_ends_at=_DAY.replace(day=21),
    service=_SERVICE,
    lines=(
        Line(
            team_id=common.SUPPORT,
            team_name="Support",
            length=1,
            oldest=AT,
            late=1,
            service=_SERVICE,
            waiting=(_WAITING,),
        ),
        Line(team_id=None, team_name=None, length=0, oldest=None, late=0, service=_NONE_YET, waiting=()),
    ),
    agents=(
        AtWork(
            id=common.MINA,
            name="Mina",
            role=Role.AGENT,
            active=True,
            teams=(common.SUPPORT,),
            declared=Presence.AVAILABLE,
            reason="",
            declared_at=AT,
            connected=True,
            live=Load(load=0, capacity=100),
            written=Load(load=15, capacity=100),
            holds=1,
            late=0,
            holding=(_HELD,),
        ),
    ),
    volume=Volume(hours=(_DAY, _DAY.replace(hour=21)), channels=(ByChannel(channel=Channel.SMS, inbound=(3, 0)),)),
)
