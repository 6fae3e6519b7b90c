"""The last gate, and what an attempt leads to."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from hub.delivery import outcomes
from hub.delivery.gate import NEWS_LASTS, Waiting, doubt, obstacle
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
from hub.model import DeliveryStatus, derived_id

NOW = datetime(2026, 3, 21, 9, 0, tzinfo=UTC)


def waiting(*, text: str = "hello", blocked: bool = False, active: bool = True, **more: Any) -> Waiting:
    return Waiting(
        message_id=derived_id("m"),
        conversation_id=None,
        account="sms_twilio/default",
        contact_point="tel:+1",
        our_address="tel:+2",
        text=text,
        attempts=0,
        unknowns=0,
        blocked=blocked,
        account_active=active,
        **more,
    )


DAY = timedelta(hours=24)
TEMPLATE = {"id": "HX1", "variables": {"1": "Sara"}}
THERE, GONE = ({"position": 0, "status": status, "content_type": "image/png"} for status in ("stored", "failed"))


@pytest.mark.parametrize(
    ("message", "told"),
    [
        (waiting(), None),
        (waiting(active=False), "does not exist"),
        (waiting(blocked=True), "asked to stop"),
        (waiting(text=" \n\t"), "empty"),
        (waiting(text="", files=[THERE]), None),
        (waiting(text="", files=[THERE, GONE]), "file"),
        (waiting(template=TEMPLATE, template_approved=True), None),
        (waiting(template=TEMPLATE), "not approved"),
        (waiting(template=TEMPLATE, template_approved=True, blocked=True), "asked to stop"),
    ],
)
def test_the_gate(message: Waiting, told: str | None) -> None:
    why = obstacle(message, window=None, now=NOW)
    assert why is None if told is None else why is not None and told in why


@pytest.mark.parametrize(
    ("message", "passes"),
    [
        (waiting(), False),
        (waiting(heard_at=NOW - DAY), False),
        (waiting(heard_at=NOW - DAY + timedelta(seconds=1)), True),
        (waiting(heard_at=NOW - DAY, text="", files=[THERE]), False),
        (waiting(template=TEMPLATE, template_approved=True), True),
        (waiting(template=TEMPLATE, heard_at=NOW), False),
    ],
)
def test_outside_the_window_only_an_approved_template_passes(message: Waiting, *, passes: bool) -> None:
    why = obstacle(message, window=DAY, now=NOW)
    assert (why is None) is passes, why


@pytest.mark.parametrize(
    ("message", "waits"),
    [
        (waiting(), False),
        (waiting(template=TEMPLATE, template_approved=True, template_seen_at=NOW), False),
        (waiting(template=TEMPLATE, template_approved=True, template_seen_at=NOW - NEWS_LASTS), True),
        (waiting(template=TEMPLATE, template_approved=True), True),
    ],
)
def test_a_template_nobody_heard_of_for_long_waits(message: Waiting, *, waits: bool) -> None:
    assert obstacle(message, window=DAY, now=NOW + DAY) is None or message.template is None
    assert (doubt(message, now=NOW) is not None) is waits


def refused(error: SendError, *, number: int = 1, waited: timedelta = timedelta(0)) -> outcomes.Outcome:
    return outcomes.refused(waiting(), number, error, now=NOW, waited=waited)


@pytest.mark.parametrize("error", [MessageInvalid("no"), Rejected("no"), OptedOut("no"), SendError("no")])
def test_a_final_no_is_final(error: SendError) -> None:
    outcome = refused(error)
    assert (outcome.outcome, outcome.status, outcome.next_at) == ("refused", DeliveryStatus.FAILED, None)
    assert outcome.opted_out == isinstance(error, OptedOut)


@pytest.mark.parametrize(
    ("error", "number", "seconds"),
    [
        (Throttled("slow", retry_after=7), 1, 7),
        (Throttled("slow", retry_after=99_999), 1, 300),
        (Throttled("slow"), 3, 8),
        (Unavailable("away"), 1, 2),
        (Unavailable("away"), 40, 300),
        (ConfigInvalid("token"), 1, 60),
    ],
)
def test_put_back_for_a_while(error: SendError, number: int, seconds: int) -> None:
    outcome = refused(error, number=number)
    assert (outcome.outcome, outcome.status) == ("postponed", DeliveryStatus.QUEUED)
    assert outcome.next_at == NOW + timedelta(seconds=seconds)
    late = refused(error, number=number, waited=timedelta(hours=4))
    assert (late.outcome, late.status, late.next_at) == ("refused", DeliveryStatus.FAILED, None)


def test_unknown_is_looked_up_however_long_it_waited() -> None:
    outcome = refused(OutcomeUnknown("lost"), waited=timedelta(days=1))
    assert (outcome.outcome, outcome.status) == ("unknown", DeliveryStatus.UNKNOWN)
    assert outcome.next_at == NOW + timedelta(seconds=10)


def test_accepted_waits_three_days_for_receipts() -> None:
    outcome = outcomes.accepted(waiting(), 1, provider_id="SM1", status=DeliveryStatus.SENT, now=NOW)
    assert (outcome.outcome, outcome.status, outcome.provider_id) == ("accepted", DeliveryStatus.SENT, "SM1")
    assert outcome.next_at == NOW + timedelta(hours=72)
