"""What proves absence, whose a provider's id is, who may call when, and what a refused account does."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from hub.channel import SentMessage
from hub.errors import ConfigInvalid, OutcomeUnknown, Unavailable
from hub.events import MessageSend
from hub.model import AccountId, ContactPoint, DeliveryStatus
from hub.organisation import accounts
from hub.testing.provider import Does
from tests.integration.house import ACCOUNT, HERS, OURS, House

OTHER = "tel:+989127654321"
LONG = timedelta(minutes=8)


def listed(house: House, sid: str, text: str, *, ago: timedelta = timedelta(0)) -> SentMessage:
    """A line of the provider's list that none of our answers told of."""
    return SentMessage(
        provider_id=sid,
        to=ContactPoint(HERS),
        our_address=OURS,
        text=text,
        created_at=house.clock.now() - ago,
        status=DeliveryStatus.SENT,
    )


# ── absence ─────────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_text_the_provider_changed_proves_no_absence(house: House) -> None:
    house.provider.will(Does.LOSE)
    (id_,) = await house.queue("“hello”")
    await house.work_off()
    house.provider.took.append(listed(house, "SMx", '"hello"'))
    await house.let_time_pass(LONG)
    row = await house.delivery(id_)
    assert (row["status"], row["next_at"], house.provider.calls) == ("unknown", None, ["“hello”"])
    await house.track.handle([house.reported(DeliveryStatus.DELIVERED, "SMx", message=id_)])
    assert await house.status(id_) == "delivered"


async def test_a_clock_that_is_minutes_off_proves_no_absence(house: House) -> None:
    house.provider.will(Does.LOSE)
    (id_,) = await house.queue("hello")
    await house.work_off()
    house.provider.took.append(listed(house, "SMx", "hello", ago=timedelta(minutes=4)))
    await house.let_time_pass(LONG)
    assert (await house.status(id_), len(house.provider.calls)) == ("sent", 1)


async def test_what_belongs_to_others_or_is_long_past_does_not_keep_it_unknown(house: House) -> None:
    house.provider.took.append(listed(house, "SMx", "an old one", ago=timedelta(minutes=6)))
    house.provider.will(Does.LOSE, Does.TAKE)
    (id_, _) = await house.queue("hello", "and more")
    await house.work_off()
    await house.let_time_pass(LONG)
    assert (await house.status(id_), house.provider.texts()) == ("accepted", ["an old one", "and more", "hello"])


# ── whose a provider's id is ────────────────────────────────────────────────────────────────────────────────────────


async def test_a_receipt_takes_its_sid_back_from_who_was_given_it(house: House) -> None:
    house.provider.will(Does.LOSE, Does.TAKE_AND_LOSE)
    first, second = await house.queue("ok", "ok")
    await house.work_off()
    house.clock.go_on(timedelta(seconds=50))
    await house.work_off()  # the first is looked up before the second goes out; then the list has it
    house.clock.go_on(timedelta(seconds=31))
    await house.send.handle([house.bell()])
    assert (await house.delivery(first))["provider_id"] == "SM000", "the guess"
    await house.track.handle([house.reported(DeliveryStatus.DELIVERED, "SM000", message=second)])
    one, other = await house.delivery(first), await house.delivery(second)
    assert (other["status"], other["provider_id"]) == ("delivered", "SM000")
    assert (one["status"], one["provider_id"]) == ("unknown", None)
    assert one["next_at"] <= house.clock.now() + timedelta(seconds=10)
    await house.let_time_pass(LONG)
    assert (await house.status(first), house.provider.texts()) == ("accepted", ["ok", "ok"])


async def test_receipts_that_contradict_each_other_raise_nothing(house: House) -> None:
    first, second = await house.queue("one", "two")
    await house.work_off()
    sent, delivered = DeliveryStatus.SENT, DeliveryStatus.DELIVERED
    await house.track.handle([house.reported(sent, "SM000", message=first)])
    both = [house.reported(delivered, sid, message=id_) for sid in ("SM000", "SMz") for id_ in (first, second)]
    await house.track.handle(both)
    await house.track.handle([house.reported(DeliveryStatus.READ, "SM000", message=second)])
    assert (await house.delivery(first))["provider_id"] == "SM000"
    assert [await house.status(id_) for id_ in (first, second)] == ["delivered", "read"]


async def test_the_providers_own_answer_outweighs_a_guess(house: House) -> None:
    house.provider.will(Does.LOSE, Does.HANG)
    first, second = await house.queue("ok", "ok")
    await house.work_off()
    house.clock.go_on(timedelta(seconds=50))
    other = house.another()
    sending = asyncio.create_task(other.work_off())
    try:
        await asyncio.sleep(0.3)
        assert len(house.provider.took) == 1, "the second is taken, and nobody wrote it down yet"
        house.clock.go_on(timedelta(seconds=31))
        await house.work_off()
        assert (await house.delivery(first))["provider_id"] == "SM000", "the guess"
        house.provider.go_on.set()
        await sending
    finally:
        await other.aclose()
    await house.let_time_pass(LONG)
    assert {(await house.delivery(id_))["provider_id"] for id_ in (first, second)} == {"SM000", "SM001"}
    assert len(house.provider.took) == 2


# ── who may call when ───────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_third_process_does_not_overtake_a_frozen_ones_call(house: House) -> None:
    second, third = house.another(), house.another()
    await house.queue("first", "next")
    house.provider.will(Does.HANG)
    house.provider.list_fails = Unavailable("It cannot be reached.")
    frozen = asyncio.create_task(house.work_off())
    try:
        await house.provider.called.wait()
        await second.work_off()  # finds the claim and cannot know
        await third.work_off()
        house.clock.go_on(timedelta(seconds=44))
        await third.work_off()
        assert house.provider.calls == ["first"], "for as long as the call may still run"
        house.provider.go_on.set()
        await frozen
        assert house.provider.texts() == ["first", "next"]
    finally:
        house.provider.go_on.set()
        await second.aclose()
        await third.aclose()


async def test_one_contact_point_does_not_keep_a_batch_for_ever(house: House) -> None:
    await house.queue(*[f"message {n}" for n in range(25)])
    bell = house.bell()
    (again,) = await house.send.handle([bell])
    assert isinstance(again.data, MessageSend)
    assert (len(house.provider.took), again.data.contact_point, again.causationid) == (20, HERS, bell.id)
    assert list(await house.send.handle([again])) == []
    assert house.provider.texts() == [f"message {n}" for n in range(25)]


async def test_unknowns_are_looked_up_side_by_side_and_keep_nobody_waiting(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.provider.will(OutcomeUnknown("no answer"))
    await house.queue("hello")
    await house.work_off()
    house.clock.go_on(timedelta(seconds=20))
    await house.queue("hi", to=OTHER)
    asked, go_on = asyncio.Event(), asyncio.Event()

    async def slow(*_: object, **__: object) -> list[SentMessage]:
        asked.set()
        await go_on.wait()
        return []

    monkeypatch.setattr(house.provider, "sent_to", slow)
    work = asyncio.create_task(house.send.handle([house.bell(), house.bell(OTHER)]))
    await asked.wait()
    async with asyncio.timeout(5):
        while house.provider.texts() != ["hi"]:
            await asyncio.sleep(0.01)
    go_on.set()
    await work


# ── accounts ────────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_an_account_this_process_cannot_use_fails_nothing(house: House) -> None:
    adapters = house.parts.accounts.adapters
    house.provider.will(Does.TAKE_AND_LOSE)
    (unknown,) = await house.queue("hello", to=OTHER)
    await house.work_off(OTHER)
    (id_,) = await house.queue("hello")
    adapters.clear()
    await house.let_time_pass(timedelta(seconds=70))
    row = await house.delivery(id_)
    assert (row["status"], await house.attempts(id_)) == ("queued", [])
    assert "cannot be used here" in row["reason"]
    assert (await house.delivery(unknown))["next_at"] is not None, "looked up later, not never"
    adapters[AccountId(ACCOUNT)] = house.provider
    await house.let_time_pass(timedelta(seconds=120))
    assert [await house.status(one) for one in (id_, unknown)] == ["accepted", "sent"]


async def test_a_refused_account_pauses_and_one_message_a_minute_tries(house: House) -> None:
    points = [f"tel:+98912000{n:04}" for n in range(12)]
    ids = [(await house.queue("hello", to=point))[0] for point in points]
    house.provider.will(ConfigInvalid("The token is wrong.", code="20003"), ConfigInvalid("The token is wrong."))
    with capture_logs() as logs:
        await house.work_off(points[0])
        await house.send.handle([house.bell(point) for point in points])
        assert house.provider.calls == ["hello"], "the others do not call"
        row = await house.delivery(ids[5])
        assert (row["status"], row["reason"]) == (
            "queued",
            "the provider refuses this account: The token is wrong.",
        )
        await house.let_time_pass(timedelta(seconds=75))
        assert house.provider.calls == ["hello"] * 2, "one try a minute"
        assert await house.value("SELECT paused_reason FROM accounts") is not None
        await house.let_time_pass(timedelta(seconds=150))
    assert {await house.status(id_) for id_ in ids} == {"accepted"}
    assert await house.value("SELECT paused_reason FROM accounts") is None
    assert [one["event"] for one in logs].count("account_paused") == 1, "loudly, and once"


async def test_settings_that_are_saved_end_the_pause(house: House) -> None:
    house.provider.will(ConfigInvalid("The token is wrong."))
    await house.queue("hello")
    await house.work_off()
    async with house.store.transaction() as tx:
        assert (await accounts.accounts(tx))[0].paused_reason is not None
        await accounts.save(tx, replace(house.account(), settings={"token": "new"}))
    (other,) = await house.queue("hi", to=OTHER)
    await house.work_off(OTHER)
    assert await house.status(other) == "accepted"


async def test_a_stop_that_is_recorded_after_a_later_start_does_not_block(house: House) -> None:
    now = house.clock.now()
    stop = house.received("STOP", opt_out="STOP", accepted_at=now - timedelta(seconds=2))
    await house.record.handle([house.received("START", opt_out="START", accepted_at=now)])
    await house.record.handle([stop])
    (id_,) = await house.queue("hello")
    await house.work_off()
    assert await house.status(id_) == "accepted"
