"""SQL of canned answers."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import asyncpg

from hub.errors import Conflict
from hub.store import Row, Transaction

_COLUMNS = "id, shortcut, title, text, language, team_id, version, updated_at"
_WRITABLE = frozenset({"shortcut", "title", "text", "language", "team_id"})


async def page(
    tx: Transaction, *, teams: Sequence[UUID] | None, past: tuple[str, UUID] | None, limit: int
) -> Sequence[Row]:
    """By shortcut: those for everybody and those of ``teams``; ``None``: all."""
    return await tx.fetch(
        f"SELECT {_COLUMNS} FROM canned_answers"
        " WHERE ($1::uuid[] IS NULL OR team_id IS NULL OR team_id = ANY($1))"
        " AND ($2::text IS NULL OR (lower(shortcut), id) > (lower($2), $3::uuid))"
        " ORDER BY lower(shortcut), id LIMIT $4",
        None if teams is None else list(teams),
        *(past or (None, None)),
        limit,
    )


async def one(tx: Transaction, answer_id: UUID) -> Row | None:
    """One of them."""
    return await tx.fetchrow(f"SELECT {_COLUMNS} FROM canned_answers WHERE id = $1", answer_id)


async def add(tx: Transaction, answer_id: UUID, said: Mapping[str, Any]) -> bool:
    """Make one; whether there was none such before, neither with this id nor for this shortcut."""
    sql = (
        "INSERT INTO canned_answers (id, shortcut, title, text, language, team_id) VALUES ($1, $2, $3, $4, $5, $6)"
        " ON CONFLICT DO NOTHING RETURNING id"
    )
    values = [said[name] for name in ("shortcut", "title", "text", "language", "team_id")]
    return await tx.fetchval(sql, answer_id, *values) is not None


async def change(tx: Transaction, answer_id: UUID, version: int, changes: Mapping[str, Any]) -> Row | None:
    """Change what is named, unless somebody did since ``version``: then nothing.

    Raises ``Conflict`` if another has the shortcut.
    """
    columns = [name for name in changes if name in _WRITABLE]
    assignments = "".join(f", {name} = ${place}" for place, name in enumerate(columns, 3))
    sql = (
        f"UPDATE canned_answers SET version = version + 1, updated_at = now(){assignments}"
        f" WHERE id = $1 AND version = $2 RETURNING {_COLUMNS}"
    )
    try:
        return await tx.fetchrow(sql, answer_id, version, *[changes[name] for name in columns])
    except asyncpg.UniqueViolationError as error:
        raise taken() from error


async def remove(tx: Transaction, answer_id: UUID) -> int | None:
    """Delete one; the version it had, if there was one."""
    version: int | None = await tx.fetchval("DELETE FROM canned_answers WHERE id = $1 RETURNING version", answer_id)
    return version


def taken() -> Conflict:
    """What to raise when two answers shall have one shortcut."""
    return Conflict(
        "There is an answer of this team and language with that shortcut already",
        where="$.shortcut",
        mend="choose another shortcut, or change that answer",
    )
