"""Canned answers: agents read those of everybody and of their teams, leads write them."""

import re
from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

import msgspec
from aiohttp import web

from hub.errors import Conflict, InputInvalid, NotFound
from hub.live import Hint, Told
from hub.organisation import store as organisation
from hub.organisation.canned import fields, store
from hub.store import Transaction
from hub.web import asked
from hub.web.agents import MAX_LANGUAGE, Language
from hub.web.answers import answer, page, shown
from hub.web.asked import Query, cursor_of, path_id
from hub.web.call import Call
from hub.web.results import claim_within
from hub.web.shapes.canned import CannedAnswer

MAX_SHORTCUT, MAX_TEXT = 40, 5_000
_WORD = r"[^\s/\u0000-\u001f\u007f-\u009f\ufeff]+"  # \s alone means other characters in ECMA 262
_FILLED = {"pattern": asked.READABLE, "not": {"pattern": fields.UNKNOWN}}

Shortcut = Annotated[
    str, msgspec.Meta(extra_json_schema={"minLength": 1, "maxLength": MAX_SHORTCUT, "pattern": f"^{_WORD}$"})
]
Title = Annotated[str, asked.said(asked.MAX_NAME)]
Text = Annotated[str, msgspec.Meta(extra_json_schema={"minLength": 1, "maxLength": MAX_TEXT, **_FILLED})]
_ABSENT = msgspec.UNSET


class NewCannedAnswer(asked.Body, frozen=True):
    """A canned answer to make; without a `team` it is everybody's."""

    shortcut: Shortcut
    title: Title
    text: Text
    language: Language | None = None
    team: UUID | None = None


class CannedAnswerChange(asked.Body, frozen=True):
    """What shall be different, and the `version` that you have seen."""

    version: Annotated[int, msgspec.Meta(ge=1, le=2**31 - 1)]
    shortcut: Shortcut | msgspec.UnsetType = _ABSENT
    title: Title | msgspec.UnsetType = _ABSENT
    text: Text | msgspec.UnsetType = _ABSENT
    language: Language | msgspec.UnsetType | None = _ABSENT
    team: UUID | msgspec.UnsetType | None = _ABSENT


async def listed(call: Call) -> web.Response:
    """``GET /canned-answers``: by shortcut."""
    query = Query(call)
    teams = None if call.leads else call.caller.teams
    async with call.parts.store.reading() as tx:
        rows = await store.page(tx, teams=teams, past=query.name(), limit=query.limit)
    last = rows[-1] if len(rows) == query.limit else None
    return page([shown(CannedAnswer, row) for row in rows], cursor_of(last["shortcut"], last["id"]) if last else None)


async def add(call: Call) -> web.Response:
    """``POST /canned-answers``."""
    given = await asked.body(call, NewCannedAnswer)
    answer_id, said = asked.id_of(call, "canned answer"), _said(given)
    async with call.parts.store.transaction() as tx:
        await claim_within(tx, call, answer_id)
        await _check_team(tx, said)
        made = await store.add(tx, answer_id, said)
        row = await store.one(tx, answer_id)
        if row is None:  # neither made now nor by the same call before
            raise store.taken()
    if made:
        await _tell(call, answer_id, row["version"])
    return answer(shown(CannedAnswer, row), status=201)


async def change(call: Call) -> web.Response:
    """``PATCH /canned-answers/{id}``: 409 if it was changed since the version named."""
    given = await asked.body(call, CannedAnswerChange)
    answer_id, wanted = path_id(call), _said(given)
    async with call.parts.store.transaction() as tx:
        before = await store.one(tx, answer_id)
        if before is None:
            raise no_answer()
        await _check_team(tx, wanted)
        row = await store.change(tx, answer_id, given.version, wanted)
        if row is None:
            raise changed_since(before["version"])
    await _tell(call, answer_id, row["version"])
    return answer(shown(CannedAnswer, row))


async def remove(call: Call) -> web.Response:
    """``DELETE /canned-answers/{id}``. What was sent of it stays as it was sent."""
    answer_id = path_id(call)
    async with call.parts.store.transaction() as tx:
        version = await store.remove(tx, answer_id)
    if version is None:
        raise no_answer()
    await _tell(call, answer_id, version + 1)
    return web.Response(status=204)


def changed_since(version: int) -> Conflict:
    """What who writes over another's change gets."""
    mend = "read it again, and change what is there now"
    return Conflict(f"Somebody changed it meanwhile; it is at version {version}", where="$.version", mend=mend)


def no_answer() -> NotFound:
    """There is none with this id."""
    return NotFound("there is no such canned answer", where="id")


async def _tell(call: Call, answer_id: UUID, version: int) -> None:
    """Every desk reads them again. The hint says nothing of what stands in it, nor whose it is."""
    await call.parts.live.hint([Hint(kind="canned_answers", id=answer_id, version=version, told=Told.ALL)])


async def _check_team(tx: Transaction, said: Mapping[str, Any]) -> None:
    team = said.get("team_id")
    if team is not None and not await organisation.teams(tx, team_id=team):
        raise InputInvalid("there is no such team", where="$.team", mend="GET /api/v1/teams lists them")


def _said(given: NewCannedAnswer | CannedAnswerChange) -> dict[str, Any]:
    """What was named, by column."""
    said = {name: value for name, value in msgspec.structs.asdict(given).items() if value is not _ABSENT}
    said.pop("version", None)
    if "team" in said:
        said["team_id"] = said.pop("team")
    for name, read in (("shortcut", _shortcut), ("title", _title), ("text", _text), ("language", _language)):
        if said.get(name) is not None:
            said[name] = read(said[name])
    return said


def _shortcut(given: str) -> str:
    word = asked.text(given, most=MAX_SHORTCUT, where="$.shortcut")
    if not re.fullmatch(_WORD, word):
        mend = "one word, such as `delivery`; the / is typed before it"
        raise InputInvalid("a shortcut has neither spaces nor control characters nor /", where="$.shortcut", mend=mend)
    return word


def _title(given: str) -> str:
    return asked.name(given, where="$.title")


def _text(given: str) -> str:
    return fields.check(asked.text(given, most=MAX_TEXT), where="$.text")


def _language(given: str) -> str:
    return asked.text(given, most=MAX_LANGUAGE, where="$.language")
