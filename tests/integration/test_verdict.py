"""The soak's verdict on capacity: it finds what routing gave too much of, and not what agents took themselves."""

from uuid import UUID

from tests.faults.cluster import AgentSeat
from tests.faults.verdict import Verdict, count_assignments
from tests.integration.house import House, said
from tests.integration.test_route_conversations import arrived, recorded

FIRST, LATER = "tel:+989120000001", "tel:+989120000002"


async def exceeded(house: House, agent: UUID, *, capacity: int) -> int:
    verdict = Verdict()
    await count_assignments(verdict, house.store, [AgentSeat(str(agent), "Mina", "", capacity)])
    return verdict.wrong["capacity_exceeded"]


async def test_what_routing_gave_above_capacity_is_found(house: House) -> None:
    (mina,) = await house.staff("Mina", capacity=30)
    for number in range(2):
        await arrived(house, of=f"tel:+98912000000{number}")
    assert await exceeded(house, mina, capacity=30) == 0
    assert await exceeded(house, mina, capacity=15) == 1


async def test_what_she_answered_in_the_batch_in_which_routing_had_given_it_is_her_own(house: House) -> None:
    (mina,) = await house.staff("Mina", capacity=15)
    held = await arrived(house, of=FIRST)
    waiting = await arrived(house)
    await arrived(house, of=LATER)
    batch = [
        house.requested("bye", to=FIRST, conversation_id=held, agent_id=mina, resolve=True, by_person=True),
        house.requested("done", conversation_id=waiting, agent_id=mina, resolve=True, by_person=True),
        house.received("and one thing more"),
        house.requested("of course", conversation_id=waiting, agent_id=mina, by_person=True),
    ]
    events = [event for one in batch for event in await recorded(house, one)]
    await house.route.handle(events)
    rows = await house.rows("SELECT conversation_id FROM assignments WHERE ended_at IS NULL")
    assert len(rows) == 2, "routing gave her the one that waited behind; she took the other by answering"
    assert said(events[-1]).conversation_id in {row["conversation_id"] for row in rows}
    assert await exceeded(house, mina, capacity=15) == 0
