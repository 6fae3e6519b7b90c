"""Agents, teams and tokens."""

from typing import Annotated
from uuid import UUID

import msgspec

from hub.model import Presence, Role
from hub.web.shapes import common
from hub.web.shapes.common import AT, Shape, Time


class Agent(Shape, frozen=True, kw_only=True):
    """An agent, what she declared and what she holds."""

    id: UUID
    name: str
    role: Annotated[Role, msgspec.Meta(description="What she may do when she signs in.")]
    language: str | None
    live_capacity: Annotated[int, msgspec.Meta(description="In points: how much may ring at once.")]
    written_capacity: Annotated[int, msgspec.Meta(description="In points: how much in writing she may hold.")]
    active: bool
    created_at: Time
    teams: tuple[UUID, ...]
    skills: Annotated[tuple[str, ...], msgspec.Meta(description="What she is able to do, in your own words.")]
    declared: Presence
    reason: Annotated[str, msgspec.Meta(description="Why she declared so, if she said.")]
    declared_at: Time | None
    has_password: Annotated[bool, msgspec.Meta(description="Without one she cannot sign in at the desk.")]
    holds: Annotated[int, msgspec.Meta(description="Conversations that are hers and not resolved.")]
    connected: Annotated[bool | None, msgspec.Meta(description="A desk of hers is open; null while nobody can say.")]


class Team(Shape, frozen=True, kw_only=True):
    """A team and the ids of its agents."""

    id: UUID
    name: str
    created_at: Time
    members: tuple[UUID, ...]


class TeamWhole(Team, frozen=True, kw_only=True):
    """A team and how much it has."""

    accounts: Annotated[int, msgspec.Meta(description="Numbers and mailboxes whose conversations come to it.")]
    conversations: Annotated[int, msgspec.Meta(description="Those it has that are not resolved.")]


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


AGENT = Agent(
    id=common.MINA,
    name="Mina",
    role=Role.AGENT,
    language="fa",
    live_capacity=100,
    written_capacity=100,
    active=True,
    created_at=AT,
    teams=(common.SUPPORT,),
    skills=("returns",),
    declared=Presence.AVAILABLE,
    reason="",
    declared_at=AT,
    has_password=True,
    holds=1,
    connected=True,
)
TEAM = Team(id=common.SUPPORT, name="Support", created_at=AT, members=(common.MINA,))
TEAM_WHOLE = TeamWhole(
    id=common.SUPPORT, name="Support", created_at=AT, members=(common.MINA,), accounts=1, conversations=4
)
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
