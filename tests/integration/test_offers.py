"""Offers as rows: pending ones outlive a restart, their time is kept by the clockwork, what became of each stands."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from hub.errors import HubError
from hub.events import InteractionRecorded
from hub.live import Told
from hub.model import Presence
from hub.organisation import store as organisation
from hub.routing.plan import Pool
from tests.integration.house import House, said
from tests.unit.routing.office import OFFERING
from workers.route_conversations import RouteConversations

SECONDS_30 = timedelta(seconds=30)


def offers_from_now_on(house: House) -> House:
    """This process hands over by offers."""
    house.parts.plan = OFFERING
    house.route = RouteConversations(house.parts)
    return house


@pytest.fixture
def offering(house: House) -> House:
    return offers_from_now_on(house)


async def asked(house: House, **more: Any) -> UUID:
    """A customer wrote and somebody is asked; the conversation."""
    follow = await house.record.handle([house.received(**more)])
    (event,) = [event for event in follow if isinstance(event.data, InteractionRecorded)]
    await house.route.handle([event])
    return said(event).conversation_id


async def state(house: House, conversation: UUID) -> Any:
    (row,) = await house.rows("SELECT * FROM conversation_states WHERE conversation_id = $1", conversation)
    return row


async def outcomes(house: House) -> list[tuple[UUID, str | None]]:
    """Whose each offer was and what became of it, in their order."""
    rows = await house.rows("SELECT agent_id, outcome FROM offers ORDER BY offered_at, until")
    return [(row["agent_id"], row["outcome"]) for row in rows]


async def ring(house: House, by: timedelta) -> None:
    """Time passes, and the clockwork rings for what is due."""
    house.clock.go_on(by)
    for seat in (await house.route._ready()).board.seats.values():
        seat.seen_at = house.clock.now()  # Redis has a clock of its own
    await house.route.handle([event for event in await house.time.tick() if event.type.startswith("conversation.due")])


async def test_a_pending_offer_outlives_the_router(offering: House) -> None:
    mina, ali = await offering.staff("Mina", "Ali")
    conversation = await asked(offering)
    row = await state(offering, conversation)
    first, second = (mina, ali) if row["offered_to"] == mina else (ali, mina)
    assert row["offered_until"] - offering.clock.now() == pytest.approx(SECONDS_30, abs=timedelta(seconds=1))
    assert (row["next_at"], row["assignee_id"], row["weight"]) == (row["offered_until"], None, 15)
    assert await outcomes(offering) == [(first, None)]

    later = offers_from_now_on(offering.another())
    await later.route.handle([later.command(conversation, "decline", by=first)])
    row = await state(offering, conversation)
    assert (row["offered_to"], row["left_out"]) == (second, [first])
    assert await outcomes(offering) == [(first, "declined"), (second, None)], "one ended and one begun in one commit"
    assert later.route._engine is not None
    loads = {seat.agent_id: seat.load[Pool.WRITTEN] for seat in later.route._engine.board.seats.values()}
    assert loads == {first: 0, second: 15}

    await later.route.handle([later.command(conversation, "accept", by=second)])
    row = await state(offering, conversation)
    assert (row["assignee_id"], row["offered_to"], row["offered_until"], row["left_out"]) == (second, None, None, [])
    assert await outcomes(offering) == [(first, "declined"), (second, "accepted")]
    assert await offering.value("SELECT agent_id FROM assignments WHERE ended_at IS NULL") == second


async def test_the_clockwork_rings_and_two_missed_send_away(offering: House) -> None:
    """Also when another router takes over between the two."""
    (mina,) = await offering.staff("Mina")
    conversation = await asked(offering)
    await ring(offering, SECONDS_30)
    assert await outcomes(offering) == [(mina, "expired"), (mina, None)]
    later = offers_from_now_on(offering.another())
    later.live.told.clear()
    await ring(later, SECONDS_30)
    row = await state(offering, conversation)
    assert (row["offered_to"], row["assignee_id"], row["weight"]) == (None, None, 0)
    assert row["next_at"] == row["step_until"], "it waits, and something happens next"
    (declared,) = await offering.rows("SELECT * FROM agent_states ORDER BY seq DESC LIMIT 1")
    assert (declared["agent_id"], declared["declared"], declared["reason"]) == (mina, "away", "missed")
    assert [(hint.id, hint.told) for hint in later.live.told if hint.kind == "agent"] == [(mina, Told.LEADS)]

    async with offering.store.transaction() as tx:
        await organisation.declare(tx, mina, Presence.AVAILABLE, reason="", by="test")
    await ring(later, timedelta(seconds=1))
    await later.route.tick()
    assert (await state(offering, conversation))["offered_to"] == mina, "she is back"
    assert later.route._engine is not None
    assert later.route._engine.board.seats[mina].missed == 0


async def test_what_is_told_twice_is_offered_once(offering: House) -> None:
    await offering.staff("Mina")
    follow = await offering.record.handle([offering.received()])
    events = [event for event in follow if isinstance(event.data, InteractionRecorded)]
    for process in (offering, offers_from_now_on(offering.another())):
        await process.route.handle(events)
    assert await offering.count("offers") == 1


async def test_the_database_forbids_what_must_never_be(offering: House) -> None:
    (mina,) = await offering.staff("Mina")
    conversation = await asked(offering)
    await offering.route.handle([offering.command(conversation, "accept", by=mina)])
    for statement, forbidden in (
        ("UPDATE conversation_states SET offered_to = assignee_id, offered_until = now()", "one_hand"),
        ("UPDATE conversation_states SET assignee_id = NULL, offered_to = team_id", "offer_ends"),
        ("UPDATE offers SET outcome = 'declined'", "append-only|refused|only appended"),
        ("DELETE FROM offers", "append-only|refused|only appended"),
        ("TRUNCATE offers", "append-only|refused|only appended"),
        (_TWO_PENDING, "offers_one_pending"),
    ):
        with pytest.raises((asyncpg.PostgresError, HubError), match=forbidden):
            await _execute(offering, statement)


_TWO_PENDING = """
INSERT INTO offers (id, conversation_id, agent_id, offered_at, until)
SELECT gen_random_uuid(), conversation_id, agent_id, now(), now() FROM offers, generate_series(1, 2)
"""


async def _execute(house: House, statement: str) -> None:
    async with house.store.transaction() as tx:
        await tx.execute(statement)
