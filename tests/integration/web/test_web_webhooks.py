"""Webhooks: only what is authentic, durable before the 2xx, the same event on every retry."""

import io
from typing import Any

import pytest
import yarl
from structlog.testing import capture_logs

from hub.errors import BrokerAway, SpoolFull
from hub.events import DeliveryReported, InteractionReceived
from hub.model import AccountId, derived_id
from tests.integration.web.conftest import HERS, OURS, PUBLIC, SECOND, World

MESSAGE = {"kind": "message", "id": "M1", "from": HERS, "to": OURS, "text": "سلام"}


async def test_a_message_is_one_event_with_the_id_its_retry_will_have(edge: World) -> None:
    responses = [await edge.webhook(MESSAGE) for _ in range(2)]
    assert [(r.status, r.content_type, await r.text()) for r in responses] == [(200, "text/xml", "<ok/>")] * 2
    (first,), (again,) = edge.recorder.batches
    assert first.id == again.id == derived_id("sms_fake", "sms_fake/default", "M1")
    assert (first.partitionkey, first.subject, first.source) == (f"tel:{HERS}", f"tel:{HERS}", "/channels/sms_fake")
    assert isinstance(first.data, InteractionReceived)
    assert (first.data.text, first.data.our_address, first.data.raw["id"]) == ("سلام", f"tel:{OURS}", "M1")
    assert isinstance(again.data, InteractionReceived)
    assert again.data.accepted_at > first.data.accepted_at


async def test_everything_in_a_request_is_one_publish(edge: World) -> None:
    report = {"kind": "report", "id": "S1", "word": "delivered"}
    assert (await edge.webhook(MESSAGE, report)).status == 200
    ((message, delivery),) = edge.recorder.batches
    assert isinstance(message.data, InteractionReceived)
    assert isinstance(delivery.data, DeliveryReported)
    assert (delivery.data.status, delivery.partitionkey) == ("delivered", "S1")
    await edge.webhook({"kind": "report", "id": "S1", "word": "read"})
    assert edge.recorder.batches[1][0].id != delivery.id


@pytest.mark.parametrize("headers", [{}, {"X-Word": "wrong"}, {"X-Word": f"open sesame {PUBLIC}/elsewhere"}])
async def test_what_proves_nothing_is_403_and_nothing_is_kept(edge: World, headers: dict[str, str]) -> None:
    with capture_logs() as logs:
        path = "/channels/sms/fake/inbound-canary?Body=canary"
        response = await edge.client.post(path, json={"said": [MESSAGE]}, headers=headers)
    assert response.status == 403
    assert response.content_type == "application/problem+json"
    problem = await response.json()
    assert "HUB_PUBLIC_URL" in problem["mend"]
    assert edge.recorder.batches == []
    (line,) = [one for one in logs if one["event"] == "webhook_rejected"]
    assert (line["at"], line["reference"]) == (f"{PUBLIC}/channels/sms/fake", problem["instance"])
    assert "canary" not in str(line)


async def test_the_url_is_the_public_one_whatever_the_host_header_says(edge: World) -> None:
    path = "/channels/sms/fake/status?message=1&x=%D8%B3"
    headers = {"X-Word": f"open sesame {PUBLIC}{path}", "Host": "evil.example"}
    url = yarl.URL(str(edge.client.make_url("/")).rstrip("/") + path, encoded=True)
    response = await edge.client.session.post(url, json={"said": [MESSAGE]}, headers=headers)
    assert response.status == 200


async def test_the_account_is_the_one_whose_secret_fits(edge: World) -> None:
    assert (await edge.webhook(MESSAGE, word="second word")).status == 200
    (event,) = edge.recorder.batches[0]
    assert isinstance(event.data, InteractionReceived)
    assert event.data.account == "sms_fake/second"


@pytest.mark.parametrize("error", [BrokerAway("it is away"), SpoolFull("and the disk is full")])
async def test_what_cannot_be_kept_is_not_answered_2xx(edge: World, error: Exception) -> None:
    edge.recorder.error = error
    response = await edge.webhook(MESSAGE)
    assert (response.status, response.headers["Retry-After"]) == (503, "5")
    assert "away" not in await response.text()


async def test_an_unknown_word_changes_no_delivery_and_is_named_in_the_log(edge: World) -> None:
    with capture_logs() as logs:
        response = await edge.webhook({"kind": "report", "id": "S1", "word": "teleported"})
    assert response.status == 200
    assert edge.recorder.batches == []
    assert ("delivery_status_unknown", "teleported") in [(line["event"], line.get("word")) for line in logs]


@pytest.mark.parametrize(
    ("said", "event", "status"),
    [
        ({"said": []}, "webhook_without_event", 200),
        ({"said": [{"kind": "call", "id": "C1"}]}, "channel_event_unhandled", 200),
        ({"fault": True}, "webhook_unreadable", 500),
    ],
)
async def test_what_gives_no_event_is_logged_by_name(edge: World, said: Any, event: str, status: int) -> None:
    headers = {"X-Word": f"open sesame {PUBLIC}/channels/sms/fake"}
    with capture_logs() as logs:
        response = await edge.client.post("/channels/sms/fake", json=said, headers=headers)
    assert response.status == status
    assert event in [line["event"] for line in logs]
    assert edge.recorder.batches == []


async def test_a_body_over_the_limit_and_a_provider_nobody_has(edge: World) -> None:
    response = await edge.client.post("/channels/sms/fake", data=io.BytesIO(b"x" * (256 * 1024 + 1)))
    assert (response.status, (await response.json())["type"]) == (413, "urn:peyvand:problem:too-large")
    response = await edge.client.post("/channels/sms/nobody", data=b"x")
    assert response.status == 404
    response = await edge.client.put("/channels/sms/fake")
    assert (response.status, response.headers["Allow"]) == (405, "GET,POST")


async def test_an_account_that_cannot_be_used_here_is_503_and_the_provider_comes_again(edge: World) -> None:
    adapters = edge.parts.accounts.adapters
    second = adapters.pop(AccountId("sms_fake/second"))
    said = {"kind": "message", "id": "M1", "from": HERS, "to": OURS, "text": "hello"}
    try:
        assert (await edge.webhook(said)).status == 200
        response = await edge.webhook(said, word="second word")
        assert (response.status, response.headers["Retry-After"]) == (503, "5"), "it may be meant for that one"
        default = adapters.pop(AccountId("sms_fake/default"))
        assert (await edge.webhook(said)).status == 503
        adapters[AccountId("sms_fake/default")] = default
    finally:
        adapters[AccountId("sms_fake/second")] = second
    assert len(edge.recorder.batches) == 1


async def test_one_of_our_own_numbers_is_nobodys_identity(edge: World) -> None:
    await edge.text(sender=SECOND)
    (event,) = edge.recorder.batches[-1]
    assert (event.data.contact_point, event.partitionkey) == (f"ext:sender:{SECOND}",) * 2  # type: ignore[attr-defined]
