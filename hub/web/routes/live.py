"""The live connection."""

from hub.errors import Refused
from hub.web import live
from hub.web.route import DESK, Route

ROUTES: tuple[Route, ...] = (
    Route(
        "GET",
        "/live",
        live.live,
        DESK,
        summary="The live connection",
        more=(
            "A WebSocket (RFC 6455): a snapshot, then hints, and a digest every 15 s. A browser offers the "
            "subprotocols `peyvand.v1` and `bearer.<token>`. Its frames are described by `/api/v1/asyncapi.json`."
        ),
        gives={101: None},
        refuses=(Refused("this address speaks WebSocket (RFC 6455) only", mend="open it with ws:// or wss://"),),
    ),
)
