"""Whose a provider's id is. It belongs to one attempt; who has it only by guess gives it back to whose it is.

What the provider itself says is the truth: its answer to our call, and a receipt that bears our message's id. What
reconciling found in the provider's list is a guess, which either may overrule.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from hub.delivery import outcomes
from hub.delivery.store.moving import TOLD, Moved, moved
from hub.store import Row, Transaction

Owned = Sequence[tuple[UUID, str]]
"""Message and provider id, as the provider said it."""

_LOCK = 0x51D5
"""One number for all of them: those who write what the provider said share it, and who guesses is alone."""


async def alone(tx: Transaction) -> None:
    """Until this commit nobody else writes a provider id: what is unclaimed now stays so. First in its transaction."""
    await tx.execute(f"SELECT pg_advisory_xact_lock({_LOCK})")


async def beside_others(tx: Transaction) -> None:
    """Until this commit nobody guesses. First in its transaction."""
    await tx.execute(f"SELECT pg_advisory_xact_lock_shared({_LOCK})")


def once(pairs: Iterable[tuple[UUID, str | None]]) -> list[str | None]:
    """The provider id of each, or nothing where another of these messages has it already: one id, one message."""
    owner: dict[str, UUID] = {}
    return [sid if sid is not None and owner.setdefault(sid, id_) == id_ else None for id_, sid in pairs]


async def known_provider_ids(tx: Transaction, provider_ids: Iterable[str], *, besides: UUID) -> set[str]:
    """Those of these provider ids that belong to an attempt, or as a receipt says to another message than this."""
    rows = await tx.fetch(
        "SELECT provider_id FROM attempts WHERE provider_id = ANY($1::text[])"
        " UNION SELECT provider_id FROM deliveries WHERE provider_id = ANY($1::text[]) AND message_id <> $2"
        " UNION SELECT provider_id FROM receipts WHERE provider_id = ANY($1::text[]) AND message_id <> $2",
        list(provider_ids),
        besides,
    )
    return {row["provider_id"] for row in rows}


async def take_back(tx: Transaction, owned: Owned, *, now: datetime) -> list[Moved]:
    """Free these ids from other messages, which had them by guess; those that are unknown again by that."""
    wrong = await _held_by_others(tx, owned) if owned else []
    if not wrong:
        return []
    ids, sids = [row["message_id"] for row in wrong], [row["provider_id"] for row in wrong]
    await tx.execute(
        "UPDATE attempts a SET outcome = 'unknown', provider_id = NULL, looks = 0"
        " FROM unnest($1::uuid[], $2::text[]) AS g(message_id, provider_id)"
        " WHERE a.message_id = g.message_id AND a.provider_id = g.provider_id",
        ids,
        sids,
    )
    await tx.execute(_FREE, ids, sids)
    return moved(await tx.fetch(_DOUBT, ids, now, now + outcomes.LOOK_FIRST))


async def _held_by_others(tx: Transaction, owned: Owned) -> list[Row]:
    """Nobody who has it by a receipt of his own: of two that contradict each other the first stays."""
    return await tx.fetch(
        "SELECT h.message_id, h.provider_id FROM unnest($1::uuid[], $2::text[]) AS g(message_id, provider_id)"
        " JOIN (SELECT message_id, provider_id FROM attempts WHERE provider_id = ANY($2::text[])"
        " UNION SELECT message_id, provider_id FROM deliveries WHERE provider_id = ANY($2::text[])) AS h"
        " ON h.provider_id = g.provider_id AND h.message_id <> g.message_id WHERE NOT EXISTS (SELECT FROM receipts r"
        " WHERE r.provider_id = h.provider_id AND r.message_id = h.message_id)",
        [id_ for id_, _ in owned],
        [sid for _, sid in owned],
    )


async def give(tx: Transaction, owned: Owned) -> None:
    """Write these ids to their messages' rows, where none stands yet."""
    await tx.execute(
        "UPDATE deliveries d SET provider_id = g.provider_id FROM unnest($1::uuid[], $2::text[])"
        " AS g(message_id, provider_id) WHERE d.message_id = g.message_id AND d.provider_id IS NULL"
        " AND NOT EXISTS (SELECT FROM deliveries o WHERE o.provider_id = g.provider_id)",
        [id_ for id_, _ in owned],
        [sid for _, sid in owned],
    )


_FREE = """
UPDATE deliveries d SET provider_id = NULL, version = d.version + 1,
       status = CASE WHEN t.told THEN d.status ELSE 'unknown' END, rank = CASE WHEN t.told THEN d.rank ELSE 15 END
  FROM unnest($1::uuid[], $2::text[]) AS g(message_id, provider_id)
 CROSS JOIN LATERAL (
       SELECT EXISTS (SELECT FROM receipts r WHERE r.message_id = g.message_id AND r.provider_id <> g.provider_id)
           OR EXISTS (SELECT FROM attempts a WHERE a.message_id = g.message_id AND a.provider_id IS NOT NULL)
           AS told) t
 WHERE d.message_id = g.message_id AND d.provider_id = g.provider_id
"""

_DOUBT = f"""
UPDATE deliveries d SET next_at = $3, updated_at = $2, code = NULL,
       reason = 'what the provider took turned out to be another message'
 WHERE d.message_id = ANY($1::uuid[]) AND d.status = 'unknown'
{TOLD}
"""
