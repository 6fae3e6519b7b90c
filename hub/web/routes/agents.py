"""Agents, teams and declared presence."""

from hub.errors import Conflict, InputInvalid, NotAllowed
from hub.model import Presence
from hub.web import agents
from hub.web.route import ADMIN, ALL, DESK, Route
from hub.web.shapes import common
from hub.web.shapes.common import PageOf
from hub.web.shapes.people import AGENT, TEAM

_NAME_TAKEN = Conflict("There is an agent called Mina already", where="$.name", mend="choose another name")
_NO_TEAM = InputInvalid("there is no such team", where="$.teams[0]", mend="GET /api/v1/teams lists them")

ROUTES: tuple[Route, ...] = (
    Route(
        "GET", "/agents", agents.listed, ALL, summary="List agents", more="By name, all.", gives={200: PageOf(AGENT)}
    ),
    Route(
        "POST",
        "/agents",
        agents.add,
        ADMIN,
        summary="Make an agent",
        more="A name belongs to one agent, whatever its case. Capacities are points; a text takes some of them.",
        body=agents.NewAgent(name="Mina", language="fa", teams=(common.SUPPORT,)),
        keyed=True,
        gives={201: AGENT},
        located=frozenset({201}),
        refuses=(_NAME_TAKEN, _NO_TEAM),
    ),
    Route("GET", "/agents/{id}", agents.one, ALL, summary="One agent", gives={200: AGENT}),
    Route(
        "PATCH",
        "/agents/{id}",
        agents.change,
        ADMIN,
        summary="Change an agent",
        more="What is not named stays. `teams` are all her teams from now on.",
        body=agents.AgentChange(written_capacity=50),
        gives={200: AGENT},
        refuses=(_NAME_TAKEN, _NO_TEAM),
    ),
    Route(
        "POST",
        "/agents/{id}/presence",
        agents.declare,
        DESK,
        summary="Declare presence",
        more="By the agent herself or by a supervisor.",
        body=agents.Declared(presence=Presence.AWAY, reason="lunch"),
        gives={200: AGENT},
        refuses=(NotAllowed("only she herself or a supervisor may say this of an agent"),),
    ),
    Route(
        "GET",
        "/teams",
        agents.teams,
        ALL,
        summary="List teams",
        more="By name, with their members.",
        gives={200: PageOf(TEAM)},
    ),
    Route(
        "POST",
        "/teams",
        agents.add_team,
        ADMIN,
        summary="Make a team",
        body=agents.NewTeam(name="Billing"),
        keyed=True,
        gives={201: TEAM},
        refuses=(Conflict("There is a team called Billing already", where="$.name", mend="choose another name"),),
    ),
)
