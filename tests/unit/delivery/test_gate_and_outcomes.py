"""The last gate, and what an attempt leads to."""

from datetime import UTC, datetime, timedelta

import pytest

from hub.delivery import outcomes
from hub.delivery.gate import Waiting, obstacle
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


def waiting(*, text: str = "hello", blocked: bool = False, active: bool = True) -> Waiting:
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
    )


@pytest.mark.parametrize(
    ("message", "told"),
    [
        (waiting(), None),
        (waiting(active=False), "does not exist"),
        (waiting(blocked=True), "asked to stop"),
        (waiting(text=" \n\t"), "empty"),
    ],
)
def test_the_gate(message: Waiting, told: str | None) -> None:
    why = obstacle(message)
    assert why is None if told is None else why is not None and told in why


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
