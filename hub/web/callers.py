"""Who calls: bearer tokens, remembered for a few seconds."""

import time
from typing import TYPE_CHECKING

from aiohttp import hdrs, web

from hub.errors import NotSignedIn, StoreAway
from hub.organisation import store as organisation
from hub.organisation.store import Caller, hashed

if TYPE_CHECKING:
    from hub.store import Store

FRESH = 5.0
"""Seconds for which a token is not looked up again: a revoked one works no longer than this."""
STALE = 60.0
"""While PostgreSQL is away, whoever was known this long ago may still have a message taken in."""
KEPT = 1_000
PROTOCOL = "peyvand.v1"
"""Of the live socket; a browser, which can set no header there, offers ``bearer.<token>`` beside it."""
MEND = "send the header `Authorization: Bearer pv_…`; `hub token create` makes a token"


class Callers:
    """The callers of one process. Tokens are kept only as their hashes."""

    def __init__(self, store: "Store") -> None:
        self._store = store
        self._known: dict[bytes, tuple[float, Caller]] = {}

    async def of(self, request: web.Request) -> Caller:
        """Who sent the request. Raises ``NotSignedIn``, or ``StoreAway`` for somebody not seen lately."""
        header = request.headers.get(hdrs.AUTHORIZATION)
        return await self.bearing(_offered(request) if header is None else bearer(header))

    async def bearing(self, token: str) -> Caller:
        """Whom a token stands for. Raises as ``of``."""
        key, now = hashed(token), time.monotonic()
        at, known = self._known.get(key, (0.0, None))
        if known is not None and now - at < FRESH:
            return known
        try:
            async with self._store.reading() as tx:
                found = await organisation.caller(tx, token)
        except StoreAway:
            if known is not None and now - at < STALE:
                return known
            raise
        self._known.pop(key, None)
        if found is None:
            raise unknown()
        self._remember(key, now, found)
        return found

    def forget(self) -> None:
        """Look everybody up again: tokens, agents or teams changed here just now."""
        self._known.clear()

    def _remember(self, key: bytes, now: float, caller: Caller) -> None:
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
        raise NotSignedIn("this needs a bearer token", mend=MEND)
    return token


def _offered(request: web.Request) -> str:
    """The token among the subprotocols a WebSocket offers, never in its URL, which is logged on the way."""
    for protocol in request.headers.get(hdrs.SEC_WEBSOCKET_PROTOCOL, "").split(","):
        kind, _, token = protocol.strip().partition(".")
        if kind == "bearer":
            return bearer(f"bearer {token}")
    return bearer("")
