"""Every error as problem details (RFC 9457): what, where, and how to mend it. Never a secret, never a stack."""

import math
import uuid
from collections.abc import Mapping
from http import HTTPStatus
from typing import Annotated

import msgspec
import structlog
from aiohttp import hdrs, web

from hub.errors import DependencyAway, EventInvalid, Refused, SpoolFull, TooManyTries
from hub.events import MAX_EVENT_BYTES
from hub.logs import shown, trace
from hub.web.call import PlainHandler
from hub.web.shapes.common import Optional

log = structlog.get_logger(__name__)

CONTENT_TYPE = "application/problem+json"
RETRY_AFTER = "5"
"""Seconds after which a service that is away is worth another try."""
MAX_BODY = MAX_EVENT_BYTES
"""Bytes of a request's body, of the API and of webhooks alike: what is taken in becomes an event."""
_TOO_LARGE, _LESS = "too-large", "send less at once"
_OVER = f"the limit is {MAX_BODY // 1024} KiB"
_NO_STORE = {"Cache-Control": "no-store"}


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """Problem details (RFC 9457).

    Programs look at `status` and `type`; `detail` and `mend` are sentences for people.
    """

    type: Annotated[str, msgspec.Meta(description="`urn:peyvand:problem:` and what kind of problem it is.")]
    title: Annotated[str, msgspec.Meta(description="The status in words.")]
    status: int
    detail: Annotated[str, msgspec.Meta(description="What is wrong.")]
    instance: Annotated[str, msgspec.Meta(description="Names this very occurrence, as the logs do.")]
    mend: Annotated[str | msgspec.UnsetType, msgspec.Meta(description="What to do about it.")] = Optional
    where: Annotated[
        str | msgspec.UnsetType, msgspec.Meta(description="The field (`$.name`), parameter or header at fault.")
    ] = Optional


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
    body = Problem(
        type=f"urn:peyvand:problem:{kind}",
        title=HTTPStatus(status).phrase,
        status=status,
        detail=detail,
        instance=instance or uuid.uuid4().urn,
        mend=Optional if mend is None else mend,
        where=Optional if where is None else where,
    )
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
    if isinstance(error, web.RequestPayloadError):
        return unreadable(instance)
    if isinstance(error, EventInvalid):
        # The event made of the request is over the bus's limit.
        detail = f"this is more than an event may hold: {_OVER}"
        return problem(413, _TOO_LARGE, detail, mend=_LESS, instance=instance)
    log.error("request_failed", reference=instance, error=shown(error), trace=trace(error))
    return unforeseen(instance)


def unforeseen(instance: str) -> web.Response:
    """500: a fault of ours, to be found in the log under its reference."""
    return problem(
        500,
        "internal",
        "something went wrong here that should not have",
        mend=f"try again; if it stays so, look for {instance} in the logs",
        instance=instance,
    )


def _refused(error: Refused, instance: str) -> web.Response:
    return problem(
        error.status,
        error.kind,
        error.detail,
        mend=error.mend,
        where=error.where,
        instance=instance,
        headers=_headers(error),
    )


def _headers(error: Refused) -> Mapping[str, str] | None:
    if isinstance(error, TooManyTries):
        return {"Retry-After": str(math.ceil(error.retry_after))}
    return _HEADERS.get(error.status)


def _away(error: Exception, instance: str) -> web.Response:
    log.warning("request_not_taken", reference=instance, reason=f"{type(error).__name__}: {error}")
    return away(instance)


def unreadable(instance: str) -> web.Response:
    """400: the body is not what its headers say, so that nobody can read it."""
    return problem(
        400,
        "refused",
        "the body is not what its headers say",
        mend="look at Content-Encoding, Transfer-Encoding and Content-Length",
        instance=instance,
    )


def over(instance: str) -> web.Response:
    """413: the body is over the limit."""
    kind, detail, mend = _KINDS[413]
    return problem(413, kind, detail, mend=mend, instance=instance)


def away(instance: str) -> web.Response:
    """503: a service is away."""
    return problem(
        503,
        "unavailable",
        "a service this needs does not answer now; nothing was changed",
        mend=f"try again in {RETRY_AFTER} seconds; see /readyz",
        instance=instance,
        headers={"Retry-After": RETRY_AFTER},
    )


_HEADERS: Mapping[int, Mapping[str, str]] = {
    401: {"WWW-Authenticate": 'Bearer realm="peyvand"'},
    503: {"Retry-After": RETRY_AFTER},
}
"""What a refusal of this status says beside its body."""
_KINDS = {
    404: ("not-found", "there is nothing at this address", "see docs/api.md for the addresses there are"),
    405: ("method-not-allowed", "this address does not answer to this method", "use one of those in the Allow header"),
    413: (_TOO_LARGE, f"the body is too large: {_OVER}", _LESS),
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
