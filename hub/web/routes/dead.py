"""Events that could not be handled."""

from hub.errors import Conflict, NotFound
from hub.web import dead
from hub.web.route import ADMIN, Route
from hub.web.shapes.common import PageOf
from hub.web.shapes.dead import DEAD_EVENT, DEAD_EVENT_WHOLE

_NOT_THERE = NotFound("there is no such dead event", where=dead.NUMBER, mend="GET /api/v1/dead-events lists them")
_GONE = Conflict(f"{dead.GONE}: Mina retried it", mend="look at the list again")

ROUTES: tuple[Route, ...] = (
    Route(
        "GET",
        "/dead-events",
        dead.listed,
        ADMIN,
        summary="List dead events",
        more="Events that failed three times alone and were put aside, oldest first, without what they say.",
        query=dead.LISTED,
        gives={200: PageOf(DEAD_EVENT)},
    ),
    Route(
        "GET",
        "/dead-events/{number}",
        dead.one,
        ADMIN,
        summary="One dead event",
        more="With what it says: known secrets are taken out, what a customer wrote is not.",
        gives={200: DEAD_EVENT_WHOLE},
        refuses=(dead.NO_NUMBER, _NOT_THERE),
    ),
    Route(
        "POST",
        "/dead-events/{number}/retry",
        dead.retry,
        ADMIN,
        summary="Retry a dead event",
        more="Hands it to its worker once more. It is handled at most once; failing again, it comes back as a new one.",
        gives={200: DEAD_EVENT_WHOLE},
        refuses=(dead.NO_NUMBER, _NOT_THERE, _GONE),
    ),
    Route(
        "POST",
        "/dead-events/{number}/drop",
        dead.drop,
        ADMIN,
        summary="Drop a dead event",
        more="It is never handled. It stays visible with `state=dropped`.",
        gives={200: DEAD_EVENT_WHOLE},
        refuses=(dead.NO_NUMBER, _NOT_THERE, _GONE),
    ),
)
