"""SQL of delivery. Only this module writes deliveries, attempts and receipts."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from hub.delivery.gate import Waiting
from hub.delivery.ladder import FINAL, RANK
from hub.delivery.outcomes import Outcome
from hub.model import DeliveryStatus
from hub.store import Row, Transaction

_FINAL = [str(status) for status in FINAL]


@dataclass(frozen=True, slots=True, kw_only=True)
class Queued:
    """A message that shall go out."""

    message_id: UUID
    conversation_id: UUID
    account: str
    contact_point: str
    our_address: str
    accepted_at: datetime


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


@dataclass(frozen=True, slots=True)
class Moved:
    """A delivery that changed, for its hint."""

    message_id: UUID
    version: int
    conversation_id: UUID | None
    status: str
    assignee_id: UUID | None
    team_id: UUID | None


async def queue(tx: Transaction, messages: Sequence[Queued], *, due: datetime) -> None:
    """Let these go out. ``due`` is when keep_time rings for them, should their first bell be lost."""
    columns = ("message_id", "conversation_id", "account", "contact_point", "our_address", "accepted_at")
    await tx.execute(
        "INSERT INTO deliveries (message_id, conversation_id, account, contact_point, our_address, accepted_at,"
        " status, rank, next_at) SELECT g.*, 'queued', 0, $7::timestamptz FROM unnest($1::uuid[], $2::uuid[],"
        " $3::text[], $4::text[], $5::text[], $6::timestamptz[]) AS g ON CONFLICT (message_id) DO NOTHING",
        *[[getattr(one, column) for one in messages] for column in columns],
        due,
    )


async def heads(tx: Transaction, points: Iterable[str], *, now: datetime) -> list[Waiting]:
    """The first queued message of each contact point that has nothing in flight, if its time has come."""
    rows = await tx.fetch(_HEADS, sorted(set(points)), now)
    return [Waiting(**dict(row)) for row in rows]


async def claim(tx: Transaction, messages: Sequence[Waiting], *, by: str, now: datetime) -> set[UUID]:
    """Mark these ``sending`` and note the attempt; the ids of those that are ours now.

    The unique index on attempts in flight makes a second claim of the same contact point impossible.
    """
    rows = await tx.fetch(
        "WITH claimed AS (INSERT INTO attempts (message_id, number, contact_point, claimed_by, started_at)"
        " SELECT g.message_id, g.number, g.contact_point, $4, $5 FROM unnest($1::uuid[], $2::smallint[], $3::text[])"
        " AS g(message_id, number, contact_point) ON CONFLICT DO NOTHING RETURNING message_id)"
        " UPDATE deliveries d SET status = 'sending', rank = 10, next_at = NULL, version = version + 1,"
        " updated_at = $5 FROM claimed WHERE d.message_id = claimed.message_id AND d.status = 'queued'"
        " RETURNING d.message_id",
        [one.message_id for one in messages],
        [one.attempts + 1 for one in messages],
        [one.contact_point for one in messages],
        by,
        now,
    )
    return {row["message_id"] for row in rows}


async def fail(tx: Transaction, failed: Sequence[tuple[UUID, str]], *, now: datetime) -> list[Moved]:
    """What the gate holds back for good: failed with the reason, without any attempt."""
    rows = await tx.fetch(
        "UPDATE deliveries d SET status = 'failed', rank = 40, reason = g.reason, next_at = NULL, updated_at = $3,"
        " version = version + 1 FROM unnest($1::uuid[], $2::text[]) AS g(message_id, reason)"
        " WHERE d.message_id = g.message_id AND d.rank < 20" + _TOLD,
        [message_id for message_id, _ in failed],
        [reason for _, reason in failed],
        now,
    )
    return [Moved(**dict(row)) for row in rows]


async def abandoned(tx: Transaction, points: Iterable[str], *, claimed_before: datetime) -> list[Row]:
    """Attempts in flight at these contact points that nobody can be working on any more."""
    return await tx.fetch(
        "SELECT a.message_id, a.number, a.contact_point, a.started_at FROM attempts a WHERE a.outcome = 'sending'"
        " AND a.contact_point = ANY($1::text[]) AND a.started_at < $2",
        sorted(set(points)),
        claimed_before,
    )


async def note_abandoned(tx: Transaction, attempts: Sequence[Row], *, now: datetime, next_at: datetime) -> list[Moved]:
    """Nobody knows whether these calls were made: their outcome is unknown until the provider's list tells."""
    ids, numbers = [row["message_id"] for row in attempts], [row["number"] for row in attempts]
    await tx.execute(
        "UPDATE attempts a SET outcome = 'unknown', finished_at = $3 FROM unnest($1::uuid[], $2::smallint[])"
        " AS g(message_id, number) WHERE a.message_id = g.message_id AND a.number = g.number AND a.outcome = 'sending'",
        ids,
        numbers,
        now,
    )
    rows = await tx.fetch(
        "UPDATE deliveries d SET status = 'unknown', rank = 15, version = version + 1, updated_at = $2, next_at = $3,"
        " reason = 'the program stopped while this was handed over' WHERE message_id = ANY($1::uuid[]) AND rank < 15"
        + _TOLD,
        ids,
        now,
        next_at,
    )
    return [Moved(**dict(row)) for row in rows]


async def settle(tx: Transaction, outcomes: Sequence[Outcome], *, now: datetime) -> list[Moved]:
    """Write what the attempts led to. A receipt that was quicker than we are is not undone."""
    await tx.execute(
        "UPDATE attempts a SET outcome = g.outcome, provider_id = g.provider_id, code = g.code, finished_at = $6"
        " FROM unnest($1::uuid[], $2::smallint[], $3::text[], $4::text[], $5::text[])"
        " AS g(message_id, number, outcome, provider_id, code)"
        " WHERE a.message_id = g.message_id AND a.number = g.number AND a.outcome IN ('sending', 'unknown')",
        [one.message.message_id for one in outcomes],
        [one.number for one in outcomes],
        [one.outcome for one in outcomes],
        [one.provider_id for one in outcomes],
        [one.code for one in outcomes],
        now,
    )
    rows = await tx.fetch(
        _SETTLE,
        [one.message.message_id for one in outcomes],
        [one.status for one in outcomes],
        [RANK[one.status] for one in outcomes],
        [one.provider_id for one in outcomes],
        [one.code for one in outcomes],
        [one.reason for one in outcomes],
        [one.next_at for one in outcomes],
        now,
    )
    rows += await _catch_up(tx, [one.provider_id for one in outcomes if one.provider_id is not None])
    blocked = [one.message for one in outcomes if one.opted_out]
    await block(tx, [(one.contact_point, one.our_address) for one in blocked], source="provider refused", at=now)
    return [Moved(**dict(row)) for row in rows]


async def _catch_up(tx: Transaction, provider_ids: Sequence[str]) -> list[Row]:
    """Receipts that named only the provider's id came before we knew whose it is: now they count."""
    if not provider_ids:
        return []
    rows = await tx.fetch(
        "SELECT event_id, account, provider_id, message_id, status, provider_status, code, reported_at"
        " FROM receipts WHERE provider_id = ANY($1::text[]) AND message_id IS NULL ORDER BY reported_at, event_id",
        provider_ids,
    )
    waited = [{**row, "status": DeliveryStatus(row["status"])} for row in rows]
    return await _climb(tx, [Receipt(**row, reason=None, raw={}) for row in waited])


async def unknowns(tx: Transaction, points: Iterable[str], *, now: datetime) -> list[Row]:
    """Attempts of unknown outcome at these contact points whose time to be looked up has come, oldest first."""
    return await tx.fetch(
        "SELECT d.message_id, d.account, d.contact_point, d.our_address, d.conversation_id, a.number, a.started_at,"
        " c.text, (SELECT count(*) FROM attempts u WHERE u.message_id = d.message_id AND u.outcome = 'absent')"
        " AS absences FROM deliveries d JOIN LATERAL (SELECT number, started_at FROM attempts"
        " WHERE message_id = d.message_id ORDER BY number DESC LIMIT 1) a ON true"
        " JOIN interaction_contents c ON c.event_id = d.message_id"
        " WHERE d.contact_point = ANY($1::text[]) AND d.status = 'unknown' AND d.next_at <= $2 ORDER BY a.started_at",
        sorted(set(points)),
        now,
    )


async def known_provider_ids(tx: Transaction, provider_ids: Iterable[str]) -> set[str]:
    """Those of these provider ids that belong to an attempt already: a sid belongs to one attempt."""
    sql = "SELECT provider_id FROM attempts WHERE provider_id = ANY($1::text[])"
    return {row["provider_id"] for row in await tx.fetch(sql, list(provider_ids))}


async def look_again(tx: Transaction, message_id: UUID, *, next_at: datetime | None) -> None:
    """The list did not settle it yet; when to look again, or never."""
    await tx.execute(
        "UPDATE deliveries SET next_at = $2 WHERE message_id = $1 AND status = 'unknown'", message_id, next_at
    )


async def absent(tx: Transaction, message_id: UUID, number: int, *, send_again: bool, now: datetime) -> list[Moved]:
    """The provider never took this attempt: proved. The message goes out once more, or has failed."""
    await tx.execute(
        "UPDATE attempts SET outcome = 'absent', finished_at = $3 WHERE message_id = $1 AND number = $2"
        " AND outcome = 'unknown'",
        message_id,
        number,
        now,
    )
    rows = await tx.fetch(
        "UPDATE deliveries d SET status = CASE WHEN $2 THEN 'queued' ELSE 'failed' END,"
        " rank = CASE WHEN $2 THEN 0 ELSE 40 END, next_at = CASE WHEN $2 THEN $3::timestamptz END,"
        " version = version + 1, updated_at = $3, reason = 'the provider did not take it'"
        " WHERE message_id = $1 AND status = 'unknown'" + _TOLD,
        message_id,
        send_again,
        now,
    )
    return [Moved(**dict(row)) for row in rows]


async def note_receipts(tx: Transaction, receipts: Sequence[Receipt]) -> list[Moved]:
    """Append the reports that are new and let their deliveries climb; those that moved."""
    columns = ("event_id", "account", "provider_id", "message_id", "status", "provider_status", "code", "reported_at")
    await tx.execute(
        "INSERT INTO receipts (event_id, account, provider_id, message_id, status, provider_status, code, reported_at,"
        " raw) SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::uuid[], $5::text[], $6::text[], $7::text[],"
        " $8::timestamptz[], $9::jsonb[]) ON CONFLICT (event_id) DO NOTHING",
        *[[getattr(one, column) for one in receipts] for column in columns],
        [one.raw for one in receipts],
    )
    await _settle_by_receipt(tx, [one for one in _highest(receipts) if one.message_id is not None])
    return [Moved(**dict(row)) for row in await _climb(tx, receipts)]


async def _climb(tx: Transaction, receipts: Sequence[Receipt]) -> list[Row]:
    best = _highest(receipts)
    if not best:
        return []
    return await tx.fetch(
        _CLIMB,
        [one.message_id for one in best],
        [one.provider_id for one in best],
        [one.status for one in best],
        [RANK[one.status] for one in best],
        [one.code for one in best],
        [one.reason for one in best],
        [one.reported_at for one in best],
        _FINAL,
    )


async def _settle_by_receipt(tx: Transaction, receipts: Sequence[Receipt]) -> None:
    """Whose outcome nobody wrote was taken all the same: its sid must not be found for another message's attempt."""
    if receipts:
        await tx.execute(
            "UPDATE attempts a SET outcome = 'accepted', provider_id = g.provider_id, finished_at = g.at"
            " FROM unnest($1::uuid[], $2::text[], $3::timestamptz[]) AS g(message_id, provider_id, at)"
            " WHERE a.message_id = g.message_id AND a.outcome IN ('sending', 'unknown')"
            " AND NOT EXISTS (SELECT FROM attempts o WHERE o.provider_id = g.provider_id)",
            [one.message_id for one in receipts],
            [one.provider_id for one in receipts],
            [one.reported_at for one in receipts],
        )


async def block(tx: Transaction, pairs: Sequence[tuple[str, str]], *, source: str, at: datetime) -> None:
    """The provider delivers nothing from our address to hers any more: (contact point, our address)."""
    if pairs:
        await tx.execute(
            "INSERT INTO provider_blocks (contact_point, our_address, since, source)"
            " SELECT g.*, $3, $4 FROM unnest($1::text[], $2::text[]) AS g ON CONFLICT DO NOTHING",
            [point for point, _ in pairs],
            [address for _, address in pairs],
            at,
            source,
        )


async def unblock(tx: Transaction, pairs: Sequence[tuple[str, str]]) -> None:
    """She wrote START: the provider delivers again."""
    if pairs:
        await tx.execute(
            "DELETE FROM provider_blocks b USING unnest($1::text[], $2::text[]) AS g(contact_point, our_address)"
            " WHERE b.contact_point = g.contact_point AND b.our_address = g.our_address",
            [point for point, _ in pairs],
            [address for _, address in pairs],
        )


async def without_receipt(tx: Transaction, points: Iterable[str], *, now: datetime) -> None:
    """Nothing was heard for long: shown as *sent (no receipt)*; a receipt may still come."""
    await tx.execute(
        "UPDATE deliveries SET next_at = NULL, reason = coalesce(reason, 'no receipt'), version = version + 1"
        " WHERE contact_point = ANY($1::text[]) AND status IN ('accepted', 'sent') AND next_at <= $2",
        sorted(set(points)),
        now,
    )


async def due(tx: Transaction, now: datetime, limit: int) -> list[tuple[UUID, str]]:
    """Contact points at which a message's time has come, each with its longest due one, for keep_time to ring.

    One a contact point: else hundreds behind a head that must wait would keep all others from being rung for.
    """
    rows = await tx.fetch(
        "SELECT message_id, contact_point FROM (SELECT DISTINCT ON (contact_point) message_id, contact_point, next_at"
        " FROM deliveries WHERE next_at <= $1 ORDER BY contact_point, next_at) AS d ORDER BY next_at LIMIT $2",
        now,
        limit,
    )
    return [(row["message_id"], row["contact_point"]) for row in rows]


async def in_flight_since(tx: Transaction, before: datetime, limit: int) -> list[tuple[UUID, str]]:
    """Attempts begun before that time and never finished: their worker died."""
    rows = await tx.fetch(
        "SELECT message_id, contact_point FROM attempts WHERE outcome = 'sending' AND started_at < $1 LIMIT $2",
        before,
        limit,
    )
    return [(row["message_id"], row["contact_point"]) for row in rows]


async def open_since(tx: Transaction, message_id: UUID) -> datetime | None:
    """Since when a message has been waiting to go out."""
    sql = "SELECT accepted_at FROM deliveries WHERE message_id = $1"
    since: datetime | None = await tx.fetchval(sql, message_id)
    return since


_HEADS = """
SELECT d.message_id, d.conversation_id, d.account, d.contact_point, d.our_address, coalesce(c.text, '') AS text,
       (SELECT count(*) FROM attempts a WHERE a.message_id = d.message_id) AS attempts,
       (SELECT count(*) FROM attempts a WHERE a.message_id = d.message_id AND a.outcome = 'absent') AS unknowns,
       EXISTS (SELECT FROM provider_blocks b
                WHERE b.contact_point = d.contact_point AND b.our_address = d.our_address) AS blocked
  FROM unnest($1::text[]) AS p(contact_point)
 CROSS JOIN LATERAL (
       SELECT * FROM deliveries q WHERE q.contact_point = p.contact_point AND q.status IN ('queued', 'sending')
        ORDER BY q.accepted_at, q.message_id LIMIT 1 FOR UPDATE) d
  LEFT JOIN interaction_contents c ON c.event_id = d.message_id
 WHERE d.status = 'queued'
   AND (d.next_at <= $2 OR NOT EXISTS (SELECT FROM attempts a WHERE a.message_id = d.message_id))
"""

_TOLD = """
RETURNING d.message_id, d.version, d.conversation_id, d.status,
          (SELECT s.assignee_id FROM conversation_states s WHERE s.conversation_id = d.conversation_id) AS assignee_id,
          (SELECT s.team_id FROM conversation_states s WHERE s.conversation_id = d.conversation_id) AS team_id
"""

# While we waited for the answer a receipt may have come: a status that does not climb keeps what stands there.
_SETTLE = f"""
UPDATE deliveries d SET
       status = CASE WHEN d.rank <= 15 THEN g.status ELSE d.status END,
       rank = CASE WHEN d.rank <= 15 THEN g.rank ELSE d.rank END,
       provider_id = coalesce(d.provider_id, g.provider_id), code = coalesce(g.code, d.code),
       reason = CASE WHEN d.rank <= 15 THEN g.reason ELSE d.reason END,
       next_at = CASE WHEN d.rank <= 15 THEN g.next_at ELSE d.next_at END,
       version = d.version + 1, updated_at = $8
  FROM unnest($1::uuid[], $2::text[], $3::smallint[], $4::text[], $5::text[], $6::text[], $7::timestamptz[])
    AS g(message_id, status, rank, provider_id, code, reason, next_at)
 WHERE d.message_id = g.message_id
{_TOLD}
"""

_CLIMB = f"""
UPDATE deliveries d SET status = g.status, rank = g.rank, code = coalesce(g.code, d.code), reason = g.reason,
       provider_id = coalesce(d.provider_id, g.provider_id), version = d.version + 1, updated_at = g.at,
       next_at = CASE WHEN g.rank < 40 THEN g.at + interval '72 hours' END
  FROM unnest($1::uuid[], $2::text[], $3::text[], $4::smallint[], $5::text[], $6::text[], $7::timestamptz[])
    AS g(message_id, provider_id, status, rank, code, reason, at)
 WHERE (d.message_id = g.message_id OR (g.message_id IS NULL AND d.provider_id = g.provider_id))
   AND g.rank > d.rank AND NOT d.status = ANY($8::text[])
{_TOLD}
"""


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
