"""Conversations split and joined by the API, over the real workers."""

from typing import Any

from tests.integration.web.conftest import HERS, SECOND, World
from tests.waiting import until

STRANGE = "+989120000001"


async def _texts(site: World, id_: str, who: str = "admin") -> list[str]:
    return [one["text"] for one in (await site.get(who, f"/conversations/{id_}/interactions"))["items"]]


async def _ids(site: World, id_: str) -> list[str]:
    return [one["id"] for one in (await site.get("admin", f"/conversations/{id_}/interactions"))["items"]]


async def _three(site: World) -> Any:
    """Mina's conversation of three texts."""
    for place, text in enumerate(("Where is my order?", "And my invoice is wrong.", "By 20 dollars.")):
        await site.text(f"M{place}", text=text)
    one = await site.conversation()
    assert (await site.call("Mina", "POST", f"/conversations/{one['id']}/accept")).status == 200
    await until(lambda: _ids(site, one["id"]), lambda ids: len(ids) == 3)
    await until(lambda: _decided(site, one["id"]), lambda kinds: len(kinds) == 4)
    return one


async def _decided(site: World, id_: str) -> list[str]:
    return [one["kind"] for one in (await site.get("admin", f"/conversations/{id_}/decisions"))["items"]]


async def _ask(site: World, who: str, path: str, body: Any, status: int = 200, **more: Any) -> Any:
    response = await site.call(who, "POST", f"/conversations/{path}", body, **more)
    assert response.status == status, await response.text()
    return await response.json()


async def test_split_found_listed_and_undone(site: World) -> None:
    one = await _three(site)
    first, second, third = await _ids(site, one["id"])
    key = {"Idempotency-Key": "s1"}
    made = await _ask(site, "Mina", f"{one['id']}/split", {"interactions": [second, third]}, headers=key)
    other = made["other"]
    assert (made["decision"]["kind"], made["decision"]["sentence"]) == ("split", "Mina split off another matter.")
    assert (other["previous_id"], other["assignee_id"]) == (one["id"], str(site.agents["Mina"]))
    assert (made["conversation"]["last"]["id"], other["last"]["id"]) == (first, third)
    assert made["conversation"]["rearranged_at"] == other["rearranged_at"] is not None
    again = await _ask(site, "Mina", f"{one['id']}/split", {"interactions": [second, third]}, headers=key)
    assert again["other"]["id"] == other["id"]
    assert await _texts(site, one["id"]) == ["Where is my order?"]
    assert await _texts(site, other["id"]) == ["And my invoice is wrong.", "By 20 dollars."]
    history = (await site.get("admin", f"/customers/{one['customer_id']}/history"))["items"]
    assert {item["id"]: item["conversation_id"] for item in history} == {
        first: one["id"],
        second: other["id"],
        third: other["id"],
    }
    for id_ in (one["id"], other["id"]):
        (row,) = (await site.get("Mina", f"/conversations/{id_}/rearrangements"))["items"]
        assert (
            row.items()
            >= {
                "kind": "split",
                "from": one["id"],
                "to": other["id"],
                "interactions": [second, third],
                "by_agent": str(site.agents["Mina"]),
                "undone_at": None,
            }.items()
        )
    outcome = await site.get("Mina", f"/outcomes/{made['decision']['event_id']}")
    assert (outcome["state"], outcome["other"]["id"]) == ("done", other["id"])
    undone = await _ask(site, "Mina", f"{other['id']}/undo", {"rearrangement": row["id"]})
    assert undone["decision"]["conversation_id"] == other["id"], "the one that was asked"
    assert (undone["conversation"]["outcome"], undone["conversation"]["joined_into"]) == ("joined", one["id"])
    assert await _texts(site, one["id"]) == ["Where is my order?", "And my invoice is wrong.", "By 20 dollars."]
    assert await _texts(site, other["id"]) == []
    (row,) = (await site.get("Mina", f"/conversations/{one['id']}/rearrangements"))["items"]
    assert row["undone_by"] == str(site.agents["Mina"])
    refused = await site.call("Mina", "POST", f"/conversations/{other['id']}/messages", {"text": "hello?"})
    said = await refused.json()
    assert (refused.status, said["detail"]) == (409, "It was joined into another conversation")
    assert one["id"] in said["mend"]
    noted = await site.call("Mina", "POST", f"/conversations/{other['id']}/notes", {"text": "I called her."})
    said = await noted.json()
    assert (noted.status, said["detail"]) == (409, "It was joined into another conversation")
    assert one["id"] in said["mend"]


async def test_joined_with_a_conversation_by_another_number(site: World) -> None:
    one = await _three(site)
    await site.webhook(
        {"kind": "message", "id": "S1", "from": HERS, "to": SECOND, "text": "Are you there?"},
        word="second word",
        path="/channels/sms/fake/second",
    )
    other = await site.conversation(our_address=f"tel:{SECOND}")
    made = await _ask(site, "Mina", f"{one['id']}/join", {"with": other["id"]})
    assert (made["other"]["status"], made["other"]["outcome"]) == ("resolved", "joined")
    assert (await _texts(site, one["id"]))[-1] == "Are you there?"
    ways = (await site.get("Mina", f"/conversations/{one['id']}/ways"))["items"]
    assert ways[0]["our_address"].endswith(SECOND), "the way she last wrote by, also in what was joined"
    (row,) = (await site.get("Mina", f"/conversations/{one['id']}/rearrangements"))["items"]
    undone = await _ask(site, "Mina", f"{one['id']}/undo", {"rearrangement": row["id"]})
    assert (undone["other"]["status"], undone["other"]["joined_into"]) == ("open", None)
    assert await _texts(site, other["id"]) == ["Are you there?"]


async def test_each_refusal_says_how_to_mend_it(site: World) -> None:
    one = await _three(site)
    ids = await _ids(site, one["id"])
    await site.text("X1", sender=STRANGE)
    theirs = await site.conversation(sender=STRANGE)
    said = await _ask(site, "Mina", f"{one['id']}/split", {"interactions": ids}, 422)
    assert (said["detail"], said["where"], said["mend"]) == (
        "That would be all there is in it",
        "$.interactions",
        "leave something in it",
    )
    assert (await _ask(site, "Mina", f"{one['id']}/split", {"interactions": []}, 422))["where"] == "$.interactions"
    said = await _ask(site, "Mina", f"{one['id']}/join", {"with": theirs["id"]}, 409)
    assert said["detail"] == "The two are with different customers"
    said = await _ask(site, "Mina", f"{one['id']}/undo", {"rearrangement": theirs["id"]}, 422)
    assert (said["where"], said["detail"]) == (
        "$.rearrangement",
        "nothing of the kind was done to this conversation",
    )
    assert (await _ask(site, "Ali", f"{one['id']}/split", {"interactions": ids[:1]}, 409))["detail"] == "Mina has it"


async def test_who_does_not_see_both_neither_joins_nor_undoes(site: World) -> None:
    one = await _three(site)
    ids = await _ids(site, one["id"])
    for command, body in (
        ("split", {"interactions": ids[:1]}),
        ("join", {"with": one["id"]}),
        ("undo", {"rearrangement": one["id"]}),
    ):
        await _ask(site, "Stranger", f"{one['id']}/{command}", body, 404)
    other = (await _ask(site, "Mina", f"{one['id']}/split", {"interactions": ids[2:]}))["other"]
    (row,) = (await site.get("Mina", f"/conversations/{one['id']}/rearrangements"))["items"]
    await _ask(site, "supervisor", f"{other['id']}/assign", {"team": str(site.other_team)})
    await _ask(site, "supervisor", f"{other['id']}/assign", {"agent": str(site.agents["Stranger"])})
    said = await _ask(site, "Mina", f"{one['id']}/join", {"with": other["id"]}, 422)
    assert said["detail"] == "there is no such conversation to join"
    await _ask(site, "Mina", f"{one['id']}/undo", {"rearrangement": row["id"]}, 422)
    await _ask(site, "supervisor", f"{one['id']}/undo", {"rearrangement": row["id"]})


async def test_who_was_mentioned_sees_where_the_note_stands(site: World) -> None:
    one = await _three(site)
    mentions = [str(site.agents["Stranger"])]
    note = await site.call(
        "Mina", "POST", f"/conversations/{one['id']}/notes", {"text": "an invoice", "mentions": mentions}
    )
    id_ = (await note.json())["id"]
    await until(lambda: _decided(site, one["id"]), lambda kinds: len(kinds) == 5)
    other = (await _ask(site, "Mina", f"{one['id']}/split", {"interactions": [id_]}))["other"]
    assert await _texts(site, other["id"], "Stranger") == ["an invoice"]
