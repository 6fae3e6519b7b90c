"""The errors of each route: which it can give by what it is, and what each looks like.

Examples are the answers of ``hub.web.problems`` itself, so they are what a caller sees.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from http import HTTPStatus
from typing import Any

import msgspec
from aiohttp import web

from hub.errors import InputInvalid, KeyReused, NotFound, Refused
from hub.web import asked, callers, door, files, guard, problems
from hub.web.problems import CONTENT_TYPE, Problem
from hub.web.route import ALL, Route

INSTANCE = "urn:uuid:bb6d49fe-eca1-45cb-9dfe-7dacba95bd79"

Made = Callable[[], web.Response]


def refused(error: Refused) -> Made:
    """The answer to this error."""
    return lambda: problems.of_error(error, instance=INSTANCE)


NOT_SIGNED_IN = refused(callers.unknown())
NO_SUCH_ID = refused(NotFound("there is nothing with this id, or it is not yours to see", where="id"))
NO_ID = refused(InputInvalid("this is no UUID", where="id", mend="give it like 6f1c0c1e-7b0a-5d7a-9a53-0f8f6a1d9f10"))
NO_PARAMETER = refused(
    InputInvalid("there is no such parameter", where="colour", mend="those there are: cursor, limit")
)
NO_FIELD = refused(InputInvalid("there is no such field", where="$.colour", mend="leave it out"))
KEY_REUSED = refused(
    KeyReused("this Idempotency-Key was used for another request", where="Idempotency-Key", mend="use a new key")
)
WRONG_TYPE = refused(asked.not_json())


def unreadable() -> web.Response:
    """400."""
    return problems.unreadable(INSTANCE)


def too_large() -> web.Response:
    """413."""
    return problems.over(INSTANCE)


def away() -> web.Response:
    """503."""
    return problems.away(INSTANCE)


def unforeseen() -> web.Response:
    """500."""
    return problems.unforeseen(INSTANCE)


def of_route(route: Route) -> Iterator[Made]:
    """Every error the route can give."""
    yield from _of_caller(route)
    if "{" in route.path and not any(part in route.path for part in ("{number}", "{adapter}")):
        yield NO_ID
    if "{id}" in route.path:
        yield NO_SUCH_ID
    yield NO_PARAMETER
    if route.body is not None or route.takes_nothing:
        yield from (unreadable, too_large, WRONG_TYPE, NO_FIELD)
    if route.takes:
        yield unreadable
        yield refused(files.over())
    if route.keyed:
        yield KEY_REUSED
    yield from map(refused, route.refuses)
    yield unforeseen
    yield away


def _of_caller(route: Route) -> Iterator[Made]:
    """Who calls, from where, and may they."""
    if not route.open:
        yield NOT_SIGNED_IN
    if route.method not in door.SAFE or route.path == "/live":
        yield refused(door.foreign())
    if route.may != ALL:
        yield refused(guard.not_allowed("marketer", route.may))


def responses(made: Iterator[Made]) -> dict[str, Any]:
    """OpenAPI's responses for these errors, by status."""
    by_status: dict[int, list[tuple[Problem, Mapping[str, str]]]] = defaultdict(list)
    for make in made:
        response = make()
        said = msgspec.json.decode(bytes(response.body), type=Problem)  # type: ignore[arg-type]  # ours is bytes
        by_status[response.status].append((said, response.headers))
    return {str(status): _response(status, said) for status, said in sorted(by_status.items())}


def _response(status: int, said: list[tuple[Problem, Mapping[str, str]]]) -> dict[str, Any]:
    examples = {
        f"{problem.type.rpartition(':')[2]}-{number}": {
            "summary": problem.detail,
            "value": msgspec.to_builtins(problem),
        }
        for number, (problem, _) in enumerate(said, 1)
    }
    content = {"schema": {"$ref": "#/components/schemas/Problem"}, "examples": examples}
    headers = {name: HEADERS[name] for name in HEADERS if name in said[0][1]}
    return {
        "description": HTTPStatus(status).phrase,
        "content": {CONTENT_TYPE: content},
        **({"headers": headers} if headers else {}),
    }


def header(says: str, example: str, *, required: bool = True) -> dict[str, Any]:
    """OpenAPI's description of one header of an answer."""
    return {"description": says, "required": required, "schema": {"type": "string"}, "example": example}


HEADERS = {
    "WWW-Authenticate": header("How to sign in (RFC 9110, 11.6.1).", 'Bearer realm="peyvand"'),
    "Retry-After": header("Seconds after which to try again (RFC 9110, 10.2.3).", problems.RETRY_AFTER),
}
"""Headers of errors."""
