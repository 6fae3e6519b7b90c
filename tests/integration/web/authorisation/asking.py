"""Asking each route as each caller, with a path and a body that are right; and reading the table of expectations."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import msgspec

from hub.model import new_id
from hub.web.app import ROUTES
from hub.web.route import Route
from tests.integration.web.authorisation.seeding import PASSWORD, Seeded
from tests.integration.web.conftest import PUBLIC

COLUMNS = ("nobody", "agent", "lead", "marketer", "admin", "lead*", "marketer*", "admin*")
"""Those with a star are tokens that stand for no agent."""
BY_ROUTE: Mapping[str, Route] = {f"{route.method} {route.path}": route for route in ROUTES}


@dataclass(frozen=True, slots=True)
class Case:
    """One line: a route about an object, and the status for each caller; by cookie and by token if they differ."""

    route: str
    about: str
    cells: tuple[tuple[int | None, int | None], ...]

    def of(self, column: str, *, by_token: bool) -> int | None:
        """What is expected; ``None``: there is nothing to ask."""
        return self.cells[COLUMNS.index(column)][by_token]


def read(table: str) -> Iterator[Case]:
    """The cases of a table. A line with a method names the route, indented ones objects of it, up to the cells."""
    route, about = "", ""
    for line in filter(str.strip, table.splitlines()):
        if line.startswith("#"):
            continue
        named, _, cells = line.partition("│")
        if named[0] != " ":
            method, path, *named_too = named.split(None, 2)
            route, named = f"{method} {path}", "".join(named_too)
        about += named.strip() + " "
        if cells:
            statuses = tuple(map(_cell, cells.replace("│", " ").split()))
            yield from (Case(route, one.strip(), statuses) for one in about.split(","))
            about = ""


def _cell(said: str) -> tuple[int | None, int | None]:
    cookie, _, token = said.partition("/")
    return _status(cookie), _status(token or cookie)


def _status(said: str) -> int | None:
    return None if said == "-" else int(said)


def path_of(seeded: Seeded, case_route: str, about: str, caller: str) -> str:
    """The route's path about that object, below ``/api/v1``; with a query where one is needed."""
    method, _, path = case_route.partition(" ")
    kind = path.split("/")[1]
    found = _ids(seeded, kind, caller).get(about)
    number = str(found if found is not None else new_id()) if about != "none" or kind != "dead-events" else "999999"
    path = re.sub(r"{(id|event_id|number)}", number, path)
    path = path.replace("{position}", "0").replace("{adapter}/{name}", "sms_fake/default" if about == "one" else "x/y")
    if method == "GET" and path == "/search":
        path += "?query=sunflower"
    if method == "GET" and path == "/conversations":
        path += "?limit=200"
    return path + ("?name=receipt.pdf" if path == "/files" else "")


def _ids(seeded: Seeded, kind: str, caller: str) -> Mapping[str, Any]:
    one = seeded.one
    others = "lead" if caller == "agent" else "agent"
    known: Mapping[str, Mapping[str, Any]] = {
        "conversations": seeded.conversations,
        "customers": seeded.customers,
        "interactions": seeded.texts,
        "outcomes": seeded.decisions | {f"written {name}": id_ for name, id_ in seeded.texts.items()},
        "agents": {"herself": seeded.people.get(caller), "another": seeded.world.agents["Ali"]},
        "me": {"own": seeded.sign_ins.get(caller), "another's": seeded.sign_ins[others]},
        "canned-answers": {"one": one["canned"]},
        "teams": {"one": one["team"]},
        "tokens": {"one": one["token"]},
        "dead-events": {"one": one["dead"]},
    }
    return known.get(kind, {})


def body_of(seeded: Seeded, route: str, about: str, caller: str) -> Any:
    """A body that is right; the route's own example where that is."""
    if route in _BODIES:
        return _BODIES[route](seeded, about, caller)
    body = BY_ROUTE[route].body
    return None if body is None else msgspec.to_builtins(body)


def _until(*_: Any) -> Any:
    return {"until": (datetime.now(UTC) + timedelta(days=1)).isoformat()}


_BODIES: Mapping[str, Callable[[Seeded, str, str], Any]] = {
    "POST /sign-in": lambda *_: {"name": "Mina", "password": PASSWORD},
    "POST /me/password": lambda *_: {"old": PASSWORD, "new": "other words she remembers"},
    "POST /me/totp/remove": lambda *_: {"password": PASSWORD},
    "POST /customers": lambda *_: {"name": "Roya", "contact_points": ["tel:+989121110000"]},
    "POST /conversations/{id}/messages": lambda *_: {"text": "coming"},
    "POST /conversations/{id}/notes": lambda s, *_: {"text": "cross", "mentions": [str(s.world.agents["Ali"])]},
    "POST /conversations/{id}/assign": lambda s, *_: {"agent": str(s.world.agents["Ali"])},
    "POST /conversations/{id}/snooze": _until,
    "POST /conversations/{id}/join": lambda s, *_: {"with": str(s.conversations["waits"])},
    "POST /messages": lambda *_: {"to": "+989121110000", "from": "+982100000000", "text": "hello"},
    "POST /canned-answers": lambda *_: {"shortcut": "new", "title": "New", "text": "new"},
    "POST /agents": lambda *_: {"name": "Roya"},
    "POST /teams": lambda *_: {"name": "Billing"},
    "PATCH /teams/{id}": lambda *_: {"name": "Billing"},
    "POST /accounts": lambda *_: {"adapter": "sms_fake", "name": "default", "settings": {"numbers": "+982100000009"}},
    "PATCH /accounts/{adapter}/{name}": lambda *_: {"active": True},
}


class Asker:
    """Sends requests as each caller, by her cookie or by her token."""

    def __init__(self, seeded: Seeded, session: aiohttp.ClientSession) -> None:
        self._seeded, self._session = seeded, session

    async def ask(self, column: str, route: str, path: str, *, by_token: bool, **given: Any) -> tuple[int, bytes]:
        """The status and the body of the answer."""
        headers = {} if column == "nobody" else self._headers(column, by_token=by_token)
        method = route.partition(" ")[0]
        url = self._seeded.world.client.make_url("/api/v1" + path)
        if route == "POST /files":
            given = {"data": b"%PDF-1.7 a receipt", "headers": {"Content-Type": "application/octet-stream"}}
        async with self._session.request(
            method, url, **given | {"headers": given.get("headers", {}) | headers}
        ) as said:
            return said.status, await said.read()

    def _headers(self, column: str, *, by_token: bool) -> dict[str, str]:
        if column.endswith("*"):
            role = {"lead*": "supervisor", "marketer*": "marketer", "admin*": "admin"}[column]
            return {"Authorization": f"Bearer {self._seeded.world.tokens[role]}"}
        if by_token:
            return {"Authorization": f"Bearer {self._seeded.world.tokens[f'{column} by token']}"}
        return {"Cookie": f"__Host-peyvand={self._seeded.cookies[column]}", "Origin": PUBLIC, "X-Peyvand": "desk"}


def ways(column: str) -> tuple[bool, ...]:
    """By cookie and by token, for a person; else there is one way."""
    return (True,) if column == "nobody" or column.endswith("*") else (False, True)


def shown(answer: bytes) -> set[str]:
    """The words in an answer that tell of which objects it shows something."""
    return set(re.findall(r"\b(?:said|person|canned)-[a-z]+\b", answer.decode(errors="replace")))
