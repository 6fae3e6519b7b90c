"""Loaded by schemathesis (``SCHEMATHESIS_HOOKS``): what it cannot know of this hub, so that right requests are right.

``HUB_FUZZ_KNOWN`` holds ids that exist. They stand in for well-formed ids and numbers alone: whatever is wrong in a
request stays wrong.
"""

import json
import os
import re
from typing import Any
from uuid import UUID, uuid4

import schemathesis
from hypothesis import strategies as st
from schemathesis.core.parameters import ParameterLocation

KNOWN: dict[str, list[str]] = json.loads(os.environ["HUB_FUZZ_KNOWN"])
MOST = 1600
_KEY = re.compile(r"[ -~]{1,200}\Z")
_NUMBER = re.compile(r"\+[0-9]{7,15}\Z", re.ASCII)

schemathesis.openapi.format("cursor", st.just(""))
schemathesis.openapi.format("tel", st.sampled_from(KNOWN["numbers"]))
schemathesis.openapi.format(
    "contact-point",
    st.sampled_from(["tel:" + number for number in KNOWN["numbers"]]) | st.uuids().map(lambda id_: f"ext:{id_}:1"),
)
schemathesis.openapi.format("time-zone", st.sampled_from(["Asia/Tehran", "Europe/Berlin", "UTC"]))
schemathesis.openapi.format(
    "date-time", st.datetimes().map(lambda at: at.replace(year=2030 + at.year % 100).isoformat() + "+03:30")
)


@schemathesis.hook
def before_call(_: Any, case: Any, **__: Any) -> None:
    """Well-formed ids become those of things that are there, the same one for the same id."""
    kind = case.path.partition("/api/v1/")[2].partition("/")[0]
    for parameter, value in (case.path_parameters or {}).items():
        if kind in KNOWN:
            case.path_parameters[parameter] = _known(kind, value)
    if isinstance(case.body, dict):
        _mend_body(case)
    if _right(case, ParameterLocation.HEADER) and _KEY.match(case.headers.get("Idempotency-Key") or ""):
        case.headers["Idempotency-Key"] = str(uuid4())  # used before for something else it would be refused
    if case.query and _right(case, ParameterLocation.QUERY):
        _mend_query(case)


def _right(case: Any, place: ParameterLocation) -> bool:
    """Whether it is meant to be right there."""
    return not case.meta.is_negative_at(place)


def _mend_query(case: Any) -> None:
    if case.query.get("cursor"):
        case.query["cursor"] = ""  # a right one is what the hub gave; any text will not do
    if case.query.get("contact_point"):
        case.query.pop("query", None)  # one question at a time, which OpenAPI has no words for


def _mend_body(case: Any) -> None:
    _mend(case.body)
    if _right(case, ParameterLocation.BODY):
        _mend_times(case.body)
    if case.path.endswith("/messages"):
        _mend_message(case)


def _mend_message(case: Any) -> None:
    if isinstance(case.body.get("text"), str):
        case.body["text"] = case.body["text"][:MOST]  # how long it may be is the channel's, not the API's
    if _right(case, ParameterLocation.BODY) and case.body.get("to") and not case.body.get("from"):
        case.body["from"] = KNOWN["ours"][0]  # several are ours; one would need no naming
    if _right(case, ParameterLocation.BODY) and case.body.get("via"):
        case.body["via"] = None  # those there are depend on the conversation
    if _right(case, ParameterLocation.BODY) and (case.body.get("template") or case.body.get("files")):
        # Those there are belong to the provider, and to who uploaded them.
        case.body |= {"text": case.body.get("text") or "x", "template": None, "files": []}


def _mend(body: dict[str, Any]) -> None:
    for field, kind in (("agent", "lasting"), ("owner", "lasting"), ("team", "teams")):
        if field in body:
            body[field] = _known(kind, body[field])
    for field, kind in (("mentions", "lasting"), ("members", "lasting"), ("teams", "teams")):
        if isinstance(body.get(field), list):
            body[field] = [_known(kind, one) for one in body[field]]
    if isinstance(body.get("from"), str) and _NUMBER.match(body["from"]):
        body["from"] = KNOWN["ours"][0]
    for field, value in body.items():
        if isinstance(value, float) and value.is_integer():
            body[field] = int(value)  # JSON Schema calls 1.0 whole; the hub wants digits alone, and says so


def _mend_times(body: dict[str, Any]) -> None:
    """What is meant to be right keeps to its length alone, and not to its format."""
    for field in ("until", "expires_at"):
        if isinstance(body.get(field), str) and not re.match(r"20[3-9]\d-", body[field]):
            body[field] = "2040-03-21T09:00:00+03:30"


def _known(kind: str, value: Any) -> Any:
    try:
        number = UUID(value).int if isinstance(value, str) and len(value) == 36 else None
    except ValueError:
        return value
    return value if number is None else KNOWN[kind][number % len(KNOWN[kind])]
