"""sms_twilio against the sandbox: the two must agree on what Twilio is."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from aiohttp import web

from hub.adapters.sms_twilio import create
from hub.adapters.sms_twilio.adapter import SmsTwilio
from hub.channel import Account, ChannelEvent, DeliveryReport, InboundMessage, OutboundMessage, WebhookRequest
from hub.errors import ConfigInvalid, OptedOut, OutcomeUnknown, Rejected, SendError, Throttled, Unavailable
from hub.model import AccountId, ContactPoint, DeliveryStatus
from hub.sandbox import Fault, Pace, RunningSandbox, Sandbox, running_sandbox, sample_account

OURS, SARA = "tel:+12025550100", ContactPoint("tel:+989121234567")
PATH = "/channels/sms/twilio"


@dataclass
class Edge:
    """As little of the hub's edge as makes webhooks arrive: verify, parse, reply."""

    url: str = ""
    adapter: SmsTwilio | None = None
    events: list[ChannelEvent] = field(default_factory=list)

    async def take(self, request: web.Request) -> web.Response:
        assert self.adapter is not None
        headers = {name.lower(): value for name, value in request.headers.items()}
        webhook = WebhookRequest(request.method, self.url + request.raw_path, headers, await request.read())
        self.adapter.verify(webhook)
        events = self.adapter.parse(webhook)
        self.events += events
        reply = self.adapter.reply(webhook, events)
        return web.Response(status=reply.status, body=reply.body, content_type=reply.content_type)


@pytest.fixture
async def edge() -> AsyncIterator[Edge]:
    edge = Edge()
    app = web.Application()
    app.router.add_post(f"{PATH}{{kind:.*}}", edge.take)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    edge.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield edge
    await runner.cleanup()


@pytest.fixture
async def box(edge: Edge) -> AsyncIterator[RunningSandbox]:
    account = sample_account(webhook_url=edge.url + PATH)
    async with running_sandbox(Sandbox([account], seed=7, pace=Pace(speed=100))) as box:
        yield box


@pytest.fixture
async def twilio(box: RunningSandbox, edge: Edge) -> AsyncIterator[SmsTwilio]:
    (theirs,) = box.sandbox.accounts.values()
    edge.adapter = adapter_of(box, edge, numbers=",".join(theirs.numbers))
    yield edge.adapter
    await edge.adapter.aclose()


def adapter_of(box: RunningSandbox, edge: Edge, *, numbers: str) -> SmsTwilio:
    (theirs,) = box.sandbox.accounts.values()
    settings = {"account_sid": theirs.sid, "api_url": box.url, "numbers": numbers, "total_timeout": "0.5"}
    return create(
        Account(
            id=AccountId("default"),
            settings=settings,
            secrets={"auth_token": theirs.auth_token},
            callback_url=lambda kind: f"{edge.url}{PATH}/{kind}",
        )
    )


NOT_OURS = "tel:+12025550999"


def message(number: int, *, to: ContactPoint = SARA, our_address: str = OURS, text: str = "سلام") -> OutboundMessage:
    return OutboundMessage(message_id=UUID(int=number), to=to, our_address=our_address, text=text)


async def test_a_text_reaches_us_and_the_answer_climbs_to_delivered(
    twilio: SmsTwilio, box: RunningSandbox, edge: Edge
) -> None:
    await box.text("+989121234567", "+12025550100", "سفارشم نرسید")
    (inbound,) = edge.events
    assert isinstance(inbound, InboundMessage)
    assert (inbound.contact_point, inbound.our_address, inbound.text) == (SARA, OURS, "سفارشم نرسید")
    edge.events.clear()
    receipt = await twilio.send(message(7), key="7")
    await box.settle()
    reports = [event for event in edge.events if isinstance(event, DeliveryReport)]
    assert {report.message_id for report in reports} == {UUID(int=7)}
    assert {report.provider_id for report in reports} == {receipt.provider_id}
    assert DeliveryStatus.DELIVERED in {report.status for report in reports}
    assert None not in {report.status for report in reports}


async def test_check(twilio: SmsTwilio) -> None:
    assert "is active, sending from +12025550100" in await twilio.check()


@pytest.mark.parametrize(
    ("fault", "kind", "taken"),
    [
        (Fault.API_429, Throttled, False),
        (Fault.API_500, OutcomeUnknown, False),
        (Fault.API_503, OutcomeUnknown, False),
        (Fault.API_TIMEOUT_BEFORE, OutcomeUnknown, False),
        (Fault.API_TIMEOUT_AFTER, OutcomeUnknown, True),
        (Fault.API_RESET_AFTER, OutcomeUnknown, True),
        (Fault.API_500_AFTER, OutcomeUnknown, True),
        (Fault.API_NO_SID, OutcomeUnknown, True),
    ],
)
async def test_the_list_tells_what_became_of_a_failed_send(
    twilio: SmsTwilio, box: RunningSandbox, fault: Fault, kind: type[SendError], *, taken: bool
) -> None:
    since = datetime.now(UTC)
    box.sandbox.faults.set(fault, next=1, delay_s=1)
    with pytest.raises(SendError) as caught:
        await twilio.send(message(1, text="یک"), key="1")
    assert type(caught.value) is kind
    found = await twilio.sent_to(SARA, our_address=OURS, since=since)
    assert [one.text for one in found] == (["یک"] if taken else [])


async def test_the_list_pages_and_keeps_to_the_pair_of_numbers(twilio: SmsTwilio, box: RunningSandbox) -> None:
    since = datetime.now(UTC)
    for number in range(60):
        await twilio.send(message(number, text=str(number)), key=str(number))
    await twilio.send(message(60, to=ContactPoint("tel:+12025550147")), key="60")
    await box.text("+989121234567", "+12025550100", "inbound is not in it")
    found = await twilio.sent_to(SARA, our_address=OURS, since=since - timedelta(hours=1))
    assert [one.text for one in found] == [str(number) for number in reversed(range(60))]
    assert {(one.to, one.our_address) for one in found} == {(SARA, OURS)}


async def test_a_list_that_fails_is_no_absence(twilio: SmsTwilio, box: RunningSandbox) -> None:
    box.sandbox.faults.set(Fault.LIST_503, next=1)
    with pytest.raises(Unavailable):
        await twilio.sent_to(SARA, our_address=OURS, since=datetime.now(UTC))


async def test_the_only_number_that_is_refused_is_the_accounts_fault(box: RunningSandbox, edge: Edge) -> None:
    """All its messages would fare the same, so they wait for whoever mends it."""
    alone = adapter_of(box, edge, numbers=NOT_OURS.removeprefix("tel:"))
    with pytest.raises(ConfigInvalid, match="Our number") as refused:
        await alone.send(message(1, our_address=NOT_OURS), key="1")
    await alone.aclose()
    assert refused.value.code == "21606"


async def test_refusals(twilio: SmsTwilio, box: RunningSandbox) -> None:
    with pytest.raises(Rejected, match="Our number"):  # which pauses nothing: our others may send
        await twilio.send(message(1, our_address=NOT_OURS), key="1")
    with pytest.raises(Rejected):
        await twilio.send(message(2, to=ContactPoint("tel:+1")), key="2")
    await box.text("+989121234567", "+12025550100", "STOP")
    with pytest.raises(OptedOut):
        await twilio.send(message(3), key="3")
