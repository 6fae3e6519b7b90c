"""Proving who somebody is, with guessing slowed down: passwords and codes, and what is said when they are wrong."""

import math

import structlog

from hub.errors import CodeNeeded, NotAllowed, SettingsInvalid, TooManyTries, WrongCode, WrongCredentials
from hub.organisation.signing import passwords, throttle, totp
from hub.organisation.signing import store as signing
from hub.organisation.signing.throttle import Count
from hub.store import Row
from hub.web.call import Call

log = structlog.get_logger(__name__)


async def counted(call: Call, name: str, place: str) -> tuple[Count, ...]:
    """Count this try under the name, before anything else is known of it. Raises ``TooManyTries``."""
    async with call.parts.store.transaction() as tx:
        counts = throttle.counts(name, place, known=await signing.known_at(tx, name, place))
        if wait := await signing.take_try(tx, counts):
            raise too_many(wait)
    return counts


async def proven(call: Call, name: str, password: str, code: str | None) -> Row:
    """Whose name and password these are. Raises ``NotSignedIn``; for a name that nobody has it takes as long."""
    async with call.parts.store.reading() as tx:
        row = await signing.credentials_named(tx, name)
    if not await call.site.door.passwords.right(password, row["password"] if row else None) or row is None:
        raise wrong_credentials()
    if row["totp_confirmed_at"] is not None:
        if not code:
            raise code_needed()
        await spend(call, row, code)
    if passwords.outdated(row["password"]):
        fresh = await call.site.door.passwords.hash(password)
        async with call.parts.store.reading() as tx:
            await signing.rehash(tx, row["id"], old=row["password"], new=fresh)
    return row


async def again(call: Call, row: Row, password: str, *, where: str) -> None:
    """Who is signed in says her password once more. Raises ``WrongCredentials`` or ``TooManyTries``."""
    count = throttle.of_agent(row["id"])
    async with call.parts.store.transaction() as tx:
        if wait := await signing.take_try(tx, [count]):
            raise too_many(wait)
    if not await call.site.door.passwords.right(password, row["password"]):
        raise WrongCredentials("this is not your password", where=where, mend="an administrator can give you a new one")
    async with call.parts.store.transaction() as tx:
        await signing.settle(tx, [count])


async def spend(call: Call, row: Row, code: str) -> None:
    """Take a code of her second factor, once. Raises ``WrongCode``."""
    try:
        secret = call.parts.sealer.open(bytes(row["sealed_totp"]))["secret"]
    except SettingsInvalid as error:
        log.error("totp_sealed_elsewhere", agent=str(row["id"]))  # noqa: TRY400 - secrets are in scope
        raise wrong_code() from error
    step = totp.step_of(secret, code, call.parts.clock.now())
    async with call.parts.store.reading() as tx:
        if step is None or not await signing.spend_code(tx, row["id"], step):
            raise wrong_code()


def wrong_credentials() -> WrongCredentials:
    """Not who she says, or nobody; which of the two is nobody's business."""
    return WrongCredentials(
        "this name and this password do not belong together",
        mend="look whether Caps Lock or another keyboard is on; an administrator can give you a new password",
    )


def code_needed() -> CodeNeeded:
    """The password is right."""
    return CodeNeeded("a code belongs with it", where="$.code", mend="give the one that your authenticator app shows")


def wrong_code() -> WrongCode:
    """Not the present one, or not for the first time."""
    return WrongCode(
        "this code is wrong, or was used already",
        where="$.code",
        mend="wait for the next one; if none is right, look at your telephone's clock, or ask an administrator",
    )


def too_many(wait: float) -> TooManyTries:
    """Wrong too often: the password was not looked at."""
    seconds = math.ceil(wait)
    return TooManyTries(
        f"too many wrong tries; the next is looked at in {seconds} s", retry_after=wait, mend="wait that long"
    )


def no_sign_in() -> NotAllowed:
    """What a token gets where somebody at the desk is meant."""
    return NotAllowed(
        "a token is not signed in", mend="sign in with a name and a password; DELETE /api/v1/tokens/ID ends a token"
    )


def no_agent() -> NotAllowed:
    """What a token gets that stands for nobody, where somebody is meant."""
    return NotAllowed("a token that stands for no agent has none of this", mend="sign in, or use a token of an agent")
