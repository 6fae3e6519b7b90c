"""Every route of the application, by every role, about every kind of object, against the table."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from hub.web.app import OPENED, build_app
from hub.web.route import API
from tests.integration.web.authorisation.asking import (
    BY_ROUTE,
    COLUMNS,
    Asker,
    Case,
    body_of,
    path_of,
    read,
    shown,
    ways,
)
from tests.integration.web.authorisation.seeding import CONVERSATIONS, Seeded, seeded
from tests.integration.web.authorisation.table import HEARD_BY_NO_MARKETER, PAGES, SHOWS, TABLE

CASES = tuple(read(TABLE))


@pytest.fixture
async def there(migrated_database: str, tmp_path: Path) -> AsyncIterator[Seeded]:
    async with seeded(migrated_database, tmp_path) as one:
        yield one


@pytest.fixture
async def asker(there: Seeded) -> AsyncIterator[Asker]:
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session:
        yield Asker(there, session)


def test_every_route_is_listed_and_every_listed_one_is_there() -> None:
    listed = {case.route for case in CASES}
    assert BY_ROUTE.keys() - listed == set(), "say in table.py who may do what with these"
    assert listed - BY_ROUTE.keys() == set(), "these are in table.py and not in the application"
    assert SHOWS.keys() <= listed


def test_nothing_is_served_beside_the_table_of_routes(there: Seeded) -> None:
    served = {
        (route.method, resource.canonical)
        for resource in build_app(there.world.parts).router.resources()
        for route in resource
    }
    known = {(route.method, API + route.path) for route in BY_ROUTE.values()}
    known |= {(method, one.path) for one in OPENED for method in one.methods}
    known |= {(method, page) for page in PAGES for method in ("GET", "HEAD")}
    assert served == known, "an address that no table holds is one that nobody guards"


def test_whoever_is_listed_is_the_application_s_own(there: Seeded) -> None:
    """The roles that the table of routes names are those that the application lets in, which this table repeats."""
    for case in CASES:
        route, refused = BY_ROUTE[case.route], set()
        for column in ("agent", "lead", "marketer", "admin"):
            role = {"lead": "supervisor"}.get(column, column)
            statuses = {case.of(column, by_token=by_token) for by_token in ways(column)}
            if role not in route.may:
                refused |= statuses
        assert refused <= {403}, f"{case.route} {case.about}"


async def test_every_caller_gets_what_the_table_says(there: Seeded, asker: Asker) -> None:
    wrong = [said for case in CASES for said in await _wrong(there, asker, case)]
    assert not wrong, "\n".join(wrong)


async def _wrong(there: Seeded, asker: Asker, case: Case) -> list[str]:
    found = []
    for column in COLUMNS:
        for by_token in ways(column):
            path = path_of(there, case.route, case.about, column)
            body = body_of(there, case.route, case.about, column)
            given = {} if body is None else {"json": body}
            status, answer = await asker.ask(column, case.route, path, by_token=by_token, **given)
            expected = case.of(column, by_token=by_token)
            who = f"{case.route} {case.about}, {column}{' by token' if by_token else ''}"
            if status != expected:
                found.append(f"{who}: {status} and not {expected}: {answer[:300]!r}")
            if (seen := shown(answer)) != (right := _right(case, column) if status < 300 else set()):
                found.append(f"{who}: it shows {sorted(seen)} and not {sorted(right)}")
    return found


def _right(case: Case, column: str) -> set[str]:
    """The words that this answer shall show."""
    kinds, by_role = SHOWS.get(case.route, ("", {}))
    names = by_role.get(column.rstrip("*"), "").split()
    if names == ["*"]:
        names = list(CONVERSATIONS)
    about = re.sub("^written ", "", case.about)
    if about and not case.route.endswith("/canned-answers/{id}"):
        names = [name for name in names if name == about]
    words = {f"{kind}-{name}" for kind in kinds.split() for name in names}
    return {word for word in words if column.rstrip("*") != "marketer" or not word.startswith(HEARD_BY_NO_MARKETER)}
