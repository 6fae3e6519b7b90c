"""Web Push: the key that browsers subscribe with, and whether this browser is told while the desk is closed."""

from typing import Annotated

import msgspec
import structlog
from aiohttp import web

from hub.errors import Conflict, FetchRefused, InputInvalid, NotFound
from hub.fetching.targets import permitted
from hub.organisation.pushing import store
from hub.organisation.pushing.encryption import Keys
from hub.web import asked
from hub.web.answers import answer
from hub.web.call import Call
from hub.web.proving import no_sign_in
from hub.web.shapes.me import PushKey

log = structlog.get_logger(__name__)

MAX_ENDPOINT = 2_000

_Key = Annotated[str, msgspec.Meta(min_length=20, max_length=100, description="In base64url, as the browser has it.")]


class Subscription(asked.Body, frozen=True):
    """What the browser's `PushSubscription` says: where to send, and for whom to encrypt."""

    endpoint: Annotated[str, msgspec.Meta(min_length=1, max_length=MAX_ENDPOINT, description="An https address.")]
    p256dh: _Key
    auth: _Key


async def key(call: Call) -> web.Response:
    """``GET /push-key``: made when it is first asked for; none where Web Push is off."""
    if not call.parts.settings.push_services:
        return answer(PushKey(key=None))
    async with call.parts.store.transaction() as tx:
        return answer(PushKey(key=(await store.key(tx, call.parts.sealer)).public))


async def subscribe(call: Call) -> web.Response:
    """``PUT /me/push``: this sign-in's browser, in the place of the one it had."""
    given = await asked.body(call, Subscription)
    if not call.caller.signed_in:
        raise no_sign_in()
    if not call.parts.settings.push_services:
        raise off()
    try:
        permitted(given.endpoint, call.parts.push_origins)
    except FetchRefused as error:
        raise foreign() from error
    keys = Keys.of(given.p256dh, given.auth)
    async with call.parts.store.transaction() as tx:
        await store.subscribe(tx, call.caller.id, given.endpoint, keys, now=call.parts.clock.now())
    log.info("push_subscribed", agent=str(call.caller.agent_id), sign_in=str(call.caller.id))
    return web.Response(status=204)


async def unsubscribe(call: Call) -> web.Response:
    """``DELETE /me/push``: this browser is told nothing any more."""
    if not call.caller.signed_in:
        raise no_sign_in()
    async with call.parts.store.transaction() as tx:
        if not await store.unsubscribe(tx, call.caller.id):
            raise not_subscribed()
    return web.Response(status=204)


def off() -> Conflict:
    """Where nobody is told."""
    return Conflict("Web Push is switched off here", mend="HUB_PUSH_SERVICES names the push services that may be used")


def foreign() -> InputInvalid:
    """An address that nothing is sent to."""
    mend = (
        "give the endpoint of the browser's PushSubscription; HUB_PUSH_SERVICES names the push services that are used"
    )
    return InputInvalid("this hub sends to no such push service", where="$.endpoint", mend=mend)


def not_subscribed() -> NotFound:
    """This browser is not told anything."""
    return NotFound("this browser is not subscribed")
