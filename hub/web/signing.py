"""Signing in to the desk with a name and a password, and out again."""

from typing import Annotated

import msgspec
import structlog
from aiohttp import web

from hub.organisation.signing import passwords, throttle
from hub.organisation.signing import store as signing
from hub.web import asked
from hub.web.answers import answer
from hub.web.call import Call
from hub.web.door import agent_string
from hub.web.ending import ended
from hub.web.me import Code, me_of
from hub.web.proving import counted, no_agent, no_sign_in, proven

log = structlog.get_logger(__name__)


class SigningIn(asked.Body, frozen=True):
    """Who signs in. `code` is that of an authenticator app, if she has one."""

    name: Annotated[str, asked.said(asked.MAX_NAME)]
    password: Annotated[str, msgspec.Meta(min_length=1, max_length=passwords.MOST)]
    code: Code | None = None


async def sign_in(call: Call) -> web.Response:
    """``POST /sign-in``: the cookie of a new sign-in. The one this browser held before ends."""
    given = await asked.body(call, SigningIn)
    name, door, request = asked.name(given.name), call.site.door, call.request
    address = door.address(request)
    place, before = throttle.place_of(address), door.held(request)
    counts = await counted(call, name, place)
    row = await proven(call, name, given.password, given.code)
    async with call.parts.store.transaction() as tx:
        await signing.settle(tx, counts)
        await signing.note_place(tx, row["id"], place)
        if before is not None:
            await signing.end_token(tx, before)
        made, token = await signing.add_sign_in(tx, row["id"], address=address, agent_string=agent_string(request))
        me = await me_of(call.parts, tx, (await signing.signed_in_still(tx, [made], door.lasts))[made])
    if before is not None:
        await ended(call.site)
    log.info("signed_in", agent=str(row["id"]), sign_in=str(made))
    response = answer(me)
    door.give(response, token)
    return response


async def sign_out(call: Call) -> web.Response:
    """``POST /sign-out``: this sign-in ends."""
    if not call.caller.signed_in:
        raise no_sign_in()
    async with call.parts.store.transaction() as tx:
        await signing.end_sign_in(tx, call.caller.id)
    return await _out(call)


async def sign_out_everywhere(call: Call) -> web.Response:
    """``POST /sign-out-everywhere``: every sign-in of the caller ends."""
    if call.caller.agent_id is None:
        raise no_agent()
    async with call.parts.store.transaction() as tx:
        await signing.end_sign_ins(tx, call.caller.agent_id)
    return await _out(call)


async def _out(call: Call) -> web.Response:
    await ended(call.site)
    response = web.Response(status=204)
    if call.caller.signed_in:
        call.site.door.take(response)
    return response
