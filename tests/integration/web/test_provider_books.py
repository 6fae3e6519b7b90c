"""``hub doctor --provider`` on a whole hub: what the provider has and we have not is taken in, once."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from hub.channel import DeliveryReport, InboundMessage
from hub.checks.findings import Finding, Mark
from hub.cli.doctor.provider import MARGIN, books, span_of
from hub.model import ContactPoint, DeliveryStatus
from tests.integration.web.conftest import HERS, OURS, World
from tests.waiting import until


def came(site: World, id_: str, *, ago: timedelta = timedelta(hours=1)) -> InboundMessage:
    return InboundMessage(
        provider_id=id_,
        contact_point=ContactPoint("tel:" + HERS),
        our_address="tel:" + OURS,
        text=f"text of {id_}",
        raw={},
        provider_time=site.parts.clock.now() - ago,
    )


def went(site: World, id_: str, status: DeliveryStatus) -> DeliveryReport:
    at = site.parts.clock.now() - timedelta(hours=1)
    return DeliveryReport(provider_id=id_, status=status, provider_status=status.value, raw={}, provider_time=at)


async def compared(site: World) -> list[Finding]:
    """The findings about the first account, without the line that names it."""
    found = [one async for one in books(site.parts, span_of(None, site.parts.clock.now()))]
    first, second = (place for place, one in enumerate(found) if " to 20" in one.text and one.mark is Mark.FACT)
    return found[first + 1 : second]


async def interactions(site: World, count: int) -> Any:
    path = f"/conversations/{(await site.conversation())['id']}/interactions"
    page = await until(lambda: site.get("admin", path), lambda page: len(page["items"]) >= count)
    return page["items"]


async def test_what_never_came_is_taken_in_once(site: World) -> None:
    await site.text("M1")
    await interactions(site, 1)
    site.adapter.book = [came(site, "M1"), came(site, "M2"), came(site, "M3")]
    first = await compared(site)
    assert first[0].text == "provider 3, here 1: 2 messages of customers never came here"
    assert (first[1].mark, first[1].text) == (Mark.GOOD, "taken in: 2 messages, 0 receipts")
    items = await interactions(site, 3)
    assert {item["text"] for item in items[1:]} == {"text of M2", "text of M3"}
    (again,) = await compared(site)
    assert (again.mark, again.text) == (Mark.GOOD, "provider 3, here 3")
    await site.text("M2")
    await site.text("M4")
    assert len(await interactions(site, 4)) == 4, "a webhook that comes after all is the same message"


async def test_a_receipt_that_never_came_is_taken_in(site: World) -> None:
    await site.text()
    conversation = await site.conversation()
    path = f"/conversations/{conversation['id']}/messages"
    assert (await site.call("Mina", "POST", path, {"text": "hi"})).status == 201

    async def answer() -> Any:
        return (await interactions(site, 2))[-1]

    sid = (await until(answer, lambda one: one["delivery"] == "accepted"))["provider_id"]
    site.adapter.book = [came(site, "M1"), went(site, sid, DeliveryStatus.DELIVERED)]
    found = await compared(site)
    assert [one.text for one in found] == ["provider 2, here 2", "taken in: 0 messages, 1 receipt"]
    await until(answer, lambda one: one["delivery"] == "delivered")


async def test_what_somebody_else_sent_by_the_account_is_said(site: World) -> None:
    site.adapter.book = [went(site, "X1", DeliveryStatus.SENT)]
    (found,) = await compared(site)
    assert found.mark is Mark.WORTH
    assert found.text == "provider 1, here 0: 1 message sent by the account that nobody here knows: X1"


async def test_what_the_provider_does_not_list_is_said(site: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hub.cli.doctor.provider.MARGIN", -MARGIN)  # what has just passed is looked at as well
    await site.text("M1")
    await interactions(site, 1)
    found = await compared(site)
    assert found[-1].text == "1 message here that the provider does not list: M1"


async def test_an_empty_day_agrees(site: World) -> None:
    (found,) = await compared(site)
    assert (found.mark, found.text) == (Mark.GOOD, "provider 0, here 0")


async def test_what_came_to_other_programs_numbers_is_theirs(site: World) -> None:
    theirs = replace(came(site, "T1"), our_address="tel:+15550001111")
    site.adapter.book = [theirs]
    others, counts = await compared(site)
    assert (others.mark, counts.text) == (Mark.FACT, "provider 0, here 0")
    assert "1 message to numbers that are not" in others.text
    async with site.parts.store.reading() as tx:
        assert await tx.fetchval("SELECT count(*) FROM interactions") == 0


async def test_what_was_taken_in_late_is_known_the_next_day(site: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hub.cli.doctor.provider.MARGIN", -MARGIN)
    site.adapter.book = [came(site, "L1", ago=timedelta(days=3))]
    await site.text("L1")
    await interactions(site, 1)
    (found,) = await compared(site)
    assert found.text == "provider 0, here 0"
