"""The single writer: fenced, conditional on what it read, and the same board after every restart."""

import asyncio
from dataclasses import fields
from datetime import timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from hub.errors import FencedOut, StoreAway
from hub.events import AgentsChanged, ConversationDue, Event, InteractionRecorded, first
from hub.model import Presence, derived_id, new_id
from hub.organisation import store as organisation
from hub.routing import store as routing
from hub.routing.board import Board
from hub.routing.plan import Pool
from hub.testing.clock import HandClock
from tests.integration.house import HERS, House, said
from workers.route_conversations import RouteConversations


def board(router: RouteConversations) -> Board:
    assert router._engine is not None
    return router._engine.board


async def recorded(house: House, *events: Event) -> list[Event]:
    """What routing gets of these."""
    return [event for event in await house.record.handle(events) if isinstance(event.data, InteractionRecorded)]


async def arrived(house: House, *, of: str = HERS, text: str = "hello") -> UUID:
    """A text that routing has seen; its conversation."""
    (event,) = await recorded(house, house.received(text, of=of))
    await house.route.handle([event])
    return said(event).conversation_id


async def state(house: House, conversation: UUID) -> Any:
    (row,) = await house.rows("SELECT * FROM conversation_states WHERE conversation_id = $1", conversation)
    return row


async def decision(house: House, event_id: UUID) -> Any:
    (row,) = await house.rows("SELECT * FROM decisions WHERE event_id = $1", event_id)
    return row


async def test_a_text_reaches_an_agent_and_says_why(house: House) -> None:
    (mina,) = await house.staff("Mina")
    (event,) = await recorded(house, house.received())
    await house.route.handle([event])
    row, made = await state(house, said(event).conversation_id), await decision(house, said(event).interaction_id)
    assert (row["assignee_id"], row["team_id"], row["weight"], row["version"]) == (mina, house.team, 15, 1)
    assert (made["kind"], made["agent_id"], made["step"], made["plan_version"]) == ("assigned", mina, 5, 1)
    assert made["reasons"]["sentence"] == "Mina has the least load (0 of 100)."
    assert made["next_at"] == row["next_at"] == row["reply_due"] - timedelta(seconds=225)
    (hint,) = [hint for hint in house.live.told if hint.cause == said(event).interaction_id]
    assert (hint.kind, hint.id, hint.version, hint.agents) == ("conversation", said(event).conversation_id, 1, (mina,))


async def test_every_event_leaves_its_decision(house: House) -> None:
    (mina,) = await house.staff("Mina")
    conversation = await arrived(house)
    events = [
        house.received("again"),
        house.requested("an answer", conversation_id=conversation, agent_id=mina),
        house.requested("automatic", conversation_id=conversation),
        house.note(conversation),
        house.received("late", accepted_at=house.clock.now() - timedelta(hours=1)),
    ]
    await house.route.handle(await recorded(house, *events))
    sentences = [(await decision(house, event.id))["reasons"]["sentence"] for event in events]
    assert sentences == [
        "The customer wrote; it stays with Mina.",
        "Mina answered; it waits on the customer.",
        "The organisation wrote.",
        "A note was written.",
        "The customer wrote; it stays with Mina.",
    ]


async def test_redelivered_it_decides_nothing_and_hints_again(house: House) -> None:
    (mina,) = await house.staff("Mina")
    (event,) = await recorded(house, house.received())
    await house.route.handle([event])
    conversation = said(event).conversation_id
    resolve = house.command(conversation, "resolve", by=mina)
    await house.route.handle([resolve])
    before, decisions = await state(house, conversation), await house.count("decisions")
    house.live.told.clear()
    for router in (house.route, house.another().route):
        await router.handle([event, resolve])
    assert await state(house, conversation) == before, "a redelivery after the resolution opens nothing"
    assert await house.count("decisions") == decisions
    assert [hint.cause for hint in house.live.told] == [said(event).interaction_id, resolve.id] * 2
    assert await house.count("assignments") == 1


async def test_what_a_clock_far_behind_does_not_doubt_meets_the_unique_key(house: House) -> None:
    await house.staff("Mina")
    (event,) = await recorded(house, house.received())
    await house.route.handle([event])
    behind = house.another()
    behind.route._clock = HandClock(house.clock.now() - timedelta(hours=1))
    house.live.told.clear()
    await behind.route.handle([event])
    assert await house.count("decisions") == await house.count("assignments") == 1
    assert [hint.cause for hint in house.live.told] == [said(event).interaction_id], "and whoever waits hears of it"
    await behind.aclose()


async def test_a_router_that_was_taken_over_meanwhile_does_not_go_by_its_old_board(house: House) -> None:
    """It has the lane again, and what it knows needs no write: no failed commit would tell it."""
    await house.staff("Mina")
    conversation = await arrived(house)
    other = house.another()
    await other.route.handle(
        await recorded(house, house.requested("bye", conversation_id=conversation, by_person=True))
    )
    await other.route.handle(await recorded(house, house.received("one more thing")))
    with pytest.raises(FencedOut):
        await look(house)
    due = await house.value("SELECT next_at FROM conversation_states")
    house.clock.go_on(due - house.clock.now())
    bell = ConversationDue(conversation_id=conversation, at=house.clock.now())
    event = first(new_id(), bell, source="/t", subject="", time=house.clock.now(), partitionkey="")
    await house.route.handle([event])
    assert await house.value("SELECT next_at FROM conversation_states") > due
    await other.aclose()


async def test_an_old_command_that_comes_again_and_again_costs_no_board(house: House) -> None:
    (mina,) = await house.staff("Mina")
    conversation = await arrived(house)
    resolve = house.command(conversation, "resolve", by=mina)
    await house.route.handle([resolve])
    other = house.another()
    for _ in range(4):
        await other.route.handle([resolve])
        house.clock.go_on(timedelta(seconds=30))
    assert await house.value("SELECT fence FROM fences") == 2
    await other.aclose()


async def test_a_repetition_within_a_batch_leaves_the_order(house: House) -> None:
    mina, ali = await house.staff("Mina", "Ali", capacity=0)
    conversation = await arrived(house)
    hers, his = (house.command(conversation, "accept", by=agent) for agent in (mina, ali))
    await house.route.handle([hers, his, hers])
    assert (await state(house, conversation))["assignee_id"] == mina


async def test_twice_in_one_batch_is_once(house: House) -> None:
    await house.staff("Mina")
    conversation = await arrived(house)
    command = house.command(conversation, "resolve", may_take=True)
    await house.route.handle([command, command])
    assert (await decision(house, command.id))["refused"] is False


async def test_an_older_router_is_fenced_out_and_nothing_of_it_stays(house: House) -> None:
    await house.staff("Mina")
    await arrived(house)
    other = house.another()
    await other.route.handle(await recorded(house, house.received("for the new router")))
    events = await recorded(house, house.received("hello", of="tel:+989120000001"))
    with pytest.raises(FencedOut, match="another router took over"):
        await house.route.handle(events)
    assert await house.value("SELECT count(*) FROM decisions WHERE event_id = $1", events[0].id) == 0
    assert await house.count("conversation_states") == 1
    assert house.route._engine is None, "its board is thrown away"
    await other.aclose()


async def test_two_routers_at_once_never_assign_twice(house: House) -> None:
    await house.staff("Mina", "Ali")
    events = await recorded(house, *[house.received(of=f"tel:+98912{n:07}") for n in range(12)])
    other = house.another()

    async def route(router: RouteConversations, event: Event) -> None:
        try:
            await router.handle([event])
        except (FencedOut, asyncpg.UniqueViolationError, StoreAway):
            return

    for event in events:
        await asyncio.gather(route(house.route, event), route(other.route, event))
    await house.route.handle(events)
    assert await house.count("assignments") == await house.count("conversation_states") == 12
    assert (
        await house.value("SELECT max(n) FROM (SELECT count(*) AS n FROM assignments GROUP BY conversation_id) g") == 1
    )
    assert await house.value("SELECT sum(weight) FROM conversation_states") == 12 * 15
    await other.aclose()


async def test_a_row_that_is_not_what_was_read_stops_the_write(house: House) -> None:
    """Somebody wrote besides us although the fence is ours: the board is stale and is read again."""
    (mina,) = await house.staff("Mina")
    conversation = await arrived(house)
    async with house.store.transaction() as tx:
        await tx.execute("UPDATE conversation_states SET version = version + 1, topic = 'theirs'")
    command = house.command(conversation, "resolve", by=mina)
    with pytest.raises(FencedOut, match="the board is stale"):
        await house.route.handle([command])
    row = await state(house, conversation)
    assert (row["status"], row["version"], row["topic"]) == ("open", 2, "theirs")
    await house.route.handle([command])
    row = await state(house, conversation)
    assert (row["status"], row["version"], row["topic"]) == ("resolved", 3, "theirs")


async def test_a_failed_commit_leaves_memory_no_wiser(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    agents = await house.staff("Mina")
    await arrived(house)
    (event,) = await recorded(house, house.received(of="tel:+989120000001"))

    async def fails(*_: object, **__: object) -> None:
        raise StoreAway("gone")

    with monkeypatch.context() as patch:
        patch.setattr(routing, "write", fails)
        with pytest.raises(StoreAway):
            await house.route.handle([event])
    await house.route.handle([event])
    assert board(house.route).seats[agents[0]].load[Pool.WRITTEN] == 30


async def test_a_restart_reads_the_same_board(house: House) -> None:
    mina, ali = await house.staff("Mina", "Ali", capacity=45)
    conversations = [await arrived(house, of=f"tel:+98912{n:07}") for n in range(9)]
    await house.route.handle(
        [
            house.command(conversations[0], "resolve", may_take=True),
            house.command(conversations[1], "snooze", may_take=True, until=house.clock.now() + timedelta(hours=1)),
            house.command(conversations[2], "decline", by=(await state(house, conversations[2]))["assignee_id"]),
            house.command(conversations[3], "assign", may_take=True, to_agent=ali),
        ]
    )
    answer = house.requested("an answer", conversation_id=conversations[4], agent_id=mina, to="tel:+989120000004")
    await house.route.handle(await recorded(house, answer))
    await house.route.handle(await recorded(house, house.note(conversations[5])))
    before = board(house.route)
    other = house.another()
    await other.route.handle([])
    after = board(other.route)
    try:
        assert before.conversations.keys() == after.conversations.keys()
        assert len(before.conversations) == 8
        for id_, one in before.conversations.items():
            for name in (field.name for field in fields(one)):
                assert getattr(after.conversations[id_], name) == getattr(one, name), name
        for id_, seat in before.seats.items():
            again = after.seats[id_]
            assert (seat.load, seat.holds, seat.capacity, seat.teams) == (
                again.load,
                again.holds,
                again.capacity,
                again.teams,
            )
            assert (seat.present, seat.last_assigned_at) == (again.present, again.last_assigned_at)
        assert [c.id for c in before.line.waiting_for(house.team)] == [c.id for c in after.line.waiting_for(house.team)]
        assert before.account_teams == after.account_teams
    finally:
        await other.aclose()


async def test_commands_have_outcomes_and_refusals(house: House) -> None:
    mina, ali = await house.staff("Mina", "Ali", capacity=0)
    conversation = await arrived(house)
    first_, second = (house.command(conversation, "accept", by=agent) for agent in (mina, ali))
    await house.route.handle([first_, second])
    done, refused = await decision(house, first_.id), await decision(house, second.id)
    assert (done["kind"], done["refused"]) == ("assigned", False)
    assert (refused["kind"], refused["refused"], refused["reasons"]["why"]) == (
        "refused",
        True,
        "Mina accepted it first",
    )
    unknown = house.command(new_id(), "resolve", by=mina)
    await house.route.handle([unknown])
    assert (await decision(house, unknown.id))["reasons"]["why"] == "there is no such conversation"


async def test_resolved_conversations_do_not_stay_in_memory(house: House) -> None:
    (mina,) = await house.staff("Mina")
    conversation = await arrived(house)
    await house.route.handle([house.command(conversation, "resolve", by=mina)])
    due = first(
        new_id(),
        ConversationDue(conversation_id=conversation, at=house.clock.now()),
        source="/test",
        subject="",
        time=house.clock.now(),
        partitionkey="",
    )
    for events in ([house.command(conversation, "resolve", by=mina)], [due]):
        await house.route.handle(events)
    await house.route.handle(await recorded(house, house.note(conversation)))
    assert board(house.route).conversations == {}


async def test_the_owner_and_the_last_agent_come_from_profile_and_history(house: House) -> None:
    mina, ali = await house.staff("Mina", "Ali")
    (event,) = await recorded(house, house.received())
    async with house.store.transaction() as tx:
        await tx.execute("UPDATE customers SET owner_id = $1", ali)
    await house.route.handle([event])
    assert (await state(house, said(event).conversation_id))["assignee_id"] == ali

    other = "tel:+989120000001"
    answer = house.requested("we write first", to=other, agent_id=mina, resolve=True)
    await house.route.handle(await recorded(house, answer))
    async with house.store.transaction() as tx:
        await tx.execute("UPDATE conversations SET opened_at = opened_at - interval '9 days'")
    conversation = await arrived(house, of=other)
    assert (await state(house, conversation))["assignee_id"] == mina


async def look(house: House, by: timedelta = timedelta(seconds=1)) -> None:
    """The router's look at presence and configuration, a second later."""
    house.clock.go_on(by)
    await house.route.tick()


async def test_presence_and_configuration_are_seen_within_a_second(house: House) -> None:
    (mina,) = await house.staff("Mina", capacity=15)
    conversations = [await arrived(house, of=f"tel:+98912{n:07}") for n in range(2)]
    assert (await state(house, conversations[1]))["assignee_id"] is None
    async with house.store.transaction() as tx:
        await organisation.change_agent(tx, mina, {"written_capacity": 30})
    await look(house)
    assert (await state(house, conversations[1]))["assignee_id"] == mina

    async with house.store.transaction() as tx:
        await organisation.declare(tx, mina, Presence.AWAY, reason="lunch", by="test")
    await look(house)
    third = await arrived(house, of="tel:+989120000003")
    assert (await state(house, third))["assignee_id"] is None
    ali = derived_id("agent", "Ali")
    async with house.store.transaction() as tx:
        await organisation.add_agent(tx, ali, name="Ali", teams=[house.team])
        await organisation.declare(tx, ali, Presence.AVAILABLE, reason="", by="test")
    await house.live.beat([ali])
    await house.route.handle([ring(house)])
    assert (await state(house, third))["assignee_id"] == ali


def ring(house: House) -> Event:
    """The bell that says that somebody or some team is not as before."""
    now = house.clock.now()
    return first(new_id(), AgentsChanged(at=now), source="/test", subject="", time=now, partitionkey="")


async def test_what_was_rung_for_is_known_before_what_comes_with_the_bell_is_decided(house: House) -> None:
    await house.staff("Mina")
    conversation = await arrived(house)
    team = derived_id("team", "Just made")
    async with house.store.transaction() as tx:
        await organisation.add_team(tx, team, "Just made")
    given = house.command(conversation, "assign", to_team=team, may_take=True)
    await house.route.handle([ring(house), given])
    assert (await decision(house, given.id))["refused"] is False
    assert (await state(house, conversation))["team_id"] == team


async def test_an_emptied_redis_takes_nothing_from_anybody_for_a_minute(house: House) -> None:
    (mina,) = await house.staff("Mina")
    conversation = await arrived(house)
    await look(house, timedelta(seconds=61))
    await house.live._redis.zadd(house.live._beats, {str(mina): house.clock.now().timestamp()})
    await look(house)
    assert board(house.route).seats[mina].connected
    await house.live._redis.flushall()
    for _ in range(58):
        await look(house)
    assert board(house.route).seats[mina].connected
    await look(house, timedelta(seconds=60))
    assert not board(house.route).seats[mina].connected, "by now she would have said that she is there"
    assert (await state(house, conversation))["assignee_id"] == mina


async def test_a_tick_of_a_process_without_a_board_does_nothing(house: House) -> None:
    await house.staff("Mina")
    assert list(await house.route.tick()) == []
    assert await house.count("fences") == 0
