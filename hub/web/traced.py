"""A span around each request of the API and each webhook taken in, where tracing is on."""

from typing import TYPE_CHECKING

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

if TYPE_CHECKING:
    from hub.tracing.spans import Tracing

_API, _LIVE, _WEBHOOKS = "/api/", "/live", "/channels/"


def traced(tracing: "Tracing") -> Middleware:
    """The middleware. A span is named by its route, never by values of the path; a desk's socket has none."""

    @web.middleware
    async def around(request: web.Request, handler: Handler) -> web.StreamResponse:
        resource = request.match_info.route.resource
        route = resource.canonical if resource is not None else ""
        if not route.startswith((_API, _WEBHOOKS)) or route.endswith(_LIVE):
            return await handler(request)
        name, incoming = f"{request.method} {route}", request.headers.get("traceparent")
        with tracing.request(name, incoming, always=route.startswith(_API)) as one:
            response = await handler(request)
            one.status = response.status
            return response

    return around
