"""Customers and their history."""

from hub.errors import InputInvalid
from hub.web import customers, profiles, searching
from hub.web.parameters import LIMIT, PAGED
from hub.web.route import ALL, DESK, Route
from hub.web.shapes import common
from hub.web.shapes.common import PageOf
from hub.web.shapes.customers import CHANGE, CUSTOMER, FOUND, INTERACTION

_WRONG = (
    InputInvalid(
        "there is no such agent", where="$.owner", mend="GET /api/v1/agents lists them; it takes one who is active"
    ),
    InputInvalid("there is no such time zone", where="$.time_zone", mend="give one of IANA's, such as Asia/Tehran"),
)

ROUTES: tuple[Route, ...] = (
    Route(
        "GET",
        "/customers",
        customers.listed,
        ALL,
        summary="Find customers",
        more="Give `contact_point` or `query`, or neither for all, newest first.",
        query=(customers.CONTACT_POINT, customers.BEGINNING, *PAGED),
        gives={200: PageOf(CUSTOMER)},
    ),
    Route(
        "POST",
        "/customers",
        profiles.add,
        DESK,
        summary="Make a customer",
        more="Her name or at least one contact point is needed. None of these points may be somebody else's.",
        body=profiles.NewCustomer(
            name="سارا احمدی",
            language="fa",
            time_zone="Asia/Tehran",
            owner=common.MINA,
            attributes={"tier": "gold"},
            contact_points=("tel:+989121234599", "mailto:sara@example.ir"),
        ),
        keyed=True,
        gives={201: CUSTOMER},
        located=frozenset({201}),
        refuses=(*_WRONG, profiles.taken(0)),
    ),
    Route("GET", "/customers/{id}", customers.one, ALL, summary="One customer", gives={200: CUSTOMER}),
    Route(
        "PATCH",
        "/customers/{id}",
        profiles.change,
        DESK,
        summary="Change a customer's profile",
        more="`version` is the one you saw. What is not named stays; null empties it. `attributes` are all of hers"
        " from now on. Each field that changes is recorded with who changed it.",
        body=profiles.CustomerChanges(version=1, name="سارا احمدی", attributes={"tier": "gold"}),
        gives={200: CUSTOMER},
        refuses=(*_WRONG, profiles.overtaken()),
    ),
    Route(
        "GET",
        "/customers/{id}/changes",
        profiles.changes_of,
        ALL,
        summary="Who changed what of a profile",
        more="Newest first, one for each field.",
        query=PAGED,
        gives={200: PageOf(CHANGE)},
    ),
    Route(
        "GET",
        "/customers/{id}/history",
        customers.history_of,
        ALL,
        summary="What passed with a customer",
        more="On every channel, newest first. Marketers get neither `text` nor `media`.",
        query=(customers.CHANNEL, customers.DIRECTION, *PAGED),
        gives={200: PageOf(INTERACTION)},
    ),
    Route(
        "GET",
        "/search",
        searching.search,
        ALL,
        summary="Find customers and what was said",
        more="All these words, or how they begin, in any order; Arabic letters and digits count as Persian ones, and"
        " marks above and below letters count for nothing. Newest first. What is said is found some seconds later.",
        query=(searching.WORDS, LIMIT),
        gives={200: FOUND},
    ),
)
