"""Who calls: by a bearer token or the desk's cookie, remembered for a few seconds."""

import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from aiohttp import hdrs, web

from hub.errors import NotSignedIn, StoreAway
from hub.organisation import store as organisation
from hub.organisation.signing import store as signing
from hub.organisation.store import Caller, hashed
from hub.web.door import Door

if TYPE_CHECKING:
    from hub.store import Store, Transaction

FRESH = 5.0
"""Seconds for which a token is not looked up again: a revoked one works no longer than this."""
STALE = 60.0
"""While PostgreSQL is away, whoever was known this long ago may still have a message taken in."""
KEPT = 1_000
SEEN_EVERY = timedelta(minutes=1)
"""A sign-in that is used is noted no more often."""
PROTOCOL = "peyvand.v1"
"""Of the live socket; a browser, which can set no header there, offers ``bearer.<token>`` beside it."""
MEND = "send the header `Authorization: Bearer pv_…`; `hub token create` makes a token"

Key = tuple[str, bytes]
Look = Callable[["Transaction"], Awaitable[Caller | None]]


class Callers:
    """The callers of one process. What they prove themselves by is kept only as its hash."""

    def __init__(self, store: "Store", door: Door) -> None:
        self._store = store
        self._door = door
        self._known: dict[Key, tuple[float, Caller]] = {}
        self._forgotten = 0

    async def of(self, request: web.Request) -> Caller:
        """Who sent the request. Raises ``NotSignedIn``, or ``StoreAway`` for somebody not seen lately.

        Who sends a token means it, whatever cookie the browser adds.
        """
        header = request.headers.get(hdrs.AUTHORIZATION)
        if header is not None:
            return await self.bearing(bearer(header))
        if (offered := _offered(request)) is not None:
            return await self.bearing(offered)
        if (held := self._door.held(request)) is not None:
            return await self.holding(held, self._door.address(request))
        return await self.bearing(bearer(""))

    async def bearing(self, token: str) -> Caller:
        """Whom a token stands for. Raises as ``of``."""
        found = await self._of(("token", hashed(token)), lambda tx: organisation.caller(tx, token))
        if found is None:
            raise unknown()
        return found

    async def holding(self, token: str, address: str) -> Caller:
        """Whom the desk's cookie stands for; noted as seen, at that address. Raises as ``of``."""

        async def look(tx: "Transaction") -> Caller | None:
            found = await signing.signed_in(tx, token, self._door.lasts)
            if found is None:
                return None
            caller, seen_at = found
            if datetime.now(UTC) - seen_at >= SEEN_EVERY:
                await signing.seen(tx, caller.id, address=address, not_since=SEEN_EVERY)
            return caller

        found = await self._of(("cookie", hashed(token)), look)
        if found is None:
            raise NotSignedIn("this sign-in has ended or expired", mend="sign in again")
        return found

    def forget(self) -> None:
        """Look everybody up again: tokens, sign-ins, agents or teams changed here just now."""
        self._known.clear()
        self._forgotten += 1

    async def _of(self, key: Key, look: Look) -> Caller | None:
        now, forgotten = time.monotonic(), self._forgotten
        at, known = self._known.get(key, (0.0, None))
        if known is not None and now - at < FRESH:
            return known
        try:
            async with self._store.reading() as tx:
                found = await look(tx)
        except StoreAway:
            if known is not None and now - at < STALE:
                return known
            raise
        self._known.pop(key, None)
        if found is not None and forgotten == self._forgotten:  # else it may be what was just changed
            self._remember(key, now, found)
        return found

    def _remember(self, key: Key, now: float, caller: Caller) -> None:
        while len(self._known) >= KEPT:
            del self._known[next(iter(self._known))]
        self._known[key] = (now, caller)


def unknown() -> NotSignedIn:
    """What a token gets that stands for nobody."""
    return NotSignedIn("this token is unknown, expired or revoked", mend=MEND)


def bearer(header: str) -> str:
    """The token in an ``Authorization`` header (RFC 6750). Raises ``NotSignedIn``; never repeats what was sent."""
    scheme, _, token = header.partition(" ")
    token = token.strip()
    if scheme.lower() != "bearer" or not token or not token.isascii():
        raise NotSignedIn("this needs a bearer token, or to be signed in at the desk", mend=MEND)
    return token


def _offered(request: web.Request) -> str | None:
    """The token among the subprotocols a WebSocket offers, never in its URL, which is logged on the way."""
    for protocol in request.headers.get(hdrs.SEC_WEBSOCKET_PROTOCOL, "").split(","):
        kind, _, token = protocol.strip().partition(".")
        if kind == "bearer":
            return bearer(f"bearer {token}")
    return None
