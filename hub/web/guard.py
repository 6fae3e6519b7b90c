"""What stands around every handler of the API: who calls, may they, one log line, and errors as problems."""

import time
import uuid
from http import HTTPStatus

import structlog
from aiohttp import web

from hub.errors import NotAllowed
from hub.metrics import REQUESTS
from hub.model import Role
from hub.organisation.store import Caller
from hub.web.call import SITE, ApiHandler, Call, PlainHandler
from hub.web.problems import of_error

log = structlog.get_logger(__name__)

REQUEST_ID = "X-Request-Id"


def guarded(template: str, handler: ApiHandler, may: frozenset[Role]) -> PlainHandler:
    """The handler of one route of the API. ``template`` stands in logs and metrics: never values from the path."""

    async def handle(request: web.Request) -> web.StreamResponse:
        began, request_id = time.perf_counter(), uuid.uuid4()
        with structlog.contextvars.bound_contextvars(request=str(request_id)):
            caller, response = await _answered(request, handler, may, request_id.urn)
            spent = time.perf_counter() - began
            status = response.status
            log.info(
                "request",
                method=request.method,
                route=template,
                status=status,
                ms=round(spent * 1000, 1),
                caller=str(caller.token_id) if caller else None,
            )
        if status != HTTPStatus.SWITCHING_PROTOCOLS:  # a desk's socket is open for hours
            REQUESTS.labels(request.method, template, str(status)).observe(spent)
        if not response.prepared:
            response.headers[REQUEST_ID] = str(request_id)
        return response

    return handle


async def _answered(
    request: web.Request, handler: ApiHandler, may: frozenset[Role], instance: str
) -> tuple[Caller | None, web.StreamResponse]:
    caller = None
    try:
        site = request.app[SITE]
        caller = await site.callers.of(request)
        _check(caller, may)
        return caller, await handler(Call(request, caller, site))
    except Exception as error:  # noqa: BLE001 - everything gets an answer; of_error logs what nobody foresaw
        return caller, of_error(error, instance=instance)


def _check(caller: Caller, may: frozenset[Role]) -> None:
    if caller.role not in may:
        roles = " or ".join(sorted(may))
        raise NotAllowed(f"a token of role {caller.role} may not do this", mend=f"it takes the role {roles}")
