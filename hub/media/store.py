"""SQL of the files that go with messages. Only this module writes ``media`` and ``files``."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from hub.media.patience import TRIES
from hub.store import Row, Transaction
from hub.store.bearing import BEARER
from hub.store.placing import place

MAY_GO_FOR = timedelta(days=1)
"""So long after its upload a file may be named by a message."""
KEPT_FOR = timedelta(days=8)
"""So long an upload is kept: a message that named it in time may wait for days until it is recorded."""
ORPHANED_AFTER = timedelta(days=1)
"""So long bytes are kept that nothing names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Came:
    """A file that a customer sent, still at the provider's ``url``."""

    interaction_id: UUID
    position: int
    account: str
    url: str
    said_type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Goes:
    """An uploaded file that goes with a message of ours."""

    interaction_id: UUID
    position: int
    account: str
    file_id: UUID


@dataclass(frozen=True, slots=True)
class Swept:
    """What a sweep forgot, uploads and bytes together, and whether there may be more."""

    count: int
    more: bool


async def came(tx: Transaction, files: Sequence[Came], *, now: datetime) -> None:
    """Note what is to be fetched; keep_time rings for it from ``now`` on."""
    await tx.execute(
        "INSERT INTO media (interaction_id, position, account, url, said_type, status, next_at)"
        " SELECT g.*, 'waiting', $6::timestamptz FROM unnest($1::uuid[], $2::smallint[], $3::text[], $4::text[],"
        " $5::text[]) AS g ON CONFLICT DO NOTHING",
        *_columns(files, "interaction_id", "position", "account", "url", "said_type"),
        now,
    )


async def goes(tx: Transaction, files: Sequence[Goes]) -> None:
    """Note what goes out. A file that was never uploaded, or has been swept, is a failed one.

    The upload is locked until the caller commits, so a sweep passes it by; one that is being swept is waited for.
    """
    await tx.execute(
        "WITH f AS (SELECT id, name, hash FROM files WHERE id = ANY($4::uuid[]) ORDER BY id FOR KEY SHARE)"
        " INSERT INTO media (interaction_id, position, account, name, hash, status, reason)"
        " SELECT g.interaction_id, g.position, g.account, f.name, f.hash,"
        " CASE WHEN f.hash IS NULL THEN 'failed' ELSE 'stored' END,"
        " CASE WHEN f.hash IS NULL THEN 'the file is not there any more' END"
        " FROM unnest($1::uuid[], $2::smallint[], $3::text[], $4::uuid[])"
        " AS g(interaction_id, position, account, file_id) LEFT JOIN f ON f.id = g.file_id"
        " ON CONFLICT DO NOTHING",
        *_columns(files, "interaction_id", "position", "account", "file_id"),
    )


async def waiting(tx: Transaction, interaction_ids: Iterable[UUID], *, now: datetime) -> Sequence[Row]:
    """The files of these interactions whose time to be fetched has come."""
    return await tx.fetch(
        "SELECT interaction_id, position, account, url, said_type, tries FROM media"
        " WHERE interaction_id = ANY($1::uuid[]) AND status = 'waiting' AND next_at <= $2"
        " ORDER BY interaction_id, position",
        list(interaction_ids),
        now,
    )


async def stored(tx: Transaction, interaction_id: UUID, position: int, hash_: bytes) -> Row | None:
    """It is fetched; whom to tell, or nothing if it was already."""
    return await tx.fetchrow(
        "UPDATE media m SET status = 'stored', hash = $3, url = NULL, reason = NULL, next_at = NULL, tries = tries + 1"
        " WHERE interaction_id = $1 AND position = $2 AND status = 'waiting'" + _TOLD,
        interaction_id,
        position,
        hash_,
    )


async def failed(
    tx: Transaction, interaction_id: UUID, position: int, reason: str, *, next_at: datetime | None
) -> Row | None:
    """It could not be fetched: again at ``next_at``, or never. Whom to tell."""
    return await tx.fetchrow(
        "UPDATE media m SET status = CASE WHEN $4::timestamptz IS NULL THEN 'failed' ELSE 'waiting' END, reason = $3,"
        " next_at = $4, tries = tries + 1 WHERE interaction_id = $1 AND position = $2 AND status = 'waiting'" + _TOLD,
        interaction_id,
        position,
        reason,
        next_at,
    )


async def put_off(tx: Transaction, interaction_id: UUID, position: int, reason: str, *, next_at: datetime) -> None:
    """It cannot be tried before ``next_at``: no try is counted."""
    await tx.execute(
        "UPDATE media SET reason = $3, next_at = $4 WHERE interaction_id = $1 AND position = $2 AND status = 'waiting'",
        interaction_id,
        position,
        reason,
        next_at,
    )


async def failures(tx: Transaction, *, limit: int) -> Sequence[Row]:
    """Files of customers' that have failed, with their messages' times, newest message first."""
    return await tx.fetch(
        "SELECT m.interaction_id, m.position, m.account, m.tries, m.reason, i.accepted_at FROM media m"
        " LEFT JOIN interactions i ON i.event_id = m.interaction_id"
        " WHERE m.status = 'failed' AND m.url IS NOT NULL"
        " ORDER BY i.accepted_at DESC NULLS LAST, m.interaction_id, m.position LIMIT $1",
        limit,
    )


async def ask_again(tx: Transaction, interaction_ids: Sequence[UUID] | None, *, now: datetime) -> Sequence[UUID]:
    """Customers' files that failed wait again, for a new round of tries; keep_time rings for them. ``None``: all.

    Answers the interaction of each. ``tries`` goes on to the next round, never back: it is the version that desks see.
    """
    rows = await tx.fetch(
        "UPDATE media SET status = 'waiting', next_at = $2, tries = (tries / $3::int + 1) * $3::int"
        " WHERE status = 'failed' AND url IS NOT NULL AND ($1::uuid[] IS NULL OR interaction_id = ANY($1::uuid[]))"
        " RETURNING interaction_id",
        None if interaction_ids is None else list(interaction_ids),
        now,
        TRIES,
    )
    return [row["interaction_id"] for row in rows]


async def due(tx: Transaction, now: datetime, limit: int) -> list[UUID]:
    """Interactions with files whose time to be fetched has come, for keep_time to ring."""
    rows = await tx.fetch("SELECT interaction_id FROM media WHERE next_at <= $1 ORDER BY next_at LIMIT $2", now, limit)
    return list(dict.fromkeys(row["interaction_id"] for row in rows))


async def one(tx: Transaction, interaction_id: UUID, position: int) -> Row | None:
    """One file: ``status``, ``reason``, ``name``, ``hash``, ``content_type``, ``size``; and its conversation."""
    return await tx.fetchrow(
        f"SELECT m.status, m.reason, m.name, m.hash, b.content_type, b.size, {_PLACE} AS conversation_id FROM media m"
        " JOIN interactions i ON i.event_id = m.interaction_id LEFT JOIN blobs b ON b.hash = m.hash"
        " WHERE m.interaction_id = $1 AND m.position = $2",
        interaction_id,
        position,
    )


async def upload(tx: Transaction, file_id: UUID, *, hash_: bytes, name: str, by: UUID) -> None:
    """Note an uploaded file, whose bytes are stored already; it may go with a message of who uploaded it.

    Uploaded again, under the same key, it is young again.
    """
    await tx.execute(
        "INSERT INTO files (id, hash, name, uploaded_by) VALUES ($1, $2, $3, $4)"
        " ON CONFLICT (id) DO UPDATE SET uploaded_at = now()",
        file_id,
        hash_,
        name,
        by,
    )


async def uploaded(tx: Transaction, ids: Sequence[UUID], *, by: UUID, now: datetime) -> dict[UUID, Row]:
    """Those of these files that this caller has uploaded: ``name``, ``content_type`` and ``size`` by id."""
    rows = await tx.fetch(
        "SELECT f.id, f.name, b.content_type, b.size FROM files f JOIN blobs b USING (hash)"
        " WHERE f.id = ANY($1::uuid[]) AND f.uploaded_by = $2 AND f.uploaded_at > $3",
        list(ids),
        by,
        now - MAY_GO_FOR,
    )
    return {row["id"]: row for row in rows}


async def sweep(tx: Transaction, *, now: datetime, limit: int) -> Swept:
    """Forget uploads whose time is over and bytes that nothing names, at most ``limit`` of each. Takes a transaction.

    What somebody else holds is left for another time. Of bytes that are locked it is asked once more whether anything
    names them: who does so now waits for the end of this.
    """
    uploads = await tx.fetch(
        "DELETE FROM files WHERE id IN (SELECT id FROM files WHERE uploaded_at < $1 ORDER BY uploaded_at LIMIT $2"
        " FOR UPDATE SKIP LOCKED) RETURNING 1",
        now - KEPT_FOR,
        limit,
    )
    locked = await tx.fetch(
        f"SELECT hash FROM blobs b WHERE stored_at < $1 AND {_UNNAMED} LIMIT $2 FOR UPDATE OF b SKIP LOCKED",
        now - ORPHANED_AFTER,
        limit,
    )
    hashes = [row["hash"] for row in locked]
    gone = await tx.fetch(f"DELETE FROM blobs b WHERE hash = ANY($1::bytea[]) AND {_UNNAMED} RETURNING 1", hashes)
    return Swept(len(uploads) + len(gone), more=limit in {len(uploads), len(gone)})


def _columns(files: Sequence[Came] | Sequence[Goes], *names: str) -> list[list[object]]:
    return [[getattr(one, name) for one in files] for name in names]


_UNNAMED = (
    "NOT EXISTS (SELECT FROM media m WHERE m.hash = b.hash) AND NOT EXISTS (SELECT FROM files f WHERE f.hash = b.hash)"
)
_PLACE = place("i.conversation_id", "i.event_id")
_HERE = f"(SELECT {_PLACE} FROM interactions i WHERE i.event_id = m.interaction_id)"
_TOLD = f"""
RETURNING m.interaction_id, m.tries, {_HERE} AS conversation_id,
          (SELECT {BEARER} FROM conversation_states s
            WHERE s.conversation_id = {_HERE}) AS bearer_id,
          (SELECT s.team_id FROM conversation_states s WHERE s.conversation_id = {_HERE}) AS team_id
"""
