"""The clockwork: a bell for every row whose time has passed, not more often than need be, and nothing else."""

from datetime import timedelta
from itertools import pairwise
from uuid import UUID

import pytest

from hub.bus import store as bus
from hub.bus.contract import Topology
from hub.bus.embedded import EmbeddedBus
from hub.delivery import store as deliveries
from hub.delivery.store import Queued
from hub.errors import Throttled
from hub.events import AgentsChanged, ConversationDue, Event, InteractionRecorded, MessageSend
from hub.model import derived_id, new_id
from hub.testing.provider import Does
from tests.integration.house import ACCOUNT, HERS, OURS, House
from workers import WORKERS, keep_time
from workers.keep_time import AT_ONCE, KeepTime


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


async def lines(house: House, numbers: int, *, each: int = 1) -> None:
    """Messages to this many numbers, due now, without their contents."""
    now = house.clock.now()
    many = [
        Queued(
            message_id=new_id(),
            conversation_id=derived_id("conversation", number),
            account=ACCOUNT,
            contact_point=f"tel:+98912{number:07}",
            our_address=OURS,
            accepted_at=now + timedelta(microseconds=place),
        )
        for number in range(numbers)
        for place in range(each)
    ]
    async with house.store.transaction() as tx:
        await deliveries.queue(tx, many, due=now)


async def rung(house: House, ticks: int) -> list[str]:
    """The contact points of the bells of this many seconds."""
    bells = [bell for _ in range(ticks) for bell in of(MessageSend, await tick(house, timedelta(seconds=1)))]
    return [bell.data.contact_point for bell in bells if isinstance(bell.data, MessageSend)]


async def test_of_very_many_nobody_waits_for_the_others_to_be_done(house: House) -> None:
    """A provider that is away for long: nobody moves their time, and all are rung for all the same."""
    await lines(house, 5000)
    points = await rung(house, 3)
    assert len(points) == len(set(points)) == 5000
    assert await rung(house, 10) == [], "5,000 that nobody came for are not rung for every ten seconds"
    assert len(await rung(house, 20)) == 5000


async def test_where_there_is_no_end_to_what_becomes_due_the_longest_due_has_its_turn_again(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workers.keep_time.AT_ONCE", 10)
    monkeypatch.setattr("workers.keep_time.SWEEP", 4)
    await lines(house, 100)
    first_ = set(await rung(house, 1))
    assert len(await rung(house, 3)) == 30
    house.clock.go_on(timedelta(minutes=5))
    assert set(await rung(house, 1)) == first_


async def test_what_is_done_is_rung_for_at_once_when_it_is_due_again(house: House) -> None:
    await lines(house, 3)
    assert len(await rung(house, 1)) == 3
    await house.value("UPDATE deliveries SET next_at = $1", house.clock.now() + timedelta(seconds=2))
    assert await rung(house, 1) == []
    assert len(await rung(house, 1)) == 3


async def test_who_stands_behind_one_that_must_wait_is_not_rung_for(house: House) -> None:
    """They would be the longest due for ever, and crowd out those whom a bell helps."""
    await lines(house, AT_ONCE + 10, each=2)
    await house.value(
        "UPDATE deliveries d SET next_at = $1 WHERE NOT EXISTS (SELECT FROM deliveries h"
        " WHERE h.contact_point = d.contact_point AND h.accepted_at < d.accepted_at)",
        house.clock.now() + timedelta(minutes=5),
    )
    (late,) = await house.queue("hello")
    assert await rung(house, 1) == []
    assert await rung(house, 16) == [HERS]
    await house.value("UPDATE deliveries SET status = 'sending', next_at = NULL WHERE message_id = $1", late)
    assert await rung(house, 60) == []
    assert len(await rung(house, 300)) >= AT_ONCE + 10


async def test_while_the_broker_is_away_nothing_counts_as_rung(house: House) -> None:
    class Away(EmbeddedBus):
        def accepting(self) -> bool:
            return False

    bus, house.parts.bus = house.parts.bus, Away(Topology(WORKERS), house.store)
    house.time = KeepTime(house.parts)
    await house.queue("hello")
    assert await tick(house, timedelta(seconds=16)) == []
    house.time._bus = bus
    assert len(await tick(house)) == 2, "the message and the router"


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


@pytest.mark.parametrize("state", ["dead", "dropped"])
async def test_what_the_router_could_not_handle_and_was_buried_is_not_told_to_it_again(
    house: House, state: str
) -> None:
    (poison, later) = await house.record.handle([house.received(), house.received(of="tel:+989120000001")])
    async with house.store.transaction() as tx:
        await bus.bury(tx, "route_conversations", poison.id, poison.type, body=b"{}", reason="it makes no sense")
    await house.value("UPDATE dead_events SET state = $1", state)
    told = of(InteractionRecorded, await tick(house, timedelta(seconds=31)))
    assert [one.id for one in told] == [later.id]
    assert len(house.time._unrouted._rows) == 1, "nor looked at again"


async def test_a_long_past_is_looked_through_step_by_step(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keep_time, "LOOKED_AT", 4)
    recorded = [(await house.record.handle([house.received()]))[0].id for _ in range(7)]
    recorded += [one.id for one in await house.record.handle([house.received() for _ in range(4)])]
    found: list[UUID] = []
    for seconds, many in ((31, 4), (1, 4), (1, 3), (1, 0)):
        told = [one.id for one in of(InteractionRecorded, await tick(house, timedelta(seconds=seconds)))]
        assert len(told) == many
        found += told
    assert sorted(found) == sorted(recorded)


async def test_what_comes_is_looked_at_before_a_long_past(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keep_time, "LOOKED_AT", 2)
    for _ in range(9):
        await house.record.handle([house.received()])
    so_far = await house.value("SELECT clock_timestamp()") - house.clock.now()
    assert len(of(InteractionRecorded, await tick(house, so_far + keep_time.UNROUTED_AFTER))) == 2
    (lost,) = await house.record.handle([house.received()])
    told = [one.id for one in of(InteractionRecorded, await tick(house, timedelta(seconds=31)))]
    assert lost.id in told
    assert len(told) == 2 + 2 + 1, "those of the first look again, two more of the past, and it"


async def test_nobody_looks_further_back_than_a_day(house: House) -> None:
    await house.record.handle([house.received()])
    assert of(InteractionRecorded, await tick(house, timedelta(days=1, seconds=31))) == []


async def test_what_a_bell_does_not_help_is_rung_for_ever_more_seldom(house: House) -> None:
    await house.queue("hello")
    house.clock.go_on(timedelta(seconds=16))
    times = [second for second in range(700) if of(MessageSend, await tick(house, timedelta(seconds=1)))]
    assert [after - before for before, after in pairwise(times)] == [10, 20, 40, 80, 160, 160, 160]


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
