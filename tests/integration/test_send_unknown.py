"""Never silently twice: killed anywhere, losing answers, proving absence by the provider's own list.

A *killed* process is one whose handler is cancelled, or raises where it would have died; another begins on its rows.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from hub.delivery import store as deliveries
from hub.errors import Unavailable
from hub.model import DeliveryStatus
from hub.testing.provider import Does
from tests.integration.house import HERS, House

LONG = timedelta(minutes=6)
"""Longer than an unknown outcome may take: two proofs of absence of two minutes each."""


class Killed(BaseException):
    """As the process would end: nothing catches it."""


def dies(*_: object, **__: object) -> Any:
    raise Killed


async def killed(work: Awaitable[Any]) -> None:
    with pytest.raises((Killed, asyncio.CancelledError)):
        await work


async def another_begins(house: House) -> House:
    """A process started anew, and the clockwork's bells for as long as anything may take."""
    other = house.another()
    await other.work_off()
    return other


async def test_killed_before_the_claim(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    (id_,) = await house.queue("hello")
    with monkeypatch.context() as patch:
        patch.setattr(deliveries, "claim", dies)
        await killed(house.work_off())
    other = await another_begins(house)
    assert (house.provider.texts(), await house.status(id_)) == (["hello"], "accepted")
    await other.aclose()


async def test_killed_after_the_claims_commit(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """The call was never made, but nobody can know: absence is proved first."""
    (id_,) = await house.queue("hello")
    with monkeypatch.context() as patch:
        patch.setattr(house.send, "_hand_over", dies)
        await killed(house.work_off())
    assert (await house.status(id_), await house.attempts(id_)) == ("sending", ["sending"])
    other = await another_begins(house)
    assert (await house.status(id_), house.provider.calls) == ("unknown", [])
    await other.let_time_pass(timedelta(seconds=110))
    assert house.provider.calls == [], "not in the list yet proves nothing"
    await other.let_time_pass(timedelta(seconds=60))
    assert (house.provider.texts(), await house.status(id_)) == (["hello"], "accepted")
    assert await house.attempts(id_) == ["absent", "accepted"]
    await other.aclose()


async def test_killed_during_the_call(house: House) -> None:
    """The provider took it while we died."""
    (id_,) = await house.queue("hello")
    house.provider.will(Does.HANG)
    work = asyncio.create_task(house.work_off())
    await house.provider.called.wait()
    await asyncio.sleep(0.05)
    work.cancel()
    await killed(work)
    other = await another_begins(house)
    await other.let_time_pass(LONG)
    assert house.provider.texts() == ["hello"], "never twice"
    assert (await house.status(id_), await house.attempts(id_)) == ("sent", ["accepted"])
    await other.aclose()


async def test_killed_after_the_answer_before_the_commit(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    (id_, second) = await house.queue("hello", "and more")
    with monkeypatch.context() as patch:
        patch.setattr(deliveries, "settle", dies)
        await killed(house.work_off())
    assert house.provider.texts() == ["hello"]
    other = await another_begins(house)
    assert house.provider.texts() == ["hello"], "the next waits until nobody can be calling any more"
    await other.let_time_pass(LONG)
    assert house.provider.texts() == ["hello", "and more"]
    assert [await house.status(one) for one in (id_, second)] == ["sent", "accepted"]
    assert (await house.delivery(id_))["provider_id"] == "SM000"
    await other.aclose()


async def test_taken_and_the_answer_lost_it_is_found_in_the_list(house: House) -> None:
    house.provider.will(Does.TAKE_AND_LOSE)
    (id_,) = await house.queue("hello")
    await house.work_off()
    assert await house.status(id_) == "unknown"
    await house.let_time_pass(timedelta(seconds=20))
    assert (await house.status(id_), house.provider.texts()) == ("sent", ["hello"])


async def test_never_taken_it_is_sent_once_more_and_then_fails(house: House) -> None:
    house.provider.will(Does.LOSE, Does.LOSE)
    (id_,) = await house.queue("hello")
    await house.work_off()
    await house.let_time_pass(timedelta(seconds=115))
    assert house.provider.calls == ["hello"], "absence counts after two minutes only"
    await house.let_time_pass(timedelta(minutes=1))
    assert house.provider.calls == ["hello", "hello"]
    await house.let_time_pass(timedelta(minutes=3))
    row = await house.delivery(id_)
    assert (row["status"], row["reason"], row["next_at"]) == ("failed", "the provider did not take it", None)
    assert await house.attempts(id_) == ["absent", "absent"]
    await house.let_time_pass(LONG)
    assert len(house.provider.calls) == 2


async def test_while_the_list_cannot_be_read_nothing_is_sent_again(house: House) -> None:
    house.provider.will(Does.LOSE)
    house.provider.list_fails = Unavailable("It cannot be reached.")
    (id_,) = await house.queue("hello")
    await house.work_off()
    await house.let_time_pass(timedelta(minutes=10))
    assert (await house.status(id_), len(house.provider.calls)) == ("unknown", 1)
    house.provider.list_fails = None
    await house.let_time_pass(timedelta(minutes=1))
    assert await house.status(id_) == "accepted"


async def test_equal_texts_are_matched_each_to_its_own(house: House) -> None:
    house.provider.will(Does.TAKE_AND_LOSE, Does.TAKE_AND_LOSE, Does.LOSE)
    ids = await house.queue("ok", "ok", "ok")
    for _ in range(3):
        await house.work_off()
    await house.let_time_pass(LONG)
    rows = [await house.delivery(id_) for id_ in ids]
    assert [row["provider_id"] for row in rows] == ["SM000", "SM001", "SM002"]
    assert [row["status"] for row in rows] == ["sent", "sent", "accepted"]
    assert len(house.provider.took) == 3


async def test_a_sid_a_receipt_told_of_is_not_found_for_another(house: House) -> None:
    house.provider.will(Does.TAKE_AND_LOSE, Does.LOSE)
    first, second = await house.queue("ok", "ok")
    await house.work_off()
    await house.work_off()
    await house.track.handle([house.reported(DeliveryStatus.DELIVERED, "SM000", message=first)])
    await house.let_time_pass(LONG)
    assert [await house.status(first), await house.status(second)] == ["delivered", "accepted"]
    assert (await house.delivery(second))["provider_id"] == "SM001"


async def test_a_later_receipt_turns_unknown_into_the_truth(house: House) -> None:
    house.provider.will(Does.TAKE_AND_LOSE)
    house.provider.list_fails = Unavailable("It cannot be reached.")
    (id_,) = await house.queue("hello")
    await house.work_off()
    await house.track.handle([house.reported(DeliveryStatus.DELIVERED, "SM000", message=id_)])
    assert await house.status(id_) == "delivered"
    await house.let_time_pass(LONG)
    assert (await house.status(id_), house.provider.texts()) == ("delivered", ["hello"])


async def test_a_process_frozen_between_claim_and_call_does_not_call_any_more(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    (id_,) = await house.queue("hello")
    claim = house.send._claims._commit

    async def frozen(points: Sequence[str]) -> Sequence[Any]:
        claims = await claim(points)
        for one in claims:
            if one is not None:
                object.__setattr__(one, "at", one.at - 31)
        return claims

    monkeypatch.setattr(house.send._claims, "_commit", frozen)
    await house.work_off()
    assert (await house.status(id_), house.provider.calls) == ("unknown", [])


KILLS: dict[str, Callable[[House, pytest.MonkeyPatch], None]] = {
    "claim": lambda _, patch: patch.setattr(deliveries, "claim", dies),
    "hand over": lambda house, patch: patch.setattr(house.send, "_hand_over", dies),
    "settle": lambda _, patch: patch.setattr(deliveries, "settle", dies),
}


@pytest.mark.parametrize("place", KILLS)
async def test_ten_messages_and_a_kill_at_each_place_each_time(
    house: House, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    """Whatever dies, each text is taken once, in the end all of them."""
    texts = [f"message {n}" for n in range(4)]
    ids: list[UUID] = await house.queue(*texts)
    for _ in texts:
        with monkeypatch.context() as patch:
            KILLS[place](house, patch)
            with contextlib.suppress(Killed, asyncio.CancelledError):
                await house.work_off(HERS)
        await house.let_time_pass(timedelta(minutes=3))
    await house.let_time_pass(LONG)
    assert sorted(house.provider.texts()) == texts
    assert {await house.status(id_) for id_ in ids} <= {"accepted", "sent"}
