"""Who is mentioned in a note hears of it, may see the conversation from then on, and goes on hearing of it."""

from typing import Any
from uuid import UUID

import pytest

from hub.model import new_id
from tests.integration.web.conftest import World
from tests.integration.web.test_web_live import desk, digest, heard


async def _note(world: World, who: str, id_: str, *names: str, **headers: str) -> Any:
    mentions = [str(world.agents[name]) for name in names]
    said = {"text": "@" + " @".join(names), "mentions": mentions}
    response = await world.call(who, "POST", f"/conversations/{id_}/notes", said, headers=headers)
    assert response.status == 201, await response.text()
    return await response.json()


async def test_who_is_mentioned_may_see_it_from_then_on_and_nobody_else(site: World) -> None:
    await site.text()
    id_ = (await site.conversation())["id"]
    paths = [f"/conversations/{id_}{more}" for more in ("", "/interactions", "/decisions", "/ways")]
    assert [(await site.call("Stranger", "GET", path)).status for path in paths] == [404] * 4
    note = await _note(site, "Mina", id_, "Stranger", "Mina", "Stranger")
    assert set(note["mentions"]) == {str(site.agents["Stranger"]), str(site.agents["Mina"])}
    assert [(await site.call("Stranger", "GET", path)).status for path in paths] == [200] * 4
    one = await site.get("Stranger", f"/conversations/{id_}")
    assert (one["mentioned"], (await site.get("Ali", f"/conversations/{id_}"))["mentioned"]) == (True, False)
    shown = [item["mentions"] for item in (await site.get("Ali", paths[1]))["items"]]
    assert shown == [[], note["mentions"]]
    for who, found in (("Stranger", [id_]), ("Mina", [id_]), ("Ali", []), ("supervisor", [])):
        page = await site.get(who, "/conversations?mentioned=true")
        assert [item["id"] for item in page["items"]] == found, who
    outcome = await site.get("Stranger", f"/outcomes/{note['id']}")
    assert outcome["interaction"]["text"] == note["text"]


async def test_her_desk_hears_of_it_and_of_what_comes_after_also_after_she_came_again(site: World) -> None:
    await site.text("M1")
    id_ = (await site.conversation())["id"]
    async with desk(site, "Stranger") as stranger, desk(site, "Ali") as ali:
        for socket in (stranger, ali):
            await heard(socket, type="snapshot")
        note = await _note(site, "Mina", id_, "Stranger")
        said = await heard(stranger, type="hint")
        assert said.items() >= {"kind": "mention", "id": note["id"], "conversation": id_}.items()
        await site.text("M2", text="still there?")
        assert (await heard(stranger, type="hint"))["id"] == id_
        while (frame := await heard(ali, type="hint"))["version"] < 2:
            assert frame["kind"] == "conversation", "the mention is not hers"
    one = await site.conversation("Stranger", version=3)
    async with desk(site, "Stranger") as again:
        first = await heard(again, type="snapshot")
        assert first["conversations"] == [{"id": id_, "version": one["version"]}]
        await site.sign()
        said = await heard(again, type="digest")
        assert (said["count"], said["sum"]) == (1, digest((id_, one["version"])))
        await site.call("admin", "POST", f"/conversations/{id_}/resolve")
        assert (await heard(again, type="hint", kind="conversation"))["id"] == id_
        await site.sign()
        assert (await heard(again, type="digest"))["count"] == 0
        await site.call("admin", "POST", f"/conversations/{id_}/reopen")
        assert (await heard(again, type="hint", kind="conversation"))["version"] > one["version"]
    assert not site.site.desks._by_mention, "nothing is left of a desk that closed"


async def test_what_is_hers_already_counts_once(site: World) -> None:
    await site.text()
    one = await site.conversation()
    id_ = one["id"]
    for later in (1, 2):
        await _note(site, "admin", id_, "Mina", "Ali", "Stranger")
        await site.conversation(version=one["version"] + later)
    for holder in (None, "Mina"):
        if holder:
            await site.call("admin", "POST", f"/conversations/{id_}/assign", {"agent": str(site.agents[holder])})
        version = (await site.get("admin", f"/conversations/{id_}"))["version"]
        for who in ("Mina", "Ali", "Stranger", "supervisor"):
            async with desk(site, who) as socket:
                first = await heard(socket, type="snapshot")
                assert first["conversations"] == [{"id": id_, "version": version}], who
                await site.sign()
                said = await heard(socket, type="digest")
                assert (said["count"], said["sum"]) == (1, digest((id_, version))), who


async def test_who_mentions_herself_is_not_told(site: World) -> None:
    await site.text()
    id_ = (await site.conversation())["id"]
    async with desk(site, "Mina") as mina:
        await heard(mina, type="snapshot")
        note = await _note(site, "Mina", id_, "Mina")
        await site.call("admin", "POST", f"/conversations/{id_}/resolve")
        frame = await heard(mina, type="hint")
        while frame.get("cause") == note["id"]:
            assert frame["kind"] == "conversation", frame
            frame = await heard(mina, type="hint")


async def test_repeated_with_its_key_it_is_noted_once(site: World) -> None:
    await site.text()
    id_ = (await site.conversation())["id"]
    once, again = [await _note(site, "Mina", id_, "Ali", **{"Idempotency-Key": "one"}) for _ in range(2)]
    assert once == again
    async with site.parts.store.reading() as tx:
        rows = await tx.fetch("SELECT interaction_id, agent_id, conversation_id FROM mentions")
    assert [tuple(row) for row in rows] == [(UUID(once["id"]), site.agents["Ali"], UUID(id_))]


@pytest.mark.parametrize("who", ["unknown", "gone", "no id", "too many"])
async def test_only_agents_who_are_active_are_mentioned(site: World, who: str) -> None:
    await site.text()
    id_ = (await site.conversation())["id"]
    gone = site.agents["Stranger"]
    assert (await site.call("admin", "PATCH", f"/agents/{gone}", {"active": False})).status == 200
    mina = str(site.agents["Mina"])
    mentions, where = {
        "unknown": ([mina, str(new_id())], "$.mentions[1]"),
        "gone": ([str(gone)], "$.mentions[0]"),
        "no id": (["Mina"], "$.mentions[0]"),
        "too many": ([mina] * 21, "$.mentions"),
    }[who]
    response = await site.call("Mina", "POST", f"/conversations/{id_}/notes", {"text": "x", "mentions": mentions})
    assert (response.status, (await response.json())["where"]) == (422, where)
    async with site.parts.store.reading() as tx:
        assert await tx.fetchval("SELECT count(*) FROM mentions") == 0
