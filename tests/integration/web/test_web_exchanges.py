"""The last exchanges of an account: every kind, newest first, in pages, and nothing of what was said or to whom."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from hub.channel import OutboundMessage, SendReceipt
from hub.delivery.store import exchanges as sought
from hub.errors import Rejected
from hub.model import new_id
from tests.integration.web.conftest import HERS, World
from tests.integration.web.fake_sms import FakeSms
from tests.waiting import until

PATH = "/accounts/sms_fake/default/exchanges"


async def _seen(world: World, count: int) -> list[dict[str, Any]]:
    """The exchanges once there are so many that have ended."""

    def ended(said: Any) -> bool:
        return len(said["items"]) == count and not any(one["result"] == "sending" for one in said["items"])

    return list((await until(lambda: world.get("admin", PATH), ended))["items"])


async def _answered(world: World, text: str) -> None:
    one = await world.conversation()
    sent = await world.call("Mina", "POST", f"/conversations/{one['id']}/messages", {"text": text})
    assert sent.status in {201, 202}, await sent.text()


async def test_what_came_what_went_and_what_became_of_it(site: World) -> None:
    await site.text(text="a word of hers")
    await _answered(site, "a word of ours")
    _, received = await _seen(site, 2)
    (sent,) = site.adapter.sent
    id_ = f"F1-{sent.message_id}"
    await site.webhook({"kind": "report", "id": id_, "word": "delivered"})
    await site.webhook({"kind": "report", "id": "F9-unheard-of", "word": "sent"})
    items = await _seen(site, 4)
    kinds = {(one["kind"], one["result"]) for one in items}
    assert kinds == {("message", "received"), ("attempt", "accepted"), ("receipt", "delivered"), ("receipt", "sent")}
    by = {(one["kind"], one["result"]): one for one in items}
    attempt, receipt, strange = by["attempt", "accepted"], by["receipt", "delivered"], by["receipt", "sent"]
    assert (attempt["message_id"], attempt["number"], attempt["provider_id"]) == (str(sent.message_id), 1, id_)
    assert (receipt["message_id"], receipt["provider_status"]) == (str(sent.message_id), "delivered")
    assert (strange["message_id"], strange["customer"], strange["provider_status"]) == (None, None, "sent")
    assert {one["customer"] for one in items if one is not strange} == {"tel:+989•••••67"}
    assert received["our_address"] == "tel:+982100000000"
    assert [one["at"] for one in items] == sorted((one["at"] for one in items), reverse=True)
    said = str(items)
    assert not any(secret in said for secret in ("a word of", HERS, HERS[5:], "open sesame"))
    assert (await site.get("admin", "/accounts/sms_fake/second/exchanges"))["items"] == []


async def test_a_refusal_says_its_code_and_why(site: World, monkeypatch: pytest.MonkeyPatch) -> None:
    async def refuses(_: FakeSms, message: OutboundMessage, *, key: str) -> SendReceipt:
        raise Rejected(f"There is no {message.to.removeprefix('tel:')}, says open sesame.", code="F404")

    monkeypatch.setattr(FakeSms, "send", refuses)
    await site.text()
    await _answered(site, "x")
    attempt = next(one for one in await _seen(site, 2) if one["kind"] == "attempt")
    assert (attempt["result"], attempt["code"]) == ("refused", "F404")
    assert attempt["reason"] == "There is no +989•••••67, says [redacted]."


async def _attempts(world: World, ages: list[timedelta], *, account: str = "sms_fake/default") -> list[UUID]:
    ids, now = [new_id() for _ in ages], datetime.now(UTC)
    async with world.parts.store.transaction() as tx:
        await tx.execute(
            "INSERT INTO deliveries (message_id, account, contact_point, our_address, accepted_at, status, rank)"
            " SELECT unnest($1::uuid[]), $2, 'tel:+989121234567', 'tel:+982100000000', now(), 'failed', 40",
            ids,
            account,
        )
        await tx.execute(
            "INSERT INTO attempts (message_id, number, contact_point, claimed_by, started_at, outcome)"
            " SELECT unnest($1::uuid[]), 1, 'tel:+989121234567', 'x', unnest($2::timestamptz[]), 'refused'",
            ids,
            [now - age for age in ages],
        )
    return ids


async def test_pages_go_on_where_they_ended_however_far_back(edge: World) -> None:
    ages = [timedelta(minutes=1), timedelta(hours=2), timedelta(hours=2, seconds=1), timedelta(days=9), timedelta(9000)]
    ids = await _attempts(edge, ages)
    await _attempts(edge, [timedelta(minutes=2)] * 3, account="sms_fake/second")
    found: list[UUID] = []
    cursor: str | None = ""
    while cursor is not None:
        page = await edge.get("admin", f"{PATH}?limit=2&cursor={cursor}")
        found += [UUID(one["id"]) for one in page["items"]]
        cursor = page["next"]
    assert found == ids


async def test_what_cannot_be_found_in_time_is_found_by_the_next_page(
    edge: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = await _attempts(edge, [timedelta(minutes=1), timedelta(days=9)])
    monkeypatch.setattr(sought, "WITHIN", 0.4)
    async with edge.parts.store.transaction() as tx:
        await tx.execute("LOCK TABLE attempts IN ACCESS EXCLUSIVE MODE")
        page = await edge.get("admin", PATH)
    assert page["items"] == []
    page = await edge.get("admin", f"{PATH}?cursor={page['next']}")
    assert [UUID(one["id"]) for one in page["items"]] == ids
    assert page["next"] is None


async def test_an_account_there_is_not(edge: World) -> None:
    assert (await edge.call("admin", "GET", "/accounts/sms_fake/nobody/exchanges")).status == 404
    assert (await edge.call("supervisor", "GET", PATH)).status == 403
