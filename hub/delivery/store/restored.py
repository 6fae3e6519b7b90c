"""A restored database: told by its print, and what may have been sent since the backup is marked."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from hub.store import Row, Transaction

_PATIENCE = 600.0
"""Seconds for what goes over everything that is not finished; nobody works meanwhile."""

REASON = "the database was restored: whether this was sent since the backup is not known, so it is not sent by itself"


NOT_KNOWN = "-"
"""A part of the print for which this role may not ask, or which this PostgreSQL does not tell."""


class Print(NamedTuple):
    """What tells one life of a database from another. ``timeline`` is empty on a standby, which only reads."""

    server: str
    database: str
    tables: str
    timeline: str | None


@dataclass(frozen=True, slots=True)
class Restore:
    """One restore: how it was seen, how many messages were not finished, and since when the oldest waited."""

    at: datetime
    seen: str
    marked: int
    oldest: datetime | None


async def prints(tx: Transaction) -> tuple[Print, Print | None]:
    """The database's print now, and the one noted last, if any ever was."""
    row = await tx.fetchrow(
        "SELECT p.server, p.database, p.tables, p.timeline, n.server AS noted, n.database AS noted_database,"
        " n.tables AS noted_tables, n.timeline AS noted_timeline"
        " FROM database_print() p LEFT JOIN database_prints n ON true"
    )
    if row is None:
        message = "a function's one row is missing"
        raise LookupError(message)
    now = Print(row["server"], row["database"], row["tables"], row["timeline"])
    if row["noted"] is None:
        return now, None
    return now, Print(row["noted"], row["noted_database"], row["noted_tables"], row["noted_timeline"])


async def alone(tx: Transaction) -> None:
    """Until this commit nobody else judges whether the database was restored."""
    await tx.execute("LOCK TABLE database_prints IN EXCLUSIVE MODE", timeout=_PATIENCE)


async def note(tx: Transaction) -> None:
    """From now on this is the database's print, as far as this role may ask for it."""
    await tx.execute(
        "INSERT INTO database_prints (server, database, tables, timeline) SELECT * FROM database_print()"
        " ON CONFLICT (one) DO UPDATE SET server = excluded.server, database = excluded.database,"
        " tables = excluded.tables, timeline = excluded.timeline, noted_at = clock_timestamp()"
    )


async def learn(tx: Transaction) -> None:
    """Note what could not be noted before, and leave the rest as it is noted."""
    await tx.execute(
        "UPDATE database_prints n SET noted_at = clock_timestamp(),"
        " server = CASE n.server WHEN $1 THEN p.server ELSE n.server END,"
        " timeline = CASE n.timeline WHEN $1 THEN p.timeline ELSE n.timeline END FROM database_print() p",
        NOT_KNOWN,
    )


async def mark(tx: Transaction, *, seen: str, now: datetime, next_at: datetime) -> Restore:
    """What was not finished is of unknown outcome and never queued again. It is looked up from ``next_at`` on."""
    row = await tx.fetchrow(_MARK, now, next_at, REASON, timeout=_PATIENCE)
    restore = Restore(now, seen, row["marked"] if row else 0, row["oldest"] if row else None)
    await tx.execute(
        "INSERT INTO restores (at, seen, marked, oldest) VALUES ($1, $2, $3, $4)",
        now,
        seen,
        restore.marked,
        restore.oldest,
    )
    return restore


async def last(tx: Transaction) -> Restore | None:
    """The newest restore."""
    row = await tx.fetchrow("SELECT at, seen, marked, oldest FROM restores ORDER BY at DESC, id DESC LIMIT 1")
    return Restore(**dict(row)) if row else None


async def unfinished(tx: Transaction) -> tuple[int, datetime | None]:
    """How many messages are not finished, which a restore makes unknown; since when the oldest waits."""
    row = await tx.fetchrow(
        "SELECT count(*) AS n, min(accepted_at) AS oldest FROM deliveries"
        " WHERE status IN ('queued', 'sending', 'unknown') AND restored_at IS NULL"
    )
    return (row["n"], row["oldest"]) if row else (0, None)


async def still_unknown(tx: Transaction, limit: int | None = None) -> list[Row]:
    """The messages a restore left unknown and nothing has settled since, the oldest first."""
    return await tx.fetch(
        "SELECT d.message_id, d.account, d.contact_point, d.accepted_at, c.number AS conversation, d.conversation_id"
        " FROM deliveries d LEFT JOIN conversations c ON c.id = d.conversation_id"
        " WHERE d.restored_at IS NOT NULL AND d.status = 'unknown' ORDER BY d.accepted_at, d.message_id LIMIT $1",
        limit,
    )


async def count_unknown(tx: Transaction) -> int:
    """How many of them there are."""
    count: int = await tx.fetchval(
        "SELECT count(*) FROM deliveries WHERE restored_at IS NOT NULL AND status = 'unknown'"
    )
    return count


async def standbys(tx: Transaction) -> str:
    """The server's ``synchronous_standby_names``: empty if no commit waits for a standby."""
    names: str = await tx.fetchval("SELECT current_setting('synchronous_standby_names')")
    return names


# Who was never handed over gets an attempt all the same: the one that may have been made since the backup.
_MARK = """
WITH marked AS (
    UPDATE deliveries SET status = 'unknown', rank = 15, restored_at = $1, next_at = $2, updated_at = $1,
           version = version + 1, reason = $3
     WHERE status IN ('queued', 'sending', 'unknown') AND restored_at IS NULL
 RETURNING message_id, contact_point, accepted_at),
doubtful AS (
    UPDATE attempts a SET outcome = 'unknown', finished_at = coalesce(a.finished_at, $1), looks = 0 FROM marked m
     WHERE a.message_id = m.message_id AND a.outcome IN ('sending', 'unknown')),
imagined AS (
    INSERT INTO attempts (message_id, number, contact_point, claimed_by, started_at, finished_at, outcome)
    SELECT m.message_id, (SELECT coalesce(max(a.number), 0) + 1 FROM attempts a WHERE a.message_id = m.message_id),
           m.contact_point, 'restored', m.accepted_at, $1, 'unknown'
      FROM marked m
     WHERE NOT EXISTS (SELECT FROM attempts a
                        WHERE a.message_id = m.message_id AND a.outcome IN ('sending', 'unknown')))
SELECT count(*)::int AS marked, min(accepted_at) AS oldest FROM marked
"""
