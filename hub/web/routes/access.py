"""Tokens."""

from hub.errors import Conflict, InputInvalid
from hub.model import Role
from hub.web import access
from hub.web.route import ADMIN, Route
from hub.web.shapes.common import PageOf
from hub.web.shapes.people import MADE_TOKEN, TOKEN

ROUTES: tuple[Route, ...] = (
    Route(
        "GET",
        "/tokens",
        access.tokens,
        ADMIN,
        summary="List tokens",
        more="Newest first, without anything secret.",
        gives={200: PageOf(TOKEN)},
    ),
    Route(
        "POST",
        "/tokens",
        access.add_token,
        ADMIN,
        summary="Make a token",
        more="The answer holds it this one time; repeated with the same `Idempotency-Key` it is 409.",
        body=access.NewToken(name="crm", role=Role.MARKETER),
        keyed=True,
        gives={201: MADE_TOKEN},
        refuses=(
            Conflict("This token was made already and cannot be shown again", mend="revoke it and make another"),
            InputInvalid("whose token is it?", where="$.agent", mend="give the agent's id"),
        ),
    ),
    Route(
        "DELETE",
        "/tokens/{id}",
        access.revoke_token,
        ADMIN,
        summary="End a token",
        more="Works no more, at once in this process and within 5 s in the others.",
        gives={204: None},
    ),
)
