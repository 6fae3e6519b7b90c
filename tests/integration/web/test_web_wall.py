"""What supervisors see of everybody at once: who is there, who waits, and what came in today."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from hub.errors import LiveAway
from hub.model import derived_id, new_id
from hub.routing.presence import Heartbeats
from hub.testing.clock import HandClock
from hub.web import wall
from tests.integration.web.conftest import World
from tests.integration.web.test_web_live import desk, heard


async def _connected(world: World) -> dict[str, bool | None]:
    return {one["name"]: one["connected"] for one in (await world.get("marketer", "/agents"))["items"]}


async def test_an_agent_with_an_open_desk_is_connected(edge: World) -> None:
    assert await _connected(edge) == {"Mina": False, "Ali": False, "Stranger": False}
    async with desk(edge, "Mina") as mina:
        assert (await heard(mina, type="snapshot"))["agent"]["connected"] is True
        assert await _connected(edge) == {"Mina": True, "Ali": False, "Stranger": False}
        assert (await edge.get("Mina", "/me"))["agent"]["connected"] is True
        one = await edge.get("admin", f"/agents/{edge.agents['Ali']}")
        assert one["connected"] is False


async def test_while_redis_is_away_nobody_can_say_who_is_connected(
    edge: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away() -> Heartbeats:
        raise LiveAway("Redis does not answer")

    monkeypatch.setattr(edge.parts.live, "heartbeats", away)
    assert await _connected(edge) == {"Mina": None, "Ali": None, "Stranger": None}


async def test_leads_and_the_agent_herself_hear_of_her_presence_and_all_of_her_name(edge: World) -> None:
    mina_id = str(edge.agents["Mina"])
    async with desk(edge, "supervisor") as lead, desk(edge, "Ali") as ali:
        await heard(lead, type="snapshot")
        await heard(ali, type="snapshot")
        async with desk(edge, "Mina") as mina:
            await heard(mina, type="snapshot")
            assert (await heard(lead, type="hint", kind="agent", id=mina_id))["version"] > 0
            await edge.call("supervisor", "POST", f"/agents/{mina_id}/presence", {"presence": "away"})
            await heard(lead, type="hint", kind="agent", id=mina_id)
            await heard(mina, type="hint", kind="agent", id=mina_id)
        await edge.call("admin", "PATCH", f"/agents/{edge.agents['Stranger']}", {"language": "fa"})
        first = await heard(ali, type="hint")
        while first["id"] == str(edge.agents["Ali"]):
            first = await heard(ali, type="hint")
        assert (first["kind"], first["id"]) == ("agent", str(edge.agents["Stranger"])), "not of Mina's presence"


# ── the wall ─────────────────────────────────────────────────────────────────────────────────────────────────────

NOON = datetime(2026, 3, 21, 12, 0, tzinfo=UTC)


@pytest.fixture
def fresh(edge: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """It is noon, and every look counts anew."""
    edge.parts.clock = HandClock(NOON)
    always_anew(monkeypatch)
    return edge


def always_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("KEPT", "DAY_KEPT", "RESTS"):
        monkeypatch.setattr(wall, name, 0.0)


async def put(world: World, number: int, **state: Any) -> UUID:
    """A conversation of a customer of its own, in this state."""
    customer, one = derived_id("customer", number), derived_id("conversation", number)
    channel = state.pop("channel", "sms")
    row = {"conversation_id": one, "version": 1, "status": "open", **state}
    async with world.parts.store.transaction() as tx:
        await tx.execute("INSERT INTO customers (id, name) VALUES ($1, $2)", customer, f"Customer {number}")
        await tx.execute(
            "INSERT INTO conversations (id, customer_id, channel, account, contact_point, our_address, opened_at)"
            " VALUES ($1, $2, $3, 'sms_fake/default', $4, 'tel:+1', $5)",
            *(one, customer, channel, f"tel:+98912000{number:04}", NOON),
        )
        places = ", ".join(f"${place}" for place in range(1, len(row) + 1))
        names = ", ".join(row)
        await tx.execute(f"INSERT INTO conversation_states ({names}) VALUES ({places})", *row.values())  # noqa: S608 - names of this file
    return one


def waits_since(minutes: float, **more: Any) -> dict[str, Any]:
    """The state of one that stands in line."""
    since = NOON - timedelta(minutes=minutes)
    later = {"step_until": NOON + timedelta(hours=1), "due": since + timedelta(minutes=10)}
    return {"waiting_since": since, "last_inbound_at": since, **later, **more}


async def answered(world: World, at: datetime, *, in_time: bool, team: UUID | None) -> None:
    by = at + timedelta(seconds=0 if in_time else -1)
    async with world.parts.store.transaction() as tx:
        sql = "INSERT INTO waits VALUES (gen_random_uuid(), gen_random_uuid(), $1, NULL, $2, $3, $4)"
        await tx.execute(sql, team, at - timedelta(minutes=1), at, by)


async def line_of(world: World, name: str | None) -> Any:
    (line,) = [one for one in (await world.get("supervisor", "/wall"))["lines"] if one["team_name"] == name]
    return line


async def test_with_nothing_at_all_everything_is_there_and_empty(fresh: World) -> None:
    said = await fresh.get("supervisor", "/wall")
    none_yet = {"answered_in_time": 0, "answered_late": 0, "unanswered_late": 0, "share": None}
    assert (said["time_zone"], said["service"], said["volume"]["channels"]) == ("UTC", none_yet, [])
    assert [one["team_name"] for one in said["lines"]] == ["Sales", "Support", None]
    assert all((one["length"], one["oldest"], one["waiting"]) == (0, None, []) for one in said["lines"])
    assert [one["name"] for one in said["agents"]] == ["Ali", "Mina", "Stranger"]
    assert {one["holds"] for one in said["agents"]} == {0}
    assert (len(said["volume"]["hours"]), said["volume"]["hours"][0]) == (24, "2026-03-21T00:00:00Z")


async def test_leads_alone_see_it(fresh: World) -> None:
    statuses = {who: (await fresh.call(who, "GET", "/wall")).status for who in ("admin", "Mina", "marketer")}
    assert statuses == {"admin": 200, "Mina": 403, "marketer": 403}


async def test_a_line_has_its_length_its_oldest_and_how_many_are_late_and_shows_its_first(fresh: World) -> None:
    for number in range(23):
        await put(fresh, number, **waits_since(number), team_id=fresh.team)
    await put(fresh, 30, **waits_since(1), team_id=None)
    await put(fresh, 31, **waits_since(90), team_id=fresh.team, assignee_id=fresh.agents["Mina"])
    await put(fresh, 32, **waits_since(90) | {"status": "resolved"}, team_id=fresh.team)
    await put(fresh, 33, team_id=fresh.team, last_answer_at=NOON)
    line = await line_of(fresh, "Support")
    assert (line["length"], line["late"], line["oldest"]) == (23, 8, "2026-03-21T11:38:00Z"), "15 to 22 minutes"
    assert [one["customer_name"] for one in line["waiting"]] == [f"Customer {n}" for n in range(22, 2, -1)]
    assert line["waiting"][0]["reply_by"] == "2026-03-21T11:53:00Z"
    assert ((await line_of(fresh, None))["length"], (await line_of(fresh, "Sales"))["length"]) == (1, 0)


async def test_agents_with_what_they_hold_who_waits_longest_first(fresh: World) -> None:
    mina = fresh.agents["Mina"]
    first = await put(fresh, 1, assignee_id=mina, weight=15, waiting_since=NOON, last_inbound_at=NOON)
    long_ago = NOON - timedelta(minutes=20)
    late = await put(fresh, 2, assignee_id=mina, weight=15, waiting_since=long_ago, last_inbound_at=long_ago)
    for number in range(3, 13):
        await put(fresh, number, assignee_id=mina, status="snoozed", snoozed_until=NOON + timedelta(hours=number))
    await put(fresh, 20, assignee_id=mina, status="resolved")
    (shown,) = [one for one in (await fresh.get("admin", "/wall"))["agents"] if one["name"] == "Mina"]
    assert (shown["holds"], shown["late"], len(shown["holding"])) == (12, 1, 10)
    assert [one["id"] for one in shown["holding"][:2]] == [str(late), str(first)]
    assert [one["state"] for one in shown["holding"][:3]] == ["waiting", "waiting", "snoozed"]
    assert (shown["written"], shown["live"]) == ({"load": 30, "capacity": 100}, {"load": 0, "capacity": 100})
    assert (shown["connected"], shown["declared"]) == (False, "offline")


async def test_who_has_left_is_not_shown_unless_she_holds_something(fresh: World) -> None:
    for name in ("Ali", "Stranger"):
        await fresh.call("admin", "PATCH", f"/agents/{fresh.agents[name]}", {"active": False})
    await fresh.call("admin", "POST", "/agents", {"name": "Marketa", "role": "marketer"})
    await put(fresh, 1, assignee_id=fresh.agents["Ali"], last_answer_at=NOON)
    assert [one["name"] for one in (await fresh.get("admin", "/wall"))["agents"]] == ["Ali", "Mina"]


async def test_the_service_level_is_that_of_the_day_in_the_organisations_zone(fresh: World) -> None:
    fresh.parts.settings = replace(fresh.parts.settings, time_zone="Asia/Tehran")
    midnight = datetime(2026, 3, 20, 20, 30, tzinfo=UTC)
    second = timedelta(seconds=1)
    await answered(fresh, midnight - second, in_time=False, team=fresh.team)
    await answered(fresh, midnight, in_time=True, team=fresh.team)
    await answered(fresh, NOON, in_time=False, team=fresh.team)
    await answered(fresh, NOON, in_time=True, team=new_id())
    said = await fresh.get("supervisor", "/wall")
    assert said["day_starts_at"] == "2026-03-20T20:30:00Z"
    assert said["service"] == {"answered_in_time": 2, "answered_late": 1, "unanswered_late": 0, "share": 0.6667}
    support, none = await line_of(fresh, "Support"), await line_of(fresh, None)
    assert (support["service"]["share"], none["service"]["share"]) == (0.5, 1.0), "whose team is no more has none"
    fresh.parts.clock = HandClock(midnight + timedelta(days=1))
    assert (await fresh.get("supervisor", "/wall"))["service"]["share"] is None


async def test_who_waits_past_the_deadline_counts_wherever_she_waits_and_whenever_that_began(fresh: World) -> None:
    await put(fresh, 1, **waits_since(15 + 1 / 60), team_id=fresh.team)
    await put(fresh, 2, **waits_since(14), team_id=fresh.team)
    two_days = NOON - timedelta(days=2)
    held = {"assignee_id": fresh.agents["Mina"], "team_id": fresh.other_team}
    await put(fresh, 3, **held, status="snoozed", waiting_since=two_days, last_inbound_at=two_days)
    await put(fresh, 4, **held, status="resolved", waiting_since=two_days, last_inbound_at=two_days)
    await put(fresh, 5, **waits_since(60) | {"last_inbound_at": two_days}, team_id=fresh.team)
    assert (await fresh.get("supervisor", "/wall"))["service"]["unanswered_late"] == 2, "5 was handed on, not written"
    assert (await line_of(fresh, "Support"))["service"]["share"] == 0.0
    assert (await line_of(fresh, "Sales"))["service"]["unanswered_late"] == 1


async def test_what_came_in_by_channel_and_hour_of_the_organisations_day(fresh: World) -> None:
    fresh.parts.settings = replace(fresh.parts.settings, time_zone="Asia/Tehran")
    one = await put(fresh, 1)
    midnight = datetime(2026, 3, 20, 20, 30, tzinfo=UTC)
    came = [
        ("sms", "inbound", midnight - timedelta(seconds=1)),
        ("sms", "inbound", midnight),
        ("sms", "inbound", midnight + timedelta(minutes=59)),
        ("whatsapp", "inbound", midnight + timedelta(hours=13, minutes=30)),
        ("sms", "outbound", midnight),
        ("sms", "internal", midnight),
        ("email", "inbound", midnight + timedelta(days=1)),
    ]
    async with fresh.parts.store.transaction() as tx:
        for channel, direction, at in came:
            await tx.execute(
                "INSERT INTO interactions (event_id, customer_id, conversation_id, channel, direction, contact_point,"
                " our_address, account, accepted_at) VALUES ($1, $1, $2, $3, $4, 'tel:+1', 'tel:+2', 'a/b', $5)",
                *(new_id(), one, channel, direction, at),
            )
    volume = (await fresh.get("supervisor", "/wall"))["volume"]
    by_channel = {one["channel"]: one["inbound"] for one in volume["channels"]}
    assert by_channel == {"sms": [2] + [0] * 23, "whatsapp": [0] * 13 + [1] + [0] * 10}
    assert volume["hours"][13] == "2026-03-21T09:30:00Z"


async def test_ten_walls_cost_one(edge: World, monkeypatch: pytest.MonkeyPatch) -> None:
    counted: list[None] = []
    count = wall.Wall._counted

    async def counting(self: wall.Wall) -> Any:
        counted.append(None)
        return await count(self)

    monkeypatch.setattr(wall.Wall, "_counted", counting)
    said = await asyncio.gather(*(edge.get("supervisor", "/wall") for _ in range(10)))
    assert (len(counted), len({one["at"] for one in said})) == (1, 1)
    always_anew(monkeypatch)
    edge.site.wall._kept = None
    await edge.get("supervisor", "/wall")
    await edge.get("supervisor", "/wall")
    assert len(counted) == 3


async def test_the_whole_way_she_waits_is_given_to_somebody_and_answered(
    site: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    always_anew(monkeypatch)
    await site.text()
    waiting = await site.conversation()
    line = await line_of(site, "Support")
    assert [one["id"] for one in line["waiting"]] == [waiting["id"]]
    async with desk(site, "Mina"):
        given = await site.call(
            "supervisor", "POST", f"/conversations/{waiting['id']}/assign", {"agent": str(site.agents["Mina"])}
        )
        assert given.status == 200, await given.text()
        said = await site.get("supervisor", "/wall")
        (mina,) = [one for one in said["agents"] if one["name"] == "Mina"]
        assert (mina["connected"], mina["written"]["load"]) == (True, 15)
        (held,) = mina["holding"]
        assert (held["id"], held["state"]) == (waiting["id"], "waiting")
        assert (await line_of(site, "Support"))["length"] == 0
        response = await site.call("Mina", "POST", f"/conversations/{waiting['id']}/messages", {"text": "سلام"})
        assert response.status == 201
        await site.conversation(waiting_since=None)
    said = await site.get("supervisor", "/wall")
    assert said["service"] == {"answered_in_time": 1, "answered_late": 0, "unanswered_late": 0, "share": 1.0}
    assert sum(said["volume"]["channels"][0]["inbound"]) == 1
