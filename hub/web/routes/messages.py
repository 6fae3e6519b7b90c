"""The organisation writes first, and outcomes."""

from hub.errors import Conflict, InputInvalid
from hub.model import address_of
from hub.web import messages, results
from hub.web.route import DESK, Route
from hub.web.shapes import common
from hub.web.shapes.conversations import OUTCOME, PENDING
from hub.web.shapes.customers import INTERACTION

ROUTES: tuple[Route, ...] = (
    Route(
        "POST",
        "/messages",
        messages.write,
        DESK,
        summary="Write to a customer",
        more=(
            "`from` is one of our numbers, needed if there are several. The customer is made if nobody has the number. "
            "If a conversation with it is under way, the rule of answering holds."
        ),
        body=messages.Writing(
            to=address_of(common.HERS), text="Your parcel is at the post office.", from_=address_of(common.OURS)
        ),
        keyed=True,
        gives={201: INTERACTION, 202: PENDING},
        located=frozenset({201, 202}),
        refuses=(
            Conflict("Mina has it", mend="ask for it to be handed over, or a supervisor to assign it"),
            InputInvalid("this is no phone number", where="$.to", mend="give it like +989121234567"),
        ),
    ),
    Route(
        "GET",
        "/outcomes/{event_id}",
        results.outcome,
        DESK,
        summary="What became of a command, message or note",
        more="An id nobody knows is `pending`, for its event may be on its way.",
        gives={200: OUTCOME},
    ),
)
