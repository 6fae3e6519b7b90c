"""Agents, teams, tokens and accounts."""

from typing import Annotated, Any
from uuid import UUID

import msgspec

from hub.model import Channel, Presence, Role
from hub.web.shapes import common
from hub.web.shapes.common import AT, Shape, Time


class Agent(Shape, frozen=True, kw_only=True):
    """An agent, what she declared and what she holds."""

    id: UUID
    name: str
    language: str | None
    live_capacity: Annotated[int, msgspec.Meta(description="In points: how much may ring at once.")]
    written_capacity: Annotated[int, msgspec.Meta(description="In points: how much in writing she may hold.")]
    active: bool
    created_at: Time
    teams: tuple[UUID, ...]
    declared: Presence
    holds: Annotated[int, msgspec.Meta(description="Conversations that are hers and not resolved.")]


class Team(Shape, frozen=True, kw_only=True):
    """A team and the ids of its agents."""

    id: UUID
    name: str
    created_at: Time
    members: tuple[UUID, ...]


class Token(Shape, frozen=True, kw_only=True):
    """A token without anything secret."""

    id: UUID
    name: str
    role: Role
    agent_id: UUID | None
    created_at: Time
    expires_at: Time | None
    revoked_at: Time | None


class MadeToken(Shape, frozen=True, kw_only=True):
    """A token just made; ``token`` is shown this one time."""

    id: UUID
    name: str
    role: Role
    agent_id: UUID | None
    expires_at: Time | None
    token: str


class Account(Shape, frozen=True, kw_only=True):
    """One of our numbers, without its secrets."""

    id: Annotated[str, msgspec.Meta(description="`adapter/name`.")]
    adapter: str
    channel: Channel
    addresses: tuple[str, ...]
    settings: dict[str, Any]
    team_id: Annotated[UUID | None, msgspec.Meta(description="Whose conversations begin there.")]
    active: bool
    problem: Annotated[str | None, msgspec.Meta(description="Why it cannot be used now.")]


AGENT = Agent(
    id=common.MINA,
    name="Mina",
    language="fa",
    live_capacity=100,
    written_capacity=100,
    active=True,
    created_at=AT,
    teams=(common.SUPPORT,),
    declared=Presence.AVAILABLE,
    holds=1,
)
TEAM = Team(id=common.SUPPORT, name="Support", created_at=AT, members=(common.MINA,))
TOKEN = Token(
    id=common.TOKEN, name="crm", role=Role.MARKETER, agent_id=None, created_at=AT, expires_at=None, revoked_at=None
)
MADE_TOKEN = MadeToken(
    id=common.TOKEN,
    name="crm",
    role=Role.MARKETER,
    agent_id=None,
    expires_at=None,
    token="pv_…",  # noqa: S106 - an example, and none at that
)
ACCOUNT = Account(
    id=common.ACCOUNT,
    adapter="sms_twilio",
    channel=Channel.SMS,
    addresses=(common.OURS,),
    settings={"account_sid": "AC0123456789abcdef0123456789abcdef"},
    team_id=common.SUPPORT,
    active=True,
    problem=None,
)
