"""How the hub fares."""

from hub.web import checked
from hub.web.route import ADMIN, Route
from hub.web.shapes.health import HUB_HEALTH

ROUTES: tuple[Route, ...] = (
    Route(
        "GET",
        "/health",
        checked.looked,
        ADMIN,
        summary="How the hub fares",
        more=(
            "What `hub doctor` looks at, as far as it makes sense in a running process, all at once: what was seen and "
            "how to mend it, without secrets. It tries the accounts at their providers and changes nothing. The "
            "answer comes within some 10 seconds, also while the broker or Redis is away."
        ),
        gives={200: HUB_HEALTH},
    ),
)
