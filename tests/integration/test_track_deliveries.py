"""Receipts: late, twice, out of order, before our own commit; a status only climbs."""

import itertools
from uuid import UUID

import pytest

from hub.delivery.ladder import climbs
from hub.model import DeliveryStatus, new_id
from hub.testing.provider import Does
from tests.integration.house import House

SENT, DELIVERED, READ = DeliveryStatus.SENT, DeliveryStatus.DELIVERED, DeliveryStatus.READ
UNDELIVERED = DeliveryStatus.UNDELIVERED


@pytest.fixture
async def message(house: House) -> UUID:
    """Taken by the provider as SM000."""
    (id_,) = await house.queue("hello")
    await house.work_off()
    return id_


@pytest.mark.parametrize("order", list(itertools.permutations([SENT, DELIVERED, READ])), ids=",".join)
async def test_in_any_order_it_ends_as_read(house: House, message: UUID, order: tuple[DeliveryStatus, ...]) -> None:
    for status in order:
        await house.track.handle([house.reported(status, "SM000", message=message)])
    assert await house.status(message) == "read"
    assert await house.count("receipts") == 3


async def test_all_in_one_batch_and_all_again(house: House) -> None:
    (id_,) = await house.queue("hello")
    await house.work_off()
    events = [house.reported(status, "SM000", message=id_) for status in (DELIVERED, SENT, DELIVERED)]
    for _ in range(2):
        await house.track.handle(events)
    row = await house.delivery(id_)
    assert (row["status"], await house.count("receipts")) == ("delivered", 3)
    version = row["version"]
    await house.track.handle(events)
    assert (await house.delivery(id_))["version"] == version, "nothing moved, so nothing is told"
    assert house.live.told[-1].id == id_


async def test_what_failed_for_good_stays_failed(house: House) -> None:
    (id_,) = await house.queue("hello")
    await house.work_off()
    failed = house.reported(UNDELIVERED, "SM000", message=id_, code="30003", reason="The phone is off.")
    await house.track.handle([failed])
    await house.track.handle([house.reported(DELIVERED, "SM000", message=id_)])
    row = await house.delivery(id_)
    assert (row["status"], row["code"], row["reason"], row["next_at"]) == (
        "undelivered",
        "30003",
        "The phone is off.",
        None,
    )


async def test_a_receipt_quicker_than_our_own_commit(house: House) -> None:
    (id_,) = await house.queue("hello")
    await house.track.handle([house.reported(DELIVERED, "SM000", message=id_)])
    await house.work_off()
    assert (await house.status(id_), house.provider.calls) == ("delivered", []), "so it need not be sent"

    second, third = await house.queue("second", "third")
    house.provider.will(Does.TAKE_AND_LOSE)
    await house.work_off()
    await house.track.handle([house.reported(SENT, "SM000x", message=second)])
    await house.work_off()
    assert [await house.status(one) for one in (second, third)] == ["sent", "accepted"]


async def test_a_receipt_without_our_id_waits_for_our_commit(house: House) -> None:
    (id_,) = await house.queue("hello")
    await house.track.handle([house.reported(SENT, "SM000", message=None)])
    await house.track.handle([house.reported(DELIVERED, "SM000", message=None)])
    assert await house.status(id_) == "queued"
    await house.work_off()
    assert await house.status(id_) == "delivered"
    await house.track.handle([house.reported(READ, "SM000", message=None)])
    assert await house.status(id_) == "read"


async def test_a_word_nobody_knows_moves_nothing(house: House) -> None:
    (id_,) = await house.queue("hello")
    await house.track.handle([house.reported(DeliveryStatus.UNKNOWN, "SM000", message=id_, provider_status="odd")])
    assert (await house.status(id_), await house.count("receipts")) == ("queued", 1)


async def test_a_receipt_for_a_message_nobody_knows_is_kept(house: House) -> None:
    await house.track.handle([house.reported(SENT, "SM999", message=new_id())])
    await house.track.handle([])
    assert await house.count("receipts") == 1


async def test_the_database_agrees_with_the_ladder(house: House) -> None:
    """What SQL lets climb is what ``ladder.climbs`` says, for every pair that can meet."""
    known = [status for status in DeliveryStatus if status not in {DeliveryStatus.QUEUED, DeliveryStatus.SENDING}]
    reported = [status for status in known if status is not DeliveryStatus.UNKNOWN]
    for before, after in itertools.product(reported, reported):
        (id_,) = await house.queue("hello", to=f"tel:+98912{new_id().int % 10**7:07}")
        sid = f"SM{id_.hex}"
        await house.track.handle([house.reported(before, sid, message=id_)])
        await house.track.handle([house.reported(after, sid, message=id_)])
        assert await house.status(id_) == (after if climbs(before, after) else before), (before, after)
