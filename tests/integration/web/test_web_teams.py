"""Teams renamed and deleted, and what agents are able to do."""

import asyncio
from typing import Any

import pytest

from hub.model import new_id
from hub.routing import store as routing
from hub.routing.changes import Changes
from hub.store import Transaction
from tests.integration.web.conftest import World
from tests.integration.web.test_web_live import desk, heard
from tests.waiting import PATIENCE


async def _asked(world: World, method: str, path: str, body: Any = None, *, who: str = "admin") -> tuple[int, Any]:
    response = await world.call(who, method, path, body)
    return response.status, await response.json() if response.content_length else None


async def test_a_team_is_renamed_and_no_two_have_one_name(edge: World) -> None:
    status, team = await _asked(edge, "PATCH", f"/teams/{edge.team}", {"name": " پشتیبانی "})
    assert (status, team["name"], len(team["members"])) == (200, "پشتیبانی", 2)
    status, said = await _asked(edge, "PATCH", f"/teams/{edge.team}", {"name": "Sales"})
    assert (status, said["where"]) == (409, "$.name")
    status, said = await _asked(edge, "PATCH", f"/teams/{new_id()}", {"name": "X"})
    assert (status, said["where"]) == (404, "id")
    status, said = await _asked(edge, "PATCH", f"/teams/{edge.team}", {"name": "X", "id": str(new_id())})
    assert (status, said["where"]) == (422, "$.id")


async def test_a_teams_members_are_those_named(edge: World) -> None:
    mina, stranger = str(edge.agents["Mina"]), str(edge.agents["Stranger"])
    path = f"/teams/{edge.team}"
    status, team = await _asked(edge, "PATCH", path, {"members": [mina, stranger, mina]})
    assert (status, team["name"], set(team["members"])) == (200, "Support", {mina, stranger})
    assert set((await edge.get("admin", f"/agents/{stranger}"))["teams"]) == {str(edge.team), str(edge.other_team)}
    status, said = await _asked(edge, "PATCH", path, {"name": "X", "members": [mina, str(new_id())]})
    assert (status, said["where"]) == (422, "$.members[1]")
    team = await edge.get("admin", path)
    assert (team["name"], len(team["members"])) == ("Support", 2)
    status, made = await _asked(edge, "POST", "/teams", {"name": "Night", "members": [mina]})
    assert (status, made["members"]) == (201, [mina])


async def test_desks_hear_of_all_who_come_or_go_and_whose_team_is_called_otherwise(edge: World) -> None:
    mina, ali, stranger = [str(edge.agents[name]) for name in ("Mina", "Ali", "Stranger")]
    path = f"/teams/{edge.team}"
    async with desk(edge, "Ali") as socket:
        await heard(socket, type="snapshot")
        for body, whom in (({"members": [mina, stranger]}, {ali, stranger}), ({"name": "Day"}, {mina, stranger})):
            assert (await _asked(edge, "PATCH", path, body))[0] == 200
            heard_of: set[str] = set()
            while heard_of < whom:
                heard_of.add((await heard(socket, type="hint", kind="agent"))["id"])
            assert heard_of == whom


async def test_two_who_move_the_same_people_both_come_through(edge: World) -> None:
    everybody = [str(agent_id) for agent_id in edge.agents.values()]
    asked = [
        edge.call("admin", "PATCH", f"/teams/{team}", {"members": members})
        for team in (edge.team, edge.other_team)
        for members in (everybody, everybody[::-1], [])
    ] + [edge.call("admin", "PATCH", f"/agents/{one}", {"teams": [str(edge.team)]}) for one in everybody]
    assert {response.status for response in await asyncio.gather(*asked)} == {200}


async def test_a_team_says_how_much_it_has(site: World) -> None:
    await site.text()
    await site.conversation(team_id=str(site.team))
    team = await site.get("admin", f"/teams/{site.team}")
    assert (len(team["members"]), team["accounts"], team["conversations"]) == (2, 2, 1)
    assert (await _asked(site, "GET", f"/teams/{site.team}", who="Mina"))[0] == 403
    assert (await _asked(site, "GET", f"/teams/{new_id()}"))[0] == 404


async def test_a_team_that_has_something_is_not_deleted_and_it_is_said_what(site: World) -> None:
    await site.text()
    conversation = await site.conversation(team_id=str(site.team))
    path = f"/teams/{site.team}"
    status, said = await _asked(site, "DELETE", path)
    assert (status, said["detail"]) == (409, "Support still has 2 agents, 2 accounts and 1 conversation")
    async with site.parts.store.transaction() as tx:
        await tx.execute("UPDATE accounts SET team_id = $1", site.other_team)
    for name in ("Mina", "Ali"):
        assert (await site.call("admin", "PATCH", f"/agents/{site.agents[name]}", {"teams": []})).status == 200
    status, said = await _asked(site, "DELETE", path)
    assert said["detail"] == "Support still has 1 conversation"
    given = await site.call(
        "admin", "POST", f"/conversations/{conversation['id']}/assign", {"team": str(site.other_team)}
    )
    assert given.status == 200, await given.text()
    assert (await _asked(site, "DELETE", path))[0] == 204
    assert [team["name"] for team in (await site.get("admin", "/teams"))["items"]] == ["Sales"]
    assert (await _asked(site, "DELETE", path))[0] == 404


async def test_nothing_goes_to_a_team_from_the_moment_it_is_deleted(
    site: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The router has its board in memory, and the team on it: what it has decided by that must not be written."""
    await site.text()
    conversation = await site.conversation(team_id=str(site.team))
    _, team = await _asked(site, "POST", "/teams", {"name": "Short-lived"})
    path = f"/conversations/{conversation['id']}/assign"
    decided, deleted, write = asyncio.Event(), asyncio.Event(), routing.write

    async def held(tx: Transaction, changes: Changes, *, fence: int) -> None:
        if team["id"] in {str(one.team_id) for one in changes.conversations.values()}:
            decided.set()
            await deleted.wait()
        await write(tx, changes, fence=fence)

    monkeypatch.setattr(routing, "write", held)
    assigning = asyncio.create_task(site.call("admin", "POST", path, {"team": team["id"]}))
    async with asyncio.timeout(PATIENCE):
        await decided.wait()
    assert (await site.call("admin", "DELETE", f"/teams/{team['id']}")).status == 204
    deleted.set()
    assert (await assigning).status == 422
    await site.conversation(team_id=str(site.team))


async def test_skills_are_kept_in_order_and_once(edge: World) -> None:
    path = f"/agents/{edge.agents['Mina']}"
    status, said = await _asked(edge, "PATCH", path, {"skills": [" Returns", "فارسی", "returns"]})
    assert (status, said["skills"]) == (200, ["Returns", "فارسی"])
    status, said = await _asked(edge, "PATCH", path, {"written_capacity": 50})
    assert said["skills"] == ["Returns", "فارسی"]
    for wrong, where in (([""], "$.skills[0]"), (["x"] * 21, "$.skills"), (["a", "x" * 41], "$.skills[1]")):
        status, said = await _asked(edge, "PATCH", path, {"skills": wrong})
        assert (status, said["where"]) == (422, where)
    status, made = await _asked(edge, "POST", "/agents", {"name": "Roya", "skills": ["billing"]})
    assert (status, made["skills"]) == (201, ["billing"])


async def test_the_last_administrator_stays_one(edge: World) -> None:
    _, nora = await _asked(edge, "POST", "/agents", {"name": "Nora", "role": "admin"})
    path = f"/agents/{nora['id']}"
    for change, where in (({"active": False}, "$.active"), ({"role": "agent"}, "$.role")):
        status, said = await _asked(edge, "PATCH", path, change)
        assert (status, said["where"]) == (409, where)
    assert (await edge.get("admin", path))["role"] == "admin"
    _, other = await _asked(edge, "POST", "/agents", {"name": "Kian", "role": "admin"})
    assert (await _asked(edge, "PATCH", path, {"role": "agent"}))[0] == 200
    assert (await _asked(edge, "PATCH", f"/agents/{other['id']}", {"active": False}))[0] == 409
