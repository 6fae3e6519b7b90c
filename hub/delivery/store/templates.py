"""The provider's templates, as they were when it was last asked."""

from collections.abc import Sequence
from datetime import datetime

from hub.channel import Template
from hub.store import Row, Transaction

_COLUMNS = ("id", "name", "language", "body", "approved", "status")


async def keep_templates(tx: Transaction, account: str, templates: Sequence[Template], *, now: datetime) -> None:
    """These are all that the account has now."""
    await tx.execute(
        "INSERT INTO templates AS t (account, id, name, language, body, approved, status, seen_at)"
        " SELECT $1, g.*, $8::timestamptz FROM unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::boolean[],"
        " $7::text[]) AS g ON CONFLICT (account, id) DO UPDATE SET name = EXCLUDED.name,"
        " language = EXCLUDED.language, body = EXCLUDED.body, approved = EXCLUDED.approved, status = EXCLUDED.status,"
        " seen_at = EXCLUDED.seen_at",
        account,
        *[[getattr(one, name) for one in templates] for name in _COLUMNS],
        now,
    )
    await tx.execute("DELETE FROM templates WHERE account = $1 AND seen_at < $2", account, now)


async def templates_seen(tx: Transaction) -> dict[str, datetime]:
    """When each account that has templates last named them."""
    rows = await tx.fetch("SELECT account, max(seen_at) AS seen_at FROM templates GROUP BY account")
    return {row["account"]: row["seen_at"] for row in rows}


async def templates(tx: Transaction, *, account: str | None = None) -> Sequence[Row]:
    """Every known template by name, or those of one account."""
    return await tx.fetch(
        "SELECT account, id, name, language, body, approved, status, seen_at FROM templates"
        " WHERE $1::text IS NULL OR account = $1 ORDER BY account, name, language, id",
        account,
    )
