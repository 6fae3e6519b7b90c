"""The router's one statement: all of it under its fence and on the versions it read, or nothing."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from hub.errors import FencedOut
from hub.model import Channel, new_id
from hub.routing import store as routing
from hub.routing.board import Conversation
from hub.routing.changes import Changes
from hub.routing.decisions import Decision, Kind
from hub.store import Store, migrate


@pytest.fixture
async def store(database: str) -> AsyncIterator[Store]:
    await migrate.migrate(database)
    store = Store(database)
    yield store
    await store.aclose()


async def known(store: Store) -> Conversation:
    one = Conversation(new_id(), new_id(), Channel.SMS, "sms_twilio/default", version=1)
    async with store.transaction() as tx:
        await tx.execute("INSERT INTO customers (id) VALUES ($1)", one.customer_id)
        await tx.execute(
            "INSERT INTO conversations (id, customer_id, channel, account, contact_point, our_address, opened_at)"
            " VALUES ($1, $2, 'sms', $3, 'tel:+14155550100', 'tel:+14155550199', now())",
            *(one.id, one.customer_id, one.account),
        )
        first = Changes(conversations={one.id: one})
        await routing.write(tx, first, fence=await routing.take_fence(tx, "us"))
    one.stored_version = 1
    return one


def touched(one: Conversation) -> Changes:
    changes = Changes()
    changes.touch(one, cause=None)
    now = datetime.now(UTC)
    decision = Decision(event_id=new_id(), conversation_id=one.id, at=now, kind=Kind.QUEUED, plan_version=1)
    changes.decisions[decision.event_id] = decision
    return changes


async def written(store: Store) -> tuple[int, int]:
    async with store.reading() as tx:
        version: int = await tx.fetchval("SELECT version FROM conversation_states")
        decisions: int = await tx.fetchval("SELECT count(*) FROM decisions")
    return version, decisions


async def test_states_and_decisions_in_one_statement(store: Store) -> None:
    one = await known(store)
    async with store.reading() as tx:
        await routing.write(tx, touched(one), fence=1)
    assert await written(store) == (2, 1)


async def test_a_router_that_was_taken_over_writes_nothing(store: Store) -> None:
    one = await known(store)
    async with store.transaction() as tx:
        await routing.take_fence(tx, "somebody else")
    async with store.reading() as tx:
        with pytest.raises(FencedOut):
            await routing.write(tx, touched(one), fence=1)
    assert await written(store) == (1, 0)


async def test_on_a_stale_board_nothing_is_written(store: Store) -> None:
    one = await known(store)
    other = Conversation(new_id(), new_id(), Channel.SMS, one.account, version=1, stored_version=1)
    changes = touched(one)
    changes.touch(other, cause=None)
    async with store.reading() as tx:
        with pytest.raises(FencedOut):
            await routing.write(tx, changes, fence=1)
    assert await written(store) == (1, 0), "not even the conversation that was as read"
