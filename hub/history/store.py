"""SQL of the history. Only this module writes interactions, inside the caller's transaction, keyed by event id."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from hub.events import Media
from hub.model import Channel, Direction
from hub.store import Row, Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Interaction:
    """One row of the history. ``event_id`` is the id of the event that told of it."""

    event_id: UUID
    customer_id: UUID
    conversation_id: UUID
    channel: Channel
    direction: Direction
    contact_point: str
    our_address: str
    account: str
    accepted_at: datetime
    provider_id: str | None = None
    agent_id: UUID | None = None
    text: str = ""
    media: Sequence[Media] = ()
    raw: Mapping[str, str] = field(default_factory=dict)


_COLUMNS = (
    ("event_id", "uuid"),
    ("customer_id", "uuid"),
    ("conversation_id", "uuid"),
    ("channel", "text"),
    ("direction", "text"),
    ("contact_point", "text"),
    ("our_address", "text"),
    ("account", "text"),
    ("provider_id", "text"),
    ("agent_id", "uuid"),
    ("accepted_at", "timestamptz"),
)
_NAMES = ", ".join(name for name, _ in _COLUMNS)
_ARRAYS = ", ".join(f"${place}::{kind}[]" for place, (_, kind) in enumerate(_COLUMNS, 1))

# One statement and one round trip: the row, and what was said for the rows that are new.
_APPEND = f"""
WITH given AS (
    SELECT * FROM unnest({_ARRAYS}, $12::text[], $13::jsonb[], $14::jsonb[]) AS g({_NAMES}, text, media, raw)
), appended AS (
    INSERT INTO interactions ({_NAMES}) SELECT {_NAMES} FROM given ON CONFLICT (event_id) DO NOTHING RETURNING event_id
)
INSERT INTO interaction_contents (event_id, text, media, raw)
SELECT event_id, text, media, raw FROM given WHERE event_id IN (SELECT event_id FROM appended)
RETURNING event_id
"""


async def append(tx: Transaction, interactions: Sequence[Interaction]) -> set[UUID]:
    """Append what is not there yet; the ids of what was appended now."""
    rows = await tx.fetch(
        _APPEND,
        *[[getattr(one, name) for one in interactions] for name, _ in _COLUMNS],
        [one.text for one in interactions],
        [[{"url": m.url, "content_type": m.content_type} for m in one.media] or None for one in interactions],
        [one.raw or None for one in interactions],
    )
    return {row["event_id"] for row in rows}


async def recorded(tx: Transaction, event_ids: Iterable[UUID]) -> dict[UUID, Interaction]:
    """Those of these events that stand in the history already, without what was said."""
    rows = await tx.fetch(f"SELECT {_NAMES} FROM interactions WHERE event_id = ANY($1::uuid[])", list(event_ids))
    return {row["event_id"]: Interaction(**dict(row)) for row in rows}


async def content(tx: Transaction, event_ids: Iterable[UUID]) -> dict[UUID, str]:
    """What was said in these interactions."""
    rows = await tx.fetch(
        "SELECT event_id, text FROM interaction_contents WHERE event_id = ANY($1::uuid[])", list(event_ids)
    )
    return {row["event_id"]: row["text"] for row in rows}


async def last_agents(tx: Transaction, customer_ids: Iterable[UUID], *, within: timedelta) -> dict[UUID, UUID]:
    """The last agent who wrote to each of these customers within that time."""
    rows = await tx.fetch(
        "SELECT c.id, i.agent_id FROM unnest($1::uuid[]) AS c(id) CROSS JOIN LATERAL ("
        " SELECT agent_id FROM interactions WHERE customer_id = c.id AND direction = 'outbound'"
        " AND agent_id IS NOT NULL AND accepted_at > now() - $2::interval"
        " ORDER BY accepted_at DESC, event_id DESC LIMIT 1) i",
        list(customer_ids),
        within,
    )
    return {row["id"]: row["agent_id"] for row in rows}


async def one(tx: Transaction, event_id: UUID) -> Row | None:
    """One interaction as it is shown, or nothing."""
    return await tx.fetchrow(_SHOWN + " WHERE i.event_id = $1", event_id)


async def of_customer(
    tx: Transaction, customer_id: UUID, *, before: tuple[datetime, UUID] | None, limit: int
) -> Sequence[Row]:
    """A page of a customer's history, newest first."""
    at, last = before or (None, None)
    return await tx.fetch(
        _SHOWN + " WHERE i.customer_id = $1 AND ($2::timestamptz IS NULL OR (i.accepted_at, i.event_id) < ($2, $3))"
        " ORDER BY i.accepted_at DESC, i.event_id DESC LIMIT $4",
        customer_id,
        at,
        last,
        limit,
    )


async def of_conversation(
    tx: Transaction, conversation_id: UUID, *, after: tuple[datetime, UUID] | None, limit: int
) -> Sequence[Row]:
    """A page of a conversation's interactions, oldest first."""
    at, last = after or (None, None)
    return await tx.fetch(
        _SHOWN + " WHERE i.conversation_id = $1 AND ($2::timestamptz IS NULL OR (i.accepted_at, i.event_id) > ($2, $3))"
        " ORDER BY i.accepted_at, i.event_id LIMIT $4",
        conversation_id,
        at,
        last,
        limit,
    )


_SHOWN = """
SELECT i.event_id AS id, i.customer_id, i.conversation_id, i.channel, i.direction, i.contact_point, i.our_address,
       i.agent_id, i.accepted_at, c.text, c.media, d.status AS delivery, d.reason AS delivery_reason,
       d.code AS delivery_code, d.provider_id
  FROM interactions i LEFT JOIN interaction_contents c USING (event_id)
  LEFT JOIN deliveries d ON d.message_id = i.event_id
"""
