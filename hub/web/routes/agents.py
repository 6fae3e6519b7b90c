"""Agents and declared presence."""

from hub.errors import Conflict, InputInvalid, NotAllowed
from hub.model import Presence
from hub.web import agents, own
from hub.web.route import ADMIN, ALL, DESK, Route
from hub.web.shapes import common
from hub.web.shapes.common import PageOf
from hub.web.shapes.me import MADE_PASSWORD
from hub.web.shapes.people import AGENT

_NAME_TAKEN = Conflict("There is an agent called Mina already", where="$.name", mend="choose another name")
_LAST = Conflict("Nora is the last administrator", where="$.role", mend="make somebody else an administrator first")
_NO_TEAM = InputInvalid("there is no such team", where="$.teams[0]", mend="GET /api/v1/teams lists them")

_GUESSED = InputInvalid(
    "this password is among the first that anybody would guess", where="$.password", mend="take several words"
)

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
        body=agents.NewAgent(name="Mina", language="fa", teams=(common.SUPPORT,), skills=("returns",)),
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
        more="What is not named stays. `teams` and `skills` are all of hers from now on.",
        body=agents.AgentChange(written_capacity=50),
        gives={200: AGENT},
        refuses=(_NAME_TAKEN, _LAST, _NO_TEAM),
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
        "POST",
        "/agents/{id}/password",
        own.give_password,
        ADMIN,
        summary="Give an agent a password",
        more="A random one if you name none. It is shown this one time, and her sign-ins end.",
        body=own.GivenPassword(),
        gives={200: MADE_PASSWORD},
        refuses=(_GUESSED,),
    ),
)
