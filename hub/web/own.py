"""A person's own password and second factor, and the password that an administrator gives."""

from typing import Annotated

import msgspec
import structlog
from aiohttp import web

from hub.errors import Conflict, NotFound
from hub.organisation.signing import passwords, throttle, totp
from hub.organisation.signing import store as signing
from hub.store import Row
from hub.web import asked
from hub.web.answers import answer
from hub.web.call import Call
from hub.web.ending import ended
from hub.web.me import Code, agent_of
from hub.web.proving import again, spend
from hub.web.shapes.me import MadePassword, TotpSecret

log = structlog.get_logger(__name__)

Known = Annotated[str, msgspec.Meta(min_length=1, max_length=passwords.MOST)]
Fresh = Annotated[str, msgspec.Meta(min_length=passwords.LEAST, max_length=passwords.MOST)]


class PasswordChange(asked.Body, frozen=True):
    """The password as it is and as it shall be: 10 to 200 characters, and not one that anybody would guess."""

    old: Known
    new: Fresh


class ShownCode(asked.Body, frozen=True):
    """The code that the app shows now."""

    code: Code


class PasswordSaid(asked.Body, frozen=True):
    """The password once more."""

    password: Known


class GivenPassword(asked.Body, frozen=True):
    """A password for somebody; a random one if none is named. `remove_totp`: her codes are needed no more."""

    password: Fresh | None = None
    remove_totp: bool = False


async def change_password(call: Call) -> web.Response:
    """``POST /me/password``: her other sign-ins end."""
    given = await asked.body(call, PasswordChange)
    row = await _own(call)
    await again(call, row, given.old, where="$.old")
    hashed = await call.site.door.passwords.hash(passwords.fit(given.new, name=row["name"], where="$.new"))
    async with call.parts.store.transaction() as tx:
        await signing.set_password(tx, row["id"], hashed, by=row["name"])
        await signing.end_sign_ins(tx, row["id"], but=call.caller.id)
    await ended(call.site)
    log.info("password_changed", agent=str(row["id"]))
    return web.Response(status=204)


async def give_password(call: Call) -> web.Response:
    """``POST /agents/{id}/password``: her sign-ins end; the answer holds it, this one time."""
    given = await asked.body(call, GivenPassword)
    agent_id = asked.path_id(call)
    async with call.parts.store.reading() as tx:
        row = await signing.credentials_of(tx, agent_id)
    if row is None:
        raise NotFound("there is no such agent", where="id")
    password = given.password or passwords.random_password()
    hashed = await call.site.door.passwords.hash(passwords.fit(password, name=row["name"], where="$.password"))
    async with call.parts.store.transaction() as tx:
        await signing.set_password(tx, agent_id, hashed, by=call.caller.name)
        await signing.settle(tx, [throttle.of_name(row["name"])])
        if given.remove_totp:
            await signing.remove_totp(tx, agent_id)
        await signing.end_sign_ins(tx, agent_id, but=call.caller.id)
    await ended(call.site)
    log.info("password_given", agent=str(agent_id), by=str(call.caller.id))
    return answer(MadePassword(password=password))


async def offer_totp(call: Call) -> web.Response:
    """``POST /me/totp``: a secret for her app, in force once she shows a code of it."""
    row = await _own(call)
    secret = totp.new_secret()
    async with call.parts.store.transaction() as tx:
        if not await signing.offer_totp(tx, row["id"], call.parts.sealer.seal({"secret": secret})):
            raise has_totp()
    return answer(TotpSecret(secret=secret, uri=totp.uri(secret, row["name"])))


async def confirm_totp(call: Call) -> web.Response:
    """``POST /me/totp/confirm``: from now on signing in takes a code."""
    given = await asked.body(call, ShownCode)
    row = await _own(call)
    if row["totp_confirmed_at"] is not None:
        raise has_totp()
    if row["sealed_totp"] is None:
        raise no_totp()
    await spend(call, row, given.code)
    async with call.parts.store.transaction() as tx:
        await signing.confirm_totp(tx, row["id"])
    log.info("totp_confirmed", agent=str(row["id"]))
    return web.Response(status=204)


async def remove_totp(call: Call) -> web.Response:
    """``POST /me/totp/remove``: from now on the password alone does."""
    given = await asked.body(call, PasswordSaid)
    row = await _own(call)
    await again(call, row, given.password, where="$.password")
    async with call.parts.store.transaction() as tx:
        await signing.remove_totp(tx, row["id"])
    log.info("totp_removed", agent=str(row["id"]))
    return web.Response(status=204)


async def _own(call: Call) -> Row:
    """What the caller proves herself by. Raises ``Conflict`` if she has no password."""
    async with call.parts.store.reading() as tx:
        row = await signing.credentials_of(tx, agent_of(call))
    if row is None or row["password"] is None:
        raise no_password()
    return row


def no_password() -> Conflict:
    """She calls by a token."""
    return Conflict("you have no password yet", mend="an administrator gives you one; then change it")


def has_totp() -> Conflict:
    """There is one."""
    return Conflict("codes are asked for already", mend="take them off first: POST /api/v1/me/totp/remove")


def no_totp() -> Conflict:
    """There is none that could be confirmed."""
    return Conflict("there is no secret yet of which a code could be", mend="POST /api/v1/me/totp first")
