"""What is offered to an agent: seen by her, also of another team; accepted or declined; nobody else's meanwhile."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.integration.web.conftest import HERS, World, world
from tests.integration.web.test_web_live import desk, digest, heard
from tests.offering import offering


@pytest.fixture
async def site(migrated_database: str, tmp_path: Path) -> AsyncIterator[World]:
    """The whole way, where text messages are offered."""
    settings = offering(tmp_path / "config")
    async with world(migrated_database, tmp_path / "var", working=True, settings=settings) as one:
        yield one


async def available(site: World, name: str) -> None:
    response = await site.call(name, "POST", f"/agents/{site.agents[name]}/presence", {"presence": "available"})
    assert response.status == 200, await response.text()


async def asked(site: World, name: str) -> Any:
    """A customer of this agent's writes; the conversation, offered to the agent."""
    points = ["tel:" + HERS]
    made = await site.call("admin", "POST", "/customers", {"contact_points": points, "owner": str(site.agents[name])})
    assert made.status == 201, await made.text()
    await site.text()
    return await site.conversation(offered_to=str(site.agents[name]))


async def test_of_another_team_she_sees_what_is_offered_to_her_and_loses_it_when_it_goes(site: World) -> None:
    async with desk(site, "Stranger") as stranger, desk(site, "Mina") as mina, desk(site, "supervisor") as lead:
        for socket in (stranger, mina, lead):
            await heard(socket, type="snapshot")
        await available(site, "Stranger")
        one = await asked(site, "Stranger")
        assert (one["assignee_id"], one["reply_due"]) == (None, None)
        for socket in (stranger, lead):
            await heard(socket, type="hint", kind="conversation", id=one["id"])
        seen = await site.get("Stranger", f"/conversations/{one['id']}")
        assert seen["offered_until"] == one["offered_until"] == one["next_at"]
        listed = (await site.get("Stranger", "/conversations"))["items"]
        assert [each["id"] for each in listed] == [one["id"]]
        assert (await site.get("Mina", "/conversations?waiting=true"))["items"] == [], "nobody is to take it now"
        await site.sign()
        said = await heard(stranger, type="digest")
        assert (said["count"], said["sum"]) == (1, digest((one["id"], one["version"])))
        assert (await heard(mina, type="digest"))["count"] == 0
        await stranger.send_json({"type": "resync"})
        again = await heard(stranger, type="snapshot")
        assert again["conversations"] == [{"id": one["id"], "version": one["version"]}]

        response = await site.call("Stranger", "POST", f"/conversations/{one['id']}/decline")
        assert response.status == 200, await response.text()
        sentence = (await response.json())["decision"]["sentence"]
        assert sentence == "Stranger declined it; it waits in line: nobody of Support is there."
        await heard(mina, type="hint", kind="conversation", id=one["id"])
        assert (await site.call("Stranger", "GET", f"/conversations/{one['id']}")).status == 404
        assert [each["id"] for each in (await site.get("Mina", "/conversations?waiting=true"))["items"]] == [one["id"]]


async def test_while_it_is_offered_others_are_refused_and_she_may_answer(site: World) -> None:
    async with desk(site, "Mina") as mina, desk(site, "Ali"):
        await heard(mina, type="snapshot")
        await available(site, "Mina")
        one = await asked(site, "Mina")
        path = f"/conversations/{one['id']}"
        for what, body in (
            ("accept", None),
            ("assign", {"agent": str(site.agents["Ali"])}),
            ("messages", {"text": "hi"}),
        ):
            refused = await site.call("Ali", "POST", f"{path}/{what}", body)
            said = await refused.json()
            assert (refused.status, said["detail"]) == (409, "It is offered to Mina just now"), what
            assert said["mend"] == "wait until they have answered, or ask a supervisor to assign it"
        assert (await site.call("Ali", "POST", f"{path}/decline")).status == 409
        answered = await site.call("Mina", "POST", f"{path}/messages", {"text": "بله"})
        assert answered.status == 201, await answered.text()
        one = await site.conversation(assignee_id=str(site.agents["Mina"]))
        assert (one["offered_to"], one["offered_until"]) == (None, None)
        decisions = (await site.get("Mina", f"{path}/decisions"))["items"]
        assert "Mina accepted it." in [each["sentence"] for each in decisions if not each["refused"]]


async def test_the_wall_shows_to_whom_it_is_offered(site: World) -> None:
    async with desk(site, "Mina") as mina:
        await heard(mina, type="snapshot")
        await available(site, "Mina")
        one = await asked(site, "Mina")
        wall = await site.get("supervisor", "/wall")
        (waiting,) = [each for line in wall["lines"] for each in line["waiting"]]
        assert (waiting["id"], waiting["offered_to"]) == (one["id"], str(site.agents["Mina"]))
        loads = {each["name"]: each["written"]["load"] for each in wall["agents"]}
        assert (loads["Mina"], loads["Ali"]) == (15, 0)
