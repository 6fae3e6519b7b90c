"""Customers made and changed by hand: each change recorded, none written over another, nobody's contact point taken."""

import asyncio
from typing import Any

import pytest

from hub.model import new_id
from tests.integration.web.conftest import HERS, OURS, World
from tests.integration.web.test_web_live import desk, heard

SARA: dict[str, Any] = {
    "name": " سارا احمدی ",
    "language": "fa",
    "time_zone": "Asia/Tehran",
    "attributes": {"tier": "gold"},
}


async def _make(world: World, who: str = "Mina", key: str | None = None, **given: Any) -> tuple[int, Any]:
    headers = {"Idempotency-Key": key} if key else {}
    response = await world.call(who, "POST", "/customers", given or SARA, headers=headers)
    return response.status, await response.json()


async def _change(world: World, id_: str, version: int, who: str = "Mina", **given: Any) -> tuple[int, Any]:
    response = await world.call(who, "PATCH", f"/customers/{id_}", {"version": version, **given})
    return response.status, await response.json()


async def _changes(world: World, id_: str, query: str = "") -> Any:
    return await world.get("Ali", f"/customers/{id_}/changes{query}")


async def test_a_customer_is_made_once_with_her_contact_points_normalised(edge: World) -> None:
    mina = str(edge.agents["Mina"])
    points = [
        "+98 912 123 4567",
        "MAILTO:Sara@Example.IR".replace("MAILTO", "mailto"),
        "ext:crm:7",
        "tel:+989121234567",
    ]
    status, one = await _make(edge, key="k1", **SARA, owner=mina, contact_points=points)
    assert (status, one["name"], one["owner_id"], one["version"]) == (201, "سارا احمدی", mina, 1)
    assert {point["contact_point"] for point in one["contact_points"]} == {
        "tel:+989121234567",
        "mailto:sara@example.ir",
        "ext:crm:7",
    }
    assert all(point["verified_at"] is None for point in one["contact_points"]), "nothing has proved them"
    assert await _make(edge, key="k1", **SARA, owner=mina, contact_points=points) == (201, one)
    assert await edge.get("Ali", f"/customers/{one['id']}") == one
    found = await edge.get("Ali", "/customers?contact_point=mailto:SARA@example.ir")
    assert [item["id"] for item in found["items"]] == [one["id"]]
    assert (await _changes(edge, one["id"]))["items"] == []


async def test_what_somebody_has_is_nobody_elses(edge: World) -> None:
    _, sara = await _make(edge, name="Sara", contact_points=[HERS])
    status, problem = await _make(edge, name="Other", contact_points=["ext:crm:1", "tel:" + HERS])
    assert (status, problem["where"]) == (409, "$.contact_points[1]")
    page = await edge.get("admin", "/customers")
    assert [one["id"] for one in page["items"]] == [sara["id"]], "nothing of what was refused is there"
    async with edge.parts.store.reading() as tx:
        assert await tx.fetchval("SELECT count(*) FROM contact_points") == 1


async def test_of_many_who_make_one_at_once_one_does(edge: World) -> None:
    points = ["+989121234567", "a@b.ir"]
    made = [_make(edge, name=f"{n}", contact_points=points[:: 1 if n % 2 else -1]) for n in range(8)]
    assert sorted(status for status, _ in await asyncio.gather(*made)) == [201] + [409] * 7
    same = await asyncio.gather(*[_make(edge, key="one", name="x", contact_points=["c@d.ir"]) for _ in range(8)])
    assert {status for status, _ in same} == {201}
    assert len({one["id"] for _, one in same}) == 1


@pytest.mark.parametrize(
    ("given", "where"),
    [
        ({}, "$.name"),
        ({"language": "fa"}, "$.name"),
        ({"name": " "}, "$.name"),
        ({"name": "x" * 201}, "$.name"),
        ({"name": "Sara", "language": "Farsi!"}, "$.language"),
        ({"name": "Sara", "time_zone": "Tehran"}, "$.time_zone"),
        ({"name": "Sara", "owner": str(new_id())}, "$.owner"),
        ({"name": "Sara", "attributes": {"a": {"b": 1}}}, "$.attributes.a"),
        ({"name": "Sara", "contact_points": ["chat:x"]}, "$.contact_points[0]"),
        ({"name": "Sara", "contact_points": ["a@b.ir", "tel:" + OURS]}, "$.contact_points[1]"),
        ({"name": "Sara", "contact_points": ["noreply@b.ir"]}, "$.contact_points[0]"),
        ({"name": "Sara", "contact_points": ["ext:crm:1\x00"]}, "$.contact_points[0]"),
        ({"name": "Sara", "id": str(new_id())}, "$.id"),
        ({"name": "Sara", "owner_id": str(new_id())}, "$.owner_id"),
        ({"name": "Sara", "version": 7}, "$.version"),
    ],
)
async def test_what_cannot_be_is_refused_with_its_place(edge: World, given: Any, where: str) -> None:
    response = await edge.call("Mina", "POST", "/customers", given)
    assert (response.status, (await response.json())["where"]) == (422, where)
    assert (await edge.get("Mina", "/customers"))["items"] == []


async def test_each_field_that_changes_is_recorded_with_who_changed_it(edge: World) -> None:
    _, one = await _make(edge)
    ali = str(edge.agents["Ali"])
    status, changed = await _change(
        edge, one["id"], 1, name="Sara", owner=ali, language=None, attributes={"city": "Shiraz", "tier": None}
    )
    assert (status, changed["version"], changed["attributes"]) == (200, 2, {"city": "Shiraz"})
    assert (changed["name"], changed["language"], changed["time_zone"]) == ("Sara", None, "Asia/Tehran")
    assert (await _change(edge, one["id"], 2, "supervisor", name="Sara"))[1]["version"] == 2, "no change is none"
    assert (await _change(edge, one["id"], 2, "supervisor", time_zone="Europe/Berlin"))[0] == 200
    items = (await _changes(edge, one["id"]))["items"]
    assert [(item["by"], item["by_agent"]) for item in items] == [("supervisor", None)] + [
        ("Mina", str(edge.agents["Mina"]))
    ] * 5
    assert {item["field"]: (item["before"], item["after"]) for item in items} == {
        "time_zone": ("Asia/Tehran", "Europe/Berlin"),
        "name": ("سارا احمدی", "Sara"),
        "owner": (None, ali),
        "language": ("fa", None),
        "attributes.city": (None, "Shiraz"),
        "attributes.tier": ("gold", None),
    }
    first = await _changes(edge, one["id"], "?limit=4")
    rest = await _changes(edge, one["id"], f"?limit=4&cursor={first['next']}")
    assert (first["items"] + rest["items"], rest["next"]) == (items, None)


async def test_of_two_who_change_what_they_saw_the_second_is_told(edge: World) -> None:
    _, one = await _make(edge)
    said = await asyncio.gather(*[_change(edge, one["id"], 1, name=f"name {number}") for number in range(6)])
    assert sorted(status for status, _ in said) == [200] + [409] * 5
    assert {body["where"] for status, body in said if status == 409} == {"$.version"}
    assert len((await _changes(edge, one["id"]))["items"]) == 1
    assert (await _change(edge, str(new_id()), 1, name="x"))[0] == 404
    async with edge.parts.store.transaction() as tx:
        await tx.execute("UPDATE agents SET active = false WHERE name = 'Ali'")
    assert (await _change(edge, one["id"], 2, owner=str(edge.agents["Ali"])))[1]["where"] == "$.owner"


async def test_an_owner_who_has_left_stays_until_there_is_another(edge: World) -> None:
    ali = str(edge.agents["Ali"])
    _, one = await _make(edge, name="Sara", owner=ali)
    async with edge.parts.store.transaction() as tx:
        await tx.execute("UPDATE agents SET active = false WHERE name = 'Ali'")
    assert (await _change(edge, one["id"], 1, name="S", owner=ali))[0] == 200


async def test_marketers_read_changes_and_make_none(edge: World) -> None:
    _, one = await _make(edge)
    assert (await _make(edge, "marketer"))[0] == 403
    assert (await _change(edge, one["id"], 1, "marketer", name="x"))[0] == 403
    await edge.get("marketer", f"/customers/{one['id']}/changes")
    assert (await edge.call("Mina", "GET", f"/customers/{new_id()}/changes")).status == 404


async def test_every_desk_hears_of_a_changed_profile(edge: World) -> None:
    _, one = await _make(edge)
    async with desk(edge, "Stranger") as stranger, desk(edge, "supervisor") as lead:
        for socket in (stranger, lead):
            await heard(socket, type="snapshot")
        await _change(edge, one["id"], 1, name="Sara")
        for socket in (stranger, lead):
            hint = await heard(socket, type="hint", kind="customer")
            assert (hint["id"], hint["version"]) == (one["id"], 2)


async def test_what_she_writes_comes_to_who_was_made_by_hand(site: World) -> None:
    _, one = await _make(site, name="Sara", contact_points=[HERS])
    await site.text()
    assert (await site.conversation())["customer_id"] == one["id"]
    point = (await site.get("Mina", f"/customers/{one['id']}"))["contact_points"][0]
    assert point["verified_at"].endswith("Z"), "as every other time"
