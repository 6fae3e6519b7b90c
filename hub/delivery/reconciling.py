"""Settling an unknown outcome: the provider's own list is asked what it took from us.

Standing there counts at once. Not standing there counts only two minutes after the attempt; then an agent's message
goes out once more, and after a second proven absence it is shown as failed. A provider id belongs to one attempt, so of
two equal texts to the same number each is matched to a message of its own.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

import structlog

from hub.channel import Lists, SentMessage
from hub.delivery import outcomes
from hub.delivery import store as deliveries
from hub.delivery.gate import Waiting
from hub.delivery.store import Moved
from hub.errors import SendError
from hub.model import ContactPoint
from hub.store import Row, Store, Transaction

log = structlog.get_logger(__name__)

CLOCKS_DIFFER = timedelta(seconds=30)
"""The provider's clock against ours, and its times have whole seconds only."""


async def settle_unknown(store: Store, attempt: Row, provider: Lists | None, *, now: datetime) -> list[Moved]:
    """Ask the provider about one attempt and write what it says; what moved, nothing while it stays unknown.

    A provider that cannot be asked is asked later.
    """
    try:
        listed = await _listed(attempt, provider)
    except SendError as error:
        log.warning("reconciling_postponed", message=str(attempt["message_id"]), reason=error.reason)
        listed = None
    async with store.transaction() as tx:
        found = await _unclaimed(tx, listed or [])
        if found is not None:
            return await _accept(tx, attempt, found, now)
        if listed is not None and now - attempt["started_at"] >= outcomes.ABSENCE_COUNTS:
            return await _absent(tx, attempt, now)
        await deliveries.look_again(tx, attempt["message_id"], next_at=_next_look(attempt, provider, now))
        return []


async def _listed(attempt: Row, provider: Lists | None) -> Sequence[SentMessage] | None:
    if provider is None:
        return None
    since = attempt["started_at"] - CLOCKS_DIFFER
    to = ContactPoint(attempt["contact_point"])
    sent = await provider.sent_to(to, our_address=attempt["our_address"], since=since)
    return [one for one in sent if one.text == attempt["text"] and one.created_at >= since]


async def _unclaimed(tx: Transaction, listed: Sequence[SentMessage]) -> SentMessage | None:
    """The oldest listed message with this text that belongs to no other attempt."""
    taken = await deliveries.known_provider_ids(tx, [one.provider_id for one in listed])
    free = sorted((one for one in listed if one.provider_id not in taken), key=lambda one: one.created_at)
    return free[0] if free else None


async def _accept(tx: Transaction, attempt: Row, found: SentMessage, now: datetime) -> list[Moved]:
    message = Waiting(
        message_id=attempt["message_id"],
        conversation_id=attempt["conversation_id"],
        account=attempt["account"],
        contact_point=attempt["contact_point"],
        our_address=attempt["our_address"],
        text="",
        attempts=attempt["number"],
        unknowns=attempt["absences"],
        blocked=False,
    )
    outcome = outcomes.accepted(message, attempt["number"], provider_id=found.provider_id, status=found.status, now=now)
    moved = await deliveries.settle(tx, [outcome], now=now)
    log.info("unknown_settled", message=str(attempt["message_id"]), status=found.status)
    return moved


async def _absent(tx: Transaction, attempt: Row, now: datetime) -> list[Moved]:
    again = attempt["absences"] == 0
    moved = await deliveries.absent(tx, attempt["message_id"], attempt["number"], send_again=again, now=now)
    log.warning("unknown_was_absent", message=str(attempt["message_id"]), sent_again=again)
    return moved


def _next_look(attempt: Row, provider: Lists | None, now: datetime) -> datetime | None:
    if provider is None:
        return None  # such a provider has no list: it stays unknown, shown, and a receipt may still tell
    counts_from: datetime = attempt["started_at"] + outcomes.ABSENCE_COUNTS
    return max(now + outcomes.LOOK_FIRST, min(now + outcomes.LOOK_AGAIN, counts_from))
