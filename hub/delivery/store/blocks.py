"""Where the provider delivers nothing to a number, because its holder asked to stop: the last word of each pair."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from hub.store import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """She, or the provider for her, said that our address may write to hers, or may not. ``said_at`` is UTC."""

    contact_point: str
    our_address: str
    blocked: bool
    source: str
    said_at: datetime


async def hear(tx: Transaction, words: Sequence[Word]) -> None:
    """Keep the last word of each pair. One that is older than what stands there changes nothing; they come late."""
    for word in words:
        await tx.execute(
            "INSERT INTO provider_blocks AS b (contact_point, our_address, blocked, source, said_at)"
            " VALUES ($1, $2, $3, $4, $5) ON CONFLICT (contact_point, our_address)"
            " DO UPDATE SET blocked = $3, source = $4, said_at = $5 WHERE b.said_at <= $5",
            word.contact_point,
            word.our_address,
            word.blocked,
            word.source,
            word.said_at,
        )
