"""By which ways a customer can be written to, and what follows when an agent picks one."""

import asyncio
from typing import Any

import pytest

from hub.channel import OutboundMessage
from hub.model import AccountId, Role, new_id
from hub.organisation import accounts
from hub.organisation import store as organisation
from tests.integration.web.conftest import HERS, OURS, SECOND, World
from tests.integration.web.fake_sms import FakeSms
from tests.waiting import until

WHATSAPP = "whatsapp:+982100000002"
OTHER_PHONE = "+989120000001"


@pytest.fixture
async def desk(site: World) -> World:
    """A WhatsApp number besides, a price for texts, and a second phone of hers."""
    settings = {"segment_price.amount": "380", "segment_price.currency": "IRR"}
    async with site.parts.store.transaction() as tx:
        for name, address, word in (("default", f"tel:{OURS}", "open sesame"), ("third", WHATSAPP, "third word")):
            row = accounts.AccountRow(
                id=f"sms_fake/{name}",
                adapter="sms_fake",
                channel="sms",
                settings=settings,
                sealed=site.parts.sealer.seal({"word": word}),
                addresses=[address],
                team_id=site.team,
            )
            await accounts.save(tx, row)
    await site.parts.refresh_accounts()
    await site.text(text="Where is my order?")
    return site


async def second_phone(desk: World, one: Any) -> None:
    async with desk.parts.store.transaction() as tx:
        await tx.execute(
            "INSERT INTO contact_points (contact_point, customer_id) VALUES ($1, $2)",
            f"tel:{OTHER_PHONE}",
            one["customer_id"],
        )


async def ways(desk: World, id_: str) -> list[Any]:
    items: list[Any] = (await desk.get("Mina", f"/conversations/{id_}/ways"))["items"]
    return items


async def say(desk: World, id_: str, text: str, to: str | None, ours: str, **more: Any) -> Any:
    via = {"contact_point": f"tel:{to}", "our_address": ours} if to else None
    body = {"text": text, "via": via}
    return await desk.call("Mina", "POST", f"/conversations/{id_}/messages", body, **more)


async def sent(desk: World, account: str, count: int = 1) -> list[OutboundMessage]:
    adapter = desk.parts.accounts.adapters[AccountId(account)]
    assert isinstance(adapter, FakeSms)
    return await until(lambda: asyncio.sleep(0, adapter.sent), lambda sent: len(sent) >= count)


async def test_the_way_she_wrote_by_comes_first_and_each_says_what_it_bears(desk: World) -> None:
    one = await desk.conversation()
    await second_phone(desk, one)
    found = await ways(desk, one["id"])
    assert [(way["our_address"], way["contact_point"], way["usual"]) for way in found] == [
        (f"tel:{OURS}", f"tel:{HERS}", True),
        (f"tel:{SECOND}", f"tel:{HERS}", False),
        (WHATSAPP, f"tel:{HERS}", False),
        (f"tel:{OURS}", f"tel:{OTHER_PHONE}", False),
        (f"tel:{SECOND}", f"tel:{OTHER_PHONE}", False),
        (WHATSAPP, f"tel:{OTHER_PHONE}", False),
    ]
    sms, unpriced, whatsapp = found[:3]
    assert (sms["channel"], sms["account"], sms["max_text"]) == ("sms", "sms_fake/default", 1600)
    assert (sms["free_text_until"], sms["segment_price"]) == (None, {"amount": "380", "currency": "IRR"})
    assert unpriced["segment_price"] is None, "its account names none"
    assert (whatsapp["channel"], whatsapp["max_text"], whatsapp["max_files"]) == ("whatsapp", 4096, 1)
    assert (whatsapp["max_file_bytes"], whatsapp["segment_price"]) == (2_000, None)
    assert whatsapp["free_text_until"] == one["opened_at"], "she never wrote there, so its time is over"


async def test_an_account_that_cannot_send_is_no_way(desk: World) -> None:
    one = await desk.conversation()
    async with desk.parts.store.transaction() as tx:
        await accounts.switch(tx, "sms_fake/second", active=False)
    await desk.parts.refresh_accounts()
    assert SECOND not in {way["our_address"].removeprefix("tel:") for way in await ways(desk, one["id"])}
    response = await say(desk, one["id"], "hi", HERS, f"tel:{SECOND}")
    assert (response.status, (await response.json())["where"]) == (422, "$.via")


async def test_it_goes_the_way_picked_and_her_answer_comes_here(desk: World) -> None:
    one = await desk.conversation()
    await second_phone(desk, one)
    response = await say(desk, one["id"], "I try your other phone", OTHER_PHONE, f"tel:{SECOND}")
    said = await response.json()
    assert (response.status, said["contact_point"], said["conversation_id"]) == (201, f"tel:{OTHER_PHONE}", one["id"])
    (message,) = await sent(desk, "sms_fake/second")
    assert (message.to, message.our_address) == (f"tel:{OTHER_PHONE}", f"tel:{SECOND}")
    response = await desk.webhook(
        {"kind": "message", "id": "M2", "from": OTHER_PHONE, "to": SECOND, "text": "yes, here"}, word="second word"
    )
    assert response.status == 200
    path = f"/conversations/{one['id']}/interactions"
    said = await until(lambda: desk.get("Mina", path), lambda page: len(page["items"]) == 3)
    assert said["items"][-1]["text"] == "yes, here"
    assert len((await desk.get("admin", "/conversations"))["items"]) == 1
    assert (await ways(desk, one["id"]))[0]["our_address"] == f"tel:{SECOND}", "now that is how she wrote last"
    assert (await say(desk, one["id"], "good", None, "")).status == 201
    assert [one.text for one in await sent(desk, "sms_fake/second", 2)][-1] == "good", "and so an answer goes there"


async def test_not_where_another_conversation_with_her_is_open(desk: World) -> None:
    one = await desk.conversation()
    await desk.webhook(
        {"kind": "message", "id": "M2", "from": HERS, "to": SECOND, "text": "another thing"}, word="second word"
    )
    other = await desk.conversation(our_address=f"tel:{SECOND}")
    response = await say(desk, one["id"], "about both", HERS, f"tel:{SECOND}")
    said = await response.json()
    assert (response.status, said["detail"]) == (409, f"She has an open conversation there, number {other['number']}")
    assert f"/conversations/{one['id']}/join with {other['id']}" in said["mend"]
    response = await desk.call(
        "admin", "POST", f"/conversations/{other['id']}/assign", {"agent": str(desk.agents["Stranger"])}
    )
    assert response.status == 200, await response.text()
    async with desk.parts.store.transaction() as tx:
        await organisation.set_teams(tx, desk.agents["Mina"], [])
        _, desk.tokens["alone"] = await organisation.add_token(
            tx, name="alone", role=Role.AGENT, agent_id=desk.agents["Mina"]
        )
    await desk.call("admin", "POST", f"/conversations/{one['id']}/assign", {"agent": str(desk.agents["Mina"])})
    via = {"contact_point": f"tel:{HERS}", "our_address": f"tel:{SECOND}"}
    response = await desk.call(
        "alone", "POST", f"/conversations/{one['id']}/messages", {"text": "about both", "via": via}
    )
    said = await response.json()
    assert (response.status, said["detail"]) == (409, "Another team has an open conversation with her there")
    assert other["id"] not in str(said), "what is not hers to see is not named"
    await desk.call("admin", "POST", f"/conversations/{other['id']}/resolve")
    response = await desk.call(
        "alone", "POST", f"/conversations/{one['id']}/messages", {"text": "about both", "via": via}
    )
    assert response.status == 201, await response.text()


async def test_the_window_is_that_of_the_way_picked(desk: World) -> None:
    one = await desk.conversation()
    response = await say(desk, one["id"], "on WhatsApp then", HERS, WHATSAPP)
    assert (response.status, "never written to this number" in (await response.json())["detail"]) == (409, True)
    long = "x" * 2000
    assert (await say(desk, one["id"], long, HERS, f"tel:{OURS}")).status == 422
    response = await desk.webhook(
        {"kind": "message", "id": "W1", "from": HERS, "to": WHATSAPP, "text": "here I am"}, word="third word"
    )
    other = await desk.conversation(our_address=WHATSAPP)
    assert (await say(desk, other["id"], long, None, "")).status == 201
    found = await ways(desk, other["id"])
    assert (found[0]["our_address"], found[0]["free_text_until"] > other["opened_at"]) == (WHATSAPP, True)


async def test_repeated_with_its_key_it_is_the_same_message(desk: World) -> None:
    one = await desk.conversation()
    key = {"Idempotency-Key": str(new_id())}
    said = [await say(desk, one["id"], "hi", HERS, f"tel:{SECOND}", headers=key) for _ in range(2)]
    assert [response.status for response in said] == [201, 201]
    assert len({(await response.json())["id"] for response in said}) == 1
    assert len(await sent(desk, "sms_fake/second")) == 1
    other = await say(desk, one["id"], "hi", HERS, f"tel:{OURS}", headers=key)
    assert other.status == 422, "another way is another request"


@pytest.mark.parametrize(
    ("via", "where"),
    [
        ({"contact_point": "tel:+12025550147", "our_address": f"tel:{OURS}"}, "$.via"),
        ({"contact_point": f"tel:{HERS}", "our_address": "tel:+12025550147"}, "$.via"),
        ({"contact_point": f"tel:{HERS}"}, "$.via"),
        ({"contact_point": f"tel:{HERS}", "our_address": f"tel:{OURS}", "account": "x"}, "$.via"),
    ],
)
async def test_what_is_no_way_is_refused_and_changes_nothing(desk: World, via: Any, where: str) -> None:
    one = await desk.conversation()
    response = await desk.call("Mina", "POST", f"/conversations/{one['id']}/messages", {"text": "hi", "via": via})
    assert (response.status, (await response.json())["where"][: len(where)]) == (422, where)
    assert len((await desk.get("Mina", f"/conversations/{one['id']}/interactions"))["items"]) == 1
    assert (await desk.get("Mina", f"/conversations/{one['id']}"))["assignee_id"] is None
