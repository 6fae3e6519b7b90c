"""Who is it, which conversation, append: once, in order, and the same again however often it comes."""

import asyncio
import random
from datetime import timedelta

import asyncpg
import pytest
from msgspec.structs import replace

from hub.conversations import store as conversations
from hub.conversations.threading import REOPENS_WITHIN, continues, thread_of
from hub.errors import DependencyAway, EventInvalid
from hub.events import Event, InteractionReceived, InteractionRecorded, MessageSend, encode
from hub.history import store as history
from hub.history import told as row_of
from hub.history.store import Unplaced
from hub.model import Channel, DeliveryStatus, Direction, derived_id, new_id
from hub.profile import store as profile
from hub.profile.store import Seen
from hub.store import together
from tests.integration.house import HERS, OURS, House, said


def told(events: list[Event]) -> list[bytes]:
    """What goes out on the bus."""
    return [encode(event) for event in events]


async def test_fifty_first_messages_at_once_in_two_processes(house: House) -> None:
    other = house.another()
    events = [house.received(f"message {n}") for n in range(50)]
    shuffled = random.Random(3).sample(events, 50)
    try:
        await asyncio.gather(*[(house, other)[n % 2].record.handle([event]) for n, event in enumerate(shuffled)])
    finally:
        await other.aclose()
    assert [await house.count(table) for table in ("customers", "conversations", "threads", "contact_points")] == [
        1
    ] * 4
    rows = await house.rows(
        "SELECT event_id, text, customer_id, conversation_id FROM interactions JOIN interaction_contents"
        " USING (recorded_at, event_id) ORDER BY accepted_at, event_id"
    )
    assert [row["text"] for row in rows] == [f"message {n}" for n in range(50)]
    assert len({(row["customer_id"], row["conversation_id"]) for row in rows}) == 1


async def test_doing_it_again_decides_nothing_and_publishes_the_same(house: House) -> None:
    received = house.received("hello", media=(), raw={"Body": "hello"})
    first = list(await house.record.handle([received]))
    conversation = said(first[0]).conversation_id
    agent = new_id()
    events = [
        received,
        house.received("and more"),
        house.received("STOP", opt_out="STOP"),
        house.requested("an answer", conversation_id=conversation, agent_id=agent, resolve=True, by_person=True),
        house.requested("somebody new", to="tel:+989120000001"),
        house.note(conversation),
    ]
    once = list(await house.record.handle(events))
    tables = ("customers", "conversations", "interactions", "interaction_contents", "deliveries", "provider_blocks")
    before = [await house.count(table) for table in tables]
    for _ in range(4):
        assert told(list(await house.record.handle(events))) == told(once)
        assert [told(list(await house.record.handle([event]))) for event in events[:1]] == [told(first)]
    assert [await house.count(table) for table in tables] == before
    assert [type(event.data) for event in once[-4:]] == [
        MessageSend,
        InteractionRecorded,
        MessageSend,
        InteractionRecorded,
    ]


async def test_killed_between_commit_and_publish_it_says_the_same_in_the_next_process(house: House) -> None:
    events = [house.received("hello"), house.requested("an answer", agent_id=new_id())]
    lost = told(list(await house.record.handle(events)))
    other = house.another()
    try:
        assert told(list(await other.record.handle(events))) == lost
    finally:
        await other.aclose()
    assert await house.count("interactions") == 2


async def test_duplicates_within_a_batch_are_one(house: House) -> None:
    event, other = house.received("hello"), house.received("again")
    follow = list(await house.record.handle([event, other, event, event, other]))
    assert await house.count("interactions") == 2
    assert len({one.id for one in follow}) == len(follow) == 2


async def test_follow_ups_come_in_the_order_of_their_causes(house: House) -> None:
    events = [house.received(f"message {n}", of=f"tel:+98912000{n % 3:04}") for n in range(20)]
    follow = list(await house.record.handle(events))
    assert [one.causationid for one in follow] == [event.id for event in events]
    assert {one.correlationid for one in follow} == {event.id for event in events}


@pytest.mark.parametrize("status", [None, "open", "snoozed", "resolved"])
@pytest.mark.parametrize("days", [None, 0, 3])
async def test_the_one_statement_goes_on_only_where_the_rules_say_so(
    house: House, status: str | None, days: int | None
) -> None:
    """What it leaves is decided in Python; what it takes must be what that would have decided."""
    await house.record.handle([house.received("hello")])
    now, thread = house.clock.now(), thread_of(Channel.SMS, OURS, HERS)
    if status:
        await house.value(
            "INSERT INTO conversation_states (conversation_id, version, status, resolved_at)"
            " SELECT id, 1, $1, $2 FROM conversations",
            *(status, now if status == "resolved" else None),
        )
    noted = None if days is None else now - timedelta(days=days)
    await house.value("UPDATE contact_points SET verified_at = $1", noted)
    seen = Seen(HERS, now, verified=True)
    said_now = Unplaced(
        event_id=new_id(),
        channel=Channel.SMS,
        direction=Direction.INBOUND,
        contact_point=HERS,
        our_address=OURS,
        account="sms_twilio/default",
        accepted_at=now,
    )
    async with house.store.reading() as tx:
        known = (await conversations.known(tx, {thread: HERS}))[thread]
        went_on = await history.go_on(tx, [said_now], [thread], [profile.noted_since(seen)])
    plain = continues(known.current, channel=Channel.SMS, at=now) and not profile.is_stale(seen, known.verified_at)
    assert bool(went_on) is (plain and status != "resolved")
    for row in went_on.values():
        assert known.current is not None
        assert (row.conversation_id, row.customer_id) == (known.current.conversation_id, known.current.customer_id)


async def test_a_message_for_a_conversation_nobody_knows_is_at_fault(house: House) -> None:
    event = house.requested("hello?", conversation_id=new_id())
    with pytest.raises(EventInvalid, match="there is no conversation"):
        await house.record.handle([house.received("fine"), event])
    assert await house.count("interactions") == 0, "all or nothing; the bus takes them one by one then"
    with pytest.raises(EventInvalid):
        await house.record.handle([house.note(new_id())])


async def test_an_answer_goes_to_the_conversation_it_names(house: House) -> None:
    (recorded,) = await house.record.handle([house.received("hello")])
    conversation = said(recorded).conversation_id
    answer = house.requested("an answer", conversation_id=conversation, agent_id=(agent := new_id()))
    follow = list(await house.record.handle([answer]))
    assert follow[0].data == InteractionRecorded(
        interaction_id=answer.id,
        conversation_id=conversation,
        customer_id=said(recorded).customer_id,
        channel=Channel.SMS,
        direction="outbound",
        contact_point=HERS,
        account="sms_twilio/default",
        accepted_at=answer.time,
        agent_id=agent,
    )
    assert follow[1].partitionkey == HERS, "the bell goes to the contact point's shard"
    row = await house.delivery(answer.id)
    assert (row["status"], row["our_address"]) == (DeliveryStatus.QUEUED, OURS)
    assert row["next_at"] == answer.time + timedelta(seconds=15), "should the bell be lost"


async def test_the_organisation_writes_first(house: House) -> None:
    follow = list(await house.record.handle([house.requested("good morning")]))
    (answer,) = await house.record.handle([house.received("good morning!")])
    assert said(follow[0]).conversation_id == said(answer).conversation_id
    assert await house.value("SELECT verified_at IS NOT NULL FROM contact_points") is True


async def test_after_72_hours_a_new_conversation_linked_to_the_last(house: House) -> None:
    agents = await house.staff("Mina")
    first = house.received("hello")
    await house.take_in(first)
    conversation = await house.value("SELECT id FROM conversations")
    await house.route.handle([house.command(conversation, "resolve", by=agents[0], may_take=True)])
    resolved = await house.value("SELECT resolved_at FROM conversation_states")

    within = house.received("one thing more", accepted_at=resolved + REOPENS_WITHIN[Channel.SMS])
    await house.record.handle([within])
    assert await house.count("conversations") == 1

    later = house.received("something else", accepted_at=resolved + REOPENS_WITHIN[Channel.SMS] + timedelta(seconds=1))
    more = house.received("and more of it", accepted_at=later.time + timedelta(days=9, hours=80))
    await house.record.handle([later, more])
    rows = await house.rows("SELECT id, previous_id, customer_id FROM conversations ORDER BY number")
    assert [row["previous_id"] for row in rows] == [None, conversation]
    assert len({row["customer_id"] for row in rows}) == 1
    held = await house.rows("SELECT conversation_id FROM interactions ORDER BY accepted_at, event_id")
    assert [row["conversation_id"] for row in held] == [rows[0]["id"]] * 2 + [rows[1]["id"]] * 2
    assert await house.value("SELECT conversation_id FROM threads") == rows[1]["id"]


async def test_two_processes_replace_a_resolved_conversation_once(house: House) -> None:
    agents = await house.staff("Mina")
    await house.take_in(house.received("hello"))
    conversation = await house.value("SELECT id FROM conversations")
    await house.route.handle([house.command(conversation, "resolve", by=agents[0], may_take=True)])
    at = house.clock.now() + timedelta(days=4)
    other = house.another()
    try:
        await asyncio.gather(
            *[
                one.record.handle([house.received(f"message {n}", accepted_at=at + timedelta(seconds=n))])
                for n, one in enumerate([house, other] * 5)
            ]
        )
    finally:
        await other.aclose()
    assert await house.count("conversations") == 2
    assert await house.value("SELECT count(DISTINCT conversation_id) FROM interactions") == 2


async def test_stop_and_start_in_one_batch_count_in_their_order(house: House) -> None:
    await house.record.handle([house.received("STOP", opt_out="STOP"), house.received("START", opt_out="START")])
    assert not await house.value("SELECT blocked FROM provider_blocks")
    await house.record.handle([house.received("START", opt_out="START"), house.received("STOP", opt_out="STOP")])
    assert await house.value("SELECT blocked FROM provider_blocks")
    await house.record.handle([house.received("HELP", opt_out="HELP")])
    assert await house.value("SELECT blocked FROM provider_blocks")


async def test_a_note_stays_inside(house: House) -> None:
    (recorded,) = await house.record.handle([house.received("hello")])
    (follow,) = await house.record.handle([house.note(said(recorded).conversation_id)])
    assert said(follow).direction == "internal"
    assert await house.count("deliveries") == 0


@pytest.mark.parametrize("more", [{"text": "a\x00b"}, {"raw": {"Body": "a\x00b"}}], ids=["text", "raw"])
async def test_a_zero_byte_is_the_events_own_fault_and_nothing_stays(house: House, more: dict[str, object]) -> None:
    with pytest.raises(asyncpg.PostgresError) as error:
        await house.record.handle([house.received(**({"text": "fine"} | more)), house.received("fine")])  # type: ignore[arg-type]
    assert not isinstance(error.value, DependencyAway), "or the bus would keep the batch for ever"
    assert [await house.count(table) for table in ("customers", "conversations", "interactions")] == [0, 0, 0]


async def test_numbers_that_differ_are_customers_that_differ(house: House) -> None:
    points = [f"tel:+98912{n:07}" for n in range(200)]
    await house.record.handle([house.received("hello", of=point) for point in points for _ in range(2)])
    assert [await house.count(table) for table in ("customers", "conversations", "interactions")] == [200, 200, 400]


async def test_the_same_sid_of_the_provider_is_the_same_interaction(house: House) -> None:
    first, again = house.received("hello", sid="SM1"), house.received("hello", sid="SM1")
    assert first.id == again.id == derived_id("sms_twilio", "default", "SM1")
    await house.record.handle([first])
    await house.record.handle([again])
    assert await house.count("interactions") == 1
    assert await house.value("SELECT accepted_at FROM interactions") == first.time


async def test_of_two_copies_recorded_at_once_the_one_that_stands_is_told(house: House) -> None:
    """The provider sent it twice, a second apart: of the slower recorder's copy nothing is told, and nothing comes."""
    await house.record.handle([house.received("hello")])
    (place,) = await house.rows("SELECT customer_id, id FROM conversations")
    mine = house.received("STOP", sid="SM1", opt_out="STOP")
    assert isinstance(mine.data, InteractionReceived)
    earlier = replace(mine.data, accepted_at=mine.time - timedelta(seconds=1))
    stands = row_of.received(mine.id, earlier).placed(place["customer_id"], place["id"])
    async with house.store.transaction() as tx:
        await together(tx, history.appending([stands]))
        slower = asyncio.create_task(house.record.handle([mine]))
        await house.until_somebody_waits()
    (told_of,) = await slower
    assert said(told_of).accepted_at == stands.accepted_at
    assert (await house.count("interactions"), await house.count("provider_blocks")) == (2, 0)
