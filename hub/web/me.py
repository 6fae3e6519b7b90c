"""``/me``: whoever calls, how she likes the desk, and where she is signed in."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, Literal
from uuid import UUID

import msgspec
from aiohttp import web

from hub.errors import InputInvalid, NotFound
from hub.organisation import store as organisation
from hub.organisation.signing import store as signing
from hub.organisation.store import Caller
from hub.store import Transaction
from hub.web import asked
from hub.web.answers import answer, page, shown
from hub.web.call import Call
from hub.web.connected import agents_shown
from hub.web.ending import ended
from hub.web.proving import no_agent
from hub.web.shapes.me import Me, SignIn

if TYPE_CHECKING:
    from hub.bootstrap import Parts

MAX_PREFERENCES = 16 * 1024
"""Bytes as JSON."""
Code = Annotated[str, msgspec.Meta(max_length=20)]
_ABSENT = msgspec.UNSET


class MyChange(asked.Body, frozen=True):
    """What shall be different; of the `preferences` those that are named, and `null` takes one away."""

    language: Literal["en", "fa"] | msgspec.UnsetType | None = _ABSENT
    preferences: Mapping[str, Any] | msgspec.UnsetType = _ABSENT


async def me(call: Call) -> web.Response:
    """``GET /me``."""
    async with call.parts.store.reading() as tx:
        return answer(await me_of(call.parts, tx, call.caller))


async def change(call: Call) -> web.Response:
    """``PATCH /me``."""
    given = await asked.body(call, MyChange)
    agent_id = agent_of(call)
    async with call.parts.store.transaction() as tx:
        language, preferences = await signing.preferences_to_change(tx, agent_id)
        if not isinstance(given.language, msgspec.UnsetType):
            language = given.language
        if not isinstance(given.preferences, msgspec.UnsetType):
            preferences = _merged(preferences, given.preferences)
        await signing.prefer(tx, agent_id, language, preferences)
        said = await me_of(call.parts, tx, call.caller)
    return answer(said)


async def sign_ins(call: Call) -> web.Response:
    """``GET /me/sign-ins``: hers, newest first."""
    async with call.parts.store.reading() as tx:
        rows = await signing.sign_ins(tx, agent_of(call), call.site.door.lasts)
    return page([shown(SignIn, row, current=row["id"] == call.caller.id) for row in rows], None)


async def end_sign_in(call: Call) -> web.Response:
    """``DELETE /me/sign-ins/{id}``: that browser is signed out."""
    async with call.parts.store.transaction() as tx:
        if not await signing.end_sign_in(tx, asked.path_id(call), agent_id=agent_of(call)):
            raise NotFound("there is no such sign-in of yours", where="id")
    await ended(call.site)
    return web.Response(status=204)


async def me_of(parts: "Parts", tx: Transaction, caller: Caller) -> Me:
    """Who calls, as she is shown to herself."""
    if caller.agent_id is None:
        return Me(
            name=caller.name,
            role=caller.role,
            agent=None,
            language=None,
            preferences={},
            totp=False,
            has_password=False,
            sign_in=None,
        )
    (row,) = await organisation.agents(tx, agent_id=caller.agent_id)
    (agent,) = await agents_shown(parts, [row])
    own = await signing.credentials_of(tx, caller.agent_id)
    language, preferences = await signing.preferences(tx, caller.agent_id)
    return Me(
        name=row["name"],
        role=caller.role,
        agent=agent,
        language=language,  # type: ignore[arg-type]  # the table holds no other
        preferences=preferences,
        totp=own is not None and own["totp_confirmed_at"] is not None,
        has_password=row["has_password"],
        sign_in=caller.id if caller.signed_in else None,
    )


def agent_of(call: Call) -> UUID:
    """The agent who calls. Raises ``NotAllowed`` for a token that stands for none."""
    if call.caller.agent_id is None:
        raise no_agent()
    return call.caller.agent_id


def _merged(kept: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """As RFC 7396 merges, one level deep: what the desk says of one device leaves what another said of other things."""
    merged = {name: value for name, value in {**kept, **given}.items() if value is not None}
    if len(msgspec.json.encode(merged)) > MAX_PREFERENCES:
        most = f"at most {MAX_PREFERENCES // 1024} KiB"
        raise InputInvalid(f"that is more than a desk may keep: {most}", where="$.preferences", mend="keep less")
    return merged
