"""What only grows and nobody asks for any more is forgotten; what somebody may still ask for is not."""

from datetime import timedelta

from hub.bus import store as bus
from hub.model import new_id
from hub.organisation import store as organisation
from tests.integration.house import House
from workers.keep_time import FORGETS_EVERY


async def test_old_keys_and_settled_events_go_and_the_dead_stay(house: House) -> None:
    now, old, fresh = house.clock.now(), new_id(), new_id()
    async with house.store.transaction() as tx:
        for id_, age in ((old, timedelta(days=31)), (fresh, timedelta(days=29))):
            assert await organisation.claim_key(tx, id_, b"print")
            await tx.execute("UPDATE idempotency_keys SET at = $2 WHERE id = $1", id_, now - age)
        for worker, state in (("a", "dead"), ("b", "dropped"), ("c", "retried"), ("d", "dropped")):
            await bus.bury(tx, worker, new_id(), "x.v1", body=b"{}", reason="a test")
            await tx.execute("UPDATE dead_events SET state = $2 WHERE worker = $1", worker, state)
        long_ago = now - timedelta(days=91)
        await tx.execute("UPDATE dead_events SET died_at = $1, settled_at = $1 WHERE worker < 'd'", long_ago)
        await tx.execute("UPDATE dead_events SET settled_at = $1 WHERE worker = 'd'", now)
        for worker in ("a", "b"):
            await bus.attempt(tx, old, worker, suspect=True)
        await tx.execute("UPDATE event_attempts SET first_at = $1 WHERE worker = 'a'", long_ago)
        await tx.execute("UPDATE event_attempts SET first_at = $1 WHERE worker = 'b'", now)
    await house.time.tick()
    assert [row["id"] for row in await house.rows("SELECT id FROM idempotency_keys")] == [fresh]
    assert [row["worker"] for row in await house.rows("SELECT worker FROM dead_events ORDER BY 1")] == ["a", "d"]
    assert [row["worker"] for row in await house.rows("SELECT worker FROM event_attempts")] == ["b"]
    house.clock.go_on(timedelta(days=2))
    await house.time.tick()
    assert await house.count("idempotency_keys") == 0


async def test_it_is_not_asked_for_with_every_look(house: House) -> None:
    await house.time.tick()
    async with house.store.transaction() as tx:
        await organisation.claim_key(tx, new_id(), b"print")
        await tx.execute("UPDATE idempotency_keys SET at = $1", house.clock.now() - timedelta(days=60))
    house.clock.go_on(FORGETS_EVERY / 2)
    await house.time.tick()
    assert await house.count("idempotency_keys") == 1
    house.clock.go_on(FORGETS_EVERY)
    await house.time.tick()
    assert await house.count("idempotency_keys") == 0
