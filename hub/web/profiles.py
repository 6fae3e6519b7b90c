"""Making customers and changing their profiles by hand, and who changed what."""

from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

import msgspec
from aiohttp import web

from hub.errors import Conflict, InputInvalid, NotFound
from hub.live import Hint, Told
from hub.model import contact_point, is_ours
from hub.organisation import store as organisation
from hub.profile.editing import facts
from hub.profile.editing import store as editing
from hub.store import Row, Transaction
from hub.web import asked
from hub.web.answers import answer, page, shown
from hub.web.asked import Query, cursor_of, path_id
from hub.web.call import Call
from hub.web.customers import customer
from hub.web.results import claim_within
from hub.web.shapes.customers import Customer, CustomerChange

MAX_NAME = 200
_ABSENT = msgspec.UNSET

_TEXT = {"type": "string", "maxLength": facts.MAX_ATTRIBUTE, "pattern": r"^[^\u0000]*$"}
_NUMBER = {"type": "number", "minimum": -facts.MAX_NUMBER, "maximum": facts.MAX_NUMBER}
_ONE = [_TEXT, _NUMBER, {"type": ["boolean", "null"]}]
_ATTRIBUTES = {
    "maxProperties": facts.MAX_ATTRIBUTES,
    "propertyNames": {"maxLength": facts.MAX_ATTRIBUTE_NAME, "pattern": asked.READABLE},
    "additionalProperties": {"anyOf": [*_ONE, {"type": "array", "maxItems": facts.MAX_LIST, "items": {"anyOf": _ONE}}]},
}

Name = Annotated[str, asked.said(MAX_NAME)]
Language = Annotated[
    str,
    msgspec.Meta(
        description="A tag such as `fa` or `en-GB` (RFC 5646).",
        extra_json_schema={"maxLength": 35, "pattern": f"^{facts.LANGUAGE}$"},
    ),
]
Zone = Annotated[
    str, msgspec.Meta(description="IANA's name, such as `Asia/Tehran`.", extra_json_schema={"format": "time-zone"})
]
Owner = Annotated[UUID, msgspec.Meta(description="The agent responsible for her.")]
Attributes = Annotated[
    dict[str, Any],
    msgspec.Meta(
        description="Texts, numbers, yes or no, or lists of these. What is null is left out.",
        extra_json_schema=_ATTRIBUTES,
    ),
]
Points = Annotated[
    tuple[Annotated[str, msgspec.Meta(extra_json_schema={"format": "contact-point"})], ...],
    msgspec.Meta(max_length=facts.POINTS_AT_ONCE, description="`tel:+98…`, `mailto:…` or `ext:<source>:<id>`."),
]


class NewCustomer(asked.Body, frozen=True):
    """A customer to make."""

    also = {  # noqa: RUF012 - a ClassVar of the base
        "anyOf": [
            {"properties": {"name": {"type": "string"}}, "required": ["name"]},
            {"properties": {"contact_points": {"type": "array", "minItems": 1}}, "required": ["contact_points"]},
        ]
    }
    name: Name | None = None
    language: Language | None = None
    time_zone: Zone | None = None
    owner: Owner | None = None
    attributes: Attributes = msgspec.field(default_factory=dict)
    contact_points: Points = ()


class CustomerChanges(asked.Body, frozen=True):
    """What shall be different of what was seen as `version`."""

    version: Annotated[int, msgspec.Meta(ge=1, le=2**31 - 1)]
    name: Name | msgspec.UnsetType | None = _ABSENT
    language: Language | msgspec.UnsetType | None = _ABSENT
    time_zone: Zone | msgspec.UnsetType | None = _ABSENT
    owner: Owner | msgspec.UnsetType | None = _ABSENT
    attributes: Attributes | msgspec.UnsetType = _ABSENT


async def add(call: Call) -> web.Response:
    """``POST /customers``."""
    given = await asked.body(call, NewCustomer)
    customer_id, wanted, points = asked.id_of(call, "customer"), _wanted(given), _points(call, given)
    if given.name is None and not points:
        mend = "give her name, or at least one contact point"
        raise InputInvalid("nothing is known of this customer", where="$.name", mend=mend)
    async with call.parts.store.transaction() as tx:
        await claim_within(tx, call, customer_id)
        await _check_owner(tx, wanted["owner_id"])
        if (point := await editing.make(tx, customer_id, wanted, points)) is not None:
            raise taken(points.index(point))
        row = await customer(tx, customer_id)
    return answer(shown(Customer, row), status=201, location=f"/api/v1/customers/{customer_id}")


async def change(call: Call) -> web.Response:
    """``PATCH /customers/{id}``: only of what was seen as it is now. What changes nothing is no change."""
    given = await asked.body(call, CustomerChanges)
    customer_id, wanted = path_id(call), _wanted(given)
    async with call.parts.store.transaction() as tx:
        before = dict(await _locked(tx, customer_id, given.version))
        changes = facts.differing(before, wanted)
        if any(one.field == "owner" for one in changes):
            await _check_owner(tx, wanted["owner_id"])
        if changes:
            by = editing.By(call.caller.name, call.caller.agent_id, call.parts.clock.now())
            await editing.change(tx, customer_id, {**before, **wanted}, changes, by=by)
        row = await customer(tx, customer_id)
    if changes:
        await call.parts.live.hint([Hint(kind="customer", id=customer_id, version=row["version"], told=Told.ALL)])
    return answer(shown(Customer, row))


async def changes_of(call: Call) -> web.Response:
    """``GET /customers/{id}/changes``: newest first."""
    query, customer_id = Query(call), path_id(call)
    async with call.parts.store.reading() as tx:
        await customer(tx, customer_id)
        rows = await editing.changes_of(tx, customer_id, before=query.place(), limit=query.limit)
    last = rows[-1] if len(rows) == query.limit else None
    return page([shown(CustomerChange, row) for row in rows], cursor_of(last["at"], last["id"]) if last else None)


def taken(place: int) -> Conflict:
    """What a contact point gets that is somebody else's."""
    mend = "GET /api/v1/customers?contact_point=… finds whose it is"
    return Conflict("Another customer has this contact point", where=f"$.contact_points[{place}]", mend=mend)


def overtaken() -> Conflict:
    """What a change gets of something that somebody else has changed meanwhile."""
    mend = "look at her profile as it is now, and send its version"
    return Conflict("Somebody has changed this profile meanwhile", where="$.version", mend=mend)


async def _locked(tx: Transaction, customer_id: UUID, version: int) -> Row:
    row = await editing.locked(tx, customer_id)
    if row is None:
        raise NotFound("there is no such customer", where="id")
    if row["version"] != version:
        raise overtaken()
    return row


async def _check_owner(tx: Transaction, owner: UUID | None) -> None:
    if owner is None:
        return
    rows = await organisation.agents(tx, agent_id=owner)
    if not rows or not rows[0]["active"]:
        mend = "GET /api/v1/agents lists them; it takes one who is active"
        raise InputInvalid("there is no such agent", where="$.owner", mend=mend)


def _wanted(given: NewCustomer | CustomerChanges) -> Mapping[str, Any]:
    """The columns somebody gave, checked. Raises ``InputInvalid``."""
    said = {name: value for name, value in msgspec.structs.asdict(given).items() if value is not _ABSENT}
    wanted: dict[str, Any] = {name: said[name] for name in ("name", "language", "time_zone") if name in said}
    if wanted.get("name") is not None:
        wanted["name"] = asked.text(wanted["name"], most=MAX_NAME, where="$.name").strip()
    for name, read in (("language", facts.language), ("time_zone", facts.time_zone)):
        if wanted.get(name) is not None:
            wanted[name] = read(wanted[name], where=f"$.{name}")
    if "owner" in said:
        wanted["owner_id"] = said["owner"]
    if "attributes" in said:
        wanted["attributes"] = facts.attributes(said["attributes"], where="$.attributes")
    return wanted


def _points(call: Call, given: NewCustomer) -> list[str]:
    """Her contact points as they are stored, each once. Raises ``InputInvalid`` for what is none, or ours."""
    points = []
    for place, one in enumerate(given.contact_points):
        where = f"$.contact_points[{place}]"
        point = contact_point(asked.text(one, most=300, where=where), where=where)
        if is_ours(point, call.parts.accounts.by_address):
            raise InputInvalid("this is an address of our own", where=where, mend="give one of hers")
        points.append(point)
    facts.check_points(points, where="$.contact_points")
    return list(dict.fromkeys(points))
