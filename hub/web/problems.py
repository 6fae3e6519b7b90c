"""Every error as problem details (RFC 9457): what, where, and how to mend it. Never a secret, never a stack."""

import uuid
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import msgspec
import structlog
from aiohttp import hdrs, web

from hub.errors import DependencyAway, EventInvalid, Refused, SpoolFull, TooLarge
from hub.logs import shown, trace
from hub.web.call import PlainHandler

log = structlog.get_logger(__name__)

CONTENT_TYPE = "application/problem+json"
RETRY_AFTER = "5"
"""Seconds after which a service that is away is worth another try."""


_NO_STORE = {"Cache-Control": "no-store"}


def problem(
    status: int,
    kind: str,
    detail: str,
    *,
    mend: str | None = None,
    where: str | None = None,
    instance: str | None = None,
    headers: Mapping[str, str] | None = None,
) -> web.Response:
    """One problem. ``kind`` ends its ``type``; ``instance`` names this very occurrence, as the log does."""
    body: dict[str, Any] = {
        "type": f"urn:peyvand:problem:{kind}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "instance": instance or uuid.uuid4().urn,
    }
    body |= {name: value for name, value in (("mend", mend), ("where", where)) if value is not None}
    return web.Response(
        status=status,
        body=msgspec.json.encode(body),
        content_type=CONTENT_TYPE,
        headers={**_NO_STORE, **(headers or {})},
    )


def of_error(error: Exception, *, instance: str | None = None) -> web.Response:
    """The problem an exception is. What nobody foresaw is a 500 with a reference, and is logged under it."""
    instance = instance or uuid.uuid4().urn
    if isinstance(error, Refused):
        return _refused(error, instance)
    if isinstance(error, (DependencyAway, SpoolFull)):
        return _away(error, instance)
    if isinstance(error, web.HTTPException):
        return _http(error, instance)
    if isinstance(error, EventInvalid):
        # The event made of the request is over the bus's limit.
        return problem(413, TooLarge.kind, "this is more than one event may hold", mend="send less", instance=instance)
    log.error("request_failed", reference=instance, error=shown(error), trace=trace(error))
    return problem(
        500,
        "internal",
        "something went wrong here that should not have",
        mend=f"try again; if it stays so, look for {instance} in the logs",
        instance=instance,
    )


def _refused(error: Refused, instance: str) -> web.Response:
    headers = {"WWW-Authenticate": 'Bearer realm="peyvand"'} if error.status == HTTPStatus.UNAUTHORIZED else None
    return problem(
        error.status,
        error.kind,
        error.detail,
        mend=error.mend,
        where=error.where,
        instance=instance,
        headers=headers,
    )


def _away(error: Exception, instance: str) -> web.Response:
    log.warning("request_not_taken", reference=instance, reason=f"{type(error).__name__}: {error}")
    return problem(
        503,
        "unavailable",
        "a service this needs does not answer now; nothing was changed",
        mend=f"try again in {RETRY_AFTER} seconds; see /readyz",
        instance=instance,
        headers={"Retry-After": RETRY_AFTER},
    )


_KINDS = {
    404: ("not-found", "there is nothing at this address", "see docs/api.md for the addresses there are"),
    405: ("method-not-allowed", "this address does not answer to this method", "use one of those in the Allow header"),
    413: ("too-large", "the body is over the limit of 1 MiB", "send less at once"),
}


def _http(error: web.HTTPException, instance: str) -> web.Response:
    kind, detail, mend = _KINDS.get(error.status, ("refused", error.reason, None))
    kept = {"Allow": error.headers[hdrs.ALLOW]} if hdrs.ALLOW in error.headers else None
    return problem(error.status, kind, detail, mend=mend, instance=instance, headers=kept)


@web.middleware
async def answer_problems(request: web.Request, handler: PlainHandler) -> web.StreamResponse:
    """What no handler has answered itself: unknown addresses and methods, bodies over the limit, and faults."""
    try:
        return await handler(request)
    except Exception as error:  # noqa: BLE001 - the last place: everything gets an answer, and of_error logs it
        return of_error(error)
