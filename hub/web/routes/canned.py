"""Canned answers."""

from hub.errors import InputInvalid
from hub.organisation.canned import fields, store
from hub.web import canned
from hub.web.parameters import PAGED
from hub.web.route import DESK, LEADS, Route
from hub.web.shapes import common
from hub.web.shapes.canned import CANNED_ANSWER
from hub.web.shapes.common import PageOf

_FIELDS = ", ".join(f"`{{{{{field}}}}}`" for field in fields.FIELDS)
_NO_FIELD = InputInvalid(
    "there is no merge field {{customer.nmae}}",
    where="$.text",
    mend="those there are: {{customer.name}}, {{customer.first_name}}, {{agent.name}}, {{conversation.number}}",
)
_NO_TEAM = InputInvalid("there is no such team", where="$.team", mend="GET /api/v1/teams lists them")

ROUTES: tuple[Route, ...] = (
    Route(
        "GET",
        "/canned-answers",
        canned.listed,
        DESK,
        summary="List canned answers",
        more="By shortcut. An agent sees everybody's and her teams'.",
        query=PAGED,
        gives={200: PageOf(CANNED_ANSWER)},
    ),
    Route(
        "POST",
        "/canned-answers",
        canned.add,
        LEADS,
        summary="Make a canned answer",
        more=f"A shortcut leads to one text of each team in each language. Merge fields of the text: {_FIELDS}.",
        body=canned.NewCannedAnswer(
            shortcut="delivery", title="Where is my order?", text=CANNED_ANSWER.text, language="fa", team=common.SUPPORT
        ),
        keyed=True,
        gives={201: CANNED_ANSWER},
        refuses=(store.taken(), _NO_FIELD, _NO_TEAM),
    ),
    Route(
        "PATCH",
        "/canned-answers/{id}",
        canned.change,
        LEADS,
        summary="Change a canned answer",
        more="What is not named stays.",
        body=canned.CannedAnswerChange(version=1, title="Her order"),
        gives={200: CANNED_ANSWER},
        refuses=(store.taken(), canned.changed_since(2), _NO_FIELD, _NO_TEAM),
    ),
    Route(
        "DELETE",
        "/canned-answers/{id}",
        canned.remove,
        LEADS,
        summary="Delete a canned answer",
        more="What was sent of it stays as it was sent.",
        gives={204: None},
    ),
)
