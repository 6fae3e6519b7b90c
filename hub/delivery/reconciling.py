"""Settling an unknown outcome: the provider's own list is asked what it took from us.

Standing there counts at once. Not standing there counts only two minutes after the attempt; then an agent's message
goes out once more, and after a second proven absence it is shown as failed. A provider id belongs to one attempt, so of
two equal texts to the same number each is matched to a message of its own. While something stands there that nobody
sent, with a text that is not quite ours, nothing is proved: providers change texts. After a restore absence proves
nothing at all, since nobody knows any more what was tried (``hub/delivery/restoring.py``).
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

NEAR = timedelta(minutes=5)
"""What the provider's list shows so near to the attempt may be it, whatever its clock and its text say."""


async def settle_unknown(store: Store, attempt: Row, adapter: object | None, *, now: datetime) -> list[Moved]:
    """Ask the provider about one attempt and write what it says; what moved, nothing while it stays unknown.

    A provider that cannot be asked is asked later; so is one whose ``adapter`` is missing in this process.
    """
    listed = await _listed(attempt, adapter)
    async with store.transaction() as tx:
        if listed is None:
            next_at = _never_or_later(adapter, now)
            await deliveries.look_again(tx, attempt["message_id"], attempt["number"], next_at=next_at, looked=False)
            return []
        await deliveries.alone(tx)
        free = await _unclaimed(tx, attempt, listed)
        if found := [one for one in free if one.text == attempt["text"]]:
            return await _accept(tx, attempt, found[0], now)
        strange = _may_hold_it(attempt, free)
        if not strange and now - attempt["started_at"] >= outcomes.ABSENCE_COUNTS:
            return await _absent(tx, attempt, now)
        next_at = _next_look(attempt, now, strange=strange)
        await deliveries.look_again(tx, attempt["message_id"], attempt["number"], next_at=next_at, looked=strange)
        return []


async def _listed(attempt: Row, adapter: object | None) -> Sequence[SentMessage] | None:
    """What was sent to her from our address since shortly before the attempt; ``None`` if nobody can tell now."""
    if not isinstance(adapter, Lists):
        return None
    since = attempt["started_at"] - NEAR
    to = ContactPoint(attempt["contact_point"])
    try:
        sent = await adapter.sent_to(to, our_address=attempt["our_address"], since=since)
    except SendError as error:
        log.warning("reconciling_postponed", message=str(attempt["message_id"]), reason=error.reason)
        return None
    return [one for one in sent if one.created_at >= since]


async def _unclaimed(tx: Transaction, attempt: Row, listed: Sequence[SentMessage]) -> list[SentMessage]:
    """The listed messages that belong to no other attempt, oldest first."""
    ids = [one.provider_id for one in listed]
    taken = await deliveries.known_provider_ids(tx, ids, besides=attempt["message_id"])
    return sorted((one for one in listed if one.provider_id not in taken), key=lambda one: one.created_at)


def _may_hold_it(attempt: Row, free: Sequence[SentMessage]) -> bool:
    """Whether not finding its text proves nothing: something near may be it, or it was sent in a time we forgot."""
    return attempt["restored_at"] is not None or any(
        abs(one.created_at - attempt["started_at"]) <= NEAR for one in free
    )


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


def _never_or_later(adapter: object | None, now: datetime) -> datetime | None:
    if adapter is not None and not isinstance(adapter, Lists):
        return None  # such a provider has no list: it stays unknown, shown, and a receipt may still tell
    return now + (outcomes.LOOK_AGAIN if adapter is not None else outcomes.POSTPONED)


def _next_look(attempt: Row, now: datetime, *, strange: bool) -> datetime | None:
    """Something strange in the list may be another message's that is not settled yet; after a few looks it is not."""
    if strange and attempt["looks"] + 1 >= outcomes.LOOKS and now - attempt["started_at"] >= outcomes.ABSENCE_COUNTS:
        log.warning("unknown_stays", message=str(attempt["message_id"]))
        return None
    counts_from: datetime = attempt["started_at"] + outcomes.ABSENCE_COUNTS
    return max(now + outcomes.LOOK_FIRST, min(now + outcomes.LOOK_AGAIN, counts_from))
