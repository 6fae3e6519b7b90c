"""Customers and their history."""

from hub.web import customers
from hub.web.parameters import PAGED
from hub.web.route import ALL, Route
from hub.web.shapes.common import PageOf
from hub.web.shapes.customers import CUSTOMER, INTERACTION

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
    Route("GET", "/customers/{id}", customers.one, ALL, summary="One customer", gives={200: CUSTOMER}),
    Route(
        "GET",
        "/customers/{id}/history",
        customers.history_of,
        ALL,
        summary="What passed with a customer",
        more="On every channel, newest first. Marketers get neither `text` nor `media`.",
        query=PAGED,
        gives={200: PageOf(INTERACTION)},
    ),
)
