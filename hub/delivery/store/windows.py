"""When a customer last wrote to an address of ours, where the channel takes free text only for a time after that."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from hub.store import Transaction

Heard = tuple[str, str, datetime]
"""Her contact point, our address, and when she wrote."""


async def note_heard(tx: Transaction, heard: Sequence[Heard]) -> None:
    """Keep the last time of each pair; they come late and out of order."""
    last: dict[tuple[str, str], datetime] = {}
    for point, ours, at in heard:
        last[point, ours] = max(at, last.get((point, ours), at))
    pairs = sorted(last)
    await tx.execute(
        "INSERT INTO last_heard AS l SELECT * FROM unnest($1::text[], $2::text[], $3::timestamptz[])"
        " ON CONFLICT (contact_point, our_address)"
        " DO UPDATE SET heard_at = greatest(l.heard_at, EXCLUDED.heard_at)",
        [point for point, _ in pairs],
        [ours for _, ours in pairs],
        [last[pair] for pair in pairs],
    )


async def heard_at(tx: Transaction, contact_point: str, our_address: str) -> datetime | None:
    """When she last wrote to that address."""
    at: datetime | None = await tx.fetchval(
        "SELECT heard_at FROM last_heard WHERE contact_point = $1 AND our_address = $2", contact_point, our_address
    )
    return at


async def heard(tx: Transaction, contact_points: Iterable[str]) -> dict[tuple[str, str], datetime]:
    """When she last wrote from each of these contact points to each of our addresses, by the pair."""
    rows = await tx.fetch(
        "SELECT contact_point, our_address, heard_at FROM last_heard WHERE contact_point = ANY($1::text[])",
        list(contact_points),
    )
    return {(row["contact_point"], row["our_address"]): row["heard_at"] for row in rows}
