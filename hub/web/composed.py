"""What somebody writes to a customer: a text, files, or a template. Checked before anything is published.

The gate looks once more when the message goes out, since by then a window may have closed or a template be withdrawn.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Any
from uuid import UUID

import msgspec

from hub.channel import Limits
from hub.delivery import store as deliveries
from hub.delivery.gate import is_open
from hub.errors import Conflict, InputInvalid
from hub.events import TemplateUse
from hub.media import store as media
from hub.model import Channel
from hub.store import Row, Transaction
from hub.web import asked
from hub.web.call import Call

_PLACES = re.compile(r"\{\{\s*([A-Za-z0-9_]{1,50})\s*\}\}")


class Filled(asked.Body, frozen=True):
    """A template of the provider's, and what stands in its places."""

    id: Annotated[str, msgspec.Meta(description="As `GET /templates` lists it.")]
    variables: Annotated[
        dict[str, str], msgspec.Meta(description='By the names of the places: `{"1": "Sara"}` for `{{1}}`.')
    ] = msgspec.field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Composed:
    """What goes out. ``text`` of a template is what she will read."""

    text: str
    files: tuple[UUID, ...] = ()
    template: TemplateUse | None = None


@dataclass(frozen=True, slots=True)
class Way:
    """How it goes out: by which account, to whom, from which of our addresses, and what the channel bears."""

    account: str
    to: str
    ours: str
    channel: Channel
    limits: Limits


def unchecked(text: str, files: Sequence[UUID], template: Filled | None) -> Composed:
    """What was checked and taken in before, by a call with the same key: only what stands in the history counts."""
    return Composed(text, tuple(files), TemplateUse(template.id, template.variables) if template else None)


async def composed(call: Call, way: Way, text: str, files: Sequence[UUID], template: Filled | None) -> Composed:
    """What was written, if it may go out this way. Raises ``InputInvalid`` or ``Conflict``."""
    if template is not None:
        if text or files:
            raise InputInvalid("a template goes alone", where="$.template", mend="leave out `text` and `files`")
        async with call.parts.store.reading() as tx:
            return _rendered(await deliveries.templates(tx, account=way.account), template, way.limits)
    if not (text.strip() or files):
        raise InputInvalid("there is nothing to send", where="$.text", mend="give a text, files, or a template")
    if text:
        text = asked.text(text, most=way.limits.max_text)
    if files or way.limits.window is not None:
        async with call.parts.store.reading() as tx:
            await _check_window(tx, call, way)
            await _check_files(tx, call, way.limits, files)
    return Composed(text, tuple(files))


async def _check_window(tx: Transaction, call: Call, way: Way) -> None:
    window = way.limits.window
    if window is None:
        return
    heard_at = await deliveries.heard_at(tx, way.to, way.ours)
    if is_open(window, heard_at, now=call.parts.clock.now()):
        return
    hours = window // timedelta(hours=1)
    why = "She has never written to this number here" if heard_at is None else f"She last wrote over {hours} hours ago"
    mend = "send an approved template; GET /api/v1/templates lists them"
    raise Conflict(f"{why}, so free text does not pass", mend=mend)


def _rendered(known: Sequence[Row], asked_for: Filled, limits: Limits) -> Composed:
    found = next((row for row in known if row["id"] == asked_for.id), None)
    if found is None:
        mend = "GET /api/v1/templates lists them; new ones are known after some minutes"
        raise InputInvalid("this account has no such template", where="$.template.id", mend=mend)
    if not found["approved"]:
        raise Conflict(f"This template is not approved: {found['status']}", mend="choose one that is approved")
    places = set(_PLACES.findall(found["body"]))
    if empty := sorted(places - asked_for.variables.keys()):
        named = ", ".join(empty)
        what = f"these places of the template are not filled: {named}"
        raise InputInvalid(what, where="$.template.variables", mend="give a text for each")
    text = _PLACES.sub(lambda place: _filled(asked_for.variables, place[1]), found["body"])
    if unknown := sorted(asked_for.variables.keys() - places):
        mend = f"its places: {', '.join(sorted(places))}" if places else "it has no places"
        raise InputInvalid("the template has no such place", where=f"$.template.variables.{unknown[0][:40]}", mend=mend)
    asked.text(text, most=limits.max_text, where="$.template.variables")
    return Composed(text, template=TemplateUse(asked_for.id, asked_for.variables))


def _filled(variables: Mapping[str, str], place: str) -> str:
    return asked.text(variables[place], most=1000, where=f"$.template.variables.{place}")


async def _check_files(tx: Transaction, call: Call, limits: Limits, files: Sequence[UUID]) -> None:
    if not files:
        return
    if len(files) > limits.max_media:
        takes = f"at most {limits.max_media}" if limits.max_media else "none"
        raise InputInvalid(f"{len(files)} files; this channel takes {takes}", where="$.files", mend="send fewer")
    by = call.caller.who
    known: Mapping[UUID, Any] = await media.uploaded(tx, files, by=by, now=call.parts.clock.now())
    for place, id_ in enumerate(files):
        if id_ not in known:
            mend = "upload it by POST /api/v1/files first; for a day it may go with messages"
            raise InputInvalid("you have uploaded no such file in the last day", where=f"$.files[{place}]", mend=mend)
    if sum(known[id_]["size"] for id_ in files) > limits.max_media_bytes:
        most = f"{limits.max_media_bytes // 1_000_000} MB"
        raise InputInvalid(f"this is over the {most} the channel takes", where="$.files", mend="send smaller files")
