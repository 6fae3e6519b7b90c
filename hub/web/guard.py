"""What stands around every handler of the API: who calls, may they, one log line, and errors as problems."""

import time
import uuid
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import structlog
from aiohttp import web

from hub.errors import NotAllowed
from hub.metrics import REQUESTS
from hub.model import Role
from hub.organisation.store import Caller
from hub.web.asked import Body, body
from hub.web.call import NOBODY_IN_PARTICULAR, SITE, Call, PlainHandler
from hub.web.parameters import Parameter, check
from hub.web.problems import of_error
from hub.web.route import Route

log = structlog.get_logger(__name__)

REQUEST_ID = "X-Request-Id"


def guarded(route: Route) -> PlainHandler:
    """The handler of one route of the API. Its path stands in logs and metrics as it is: never values from it."""
    template, known = route.path, route.known

    async def handle(request: web.Request) -> web.StreamResponse:
        began, request_id = time.perf_counter(), uuid.uuid4()
        with structlog.contextvars.bound_contextvars(request=str(request_id)):
            caller, response = await _answered(request, route, known, request_id.urn)
            spent = time.perf_counter() - began
            status = response.status
            log.info(
                "request",
                method=request.method,
                route=template,
                status=status,
                ms=round(spent * 1000, 1),
                caller=str(caller.id) if caller else None,
            )
        if status != HTTPStatus.SWITCHING_PROTOCOLS:  # a desk's socket is open for hours
            REQUESTS.labels(request.method, template, str(status)).observe(spent)
        if not response.prepared:
            response.headers[REQUEST_ID] = str(request_id)
        return response

    return handle


async def _answered(
    request: web.Request, route: Route, known: Mapping[str, Parameter[Any]], instance: str
) -> tuple[Caller | None, web.StreamResponse]:
    caller = None
    try:
        site = request.app[SITE]
        caller = None if route.open else await site.callers.of(request)
        if caller is None or caller.signed_in:
            site.door.check(request, caller)
        if caller is not None:
            _check(caller, route.may)
        check(request.query, known)
        call = Call(request, caller or NOBODY_IN_PARTICULAR, site)
        if route.takes_nothing:
            await body(call, Body)
        return caller, await route.handler(call)
    except Exception as error:  # noqa: BLE001 - everything gets an answer; of_error logs what nobody foresaw
        return caller, of_error(error, instance=instance)


def _check(caller: Caller, may: frozenset[Role]) -> None:
    if caller.role not in may:
        raise not_allowed(caller.role, may)


def not_allowed(role: str, may: frozenset[Role]) -> NotAllowed:
    """What a caller gets whose role is none of these."""
    roles = " or ".join(sorted(may))
    return NotAllowed(f"a token of role {role} may not do this", mend=f"it takes the role {roles}")
