"""What supervisors see of everybody at once."""

from hub.web import wall
from hub.web.route import LEADS, Route
from hub.web.shapes.wall import WALL

ROUTES: tuple[Route, ...] = (
    Route(
        "GET",
        "/wall",
        wall.wall,
        LEADS,
        summary="Who waits, who is there, how today went",
        more="Waiting lines, agents with what they hold, the service level and what came in today; as it was at most "
        "a second ago, what is counted over the whole day at most six.",
        gives={200: WALL},
    ),
)
