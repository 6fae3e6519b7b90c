"""Answers of the API: JSON, never stored by anybody on the way."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec
from aiohttp import web

from hub.store import Row

_NO_STORE = {"Cache-Control": "no-store"}


def answer(what: Any, *, status: int = 200, location: str | None = None) -> web.Response:
    """One JSON answer. Times come out as RFC 3339, ids as UUIDs."""
    headers = {**_NO_STORE, "Location": location} if location else _NO_STORE
    return web.Response(status=status, body=msgspec.json.encode(what), content_type="application/json", headers=headers)


def page(items: Sequence[Mapping[str, Any]], following: str | None) -> web.Response:
    """One page of a list; ``next`` is the cursor of the page that follows, if there may be one."""
    return answer({"items": items, "next": following})


def shown(row: Row | Mapping[str, Any], *, without: Iterable[str] = ()) -> dict[str, Any]:
    """A row as the API shows it."""
    hidden = frozenset(without)
    return {name: value for name, value in row.items() if name not in hidden}
