"""What a desk reads of conversations: the last of each, what is unread, some by their ids, and pages backwards."""

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from hub.model import new_id
from tests.integration.web.conftest import HERS, World
from tests.integration.web.test_web_live import desk, heard
from tests.waiting import PATIENCE, until


async def _read(site: World, who: str, id_: str, to: str) -> int:
    return (await site.call(who, "POST", f"/conversations/{id_}/read", {"to": to})).status


async def _unread(site: World, who: str, id_: str) -> Any:
    return (await site.get(who, f"/conversations/{id_}"))["unread"]


async def test_the_last_that_passed_goes_with_a_conversation(site: World) -> None:
    await site.text(text="س" * 200)
    one = await site.conversation()
    last = one["last"]
    assert (last["text"], last["direction"], last["channel"], last["files"]) == ("س" * 160, "inbound", "sms", 0)
    assert (last["agent_id"], last["delivery"], last["accepted_at"]) == (None, None, one["last_inbound_at"])
    answer = await site.call("Mina", "POST", f"/conversations/{one['id']}/messages", {"text": "Coming."})
    said = await answer.json()
    last = (await site.get("Mina", f"/conversations/{one['id']}"))["last"]
    assert (last["id"], last["text"], last["direction"]) == (said["id"], "Coming.", "outbound")
    assert last["agent_id"] == str(site.agents["Mina"])
    assert last["delivery"] is not None


async def test_what_an_agent_has_read_is_read_for_her_alone_and_until_the_customer_writes_again(site: World) -> None:
    await site.text("M1")
    one = await site.conversation()
    assert [await _unread(site, who, one["id"]) for who in ("Mina", "Ali", "admin")] == [True, True, False]
    assert await _read(site, "Mina", one["id"], one["last"]["accepted_at"]) == 204
    assert [await _unread(site, who, one["id"]) for who in ("Mina", "Ali")] == [False, True]
    early = datetime.fromisoformat(one["last"]["accepted_at"]) - timedelta(hours=1)
    assert await _read(site, "Mina", one["id"], early.isoformat()) == 204
    assert not await _unread(site, "Mina", one["id"]), "a read mark never goes back"
    assert await _read(site, "Mina", one["id"], "2099-01-01T00:00:00Z") == 204
    await site.text("M2", text="still there?")
    await _until_last(site, one["id"], "still there?")
    assert await _unread(site, "Mina", one["id"]), "nobody has read what is yet to come"


async def _until_last(site: World, id_: str, text: str) -> None:
    await until(
        lambda: site.get("admin", f"/conversations/{id_}"),
        lambda one: one["last"]["text"] == text and one["last_inbound_at"] == one["last"]["accepted_at"],
    )


async def test_who_may_not_see_it_or_is_no_agent_reads_nothing(site: World) -> None:
    await site.text()
    one = await site.conversation()
    now = datetime.now(UTC).isoformat()
    assert await _read(site, "Stranger", one["id"], now) == 404
    assert await _read(site, "admin", one["id"], now) == 403
    async with site.parts.store.reading() as tx:
        assert await tx.fetchval("SELECT count(*) FROM read_marks") == 0


async def test_her_other_desks_hear_what_she_has_read_and_nobody_else(site: World) -> None:
    await site.text()
    one = await site.conversation()
    async with desk(site, "Mina") as mine, desk(site, "Ali") as ali, desk(site, "supervisor") as lead:
        for socket in (mine, ali, lead):
            await heard(socket, type="snapshot")
        assert await _read(site, "Mina", one["id"], one["last"]["accepted_at"]) == 204
        said = await heard(mine, type="hint", kind="read")
        assert (said["id"], said["conversation"]) == (one["id"], one["id"])
        assert await _read(site, "Ali", one["id"], one["last"]["accepted_at"]) == 204
        assert (await heard(ali, type="hint", kind="read"))["id"] == one["id"]
        await site.call("admin", "POST", f"/conversations/{one['id']}/assign", {"agent": str(site.agents["Ali"])})
        frame = await lead.receive_json(timeout=PATIENCE)
        while frame["type"] != "hint":
            frame = await lead.receive_json(timeout=PATIENCE)
        assert frame["kind"] == "conversation", "a lead has nothing of others' reading"


async def test_lists_by_ids_holder_and_channel(site: World) -> None:
    await site.text("M1")
    await site.text("M2", sender="+989121234568")
    first, second = await site.conversation(), await site.conversation(sender="+989121234568")
    await site.call("Mina", "POST", f"/conversations/{first['id']}/accept")

    async def found(who: str = "Mina", **asked: Any) -> list[str]:
        return [one["id"] for one in (await site.get(who, f"/conversations?{urlencode(asked)}"))["items"]]

    both = f"{first['id']},{second['id']}"
    assert await found(ids=both) == [second["id"], first["id"]]
    assert await found(ids=f"{first['id'].upper()},{new_id()}") == [first["id"]]
    assert await found("Stranger", ids=both) == []
    assert (await found(unassigned="true"), await found(unassigned="false")) == ([second["id"]], [first["id"]])
    assert (len(await found(channel="sms")), await found(channel="email")) == (2, [])
    for wrong in ("", "x", f"{first['id']},", ",".join([first["id"]] * 201)):
        response = await site.call("Mina", "GET", f"/conversations?ids={wrong}")
        assert (response.status, (await response.json())["where"]) == (422, "ids"), wrong


async def test_pages_backwards_from_the_newest(site: World) -> None:
    for number in range(5):
        await site.text(f"M{number}", text=f"text {number}")
    one = await site.conversation()
    await _until_last(site, one["id"], "text 4")
    path, texts, cursor = f"/conversations/{one['id']}/interactions?newest=true&limit=2", list[str](), ""
    for _ in range(3):
        page = await site.get("Mina", path + cursor)
        texts += [item["text"] for item in page["items"]]
        cursor = f"&cursor={page['next']}"
    assert texts == [f"text {number}" for number in reversed(range(5))]


async def test_a_history_by_channel_and_direction(site: World) -> None:
    await site.text(text="hers")
    one = await site.conversation()
    await site.call("Mina", "POST", f"/conversations/{one['id']}/messages", {"text": "ours"})
    await site.call("Mina", "POST", f"/conversations/{one['id']}/notes", {"text": "between us"})

    async def said(**asked: str) -> list[str]:
        path = f"/customers/{one['customer_id']}/history?{urlencode(asked)}"
        return [item["text"] for item in (await site.get("Mina", path))["items"]]

    assert await said() == ["between us", "ours", "hers"]
    assert [await said(direction=way) for way in ("inbound", "outbound", "internal")] == [
        ["hers"],
        ["ours"],
        ["between us"],
    ]
    assert (await said(channel="sms", direction="inbound"), await said(channel="voice")) == (["hers"], [])


async def test_a_history_in_pages_and_filtered(site: World) -> None:
    for number in range(5):
        await site.text(f"M{number}", text=f"text {number}")
    one = await site.conversation()
    await _until_last(site, one["id"], "text 4")
    await site.call("Mina", "POST", f"/conversations/{one['id']}/messages", {"text": "ours"})
    path, texts, cursor = f"/customers/{one['customer_id']}/history?direction=inbound&channel=sms&limit=2", [], ""
    for _ in range(3):
        page = await site.get("Mina", path + cursor)
        texts += [item["text"] for item in page["items"]]
        cursor = f"&cursor={page['next']}"
    assert (texts, page["next"]) == ([f"text {number}" for number in reversed(range(5))], None)


async def test_a_customers_language_goes_with_her_conversation(site: World) -> None:
    await site.text()
    one = await site.conversation()
    assert one["customer_language"] is None
    async with site.parts.store.transaction() as tx:
        await tx.execute("UPDATE customers SET language = 'fa' WHERE id = $1::text::uuid", one["customer_id"])
    assert (await site.conversation(sender=HERS))["customer_language"] == "fa"
