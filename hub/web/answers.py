"""Answers of the API: JSON, never stored by anybody on the way."""

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

import msgspec
from aiohttp import web

from hub.store import Row
from hub.web.shapes.common import Page, Shape

S = TypeVar("S", bound=Shape)

_NO_STORE = {"Cache-Control": "no-store"}


def answer(what: Any, *, status: int = 200, location: str | None = None) -> web.Response:
    """One JSON answer. Times come out as RFC 3339, ids as UUIDs."""
    headers = {**_NO_STORE, "Location": location} if location else _NO_STORE
    return web.Response(status=status, body=msgspec.json.encode(what), content_type="application/json", headers=headers)


def page(items: Iterable[Shape], following: str | None) -> web.Response:
    """One page of a list; ``next`` is the cursor of the page that follows, if there may be one."""
    return answer(Page(items=tuple(items), next=following))


def shown(kind: type[S], row: Row | Mapping[str, Any], *, without: Iterable[str] = (), **more: Any) -> S:
    """A row as the API shows it. ``kind`` has just these fields: a column that it lacks is a ``TypeError`` at once."""
    if not without:
        return kind(**row, **more)
    hidden = frozenset(without)
    return kind(**{name: value for name, value in row.items() if name not in hidden}, **more)
