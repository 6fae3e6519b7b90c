"""Canned answers: leads write them, agents read what is everybody's or their teams', and desks hear of each change."""

from typing import Any

import pytest

from hub.model import new_id
from tests.integration.web.conftest import World
from tests.integration.web.test_web_live import desk, heard

HELLO = {"shortcut": "hello", "title": "A greeting", "text": "سلام {{customer.first_name}}، {{agent.name}} هستم."}


async def _made(world: World, who: str = "supervisor", **said: Any) -> Any:
    response = await world.call(who, "POST", "/canned-answers", HELLO | said)
    assert response.status == 201, await response.text()
    return await response.json()


async def _shortcuts(world: World, who: str, query: str = "") -> list[str]:
    return [one["shortcut"] for one in (await world.get(who, f"/canned-answers{query}"))["items"]]


async def test_a_lead_makes_changes_and_deletes_one(edge: World) -> None:
    made = await _made(edge, language="fa", team=str(edge.team))
    path = f"/canned-answers/{made['id']}"
    assert (made["text"], made["team_id"], made["version"]) == (HELLO["text"], str(edge.team), 1)
    response = await edge.call("admin", "PATCH", path, {"version": 1, "title": " Hello ", "team": None})
    changed = await response.json()
    assert changed == made | {"title": "Hello", "team_id": None, "version": 2, "updated_at": changed["updated_at"]}
    response = await edge.call("supervisor", "PATCH", path, {"version": 1, "title": "Mine"})
    assert (response.status, (await response.json())["where"]) == (409, "$.version")
    assert (await edge.get("Mina", "/canned-answers"))["items"] == [changed]
    assert (await edge.call("supervisor", "DELETE", path)).status == 204
    assert await _shortcuts(edge, "admin") == []
    for method, body in (("DELETE", None), ("PATCH", {"version": 2})):
        assert (await edge.call("supervisor", method, path, body)).status == 404


async def test_an_agent_reads_everybodys_and_her_teams_and_writes_none(edge: World) -> None:
    made = await _made(edge, shortcut="all")
    await _made(edge, shortcut="hers", team=str(edge.team))
    await _made(edge, shortcut="theirs", team=str(edge.other_team))
    assert await _shortcuts(edge, "Mina") == ["all", "hers"]
    assert await _shortcuts(edge, "Stranger") == ["all", "theirs"]
    assert await _shortcuts(edge, "supervisor") == ["all", "hers", "theirs"]
    for who in ("Mina", "marketer"):
        for method, path, body in (
            ("POST", "/canned-answers", HELLO),
            ("PATCH", f"/canned-answers/{made['id']}", {"version": 1, "title": "x"}),
            ("DELETE", f"/canned-answers/{made['id']}", None),
        ):
            assert (await edge.call(who, method, path, body)).status == 403, (who, method)
    assert (await edge.call("marketer", "GET", "/canned-answers")).status == 403


async def test_they_come_in_pages_by_shortcut_whatever_its_case(edge: World) -> None:
    words = ["Alpha", "beta", "سلام", "Gamma", "delta"]
    for word in words:
        await _made(edge, shortcut=word)
    await _made(edge, shortcut="beta", language="fa")
    whole, paged, pages = await _shortcuts(edge, "admin"), list[str](), 0
    assert whole[:3] == ["Alpha", "beta", "beta"]
    assert sorted(whole) == sorted([*words, "beta"])
    page: Any = {"next": ""}
    while page["next"] is not None:
        page, pages = await edge.get("admin", f"/canned-answers?limit=1&cursor={page['next']}"), pages + 1
        paged += [one["shortcut"] for one in page["items"]]
    assert (paged, pages) == (whole, 7)


async def test_a_shortcut_leads_to_one_text_of_a_team_in_a_language(edge: World) -> None:
    first = await _made(edge)
    for more in ({"team": str(edge.team)}, {"language": "fa"}, {"shortcut": "bye"}):
        other = await _made(edge, **more)
    for method, path, body in (
        ("POST", "/canned-answers", HELLO | {"shortcut": "HELLO"}),
        ("PATCH", f"/canned-answers/{other['id']}", {"version": 1, "shortcut": "Hello"}),
    ):
        response = await edge.call("admin", method, path, body)
        assert (response.status, (await response.json())["where"]) == (409, "$.shortcut")
    assert (await edge.call("admin", "DELETE", f"/canned-answers/{first['id']}")).status == 204
    await _made(edge, shortcut="HELLO")


async def test_repeated_with_its_key_one_is_made_once(edge: World) -> None:
    headers = {"Idempotency-Key": "one"}
    first = await (await edge.call("admin", "POST", "/canned-answers", HELLO, headers=headers)).json()
    again = await edge.call("admin", "POST", "/canned-answers", HELLO, headers=headers)
    assert (again.status, await again.json()) == (201, first)
    reused = await edge.call("admin", "POST", "/canned-answers", HELLO | {"shortcut": "x"}, headers=headers)
    assert reused.status == 422


@pytest.mark.parametrize(
    ("said", "where"),
    [
        ({"shortcut": "two words"}, "$.shortcut"),
        ({"shortcut": "/hello"}, "$.shortcut"),
        ({"shortcut": "hello\n"}, "$.shortcut"),
        ({"shortcut": "x" * 41}, "$.shortcut"),
        ({"shortcut": ""}, "$.shortcut"),
        ({"title": " "}, "$.title"),
        ({"text": ""}, "$.text"),
        ({"text": "x" * 5001}, "$.text"),
        ({"text": "Dear {{customer.nmae}}"}, "$.text"),
        ({"language": ""}, "$.language"),
        ({"team": str(new_id())}, "$.team"),
        ({"team_id": str(new_id())}, "$.team_id"),
        ({"id": str(new_id())}, "$.id"),
        ({"updated_at": "2026-11-22T00:36:20Z"}, "$.updated_at"),
    ],
)
async def test_what_is_refused_names_its_place(edge: World, said: dict[str, Any], where: str) -> None:
    made = await _made(edge)
    for method, path, body in (
        ("POST", "/canned-answers", HELLO | said),
        ("PATCH", f"/canned-answers/{made['id']}", {"version": 1} | said),
    ):
        response = await edge.call("admin", method, path, body)
        assert (response.status, (await response.json())["where"]) == (422, where), method
    assert (await edge.get("admin", "/canned-answers"))["items"] == [made]


async def test_every_desk_hears_of_a_change_and_of_nothing_in_it(edge: World) -> None:
    async with desk(edge, "Mina") as mina, desk(edge, "Stranger") as stranger, desk(edge, "supervisor") as lead:
        for socket in (mina, stranger, lead):
            await heard(socket, type="snapshot")
        made = await _made(edge, team=str(edge.team))
        await edge.call("admin", "PATCH", f"/canned-answers/{made['id']}", {"version": 1, "title": "Hello"})
        await edge.call("admin", "DELETE", f"/canned-answers/{made['id']}")
        for socket in (mina, stranger, lead):
            for version in (1, 2, 3):
                said = await heard(socket, type="hint")
                assert said == {"type": "hint", "kind": "canned_answers", "id": made["id"], "version": version}
