"""Teams."""

from hub.errors import Conflict, InputInvalid
from hub.web import teams
from hub.web.route import ADMIN, ALL, LEADS, Route
from hub.web.shapes import common
from hub.web.shapes.common import PageOf
from hub.web.shapes.people import TEAM, TEAM_WHOLE

_NAME_TAKEN = Conflict("There is a team called Billing already", where="$.name", mend="choose another name")
_NO_AGENT = InputInvalid("there is no such agent", where="$.members[0]", mend="GET /api/v1/agents lists them")

ROUTES: tuple[Route, ...] = (
    Route(
        "GET",
        "/teams",
        teams.listed,
        ALL,
        summary="List teams",
        more="By name, with their members.",
        gives={200: PageOf(TEAM)},
    ),
    Route(
        "POST",
        "/teams",
        teams.add,
        ADMIN,
        summary="Make a team",
        body=teams.NewTeam(name="Billing", members=(common.MINA,)),
        keyed=True,
        gives={201: TEAM},
        refuses=(_NAME_TAKEN, _NO_AGENT),
    ),
    Route(
        "GET",
        "/teams/{id}",
        teams.one,
        LEADS,
        summary="One team",
        more="With how much it has: while that is something, it cannot be deleted.",
        gives={200: TEAM_WHOLE},
    ),
    Route(
        "PATCH",
        "/teams/{id}",
        teams.change,
        ADMIN,
        summary="Change a team",
        more="What is not named stays. `members` are all of its agents from now on.",
        body=teams.TeamChange(name="Billing"),
        gives={200: TEAM},
        refuses=(_NAME_TAKEN, _NO_AGENT),
    ),
    Route(
        "DELETE",
        "/teams/{id}",
        teams.delete,
        ADMIN,
        summary="Delete a team",
        more="Only one without agents, accounts and conversations that are not resolved. Canned answers of its own go.",
        gives={204: None},
        refuses=(Conflict("Billing still has 2 agents and 1 conversation", mend="give them to another team first"),),
    ),
)
