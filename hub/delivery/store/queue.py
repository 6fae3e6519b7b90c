"""The line of each contact point: queue, claim, postpone, and what is due."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from hub.delivery.gate import Waiting
from hub.delivery.store.moving import TOLD, Moved, moved
from hub.delivery.store.restored import REASON
from hub.store import Transaction

STILL_CALLING = timedelta(seconds=45)
"""So long after its claim another process may still be in its call. While such a claim's outcome is unknown, the next
message to that contact point waits: else two would be in flight, and the second come first."""

CLOCKS_APART = timedelta(seconds=2)
"""So far apart two clocks are at most, if each is within a second of the database's, as `hub doctor` asks. What was
asked for so shortly after a restore, by another machine's clock, may have been asked for, and sent, before it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Queued:
    """A message that shall go out."""

    message_id: UUID
    conversation_id: UUID
    account: str
    contact_point: str
    our_address: str
    accepted_at: datetime
    template: dict[str, Any] | None = None


async def queue(tx: Transaction, messages: Sequence[Queued], *, due: datetime) -> None:
    """Let these go out. ``due`` is when keep_time rings for them, should their first bell be lost.

    What was asked for before the database was restored, or within ``CLOCKS_APART`` after, may have been recorded and
    sent before: it is unknown instead.
    """
    columns = ("message_id", "conversation_id", "account", "contact_point", "our_address", "accepted_at", "template")
    await tx.execute(
        _QUEUE,
        *[[getattr(one, column) for one in messages] for column in columns],
        due,
        REASON,
        CLOCKS_APART,
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


@dataclass(frozen=True, slots=True)
class Place:
    """A place among what is due: longest first."""

    next_at: datetime
    message_id: UUID


FRONT = Place(datetime.fromtimestamp(0, UTC), UUID(int=0))


async def due(tx: Transaction, now: datetime, limit: int, *, after: Place = FRONT) -> list[tuple[Place, str]]:
    """Where a message's time has come, with its contact point, for keep_time to ring; those behind ``after``.

    Of what is queued only heads: who stands behind one that must wait is not helped by a bell.
    """
    rows = await tx.fetch(_DUE, now, after.next_at, after.message_id, limit)
    return [(Place(row["next_at"], row["message_id"]), row["contact_point"]) for row in rows]


async def open_since(tx: Transaction, message_id: UUID) -> datetime | None:
    """Since when a message has been waiting to go out."""
    sql = "SELECT accepted_at FROM deliveries WHERE message_id = $1"
    since: datetime | None = await tx.fetchval(sql, message_id)
    return since


_QUEUE = """
WITH cut AS (SELECT max(at) AS at FROM restores),
added AS (
    INSERT INTO deliveries (message_id, conversation_id, account, contact_point, our_address, accepted_at, template,
                            status, rank, next_at, restored_at, reason)
    SELECT g.*, CASE WHEN late.at IS NULL THEN 'queued' ELSE 'unknown' END,
           CASE WHEN late.at IS NULL THEN 0 ELSE 15 END, $8::timestamptz, late.at,
           CASE WHEN late.at IS NOT NULL THEN $9 END
      FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::timestamptz[], $7::jsonb[])
        AS g(message_id, conversation_id, account, contact_point, our_address, accepted_at, template)
      LEFT JOIN cut AS late ON g.accepted_at < late.at + $10::interval
        ON CONFLICT (message_id) DO NOTHING
 RETURNING message_id, contact_point, accepted_at, restored_at)
INSERT INTO attempts (message_id, number, contact_point, claimed_by, started_at, finished_at, outcome)
SELECT message_id, 1, contact_point, 'restored', accepted_at, greatest(accepted_at, restored_at), 'unknown' FROM added
 WHERE restored_at IS NOT NULL ON CONFLICT DO NOTHING
"""

_DUE = """
SELECT d.next_at, d.message_id, d.contact_point FROM deliveries d
 WHERE d.next_at <= $1 AND (d.next_at, d.message_id) > ($2, $3)
   AND (d.status <> 'queued' OR NOT EXISTS (
       SELECT FROM deliveries h WHERE h.contact_point = d.contact_point AND h.status IN ('queued', 'sending')
          AND (h.accepted_at, h.message_id) < (d.accepted_at, d.message_id)))
 ORDER BY d.next_at, d.message_id LIMIT $4
"""

# Without an attempt and a reason it was never postponed: it need not wait for its time, which is its lost bell's.
_HEADS = """
SELECT d.message_id, d.conversation_id, d.account, d.contact_point, d.our_address, coalesce(c.text, '') AS text,
       (SELECT count(*) FROM attempts a WHERE a.message_id = d.message_id) AS attempts,
       (SELECT count(*) FROM attempts a WHERE a.message_id = d.message_id AND a.outcome = 'absent') AS unknowns,
       EXISTS (SELECT FROM provider_blocks b WHERE b.contact_point = d.contact_point
                  AND b.our_address = d.our_address AND b.blocked) AS blocked,
       coalesce(k.active, false) AS account_active, k.paused_reason AS account_paused,
       (SELECT h.heard_at FROM last_heard h WHERE h.contact_point = d.contact_point AND h.our_address = d.our_address)
         AS heard_at, d.template, coalesce(t.approved, false) AS template_approved, t.seen_at AS template_seen_at, (
       SELECT jsonb_agg(jsonb_build_object('position', m.position, 'status', m.status, 'content_type', b.content_type)
              ORDER BY m.position) FROM media m LEFT JOIN blobs b USING (hash) WHERE m.interaction_id = d.message_id)
         AS files
  FROM unnest($1::text[]) AS p(contact_point)
 CROSS JOIN LATERAL (
       SELECT * FROM deliveries q WHERE q.contact_point = p.contact_point AND q.status IN ('queued', 'sending')
        ORDER BY q.accepted_at, q.message_id LIMIT 1 FOR UPDATE) d
  LEFT JOIN interactions i ON i.event_id = d.message_id
  LEFT JOIN interaction_contents c ON (c.recorded_at, c.event_id) = (i.recorded_at, i.event_id)
  LEFT JOIN accounts k ON k.id = d.account
  LEFT JOIN templates t ON t.account = d.account AND t.id = d.template ->> 'id'
 WHERE d.status = 'queued'
   AND (d.next_at <= $2 OR (d.reason IS NULL AND NOT EXISTS (SELECT FROM attempts a WHERE a.message_id = d.message_id)))
   AND NOT EXISTS (SELECT FROM attempts a
                    WHERE a.contact_point = p.contact_point AND a.outcome = 'unknown' AND a.started_at > $3)
"""
