"""What one attempt led to, and what happens next to its message. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from hub.delivery.gate import Waiting
from hub.errors import ConfigInvalid, OptedOut, OutcomeUnknown, SendError, Throttled
from hub.model import DeliveryStatus

LOOK_FIRST = timedelta(seconds=10)
"""When the provider's list is first asked about an unknown outcome: presence counts at once."""
ABSENCE_COUNTS = timedelta(minutes=2)
"""So long after the attempt, not standing in the provider's list proves that it was never taken (semantics E)."""
LOOK_AGAIN = timedelta(seconds=30)
NO_RECEIPT = timedelta(hours=72)
GIVE_UP = timedelta(hours=4)
"""A provider that could not be reached for so long fails the message, visibly, instead of texting her at night."""
LONGEST_PAUSE = 300.0
POSTPONED = timedelta(seconds=60)
"""An account that is refused, or cannot be used in this process, is tried again after this."""
LOOKS = 5
"""So often the list is looked at when it holds something we cannot place; then only a receipt or a person can tell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What to write after an attempt: the attempt's own ``outcome`` and the message's new status."""

    message: Waiting
    number: int
    outcome: str
    status: DeliveryStatus
    next_at: datetime | None
    provider_id: str | None = None
    code: str | None = None
    reason: str | None = None
    opted_out: bool = False
    pauses: bool = False
    """The provider refuses the account as a whole, not this message."""


def accepted(message: Waiting, number: int, *, provider_id: str, status: DeliveryStatus, now: datetime) -> Outcome:
    """The provider took it; from now on receipts tell."""
    return Outcome(
        message=message,
        number=number,
        outcome="accepted",
        status=status,
        provider_id=provider_id,
        next_at=now + NO_RECEIPT,
    )


def unknown(message: Waiting, number: int, *, now: datetime, reason: str) -> Outcome:
    """The call may or may not have been heard: never again before the provider's list was looked at."""
    return Outcome(
        message=message,
        number=number,
        outcome="unknown",
        status=DeliveryStatus.UNKNOWN,
        reason=reason,
        next_at=now + LOOK_FIRST,
    )


def refused(message: Waiting, number: int, error: SendError, *, now: datetime, waited: timedelta) -> Outcome:
    """The provider said no, or could not be asked. Whether it pays to try again is the error's own knowledge."""
    if isinstance(error, OutcomeUnknown):
        return unknown(message, number, now=now, reason=error.reason)
    again = (error.retryable or isinstance(error, ConfigInvalid)) and waited < GIVE_UP
    return Outcome(
        message=message,
        number=number,
        outcome="postponed" if again else "refused",
        status=DeliveryStatus.QUEUED if again else DeliveryStatus.FAILED,
        code=error.code,
        reason=error.reason,
        next_at=now + timedelta(seconds=_pause(error, number)) if again else None,
        opted_out=isinstance(error, OptedOut),
        pauses=isinstance(error, ConfigInvalid),
    )


def postponed(message: Waiting, number: int, *, now: datetime, reason: str) -> Outcome:
    """No call was made, for want of something that is not the message's fault."""
    return Outcome(
        message=message,
        number=number,
        outcome="postponed",
        status=DeliveryStatus.QUEUED,
        reason=reason,
        next_at=now + POSTPONED,
    )


def _pause(error: SendError, number: int) -> float:
    if isinstance(error, ConfigInvalid):
        return POSTPONED.total_seconds()
    if isinstance(error, Throttled) and error.retry_after is not None:
        return min(error.retry_after, LONGEST_PAUSE)
    return min(2.0 ** min(number, 10), LONGEST_PAUSE)
