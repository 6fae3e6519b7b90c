"""Attempts: what they led to, those nobody finished, and those whose outcome is unknown."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from hub.delivery.ladder import RANK
from hub.delivery.outcomes import Outcome
from hub.delivery.store import sids
from hub.delivery.store.blocks import Word, hear
from hub.delivery.store.moving import TOLD, Moved, moved
from hub.delivery.store.receipts import catch_up
from hub.store import Row, Transaction


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
        + TOLD,
        ids,
        now,
        next_at,
    )
    return moved(rows)


async def settle(tx: Transaction, outcomes: Sequence[Outcome], *, now: datetime) -> list[Moved]:
    """Write what the attempts led to. A receipt that was quicker than we are is not undone."""
    await sids.beside_others(tx)
    given = sids.once((one.message.message_id, one.provider_id) for one in outcomes)
    owned = [(one.message.message_id, sid) for one, sid in zip(outcomes, given, strict=True) if sid is not None]
    told = await sids.take_back(tx, owned, now=now)
    await _settle_attempts(tx, outcomes, given, now)
    rows = await tx.fetch(
        _SETTLE,
        [one.message.message_id for one in outcomes],
        [one.status for one in outcomes],
        [RANK[one.status] for one in outcomes],
        given,
        [one.code for one in outcomes],
        [one.reason for one in outcomes],
        [one.next_at for one in outcomes],
        now,
    )
    told += moved(rows) + await catch_up(tx, [sid for _, sid in owned])
    await hear(tx, [_stop(one, now) for one in outcomes if one.opted_out])
    return told


async def _settle_attempts(
    tx: Transaction, outcomes: Sequence[Outcome], given: Sequence[str | None], now: datetime
) -> None:
    await tx.execute(
        "UPDATE attempts a SET outcome = g.outcome, code = g.code, finished_at = $6,"
        " provider_id = (SELECT g.provider_id WHERE NOT EXISTS (SELECT FROM attempts o"
        " WHERE o.provider_id = g.provider_id))"
        " FROM unnest($1::uuid[], $2::smallint[], $3::text[], $4::text[], $5::text[])"
        " AS g(message_id, number, outcome, provider_id, code)"
        " WHERE a.message_id = g.message_id AND a.number = g.number AND a.outcome IN ('sending', 'unknown')",
        [one.message.message_id for one in outcomes],
        [one.number for one in outcomes],
        [one.outcome for one in outcomes],
        given,
        [one.code for one in outcomes],
        now,
    )


def _stop(one: Outcome, now: datetime) -> Word:
    point, ours = one.message.contact_point, one.message.our_address
    return Word(contact_point=point, our_address=ours, blocked=True, source="provider refused", said_at=now)


async def unknowns(tx: Transaction, points: Iterable[str], *, now: datetime, each: int) -> list[Row]:
    """Attempts of unknown outcome whose time to be looked up has come, at most ``each`` a contact point, oldest first.

    ``absences`` counts how often the message was proved absent already, ``looks`` how often this attempt was looked up.
    """
    return await tx.fetch(_UNKNOWNS, sorted(set(points)), now, each)


async def look_again(tx: Transaction, message_id: UUID, number: int, *, next_at: datetime | None, looked: bool) -> None:
    """The list did not settle it yet, or was not ``looked`` at; when to look again, or never."""
    await tx.execute(
        "UPDATE deliveries SET next_at = $2 WHERE message_id = $1 AND status = 'unknown'", message_id, next_at
    )
    if looked:
        await tx.execute(
            "UPDATE attempts SET looks = looks + 1 WHERE message_id = $1 AND number = $2", message_id, number
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
        " WHERE message_id = $1 AND status = 'unknown'" + TOLD,
        message_id,
        send_again,
        now,
    )
    return moved(rows)


async def in_flight_since(tx: Transaction, before: datetime, limit: int) -> list[tuple[UUID, str]]:
    """Attempts begun before that time and never finished: their worker died."""
    rows = await tx.fetch(
        "SELECT message_id, contact_point FROM attempts WHERE outcome = 'sending' AND started_at < $1 LIMIT $2",
        before,
        limit,
    )
    return [(row["message_id"], row["contact_point"]) for row in rows]


_UNKNOWNS = """
SELECT d.message_id, d.account, d.contact_point, d.our_address, d.conversation_id, d.number, d.started_at, d.looks,
       d.restored_at, c.text,
       (SELECT count(*) FROM attempts u WHERE u.message_id = d.message_id AND u.outcome = 'absent') AS absences
  FROM unnest($1::text[]) AS p(contact_point)
 CROSS JOIN LATERAL (
       SELECT q.*, a.number, a.started_at, a.looks FROM deliveries q
        CROSS JOIN LATERAL (SELECT number, started_at, looks FROM attempts t
                             WHERE t.message_id = q.message_id AND t.outcome = 'unknown'
                             ORDER BY number DESC LIMIT 1) a
        WHERE q.contact_point = p.contact_point AND q.status = 'unknown' AND q.next_at <= $2
        ORDER BY a.started_at LIMIT $3) d
  JOIN interactions i ON i.event_id = d.message_id JOIN interaction_contents c USING (recorded_at, event_id)
 ORDER BY d.started_at
"""

# A restore came while it was handed over: what would wait for its next try is not tried again.
_COUNTS = "d.rank <= 15 AND (d.restored_at IS NULL OR g.status <> 'queued')"

# While we waited for the answer a receipt may have come: a status that does not climb keeps what stands there.
_SETTLE = f"""
UPDATE deliveries d SET
       status = CASE WHEN {_COUNTS} THEN g.status ELSE d.status END,
       rank = CASE WHEN {_COUNTS} THEN g.rank ELSE d.rank END,
       provider_id = coalesce(d.provider_id, (SELECT g.provider_id WHERE NOT EXISTS (
           SELECT FROM deliveries o WHERE o.provider_id = g.provider_id AND o.message_id <> d.message_id))),
       code = coalesce(g.code, d.code),
       reason = CASE WHEN {_COUNTS} THEN g.reason ELSE d.reason END,
       next_at = CASE WHEN {_COUNTS} THEN g.next_at WHEN d.rank <= 15 THEN NULL ELSE d.next_at END,
       version = d.version + 1, updated_at = $8
  FROM unnest($1::uuid[], $2::text[], $3::smallint[], $4::text[], $5::text[], $6::text[], $7::timestamptz[])
    AS g(message_id, status, rank, provider_id, code, reason, next_at)
 WHERE d.message_id = g.message_id
{TOLD}
"""
