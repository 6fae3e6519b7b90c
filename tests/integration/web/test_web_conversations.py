"""Conversations and messages over the real workers: commands are answered with what routing decided."""

import asyncio
from typing import Any
from urllib.parse import urlencode

import pytest

from hub.model import Role, new_id
from hub.organisation import store as organisation
from hub.profile import store as profile
from tests.integration.web.conftest import HERS, OURS, World
from tests.waiting import until


async def _answer(site: World, who: str, id_: str, text: str = "سلام سارا", **more: Any) -> Any:
    headers = more.pop("headers", None)
    return await site.call(who, "POST", f"/conversations/{id_}/messages", {"text": text, **more}, headers=headers)


async def test_from_webhook_to_answer_to_resolution(site: World) -> None:
    await site.text(text="Where is my order?")
    one = await site.conversation()
    assert (one["assignee_id"], one["team_id"], one["status"]) == (None, str(site.team), "open")
    response = await _answer(site, "Mina", one["id"])
    assert response.status == 201, await response.text()
    said = await response.json()
    assert (said["text"], said["direction"], said["agent_id"]) == ("سلام سارا", "outbound", str(site.agents["Mina"]))
    one = await site.conversation(assignee_id=str(site.agents["Mina"]))
    items = (await site.get("Mina", f"/conversations/{one['id']}/interactions"))["items"]
    assert [item["text"] for item in items] == ["Where is my order?", "سلام سارا"]
    response = await site.call("Mina", "POST", f"/conversations/{one['id']}/resolve", {"outcome": "told"})
    assert response.status == 200, await response.text()
    resolved = await response.json()
    assert (resolved["conversation"]["status"], resolved["conversation"]["outcome"]) == ("resolved", "told")
    assert "Mina" in resolved["decision"]["sentence"]
    decisions = (await site.get("Mina", f"/conversations/{one['id']}/decisions"))["items"]
    assert [d["kind"] for d in decisions][-1] == "resolved"
    assert all(d["sentence"].endswith(".") for d in decisions)


async def test_the_answer_goes_out_from_the_number_she_wrote_to(site: World) -> None:
    await site.text()
    one = await site.conversation()
    assert (await _answer(site, "Mina", one["id"])).status == 201
    (sent,) = await until(lambda: asyncio.sleep(0, site.adapter.sent))
    assert (sent.to, sent.our_address, sent.text) == (f"tel:{HERS}", f"tel:{OURS}", "سلام سارا")


async def test_of_two_who_accept_one_is_told_who_was_first(site: World) -> None:
    await site.text()
    one = await site.conversation()
    path = f"/conversations/{one['id']}/accept"
    first, second = await asyncio.gather(site.call("Mina", "POST", path), site.call("Ali", "POST", path))
    assert sorted((first.status, second.status)) == [200, 409]
    lost, won = (second, "Mina") if first.status == 200 else (first, "Ali")
    said = await lost.json()
    assert (said["detail"], said["type"]) == (f"{won} accepted it first", "urn:peyvand:problem:conflict")
    other = "Ali" if won == "Mina" else "Mina"
    response = await _answer(site, other, one["id"])
    assert (response.status, (await response.json())["detail"]) == (409, f"{won} has it")
    assert (await _answer(site, "supervisor", one["id"])).status == 201


async def test_an_agent_sees_her_own_and_her_teams_conversations_only(site: World) -> None:
    await site.text()
    one = await site.conversation()
    for path in ("", "/interactions", "/decisions"):
        response = await site.call("Stranger", "GET", f"/conversations/{one['id']}{path}")
        assert response.status == 404, path
    assert (await site.get("Stranger", "/conversations"))["items"] == []
    assert (await _answer(site, "Stranger", one["id"])).status == 404
    response = await site.call(
        "supervisor", "POST", f"/conversations/{one['id']}/assign", {"agent": str(site.agents["Stranger"])}
    )
    assert response.status == 200, await response.text()
    assert len((await site.get("Stranger", "/conversations"))["items"]) == 1
    assert (await site.get("Stranger", f"/conversations/{one['id']}"))["customer_id"] == one["customer_id"]


async def test_the_same_key_is_the_same_message_and_another_body_is_refused(site: World) -> None:
    await site.text()
    one = await site.conversation()
    key = {"Idempotency-Key": "k1"}
    first = await _answer(site, "Mina", one["id"], headers=key, resolve=True)
    await site.conversation(status="resolved")
    again = await _answer(site, "Mina", one["id"], headers=key, resolve=True)
    assert (first.status, again.status) == (201, 201)
    assert (await first.json())["id"] == (await again.json())["id"]
    other = await _answer(site, "Mina", one["id"], "something else", headers=key)
    assert (other.status, (await other.json())["type"]) == (422, "urn:peyvand:problem:idempotency-key-reused")
    items = (await site.get("Mina", f"/conversations/{one['id']}/interactions"))["items"]
    assert len([item for item in items if item["direction"] == "outbound"]) == 1
    late = await _answer(site, "Mina", one["id"], "one more thing")
    assert (late.status, (await late.json())["detail"]) == (409, "It is resolved")


async def test_an_agent_who_signed_in_anew_does_not_say_it_twice(site: World) -> None:
    await site.text()
    one = await site.conversation()
    async with site.parts.store.transaction() as tx:
        _, site.tokens["Mina anew"] = await organisation.add_token(
            tx, name="Mina", role=Role.AGENT, agent_id=site.agents["Mina"]
        )
    said = [await _answer(site, who, one["id"], headers={"Idempotency-Key": "k2"}) for who in ("Mina", "Mina anew")]
    assert [response.status for response in said] == [201, 201]
    first, again = [(await response.json())["id"] for response in said]
    assert first == again
    other = await _answer(site, "supervisor", one["id"], headers={"Idempotency-Key": "k2"})
    assert (await other.json())["id"] != first, "the key of another caller is another key"


async def test_notes_snooze_decline_and_reopen(site: World) -> None:
    await site.text()
    one = await site.conversation()
    path = f"/conversations/{one['id']}"
    note = await site.call("Mina", "POST", f"{path}/notes", {"text": "She is in Tabriz."})
    assert (note.status, (await note.json())["direction"]) == (201, "internal")
    assert (await site.call("Mina", "POST", f"{path}/accept")).status == 200
    past = await site.call("Mina", "POST", f"{path}/snooze", {"until": "2020-01-01T00:00:00Z"})
    assert (past.status, (await past.json())["where"]) == (422, "$.until")
    snoozed = await site.call("Mina", "POST", f"{path}/snooze", {"until": "2126-01-01T00:00:00Z"})
    assert (await snoozed.json())["conversation"]["status"] == "snoozed"
    assert (await site.call("Mina", "POST", f"{path}/resolve")).status == 200
    again = await site.call("Mina", "POST", f"{path}/resolve")
    assert (again.status, (await again.json())["detail"]) == (409, "It is resolved already")
    reopened = await site.call("Mina", "POST", f"{path}/reopen")
    assert (await reopened.json())["conversation"]["assignee_id"] == str(site.agents["Mina"])
    declined = await site.call("Mina", "POST", f"{path}/decline")
    assert declined.status in {200, 409}


async def test_the_mend_of_a_refusal_fits_its_reason(site: World) -> None:
    await site.text()
    one = await site.conversation()
    path = f"/conversations/{one['id']}"
    assert (await site.call("Mina", "POST", f"{path}/accept")).status == 200
    later = "2126-03-21T09:00:00+03:30"
    for who, command, body, status, where, words in (
        ("Mina", "assign", {"agent": str(new_id())}, 422, "$.agent", "GET /api/v1/agents lists them"),
        ("Mina", "assign", {"team": str(new_id())}, 422, "$.team", "GET /api/v1/teams lists them"),
        ("Ali", "snooze", {"until": later}, 409, None, "ask for it to be handed over"),
        ("Ali", "resolve", {}, 409, None, "ask for it to be handed over"),
        ("Mina", "reopen", {}, 409, None, "nothing is left to do"),
        ("admin", "accept", {}, 403, None, "a token that stands for an agent"),
    ):
        response = await site.call(who, "POST", f"{path}/{command}", body)
        said = await response.json()
        assert (response.status, said.get("where")) == (status, where), said
        assert words in said["mend"], said
    assert (await site.get("Mina", path))["assignee_id"] == str(site.agents["Mina"])


async def test_the_organisation_writes_first(site: World) -> None:
    which = await site.call("Mina", "POST", "/messages", {"to": HERS, "text": "Hello"})
    assert (which.status, (await which.json())["where"]) == (422, "$.from")
    said = {"to": f"tel:{HERS}", "text": "Hello", "from": OURS}
    response = await site.call("Mina", "POST", "/messages", said)
    assert response.status == 201, await response.text()
    body = await response.json()
    place = f"/outcomes/{body['id']}"
    outcome = await until(lambda: site.get("admin", place), lambda outcome: "decision" in outcome)
    assert (outcome["state"], outcome["interaction"]["text"]) == ("done", "Hello")
    assert outcome["decision"]["event_id"] == body["id"]
    customers = (await site.get("marketer", f"/customers?contact_point=tel:%2B{HERS[1:]}"))["items"]
    history = (await site.get("admin", f"/customers/{customers[0]['id']}/history"))["items"]
    assert [item["text"] for item in history] == ["Hello"]
    hidden = (await site.get("marketer", f"/customers/{customers[0]['id']}/history"))["items"]
    assert ("text" in hidden[0], hidden[0]["id"]) == (False, body["id"])
    ours = await site.call("Mina", "POST", "/messages", {**said, "to": OURS})
    assert (ours.status, (await ours.json())["where"]) == (422, "$.to")


async def test_what_takes_longer_is_202_with_a_place_to_ask(edge: World) -> None:
    edge.site.outcomes.patience = 0.05
    said = {"to": HERS, "text": "Hello", "from": OURS}
    response = await edge.call("Mina", "POST", "/messages", said)
    assert response.status == 202
    place = response.headers["Location"]
    assert (await edge.get("Mina", place.removeprefix("/api/v1")))["state"] == "pending"
    (event,) = edge.recorder.batches[-1]
    assert place == f"/api/v1/outcomes/{event.id}"


@pytest.mark.parametrize("path", ["/conversations", "/customers"])
async def test_pages_follow_each_other_without_gap_or_repeat(site: World, path: str) -> None:
    senders = [f"+98912000{number:04d}" for number in range(7)]
    for number, sender in enumerate(senders):
        await site.text(f"M{number}", sender=sender)
    for sender in senders:
        await site.conversation(sender=sender)
    found: list[str] = []
    cursor = ""
    while True:
        page = await site.get("admin", f"{path}?limit=3&cursor={cursor}")
        found += [item["id"] for item in page["items"]]
        cursor = page["next"] or ""
        if not cursor:
            break
    assert len(found) == len(set(found)) == 7


async def test_filters_narrow(site: World) -> None:
    await site.text()
    one = await site.conversation()
    for query, count in {
        "status=open": 1,
        "status=resolved": 0,
        "waiting=true": 1,
        "waiting=false": 0,
        f"team={site.team}": 1,
        f"team={site.other_team}": 0,
        f"customer={one['customer_id']}": 1,
        f"assignee={new_id()}": 0,
    }.items():
        assert len((await site.get("Mina", f"/conversations?{query}"))["items"]) == count, query


async def _write(site: World, who: str, text: str = "Hello") -> Any:
    return await site.call(who, "POST", "/messages", {"to": HERS, "from": OURS, "text": text})


async def test_writing_first_is_no_way_around_the_assignee(site: World) -> None:
    await site.text()
    one = await site.conversation()
    stranger = await _write(site, "Stranger")
    assert (stranger.status, (await stranger.json())["detail"]) == (409, "Another team has it")
    assert (await _write(site, "Mina", "I take it")).status == 201
    await site.conversation(assignee_id=str(site.agents["Mina"]))
    for who in ("Ali", "Stranger"):
        refused = await _write(site, who)
        said = await refused.text()
        assert (refused.status, "Mina has it" in said, one["id"] in said) == (409, True, False), who
    assert (await _write(site, "Mina", "again")).status == 201
    assert (await _write(site, "supervisor", "a lead may")).status == 201
    items = (await site.get("admin", f"/conversations/{one['id']}/interactions"))["items"]
    assert [item["text"] for item in items] == ["سلام", "I take it", "again", "a lead may"]


async def test_who_writes_into_a_resolved_one_of_others_does_not_learn_its_id(site: World) -> None:
    await site.text()
    one = await site.conversation()
    assert (await _answer(site, "Mina", one["id"], resolve=True)).status == 201
    await site.conversation(status="resolved")
    for who, shown in (("Stranger", False), ("supervisor", True)):
        response = await _write(site, who)
        said = await response.json()
        assert (response.status, "conversation_id" in said) == (201, shown), who
        await site.call("supervisor", "POST", f"/conversations/{one['id']}/resolve")


async def test_what_people_write_says_so(edge: World) -> None:
    edge.site.outcomes.patience = 0.01
    for who in ("Mina", "supervisor", "admin"):
        assert (await _write(edge, who)).status == 202
        (event,) = edge.recorder.batches[-1]
        assert (event.data.by_person, event.data.agent_id) == (True, edge.agents.get(who))  # type: ignore[attr-defined]


async def test_a_lead_who_is_an_agent_takes_it_before_she_answers(site: World) -> None:
    await site.text()
    one = await site.conversation()
    assert (await site.call("Mina", "POST", f"/conversations/{one['id']}/accept")).status == 200
    async with site.parts.store.transaction() as tx:
        lead = await organisation.agent_named(tx, "Ali")
        _, site.tokens["lead"] = await organisation.add_token(tx, name="Ali leads", role=Role.SUPERVISOR, agent_id=lead)
    assert (await _answer(site, "lead", one["id"])).status == 201
    now = await (await site.call("supervisor", "GET", f"/conversations/{one['id']}")).json()
    assert now["assignee_id"] == str(lead)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("sar", ["Sara Ahmadi"]),
        ("SARA A", ["Sara Ahmadi"]),
        ("Ahmadi", ["Sara Ahmadi"]),
        ("ahm sar", ["Sara Ahmadi"]),
        ("hmadi", []),
        ("+98912", ["Sara Ahmadi"]),
        ("۰۹۸۹۱۲", ["Sara Ahmadi"]),
        ("tel:+98912", ["Sara Ahmadi"]),
        ("s_r", []),
        ("%", []),
        ("x@example", ["مریم"]),
        ("مری", ["مریم"]),
    ],
)
async def test_customers_are_found_by_how_it_begins(edge: World, query: str, found: list[str]) -> None:
    people: list[dict[str, Any]] = [
        {"id": new_id(), "name": "Sara Ahmadi", "contact_points": ["tel:+989121234567"]},
        {"id": new_id(), "name": "مریم", "contact_points": ["mailto:x@example.ir"]},
    ]
    async with edge.parts.store.transaction() as tx:
        await profile.save(tx, people)
    items = (await edge.get("marketer", f"/customers?{urlencode({'query': query})}"))["items"]
    assert [one["name"] for one in items] == found


async def test_the_search_has_its_indexes_also_in_a_generic_plan(edge: World) -> None:
    async with edge.parts.store.transaction() as tx:
        await tx.execute("SET LOCAL enable_seqscan = off")
        await tx.execute("SET LOCAL plan_cache_mode = force_generic_plan")
        asked = "EXPLAIN SELECT id FROM customers c WHERE " + profile._FOUND.format(1, 2, 3)  # noqa: S608 - ours
        plan = str(await tx.fetch(asked, "'sar':*", ["tel:+98"], ["tel:+99"]))
    assert "customers_by_words" in plan
    assert "contact_points_beginning" in plan
