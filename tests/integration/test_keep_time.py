"""The clockwork: a bell for every row whose time has passed, not more often than need be, and nothing else."""

from datetime import timedelta

import pytest

from hub.errors import Throttled
from hub.events import AgentsChanged, ConversationDue, Event, InteractionRecorded, MessageSend
from hub.testing.provider import Does
from tests.integration.house import HERS, House
from workers.keep_time import KeepTime


def of(kind: type, events: list[Event]) -> list[Event]:
    return [event for event in events if isinstance(event.data, kind)]


async def tick(house: House, by: timedelta = timedelta(0)) -> list[Event]:
    house.clock.go_on(by)
    return list(await house.time.tick())


async def test_nothing_is_due_so_only_the_router_is_woken(house: House) -> None:
    (bell,) = await tick(house)
    assert isinstance(bell.data, AgentsChanged)
    assert await tick(house, timedelta(seconds=4)) == []
    assert len(of(AgentsChanged, await tick(house, timedelta(seconds=1)))) == 1


async def test_a_conversation_whose_time_has_come(house: House) -> None:
    await house.staff("Mina")
    await house.take_in(house.received())
    conversation, next_at = (await house.rows("SELECT conversation_id, next_at FROM conversation_states"))[0]
    house.clock.go_on(next_at - house.clock.now() - timedelta(seconds=1))
    assert of(ConversationDue, await tick(house)) == []
    (bell,) = of(ConversationDue, await tick(house, timedelta(seconds=1)))
    assert (bell.data.conversation_id, bell.partitionkey) == (conversation, str(conversation))  # type: ignore[attr-defined]
    await house.route.handle([bell])
    assert await house.value("SELECT next_at FROM conversation_states") > house.clock.now(), "the router moved it"
    assert of(ConversationDue, await tick(house, timedelta(seconds=11))) == []


async def test_it_rings_again_only_after_ten_seconds(house: House) -> None:
    await house.queue("hello")
    assert len(of(MessageSend, await tick(house, timedelta(seconds=16)))) == 1
    assert of(MessageSend, await tick(house, timedelta(seconds=9))) == []
    assert len(of(MessageSend, await tick(house, timedelta(seconds=1)))) == 1
    other = KeepTime(house.parts)
    assert len(of(MessageSend, list(await other.tick()))) == 1, "one that has just begun cannot know what was rung"


@pytest.mark.parametrize("lost", [True, False])
async def test_a_message_whose_first_bell_was_lost(house: House, lost: bool) -> None:  # noqa: FBT001 - a case
    (id_,) = await house.queue("hello")
    if not lost:
        await house.work_off()
    bells = of(MessageSend, await tick(house, timedelta(seconds=16)))
    assert [bell.partitionkey for bell in bells] == ([HERS] if lost else []), "it goes to the contact point's shard"
    await house.send.handle(bells)
    assert await house.status(id_) == "accepted"


async def test_a_message_that_was_put_back(house: House) -> None:
    house.provider.will(Throttled("Too fast.", retry_after=20))
    await house.queue("hello")
    await house.work_off()
    assert of(MessageSend, await tick(house, timedelta(seconds=19))) == []
    assert len(of(MessageSend, await tick(house, timedelta(seconds=2)))) == 1


async def test_an_attempt_nobody_finishes(house: House) -> None:
    (id_,) = await house.queue("hello")
    async with house.store.transaction() as tx:
        await tx.execute("INSERT INTO attempts VALUES ($1, 1, $2, 'a dead process', $3)", id_, HERS, house.clock.now())
        await tx.execute("UPDATE deliveries SET status = 'sending', rank = 10, next_at = NULL")
    assert of(MessageSend, await tick(house, timedelta(seconds=89))) == []
    (bell,) = of(MessageSend, await tick(house, timedelta(seconds=2)))
    await house.send.handle([bell])
    assert await house.status(id_) == "unknown"


async def test_without_a_receipt_for_three_days_it_says_so(house: House) -> None:
    house.provider.will(Does.TAKE)
    (id_,) = await house.queue("hello")
    await house.work_off()
    await house.send.handle(of(MessageSend, await tick(house, timedelta(hours=72, seconds=5))))
    row = await house.delivery(id_)
    assert (row["status"], row["reason"], row["next_at"]) == ("accepted", "no receipt", None)
    assert of(MessageSend, await tick(house, timedelta(hours=1))) == []


async def test_it_writes_nothing(house: House) -> None:
    await house.staff("Mina")
    await house.take_in(house.received())
    await house.queue("hello")
    before = await house.rows("SELECT * FROM conversation_states, deliveries")
    for _ in range(3):
        await tick(house, timedelta(minutes=30))
    assert await house.rows("SELECT * FROM conversation_states, deliveries") == before


async def test_what_was_recorded_and_never_reached_the_router_is_told_to_it_again(house: House) -> None:
    await house.staff("Mina")
    (lost,) = await house.record.handle([house.received()])
    assert await house.rows("SELECT event_id FROM decisions") == []
    assert of(InteractionRecorded, await tick(house)) == [], "it may still be on its way"
    (again,) = of(InteractionRecorded, await tick(house, timedelta(seconds=31)))
    assert (again.id, again.data) == (lost.id, lost.data), "the very event that was lost"
    assert len(of(InteractionRecorded, await tick(house, timedelta(seconds=11)))) == 1, "until it is routed"
    await house.route.handle([again])
    assert of(InteractionRecorded, await tick(house, timedelta(seconds=11))) == []
    assert await house.value("SELECT count(*) FROM decisions") == 1
