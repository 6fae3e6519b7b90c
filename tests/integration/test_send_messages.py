"""Handing messages over: in order, one in flight per contact point, every kind of refusal, the last gate."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from hub.errors import (
    ConfigInvalid,
    MessageInvalid,
    OptedOut,
    OutcomeUnknown,
    Rejected,
    SendError,
    Throttled,
    Unavailable,
)
from hub.events import MessageSend
from hub.organisation import accounts
from hub.testing.provider import Does
from tests.integration.house import HERS, OURS, House

OTHER = "tel:+989127654321"


async def test_in_the_order_in_which_they_were_written(house: House) -> None:
    ids = await house.queue(*[f"message {n}" for n in range(20)])
    await house.work_off()
    assert house.provider.texts() == [f"message {n}" for n in range(20)]
    assert {await house.status(id_) for id_ in ids} == {"accepted"}
    assert house.provider.keys[0] == f"{ids[0]}:1", "the key names the attempt"
    assert await house.attempts(ids[0]) == ["accepted"]


async def test_one_in_flight_for_each_contact_point_and_many_side_by_side(house: House) -> None:
    points = [f"tel:+98912000{n:04}" for n in range(8)]
    for point in points:
        await house.queue("one", "two", "three", to=point)
    await house.send.handle([house.bell(point) for point in points])
    assert len(house.provider.took) == 24
    assert set(house.provider.most_at_once.values()) == {1}


async def test_two_workers_at_once_never_call_for_one_contact_point_at_once(house: House) -> None:
    other = house.another()
    try:
        ids = await house.queue(*[f"message {n}" for n in range(6)])
        house.provider.will(Does.HANG)
        first = asyncio.create_task(house.work_off())
        await house.provider.called.wait()
        await other.work_off()  # it sees a claim that may be a dead process's, and lets it be
        assert house.provider.calls == ["message 0"]
        assert await house.status(ids[0]) == "unknown"
        house.provider.go_on.set()
        await first
        await asyncio.gather(house.work_off(), other.work_off())
        assert house.provider.texts() == [f"message {n}" for n in range(6)]
        assert house.provider.most_at_once[HERS] == 1
        assert [await house.status(id_) for id_ in ids] == ["accepted"] * 6
    finally:
        await other.aclose()


async def test_two_workers_race_for_every_claim(house: House) -> None:
    other = house.another()
    try:
        points = [f"tel:+98912000{n:04}" for n in range(10)]
        for point in points:
            await house.queue("one", to=point)
        bells = [house.bell(point) for point in points]
        await asyncio.gather(house.send.handle(bells), other.send.handle(bells))
        await house.let_time_pass(timedelta(minutes=3))
        assert len(house.provider.took) == 10
    finally:
        await other.aclose()


@pytest.mark.parametrize(
    ("error", "status", "attempt"),
    [
        (MessageInvalid("It is too long.", code="21617"), "failed", "refused"),
        (Rejected("This number does not exist.", code="21211"), "failed", "refused"),
        (OptedOut("She asked to stop.", code="21610"), "failed", "refused"),
        (ConfigInvalid("The token is wrong.", code="20003"), "queued", "postponed"),
        (Throttled("Too fast.", code="20429", retry_after=7), "queued", "postponed"),
        (Unavailable("It cannot be reached."), "queued", "postponed"),
        (OutcomeUnknown("It did not answer."), "unknown", "unknown"),
        (SendError("Something else."), "failed", "refused"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, SendError) else str(value),
)
async def test_every_kind_of_refusal(house: House, error: SendError, status: str, attempt: str) -> None:
    house.provider.will(error)
    (id_,) = await house.queue("hello")
    await house.work_off()
    row = await house.delivery(id_)
    assert (row["status"], row["reason"], row["code"]) == (status, error.reason, error.code)
    assert (row["next_at"] is None) == (status == "failed")
    assert await house.attempts(id_) == [attempt]
    assert house.provider.took == []


async def test_an_adapter_at_fault_leaves_the_outcome_unknown_and_the_rest_goes_on(house: House) -> None:
    house.provider.will(Does.BREAK)
    (id_,) = await house.queue("hello")
    (other,) = await house.queue("hello", to=OTHER)
    await house.send.handle([house.bell(), house.bell(OTHER)])
    assert {await house.status(id_), await house.status(other)} == {"unknown", "accepted"}


async def test_throttled_it_is_put_back_and_goes_out_when_it_may(house: House) -> None:
    house.provider.will(Throttled("Too fast.", retry_after=30))
    first, second = await house.queue("first", "second")
    await house.work_off()
    assert (await house.status(first), await house.status(second)) == ("queued", "queued")
    await house.work_off()
    assert house.provider.calls == ["first"], "not before its time, and nobody overtakes it"
    await house.let_time_pass(timedelta(seconds=50))
    assert house.provider.texts() == ["first", "second"]
    assert await house.attempts(first) == ["postponed", "accepted"]


async def test_what_cannot_be_reached_for_four_hours_fails(house: House) -> None:
    house.provider.will(*[Unavailable("It cannot be reached.")] * 1000)
    (id_,) = await house.queue("hello")
    await house.let_time_pass(timedelta(minutes=20))
    assert await house.status(id_) == "queued"
    house.clock.go_on(timedelta(hours=4))
    await house.work_off()
    assert (await house.delivery(id_))["reason"] == "It cannot be reached."
    assert await house.status(id_) == "failed"


async def test_a_head_that_waits_keeps_nobody_else_from_being_rung_for(house: House) -> None:
    house.provider.will(ConfigInvalid("The token is wrong."))
    await house.queue(*[f"message {n}" for n in range(600)])
    await house.work_off()
    (other,) = await house.queue("hello", to=OTHER)
    house.clock.go_on(timedelta(seconds=30))
    rung = {event.data.contact_point for event in await house.time.tick() if isinstance(event.data, MessageSend)}
    assert rung == {OTHER}, "a bell would not help the head, nor those behind it"
    assert await house.status(other) == "queued"


async def test_the_gate_holds_back_what_nobody_would_take(house: House) -> None:
    (id_,) = await house.queue("hello")
    empty, after = await house.queue("  ", "after")
    async with house.store.transaction() as tx:
        await accounts.save(tx, replace(house.account(), active=False))
    await house.work_off()
    assert (await house.delivery(id_))["reason"] == (
        "the account it should go out from does not exist or is switched off"
    )
    async with house.store.transaction() as tx:
        await accounts.save(tx, house.account())
    (empty, after) = await house.queue("  ", "after")
    await house.work_off()
    assert (await house.delivery(empty))["reason"] == "the message is empty"
    assert await house.status(after) == "accepted"
    assert await house.attempts(empty) == [], "held back before any attempt"
    assert {hint.id for hint in house.live.told} >= {id_, empty}, "and the desks hear of it"


async def test_opted_out_by_the_provider_blocks_until_she_writes_start(house: House) -> None:
    house.provider.will(OptedOut("She asked to stop.", code="21610"))
    first, second = await house.queue("first", "second")
    await house.work_off()
    assert [await house.status(first), await house.status(second)] == ["failed", "failed"]
    assert house.provider.calls == ["first"], "the second is held back by the gate"
    assert "START" in (await house.delivery(second))["reason"]
    await house.record.handle([house.received("START", opt_out="START")])
    (third,) = await house.queue("third")
    await house.work_off()
    assert await house.status(third) == "accepted"


async def test_she_wrote_stop(house: House) -> None:
    await house.record.handle([house.received("STOP", opt_out="STOP")])
    (id_,) = await house.queue("but wait")
    await house.work_off()
    assert (await house.status(id_), house.provider.calls) == ("failed", [])
    assert await house.value("SELECT our_address FROM provider_blocks WHERE contact_point = $1", HERS) == OURS


async def test_nothing_waits_so_nothing_happens(house: House) -> None:
    await house.work_off()
    assert list(await house.send.handle([])) == []
    assert house.provider.calls == []
