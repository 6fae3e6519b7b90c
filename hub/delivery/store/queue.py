"""The line of each contact point: queue, claim, postpone, and what is due."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from hub.delivery.gate import Waiting
from hub.delivery.store.moving import TOLD, Moved, moved
from hub.store import Transaction

STILL_CALLING = timedelta(seconds=45)
"""So long after its claim another process may still be in its call. While such a claim's outcome is unknown, the next
message to that contact point waits: else two would be in flight, and the second come first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Queued:
    """A message that shall go out."""

    message_id: UUID
    conversation_id: UUID
    account: str
    contact_point: str
    our_address: str
    accepted_at: datetime


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
    """The first queued message of each contact point at which no call can be under way, if its time has come."""
    rows = await tx.fetch(_HEADS, sorted(set(points)), now, now - STILL_CALLING)
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
        " WHERE d.message_id = g.message_id AND d.rank < 20" + TOLD,
        [message_id for message_id, _ in failed],
        [reason for _, reason in failed],
        now,
    )
    return moved(rows)


async def postpone(
    tx: Transaction, waiting: Sequence[tuple[UUID, str]], *, now: datetime, next_at: datetime
) -> list[Moved]:
    """What cannot be handed over now, through no fault of its own, stays queued with the reason until ``next_at``."""
    rows = await tx.fetch(
        "UPDATE deliveries d SET reason = g.reason, next_at = $4, updated_at = $3, version = version + 1"
        " FROM unnest($1::uuid[], $2::text[]) AS g(message_id, reason)"
        " WHERE d.message_id = g.message_id AND d.status = 'queued'" + TOLD,
        [message_id for message_id, _ in waiting],
        [reason for _, reason in waiting],
        now,
        next_at,
    )
    return moved(rows)


async def take_turn(tx: Transaction, account: str, *, now: datetime, next_at: datetime) -> bool:
    """Whether a message may try the provider for a paused account; if so, no other may before ``next_at``."""
    turn = await tx.fetchval(
        "UPDATE accounts SET paused_until = $3 WHERE id = $1 AND (paused_until IS NULL OR paused_until <= $2)"
        " RETURNING true",
        account,
        now,
        next_at,
    )
    return bool(turn)


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


async def open_since(tx: Transaction, message_id: UUID) -> datetime | None:
    """Since when a message has been waiting to go out."""
    sql = "SELECT accepted_at FROM deliveries WHERE message_id = $1"
    since: datetime | None = await tx.fetchval(sql, message_id)
    return since


# Without an attempt and a reason it was never postponed: it need not wait for its time, which is its lost bell's.
_HEADS = """
SELECT d.message_id, d.conversation_id, d.account, d.contact_point, d.our_address, coalesce(c.text, '') AS text,
       (SELECT count(*) FROM attempts a WHERE a.message_id = d.message_id) AS attempts,
       (SELECT count(*) FROM attempts a WHERE a.message_id = d.message_id AND a.outcome = 'absent') AS unknowns,
       EXISTS (SELECT FROM provider_blocks b WHERE b.contact_point = d.contact_point
                  AND b.our_address = d.our_address AND b.blocked) AS blocked,
       coalesce(k.active, false) AS account_active, k.paused_reason AS account_paused
  FROM unnest($1::text[]) AS p(contact_point)
 CROSS JOIN LATERAL (
       SELECT * FROM deliveries q WHERE q.contact_point = p.contact_point AND q.status IN ('queued', 'sending')
        ORDER BY q.accepted_at, q.message_id LIMIT 1 FOR UPDATE) d
  LEFT JOIN interaction_contents c ON c.event_id = d.message_id
  LEFT JOIN accounts k ON k.id = d.account
 WHERE d.status = 'queued'
   AND (d.next_at <= $2 OR (d.reason IS NULL AND NOT EXISTS (SELECT FROM attempts a WHERE a.message_id = d.message_id)))
   AND NOT EXISTS (SELECT FROM attempts a
                    WHERE a.contact_point = p.contact_point AND a.outcome = 'unknown' AND a.started_at > $3)
"""
