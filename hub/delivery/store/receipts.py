"""The ledger of receipts, and how deliveries climb by them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from hub.delivery.ladder import FINAL, RANK
from hub.delivery.store import sids
from hub.delivery.store.moving import TOLD, Moved, moved
from hub.model import DeliveryStatus
from hub.store import Transaction

_FINAL = [str(status) for status in FINAL]


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """One delivery report as it stands in the ledger. ``event_id`` keeps it from being noted twice."""

    event_id: UUID
    account: str
    provider_id: str
    message_id: UUID | None
    status: DeliveryStatus
    provider_status: str
    code: str | None
    reason: str | None
    reported_at: datetime
    raw: dict[str, str]


async def note_receipts(tx: Transaction, receipts: Sequence[Receipt], *, now: datetime) -> list[Moved]:
    """Append the reports that are new and let their deliveries climb; those that moved.

    One that bears our message's id is the truth about whose the provider's id is.
    """
    await sids.beside_others(tx)
    columns = ("event_id", "account", "provider_id", "message_id", "status", "provider_status", "code", "reported_at")
    await tx.execute(
        "INSERT INTO receipts (event_id, account, provider_id, message_id, status, provider_status, code, reported_at,"
        " raw) SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::uuid[], $5::text[], $6::text[], $7::text[],"
        " $8::timestamptz[], $9::jsonb[]) ON CONFLICT (event_id) DO NOTHING",
        *[[getattr(one, column) for one in receipts] for column in columns],
        [one.raw for one in receipts],
    )
    best = _highest(receipts)
    owned = {(one.message_id, one.provider_id): one for one in best if one.message_id is not None}
    freed = await sids.take_back(tx, list(owned), now=now)
    await _settle_by_receipt(tx, list(owned.values()))
    risen = await _climb(tx, best)
    if freed:
        await sids.give(tx, list(owned))
        risen += await catch_up(tx, [sid for _, sid in owned])
    return [*freed, *risen]


async def catch_up(tx: Transaction, provider_ids: Sequence[str]) -> list[Moved]:
    """Receipts that named only the provider's id came before we knew whose it is: now they count."""
    if not provider_ids:
        return []
    rows = await tx.fetch(
        "SELECT event_id, account, provider_id, message_id, status, provider_status, code, reported_at"
        " FROM receipts WHERE provider_id = ANY($1::text[]) AND message_id IS NULL ORDER BY reported_at, event_id",
        provider_ids,
    )
    waited = [{**row, "status": DeliveryStatus(row["status"])} for row in rows]
    return await _climb(tx, _highest([Receipt(**row, reason=None, raw={}) for row in waited]))


async def _climb(tx: Transaction, best: Sequence[Receipt]) -> list[Moved]:
    if not best:
        return []
    rows = await tx.fetch(
        _CLIMB,
        [one.message_id for one in best],
        [one.provider_id for one in best],
        [one.status for one in best],
        [RANK[one.status] for one in best],
        [one.code for one in best],
        [one.reason for one in best],
        [one.reported_at for one in best],
        _FINAL,
        _given(best),
    )
    return moved(rows)


def _given(receipts: Sequence[Receipt]) -> list[str | None]:
    """The provider id each may give to its message."""
    return sids.once((one.message_id or one.event_id, one.provider_id) for one in receipts)


async def _settle_by_receipt(tx: Transaction, receipts: Sequence[Receipt]) -> None:
    """Whose outcome nobody wrote was taken all the same: its sid must not be found for another message's attempt.

    So was one that seemed absent, if no other attempt of its message can be meant.
    """
    if receipts:
        await tx.execute(
            _SETTLE_BY_RECEIPT,
            [one.message_id for one in receipts],
            _given(receipts),
            [one.reported_at for one in receipts],
        )


def _highest(receipts: Sequence[Receipt]) -> list[Receipt]:
    """Of several reports about a message the highest, the first of equals. Words we do not know move nothing."""
    best: dict[object, Receipt] = {}
    for one in receipts:
        if RANK[one.status] < RANK[DeliveryStatus.ACCEPTED]:
            continue
        key = one.message_id or one.provider_id
        if key not in best or RANK[one.status] > RANK[best[key].status]:
            best[key] = one
    return list(best.values())


_SETTLE_BY_RECEIPT = """
UPDATE attempts a SET outcome = 'accepted', provider_id = g.provider_id, finished_at = g.at
  FROM unnest($1::uuid[], $2::text[], $3::timestamptz[]) AS g(message_id, provider_id, at)
 CROSS JOIN LATERAL (
       SELECT number FROM attempts t WHERE t.message_id = g.message_id AND t.outcome IN ('sending', 'unknown', 'absent')
        ORDER BY t.outcome = 'absent', t.number DESC LIMIT 1) AS meant
 WHERE a.message_id = g.message_id AND a.number = meant.number AND g.provider_id IS NOT NULL
   AND NOT EXISTS (SELECT FROM attempts o WHERE o.provider_id = g.provider_id)
"""

_CLIMB = f"""
UPDATE deliveries d SET status = g.status, rank = g.rank, code = coalesce(g.code, d.code), reason = g.reason,
       provider_id = coalesce(d.provider_id, (SELECT g.given WHERE NOT EXISTS (
           SELECT FROM deliveries o WHERE o.provider_id = g.given AND o.message_id <> d.message_id))),
       version = d.version + 1, updated_at = g.at,
       next_at = CASE WHEN g.rank < 40 THEN g.at + interval '72 hours' END
  FROM unnest($1::uuid[], $2::text[], $3::text[], $4::smallint[], $5::text[], $6::text[], $7::timestamptz[],
              $9::text[])
    AS g(message_id, provider_id, status, rank, code, reason, at, given)
 WHERE (d.message_id = g.message_id OR (g.message_id IS NULL AND d.provider_id = g.provider_id))
   AND g.rank > d.rank AND NOT d.status = ANY($8::text[])
{TOLD}
"""
