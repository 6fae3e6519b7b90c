"""SQL of finding what was said. Words stand in the index by eras, the newest of which is read first.

A word that stands everywhere is found in the newest era and no more is read; one that stands nowhere costs a look at
each era. Either is quick, however long the history is.
"""

from collections.abc import Sequence
from dataclasses import astuple, dataclass
from datetime import datetime, timedelta
from uuid import UUID

from hub.folding import wanted, words
from hub.store import Row, Transaction
from hub.store.words import ERA, OF, VECTOR, kept, matching

ERA_ROWS = 65_536
"""Rows of an era: so many are read and sorted at most before the newest of them are known."""
MOST_WORDS, MOST_WANTED = 2_000, 12
"""Of one text, and of one question."""
SETTLES = timedelta(seconds=5)
_FIRST = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Place:
    """Everything recorded before this is searchable."""

    recorded_at: datetime
    interaction_id: UUID
    count: int


async def found(tx: Transaction, query: str, *, limit: int) -> Sequence[UUID]:
    """The newest interactions whose words begin as these do, all of them in any order; newest first."""
    asked = wanted(query)[:MOST_WANTED]
    if not asked:
        return ()
    rows = await tx.fetch(_FOUND, matching(asked, before=f"{ERA}{OF}"), limit)
    return [row["interaction_id"] for row in sorted(rows, key=_newest)]


def _newest(row: Row) -> tuple[float, int]:
    return -row["accepted_at"].timestamp(), -row["interaction_id"].int


async def place(tx: Transaction) -> Place | None:
    """How far it has come, the caller's to move until the transaction ends; nothing if somebody else is at it."""
    row = await tx.fetchrow("SELECT recorded_at, interaction_id, count FROM searchable_to FOR UPDATE SKIP LOCKED")
    return None if row is None else Place(**row)


async def settled(tx: Transaction) -> datetime:
    """Up to when nothing more can be recorded: whoever is still writing began later.

    A row's time is the beginning of its statement, and a writer has no transaction id before its first row: ``SETTLES``
    covers what the statement reads before.
    """
    until: datetime = await tx.fetchval(
        "SELECT least(clock_timestamp() - $1::interval, min(xact_start)) FROM pg_stat_activity"
        " WHERE backend_xid IS NOT NULL AND datname = current_database() AND pid <> pg_backend_pid()",
        SETTLES,
    )
    return until


async def make(tx: Transaction, place: Place, until: datetime, *, most: int) -> Place:
    """Make the next searchable, at most so many, of what was recorded before ``until``; how far it has come then."""
    await tx.execute(_GENTLY)
    rows = await tx.fetch(_NEXT, place.recorded_at, place.interaction_id, until, most)
    era = place.count // ERA_ROWS
    said = [(row, kept([f"{era}{OF}{word}" for word in words(row["text"] or "")[:MOST_WORDS]])) for row in rows]
    given = [(row["event_id"], row["accepted_at"], letters) for row, letters in said if letters is not None]
    if given:
        await tx.execute(_MAKE, *map(list, zip(*given, strict=True)))
    at, last = (rows[-1]["recorded_at"], rows[-1]["event_id"]) if len(rows) == most else (until, _FIRST)
    there = Place(at, last, place.count + len(given))
    if there != place:
        await tx.execute(
            "UPDATE searchable_to SET (recorded_at, interaction_id, count) = ($1, $2, $3)", *astuple(there)
        )
    return there


async def forget(tx: Transaction, interaction_id: UUID) -> None:
    """What was said there is erased: it is not to be found either."""
    await tx.execute("DELETE FROM searchable WHERE interaction_id = $1", interaction_id)


# What is lost of it when the server dies is made again, so no commit waits for the disk beside those of messages. And
# the indexes are read in their order until there is enough, whatever the planner believes of tables that it last saw
# empty: else all that is yet to be done is read and sorted for each few rows, or merged with all that was ever said.
_NOT_FOR_US = ("synchronous_commit", *(f"enable_{way}" for way in ("seqscan", "bitmapscan", "mergejoin", "hashjoin")))
_GENTLY = "; ".join(f"SET LOCAL {name} = off" for name in _NOT_FOR_US)
# Lateral, and read one era after the other: the eras behind the one that fills the page are never looked at.
_FOUND = f"""
SELECT m.interaction_id, m.accepted_at
  FROM generate_series((SELECT count / {ERA_ROWS} FROM searchable_to), 0, -1) AS era CROSS JOIN LATERAL (
       SELECT s.interaction_id, s.accepted_at FROM searchable s
        WHERE s.words @@ replace($1, '{ERA}', era::text)::tsquery
        ORDER BY s.accepted_at DESC, s.interaction_id DESC LIMIT $2) m
 LIMIT $2
"""
_NEXT = """
SELECT i.event_id, i.accepted_at, i.recorded_at, c.text
  FROM interactions i LEFT JOIN interaction_contents c USING (recorded_at, event_id)
 WHERE i.recorded_at >= $1 AND (i.recorded_at, i.event_id) > ($1, $2::uuid) AND i.recorded_at < $3
 ORDER BY i.recorded_at, i.event_id LIMIT $4
"""
_MAKE = f"""
INSERT INTO searchable (interaction_id, accepted_at, words)
SELECT g.id, g.at, {VECTOR.format("g.words")}
  FROM unnest($1::uuid[], $2::timestamptz[], $3::text[]) AS g (id, at, words)
ON CONFLICT (interaction_id) DO NOTHING
"""
