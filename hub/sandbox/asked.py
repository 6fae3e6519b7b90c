"""Reading what the sandbox's own API is asked, and saying what is wrong with it (RFC 9457)."""

import json
from collections.abc import Awaitable, Callable

from aiohttp import web

BASE = "/sandbox/api"
_DEFAULT_LIMIT, _MAX_LIMIT = 500, 100_000

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Json = dict[str, object]


class Problem(Exception):
    """A request that cannot be done: `title` says what is wrong, `detail` how to mend it."""

    def __init__(self, status: int, title: str, detail: str) -> None:
        """Answer `status` with these words."""
        self.status, self.title, self.detail = status, title, detail
        super().__init__(title)


@web.middleware
async def answer_problems(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turn problems, and routes that do not exist, into problem details."""
    if not request.path.startswith(BASE):
        return await handler(request)
    try:
        return await handler(request)
    except Problem as problem:
        body = {"title": problem.title, "status": problem.status, "detail": problem.detail}
    except web.HTTPException as error:
        body = {"title": error.reason, "status": error.status, "detail": f"{request.method} {request.path}"}
    return web.json_response(body, status=int(str(body["status"])), content_type="application/problem+json")


async def read_json(request: web.Request) -> Json:
    """Give the body. It must say that it is JSON: no form on a foreign page can send that. Raises Problem."""
    if request.content_type != "application/json":
        raise Problem(415, "the body is not JSON", "Send it with Content-Type: application/json.")
    try:
        body = json.loads(await request.text() or "{}")
    except ValueError as error:
        raise Problem(400, "the body is no valid JSON", str(error)) from error
    if not isinstance(body, dict):
        raise Problem(400, "the body is no object", "Send a JSON object.")
    return body


def read_string(body: Json, name: str, *, empty: bool = False) -> str:
    """Give a field that must be a string; with `empty` it may be left out. Raises Problem."""
    value = body.get(name, "" if empty else None)
    if not isinstance(value, str) or not (value or empty):
        raise Problem(422, f"{name} is missing", f"Give {name} as a string.")
    return value


def read_number(value: object) -> float:
    """Give a number. Raises ValueError."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError("must be a number")  # noqa: TRY004  to the caller it is a wrong value like the others
    return value


def read_limit(request: web.Request) -> int:
    """Give ?limit=. Raises Problem."""
    value = request.query.get("limit", str(_DEFAULT_LIMIT))
    if not value.isdecimal() or not 1 <= int(value) <= _MAX_LIMIT:
        raise Problem(422, "limit cannot be", f"Give a number from 1 to {_MAX_LIMIT}.")
    return int(value)
