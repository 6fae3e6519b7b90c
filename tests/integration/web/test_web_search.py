"""One search: customers and what was said, for each what she may read, however it was typed."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest

from hub.history.searching import store as searching
from tests.integration.web.conftest import HERS, World
from tests.waiting import until

OTHER = "+989121234568"


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(searching, "SETTLES", timedelta())


async def _search(world: World, who: str, query: str, **more: Any) -> Any:
    return await world.get(who, f"/search?{urlencode({'query': query, **more})}")


async def _found(world: World, who: str, query: str, count: int = 1) -> list[Any]:
    """The messages, once there are so many."""
    said = await until(lambda: _search(world, who, query), lambda said: len(said["messages"]) == count)
    return list(said["messages"])


async def test_messages_answers_and_notes_are_found_with_whose_they_are(site: World) -> None:
    await site.text(text="سفارش علي نرسيده")
    one = await site.conversation()
    async with site.parts.store.transaction() as tx:
        await tx.execute("UPDATE customers SET name = 'سارا' WHERE id = $1::text::uuid", one["customer_id"])
    await site.call("Mina", "POST", f"/conversations/{one['id']}/messages", {"text": "سفارش شما در راه است"})
    await site.call("Mina", "POST", f"/conversations/{one['id']}/notes", {"text": "سفارش ۱۲۳"})
    note, answer, hers = await _found(site, "Mina", "سفارش", 3)
    assert [item["direction"] for item in (note, answer, hers)] == ["internal", "outbound", "inbound"]
    assert {item["customer_name"] for item in (note, answer, hers)} == {"سارا"}
    assert hers["text"] == "سفارش علي نرسيده"
    assert (hers["conversation_id"], hers["visible"]) == (one["id"], True)
    assert [item["id"] for item in await _found(site, "Mina", "علی نرسید")] == [hers["id"]]
    assert (await _search(site, "Mina", "سفارش", limit=1))["messages"] == [note]
    history = (await site.get("Mina", f"/customers/{one['customer_id']}/history"))["items"]
    assert [{**item, "customer_name": "سارا", "visible": True} for item in history] == [note, answer, hers]


async def test_each_finds_what_histories_show_her_and_opens_only_what_is_hers(site: World) -> None:
    await site.text("M1", text="parcel of one")
    await site.text("M2", sender=OTHER, text="parcel of another")
    one, other = await site.conversation(), await site.conversation(sender=OTHER)
    assigned = {"agent": str(site.agents["Stranger"])}
    response = await site.call("admin", "POST", f"/conversations/{one['id']}/assign", {"team": str(site.other_team)})
    assert response.status == 200, await response.text()
    response = await site.call("admin", "POST", f"/conversations/{one['id']}/assign", assigned)
    assert response.status == 200, await response.text()

    async def visible(who: str) -> dict[str, bool]:
        return {item["conversation_id"]: item["visible"] for item in await _found(site, who, "parcel", 2)}

    assert await visible("Mina") == {one["id"]: False, other["id"]: True}
    assert await visible("Stranger") == {one["id"]: True, other["id"]: False}
    for lead in ("supervisor", "admin"):
        assert await visible(lead) == {one["id"]: True, other["id"]: True}
    opened = await site.call("Mina", "GET", f"/conversations/{one['id']}")
    assert opened.status == 404, "what is said of it is so"
    for words in ("parcel", "one"):
        assert (await _search(site, "marketer", words))["messages"] == [], "she reads no texts, so she finds none"


async def test_customers_are_found_by_name_number_and_address(site: World) -> None:
    body = {"name": "علي كريمي", "contact_points": [HERS, "ali@example.ir"]}
    made = await (await site.call("Mina", "POST", "/customers", body)).json()
    for query in ("علی", "کریمی ع", "+98912", "۹۸۹۱۲", "ALI@"):
        for who in ("Stranger", "marketer"):
            assert [one["id"] for one in (await _search(site, who, query))["customers"]] == [made["id"]], query
    assert (await _search(site, "Mina", "ریمی"))["customers"] == []
    await site.call("Mina", "PATCH", f"/customers/{made['id']}", {"version": 1, "name": "Ali"})
    assert (await _search(site, "Mina", "کریمی"))["customers"] == []
    assert [one["name"] for one in (await _search(site, "Mina", "ali"))["customers"]] == ["Ali"]


@pytest.mark.parametrize("query", ["", " ", "!", "'", "\u200c", "|&!<->"])
async def test_nothing_is_found_of_no_words(edge: World, query: str) -> None:
    await edge.call("Mina", "POST", "/customers", {"name": "Sara"})
    assert await _search(edge, "Mina", query) == {"customers": [], "messages": []}
    assert await edge.get("Mina", "/search") == {"customers": [], "messages": []}
