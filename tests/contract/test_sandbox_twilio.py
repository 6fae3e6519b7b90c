"""The sandbox against Twilio's own client, and a hub's end of the webhooks against Twilio's own validator."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.rest import Client

from hub.sandbox import Fault, Pace, RunningSandbox, Sandbox, running_sandbox, sample_account
from tests.contract.twilio_world import FakeHub, SandboxClient, fake_hub

OURS, SARA, BEN = "+12025550100", "+989121234567", "+12025550147"
FAST = Pace(speed=100)

# Twilio's client (9.13) still uses what aiohttp 3.14 has marked for removal in 4.
pytestmark = [
    pytest.mark.filterwarnings("ignore:BasicAuth is deprecated:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:The 'auth' parameter is deprecated:DeprecationWarning"),
]


@pytest.fixture
async def hub() -> AsyncIterator[FakeHub]:
    async with fake_hub() as hub:
        yield hub


@pytest.fixture
async def box(hub: FakeHub) -> AsyncIterator[RunningSandbox]:
    account = sample_account(webhook_url=hub.url)
    hub.token = account.auth_token
    async with running_sandbox(Sandbox([account], seed=7, pace=FAST)) as box:
        yield box


@pytest.fixture
async def twilio(box: RunningSandbox) -> AsyncIterator[Client]:
    account = next(iter(box.sandbox.accounts.values()))
    http = SandboxClient(box.url)
    yield Client(account.sid, account.auth_token, http_client=http)
    await http.close()


async def send(twilio: Client, **fields: Any) -> Any:
    return await twilio.messages.create_async(**{"to": SARA, "from_": OURS, "body": "سلام"} | fields)


async def refused(twilio: Client, **fields: Any) -> tuple[int, int]:
    with pytest.raises(TwilioRestException) as caught:
        await send(twilio, **fields)
    assert caught.value.uri.endswith("/Messages.json")
    return caught.value.code, caught.value.status


async def test_a_message_is_accepted_as_documented(twilio: Client) -> None:
    message = await send(twilio, body="سلام سارا", validity_period=600, provide_feedback=True)
    assert message.sid.startswith("SM")
    assert len(message.sid) == 34
    assert (message.status, message.direction, message.num_segments) == ("queued", "outbound-api", "1")
    assert (message.price, message.error_code, message.date_sent) == (None, None, None)
    assert abs(message.date_created - datetime.now(UTC)) < timedelta(seconds=5)
    assert message.uri == f"/2010-04-01/Accounts/{message.account_sid}/Messages/{message.sid}.json"
    assert message.subresource_uris["media"].endswith(f"{message.sid}/Media.json")
    assert (await twilio.messages(message.sid).fetch_async()).body == "سلام سارا"


async def test_a_messaging_service_picks_the_sender_later(twilio: Client, box: RunningSandbox) -> None:
    message = await send(twilio, from_=None, messaging_service_sid="MG" + "a" * 32)
    assert (message.status, message.from_, message.num_segments) == ("accepted", None, "0")
    await box.settle()
    assert (await twilio.messages(message.sid).fetch_async()).from_ == OURS


@pytest.mark.parametrize(
    ("fields", "error"),
    (
        ({"to": "12"}, (21211, 400)),
        ({"to": None}, (21604, 400)),
        ({"from_": "!?"}, (21212, 400)),
        ({"from_": "+12025559999"}, (21606, 400)),
        ({"from_": None}, (21603, 400)),
        ({"to": OURS}, (21266, 400)),
        ({"body": ""}, (21602, 400)),
        ({"body": "x" * 1601}, (21617, 400)),
        ({"status_callback": "not a url"}, (21609, 400)),
        ({"messaging_service_sid": "MG1"}, (21701, 404)),
    ),
)
async def test_what_twilio_refuses_is_refused(twilio: Client, fields: dict[str, Any], error: tuple[int, int]) -> None:
    assert await refused(twilio, **fields) == error


async def test_wrong_credentials_are_refused(box: RunningSandbox) -> None:
    account = next(iter(box.sandbox.accounts.values()))
    for sid, token in ((account.sid, "wrong"), ("AC" + "0" * 32, account.auth_token)):
        http = SandboxClient(box.url)
        with pytest.raises(TwilioRestException) as caught:
            await Client(sid, token, http_client=http).api.accounts(sid).fetch_async()
        await http.close()
        assert (caught.value.code, caught.value.status) == (20003, 401)


async def test_the_account_is_shown_to_its_owner_without_its_token(twilio: Client) -> None:
    account = await twilio.api.accounts(twilio.username).fetch_async()
    assert (account.status, account.auth_token) == ("active", None)


async def test_an_unknown_message_is_not_found(twilio: Client) -> None:
    with pytest.raises(TwilioRestException) as caught:
        await twilio.messages("SM" + "0" * 32).fetch_async()
    assert (caught.value.code, caught.value.status) == (20404, 404)


async def test_the_list_is_paged_newest_first_and_steady_while_messages_come_in(twilio: Client) -> None:
    sids = [(await send(twilio, body=f"{n}")).sid for n in range(7)]
    await send(twilio, to=BEN, body="not hers")
    page = await twilio.messages.page_async(to=SARA, from_=OURS, page_size=3)
    seen = [m.sid for m in page]
    await send(twilio, body="came in between")
    while page.next_page_url is not None and len(seen) <= len(sids):
        page = await page.next_page_async()
        seen += [m.sid for m in page]
    assert seen == sids[::-1]
    assert len(await twilio.messages.list_async(limit=5, page_size=2)) == 5


async def test_the_list_is_filtered_by_the_time_of_sending(twilio: Client, box: RunningSandbox) -> None:
    message = await send(twilio)
    now = datetime.now(UTC)
    assert await twilio.messages.list_async(date_sent=now) == []
    await box.settle()
    hour = timedelta(hours=1)
    asked = [
        {"date_sent": message.date_created},
        {"date_sent_after": now - hour},
        {"date_sent_before": now + hour},
        {"date_sent_after": now - hour, "date_sent_before": now + hour},
    ]
    assert [[m.sid for m in await twilio.messages.list_async(**q)] for q in asked] == [[message.sid]] * 4
    assert await twilio.messages.list_async(date_sent_after=now + hour) == []
    assert await twilio.messages.list_async(date_sent_before=now - hour) == []


async def test_an_incoming_text_is_posted_as_documented(box: RunningSandbox, hub: FakeHub) -> None:
    message = await box.text(SARA, OURS, "سلام + & =\nخوبی؟ 🙂")
    assert message.hub
    assert (message.hub.taken, message.hub.status) == (True, 200)
    [(form, headers)] = hub.posts
    assert form["MessageSid"] == form["SmsSid"] == form["SmsMessageSid"] == message.sid
    assert (form["From"], form["To"], form["Body"]) == (SARA, OURS, "سلام + & =\nخوبی؟ 🙂")
    assert (form["NumMedia"], form["NumSegments"], form["SmsStatus"]) == ("0", "1", "received")
    assert (form["FromCountry"], form["ToCountry"], form["ApiVersion"]) == ("IR", "US", "2010-04-01")
    assert "OptOutType" not in form
    assert headers["User-Agent"] == "TwilioProxy/1.1"
    assert len(headers["I-Twilio-Idempotency-Token"]) == 36
    assert hub.signature_holds(0, "/in")


async def test_replies_in_twiml_and_in_plain_text_reach_the_phone(box: RunningSandbox, hub: FakeHub) -> None:
    hub.answer = "<?xml version='1.0'?><Response><Message>One</Message><Message><Body>Two</Body></Message></Response>"
    await box.text(SARA, OURS, "hello")
    hub.answer, hub.content_type = "OK", "text/plain"
    await box.text(SARA, OURS, "again")
    await box.settle()
    thread = box.sandbox.thread(SARA, OURS, 10)
    assert [m.body for m in thread] == ["hello", "One", "Two", "again", "OK"]
    assert {m.status for m in thread if m.direction == "outbound-reply"} == {"delivered"}


async def test_stop_blocks_the_pair_until_start(box: RunningSandbox, hub: FakeHub, twilio: Client) -> None:
    await box.text(SARA, OURS, " Stop ")
    assert await refused(twilio) == (21610, 400)
    assert (await send(twilio, to=BEN)).status == "queued"
    await box.text(SARA, OURS, "please STOP by at five")
    await box.text(SARA, OURS, "start")
    assert (await send(twilio)).status == "queued"
    assert [form.get("OptOutType") for form in hub.forms] == ["STOP", None, "START"]
    bodies = [m.body for m in box.sandbox.thread(SARA, OURS, 20) if m.direction == "outbound-reply"]
    assert [body.split(".")[0] for body in bodies] == [
        "You have successfully been unsubscribed",
        "You have successfully been re-subscribed to messages from this number",
    ]


async def test_callbacks_come_signed_in_order_and_not_for_the_first_status(
    box: RunningSandbox, hub: FakeHub, twilio: Client
) -> None:
    message = await send(twilio, status_callback=hub.url.replace("/in", "/status?id=1"))
    await box.settle()
    assert [form["MessageStatus"] for form in hub.forms] == ["sending", "sent", "delivered"]
    assert all(hub.signature_holds(n, "/status?id=1") for n in range(3))
    last = hub.forms[-1]
    assert last["MessageSid"] == last["SmsSid"] == message.sid
    assert (last["SmsStatus"], last["To"], last["From"]) == ("delivered", SARA, OURS)
    done = datetime.strptime(last["RawDlrDoneDate"], "%y%m%d%H%M").replace(tzinfo=UTC)
    assert abs(done - datetime.now(UTC)) < timedelta(minutes=2)
    assert "ErrorCode" not in last
    fetched = await twilio.messages(message.sid).fetch_async()
    assert fetched.status == "delivered"
    assert fetched.date_sent >= message.date_created


@pytest.mark.parametrize(("code", "statuses"), ((30007, ["sending", "sent", "undelivered"]), (30001, ["failed"])))
async def test_a_failed_delivery_says_why(
    box: RunningSandbox, hub: FakeHub, twilio: Client, code: int, statuses: list[str]
) -> None:
    box.sandbox.faults.set(Fault.DELIVERY_FAILED, next=1, error_code=code)
    message = await send(twilio, status_callback=hub.url)
    await box.settle()
    assert [form["MessageStatus"] for form in hub.forms] == statuses
    assert hub.forms[-1]["ErrorCode"] == str(code)
    assert (await twilio.messages(message.sid).fetch_async()).error_code == code


@pytest.mark.parametrize(
    ("fault", "statuses"),
    (
        (Fault.CALLBACK_DUPLICATE, ["sending", "sending", "sent", "delivered"]),
        (Fault.CALLBACK_LOST, ["sent", "delivered"]),
        (Fault.CALLBACK_REORDERED, ["sent", "sending", "delivered"]),
        (Fault.CALLBACK_LATE, ["sent", "delivered", "sending"]),
    ),
)
async def test_callbacks_go_wrong_as_asked(
    box: RunningSandbox, hub: FakeHub, twilio: Client, fault: Fault, statuses: list[str]
) -> None:
    box.sandbox.faults.set(fault, next=1, delay_s=0.2)
    await send(twilio, status_callback=hub.url)
    await box.settle()
    assert [form["MessageStatus"] for form in hub.forms] == statuses
    assert box.sandbox.faults.fired == {fault: 1}


@pytest.mark.parametrize(("fault", "error"), ((Fault.API_429, 20429), (Fault.API_500, 20500), (Fault.API_503, 20503)))
async def test_what_is_refused_before_accepting_is_not_sent(
    box: RunningSandbox, twilio: Client, fault: Fault, error: int
) -> None:
    box.sandbox.faults.set(fault, next=2)
    for _ in range(2):
        assert (await refused(twilio))[0] == error
    assert not box.sandbox.messages
    assert (await send(twilio)).status == "queued"


@pytest.mark.parametrize(
    ("fault", "accepted"),
    ((Fault.API_TIMEOUT_BEFORE, 0), (Fault.API_TIMEOUT_AFTER, 1), (Fault.API_RESET_AFTER, 1)),
)
async def test_no_answer_comes_with_the_message_sent_or_not(
    box: RunningSandbox, twilio: Client, fault: Fault, accepted: int
) -> None:
    box.sandbox.faults.set(fault, next=1)
    with pytest.raises((aiohttp.ClientError, TimeoutError)):
        await send(twilio, body="once")
    assert len(box.sandbox.accepted[SARA, "once"]) == accepted
    await box.settle()
    assert [m.status for m in box.sandbox.messages.values()] == ["delivered"] * accepted
    # That is how a hub finds out: it asks for the list.
    assert len(await twilio.messages.list_async(to=SARA, from_=OURS)) == accepted


async def test_a_message_may_be_sent_though_the_answer_is_useless(box: RunningSandbox, twilio: Client) -> None:
    box.sandbox.faults.set(Fault.API_500_AFTER, next=1)
    assert (await refused(twilio))[0] == 20500
    box.sandbox.faults.set(Fault.API_NO_SID, next=1)
    assert (await send(twilio)).sid is None
    assert len(box.sandbox.accepted[SARA, "سلام"]) == 2


async def test_a_slow_answer_and_a_list_that_fails(box: RunningSandbox, twilio: Client) -> None:
    box.sandbox.faults.set(Fault.API_SLOW, next=1, delay_s=0.2)
    started = asyncio.get_running_loop().time()
    await send(twilio)
    assert asyncio.get_running_loop().time() - started >= 0.2
    box.sandbox.faults.set(Fault.LIST_503, next=1)
    with pytest.raises(TwilioException, match="HTTP 503"):
        await twilio.messages.page_async()
    assert [r.fault for r in box.sandbox.requests] == ["api_slow", "list_503"]


async def test_a_webhook_comes_twice_or_wrongly_signed_as_asked(box: RunningSandbox, hub: FakeHub) -> None:
    box.sandbox.faults.set(Fault.WEBHOOK_DUPLICATE, next=1)
    await box.text(SARA, OURS, "twice")
    await box.settle()
    first, second = hub.forms
    assert first == second
    box.sandbox.faults.set(Fault.WEBHOOK_BAD_SIGNATURE, next=1)
    await box.text(SARA, OURS, "forged")
    assert [hub.signature_holds(n, "/in") for n in range(3)] == [True, True, False]


async def test_a_message_never_told_to_the_hub_is_in_the_list(
    box: RunningSandbox, hub: FakeHub, twilio: Client
) -> None:
    (account,) = box.sandbox.accounts.values()
    account.fallback_url = hub.url
    box.sandbox.faults.set(Fault.WEBHOOK_LOST, next=1)
    lost = await box.text(SARA, OURS, "lost")
    await box.settle()
    assert not hub.forms
    assert lost.hub
    assert (lost.hub.taken, lost.hub.error, lost.hub.attempts) == (False, "webhook_lost", 0)
    assert [(d.sid, d.attempt, d.fault) for d in box.sandbox.deliveries] == [(lost.sid, 0, "webhook_lost")]
    (listed,) = await twilio.messages.list_async(to=OURS)
    assert (listed.sid, listed.direction, listed.status, listed.body) == (lost.sid, "inbound", "received", "lost")
    await box.text(SARA, OURS, "told")
    assert [form["Body"] for form in hub.forms] == ["told"]


async def test_an_unreachable_hub_is_tried_twice_then_the_fallback(box: RunningSandbox, hub: FakeHub) -> None:
    account = next(iter(box.sandbox.accounts.values()))
    account.webhook_url = "http://127.0.0.1:9/in"
    alone = await box.text(SARA, OURS, "nobody home")
    assert alone.hub
    assert (alone.hub.taken, alone.hub.error, alone.hub.attempts) == (False, "connection_refused", 2)
    account.fallback_url = hub.url
    caught = await box.text(SARA, OURS, "second door")
    assert caught.hub
    assert caught.hub.taken
    assert (hub.forms[0]["ErrorCode"], hub.forms[0]["ErrorUrl"]) == ("11205", account.webhook_url)
    assert [d.kind for d in box.sandbox.deliveries] == ["inbound"] * 4 + ["fallback"]


@pytest.mark.parametrize(("fragment", "tries"), (("", 1), ("#rc=5&rp=all", 3), ("#rc=1&rp=5xx", 2), ("#rc=5&rp=ct", 1)))
async def test_an_error_is_retried_only_as_the_url_says(
    box: RunningSandbox, hub: FakeHub, fragment: str, tries: int
) -> None:
    next(iter(box.sandbox.accounts.values())).webhook_url = hub.url + fragment
    hub.statuses = [503, 500]
    message = await box.text(SARA, OURS, "hello")
    assert message.hub
    assert message.hub.attempts == len(hub.posts) == tries
    assert len({headers["I-Twilio-Idempotency-Token"] for _, headers in hub.posts}) == 1
    assert all(hub.signature_holds(n, "/in") for n in range(tries))
