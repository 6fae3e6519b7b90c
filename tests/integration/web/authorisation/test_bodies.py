"""Nobody says by a body, a query or a frame who she is or whose a thing is: what is not asked for is refused."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import aiohttp
import msgspec
import pytest
from msgspec import inspect

from hub.model import new_id
from hub.web.shapes.live import TAKEN
from tests.integration.web.authorisation.asking import BY_ROUTE, Asker, body_of, path_of
from tests.integration.web.authorisation.seeding import Seeded, seeded
from tests.integration.web.test_web_live import desk, heard

FOREIGN = (
    "id",
    "number",
    "agent",
    "agent_id",
    "by",
    "by_agent",
    "author",
    "caller",
    "may_take",
    "customer",
    "customer_id",
    "conversation",
    "conversation_id",
    "team",
    "team_id",
    "assignee_id",
    "owner_id",
    "sign_in",
    "uploaded_by",
    "account",
    "role",
    "created_at",
    "accepted_at",
)
OBJECTS = {"conversations": "hers", "customers": "hers", "interactions": "hers", "outcomes": "hers", "me": "own"}
OBJECTS |= {"agents": "herself"}


@pytest.fixture
async def there(migrated_database: str, tmp_path: Path) -> AsyncIterator[Seeded]:
    async with seeded(migrated_database, tmp_path) as one:
        yield one


@pytest.fixture
async def asker(there: Seeded) -> AsyncIterator[Asker]:
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session:
        yield Asker(there, session)


async def _refused(there: Seeded, asker: Asker, route: str, *, query: str = "", **given: Any) -> tuple[int, str]:
    path = path_of(there, route, OBJECTS.get(route.split("/")[1], "one"), "admin")
    path += ("&" if "?" in path else "?") + query if query else ""
    status, answer = await asker.ask("admin", route, path, by_token=False, **given)
    said = msgspec.json.decode(answer) if answer.startswith(b"{") else {}
    return status, said.get("where", "")


async def test_a_field_that_is_not_asked_for_is_refused_by_name(there: Seeded, asker: Asker) -> None:
    wrong = []
    for route, line in BY_ROUTE.items():
        if line.method == "GET" or line.takes is not None:
            continue
        body = body_of(there, route, "hers", "admin") or {}
        known = {field.encode_name for field in msgspec.structs.fields(type(line.body))} if line.body else set()
        for name in (one for one in FOREIGN if one not in known):
            said = await _refused(there, asker, route, json=body | {name: str(new_id())})
            if said != (422, f"$.{name}"):
                wrong.append((route, said))
    assert wrong == []
    assert there.world.recorder.batches == []


async def test_a_parameter_that_is_not_asked_for_is_refused_by_name(there: Seeded, asker: Asker) -> None:
    wrong = []
    for route, line in BY_ROUTE.items():
        for name in {"agent_id", "seen_by", "as", "role"} - line.known.keys():
            body = body_of(there, route, "hers", "admin")
            given = {} if body is None else {"json": body}
            said = await _refused(there, asker, route, query=f"{name}={new_id()}", **given)
            if said != (422, name):
                wrong.append((route, name, said))
    assert wrong == []


def test_what_lies_within_a_body_is_as_strict() -> None:
    for route, line in BY_ROUTE.items():
        for kind in _structs(inspect.type_info(type(line.body))) if line.body else ():
            assert kind.forbid_unknown_fields, (route, kind.cls)
    for frame in TAKEN:
        assert type(frame).__struct_config__.forbid_unknown_fields, type(frame)


def _structs(kind: Any) -> Iterator[inspect.StructType]:
    if isinstance(kind, inspect.StructType):
        yield kind
    within = [field.type for field in getattr(kind, "fields", ())]
    within += [getattr(kind, name) for name in ("type", "item_type", "key_type", "value_type") if hasattr(kind, name)]
    for one in [*within, *getattr(kind, "types", ()), *getattr(kind, "item_types", ())]:
        yield from _structs(one)


async def test_a_frame_says_for_nobody_else_that_she_looks(there: Seeded) -> None:
    conversation, ali = str(there.conversations["mates"]), str(there.world.agents["Ali"])
    async with desk(there.world, "Mina") as mina, desk(there.world, "supervisor") as lead:
        for socket in (mina, lead):
            await heard(socket, type="snapshot")
        await lead.send_json({"type": "looking", "conversation": conversation})
        for name in ("agent", "name", "desk", "agents"):
            await mina.send_json({"type": "looking", "conversation": conversation, name: ali})
            assert (await heard(mina, type="problem"))["where"] == f"$.{name}"
        await mina.send_json({"type": "looking", "conversation": conversation})
        said = await heard(lead, type="looking")
        assert (said["agent"], said["name"]) == (str(there.world.agents["Mina"]), "Mina"), "hers alone is heard"
