"""The descriptions and the pages to browse them, as they are served: made once, when first asked for."""

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import msgspec
from aiohttp import web

from hub.web.described import asyncapi, openapi
from hub.web.opened import Open
from hub.web.route import Group
from hub.worker import Worker

_HEADERS = {"Cache-Control": "no-cache"}


class Described:
    """The handlers of ``/api/v1/openapi.json`` and ``/api/v1/asyncapi.json``."""

    def __init__(self, groups: Sequence[Group], opened: Sequence[Open], workers: Sequence[Worker]) -> None:
        self._openapi = _once(lambda: openapi.document(groups, opened))
        self._asyncapi = _once(lambda: asyncapi.document(workers))

    async def openapi(self, _: web.Request) -> web.Response:
        """``GET /api/v1/openapi.json``."""
        return web.Response(body=self._openapi(), content_type="application/json", headers=_HEADERS)

    async def asyncapi(self, _: web.Request) -> web.Response:
        """``GET /api/v1/asyncapi.json``."""
        return web.Response(body=self._asyncapi(), content_type="application/json", headers=_HEADERS)


def _once(make: Callable[[], dict[str, Any]]) -> Callable[[], bytes]:
    return cache(lambda: msgspec.json.encode(make()))
