"""SQL of the history. Only this module writes interactions, inside the caller's transaction, keyed by event id."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any
from uuid import UUID

from hub.model import Channel, Direction
from hub.store import Row, Transaction, Write
from hub.store.placing import parts, place
from hub.store.placing import shown as shown_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Unplaced:
    """What passed, before it is known whose it is. ``event_id`` is the id of the event that told of it."""

    event_id: UUID
    channel: Channel
    direction: Direction
    contact_point: str
    our_address: str
    account: str
    accepted_at: datetime
    provider_id: str | None = None
    agent_id: UUID | None = None
    text: str = ""
    raw: Mapping[str, str] = field(default_factory=dict)

    def placed(self, customer_id: UUID, conversation_id: UUID) -> "Interaction":
        """The row of the history, now that it is known."""
        values = {name: getattr(self, name) for name in _UNPLACED}
        return Interaction(customer_id=customer_id, conversation_id=conversation_id, **values)


@dataclass(frozen=True, slots=True, kw_only=True)
class Interaction(Unplaced):
    """One row of the history."""

    customer_id: UUID
    conversation_id: UUID


_UNPLACED = tuple(one.name for one in fields(Unplaced))
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
_GIVEN = [(name, kind) for name, kind in _COLUMNS if name not in {"customer_id", "conversation_id"}]
_GIVEN_NAMES = ", ".join(name for name, _ in _GIVEN)
_GIVEN_ARRAYS = ", ".join(f"${place}::{kind}[]" for place, (_, kind) in enumerate(_GIVEN, 1))

# The rules are threading.continues and profile.is_stale; this says only what they say of the plainest case, and a test
# shows that they agree: the thread's conversation is not resolved, and the proof is no news. What is given beside the
# columns: the thread, and since when a proof must have been noted to be no news.
_GO_ON = f"""
WITH given AS (
    SELECT * FROM unnest({_GIVEN_ARRAYS}, $10::text[], $11::timestamptz[], $12::text[], $13::jsonb[])
      AS g({_GIVEN_NAMES}, thread, noted_since, text, raw)
), placed AS (
    SELECT given.*, c.customer_id, c.id AS conversation_id FROM given
      JOIN threads t ON t.thread = given.thread
      JOIN conversations c ON c.id = t.conversation_id
      LEFT JOIN conversation_states s ON s.conversation_id = c.id
      LEFT JOIN contact_points p ON p.contact_point = given.contact_point
     WHERE s.status IS DISTINCT FROM 'resolved' AND (noted_since IS NULL OR p.verified_at >= noted_since)
), appended AS (
    INSERT INTO interactions ({_NAMES}) SELECT {_NAMES} FROM placed ON CONFLICT (event_id) DO NOTHING
    RETURNING event_id, customer_id, conversation_id
), contents AS (
    INSERT INTO interaction_contents (event_id, text, raw)
    SELECT event_id, text, raw FROM given WHERE event_id IN (SELECT event_id FROM appended)
)
SELECT event_id, customer_id, conversation_id FROM appended
"""
_INSERT = f"INSERT INTO interactions ({_NAMES}) SELECT * FROM unnest({_ARRAYS})"
_INSERT_CONTENTS = """
INSERT INTO interaction_contents (event_id, text, raw)
SELECT * FROM unnest($1::uuid[], $2::text[], $3::jsonb[])
"""


async def go_on(
    tx: Transaction, given: Sequence[Unplaced], threads: Sequence[str], noted_since: Sequence[datetime | None]
) -> dict[UUID, Interaction]:
    """Append those of these that simply go on with their thread's conversation; each with its place.

    ``noted_since``: what proves a contact point goes on only if a proof since then is noted already.
    """
    columns = [[getattr(one, name) for one in given] for name, _ in _GIVEN]
    rows = await tx.fetch(_GO_ON, *columns, threads, noted_since, *_contents(given))
    by_id = {one.event_id: one for one in given}
    return {row["event_id"]: by_id[row["event_id"]].placed(row["customer_id"], row["conversation_id"]) for row in rows}


def appending(interactions: Sequence[Interaction]) -> list[Write]:
    """The writes that append these, if none of them stands there yet: for one ``together``, whose time both take."""
    ids = [one.event_id for one in interactions]
    return [
        Write("interactions", _INSERT, _columns(interactions), len(ids)),
        Write("contents", _INSERT_CONTENTS, [ids, *_contents(interactions)], len(ids)),
    ]


def _columns(interactions: Sequence[Interaction]) -> list[list[Any]]:
    return [[getattr(one, name) for one in interactions] for name, _ in _COLUMNS]


def _contents(interactions: Sequence[Unplaced]) -> list[list[Any]]:
    return [
        [one.text for one in interactions],
        [one.raw or None for one in interactions],
    ]


async def recorded(tx: Transaction, event_ids: Iterable[UUID]) -> dict[UUID, Interaction]:
    """Those of these events that stand in the history already, without what was said."""
    rows = await tx.fetch(f"SELECT {_NAMES} FROM interactions WHERE event_id = ANY($1::uuid[])", list(event_ids))
    return {row["event_id"]: Interaction(**dict(row)) for row in rows}


async def content(tx: Transaction, event_ids: Iterable[UUID]) -> dict[UUID, str]:
    """What was said in these interactions."""
    rows = await tx.fetch(
        "SELECT event_id, text FROM interactions JOIN interaction_contents USING (recorded_at, event_id)"
        " WHERE event_id = ANY($1::uuid[])",
        list(event_ids),
    )
    return {row["event_id"]: row["text"] for row in rows}


async def one(tx: Transaction, event_id: UUID) -> Row | None:
    """One interaction as it is shown, or nothing."""
    return await tx.fetchrow(_SHOWN + " WHERE i.event_id = $1", event_id)


async def several(tx: Transaction, event_ids: Sequence[UUID]) -> dict[UUID, Row]:
    """These interactions as they are shown."""
    rows = await tx.fetch(_SHOWN + " WHERE i.event_id = ANY($1::uuid[])", list(event_ids))
    return {row["id"]: row for row in rows}


async def of_customer(
    tx: Transaction,
    customer_id: UUID,
    *,
    before: tuple[datetime, UUID] | None,
    limit: int,
    channel: str | None = None,
    direction: str | None = None,
) -> Sequence[Row]:
    """A page of a customer's history, newest first, on this channel and in this direction if they are given.

    Only what is asked for stands in the statement: the page behind 20,000 others is found by the index as the first is.
    """
    at, last = before or (None, None)
    asked = (
        ("(i.accepted_at, i.event_id) < (${}, ${}::uuid)", (at, last)),
        ("i.channel = ${}", (channel,)),
        ("i.direction = ${}", (direction,)),
    )
    conditions, values = ["i.customer_id = $1"], list[object]([customer_id])
    for condition, given in asked:
        if given[0] is not None:
            conditions.append(condition.format(*range(len(values) + 1, len(values) + 1 + len(given))))
            values += given
    where = " AND ".join(conditions)
    return await tx.fetch(
        f"{_SHOWN} WHERE {where} ORDER BY i.accepted_at DESC, i.event_id DESC LIMIT {int(limit)}", *values
    )


async def of_conversation(
    tx: Transaction, conversation_id: UUID, *, past: tuple[datetime, UUID] | None, limit: int, newest: bool = False
) -> Sequence[Row]:
    """A page of a conversation's interactions, ``past`` where the page before ended; oldest first, or newest."""
    at, last = past or (None, None)
    return await tx.fetch(_NEWEST if newest else _OLDEST, conversation_id, at, last, limit)


async def last_inbound(tx: Transaction, conversation_id: UUID) -> Row | None:
    """Between which addresses the customer last wrote in a conversation."""
    return await tx.fetchrow(_LAST_INBOUND, conversation_id)


_MEDIA = """(
       SELECT jsonb_agg(jsonb_build_object('position', m.position, 'status', m.status, 'name', m.name, 'content_type',
              coalesce(b.content_type, m.said_type), 'size', b.size, 'reason', m.reason) ORDER BY m.position)
         FROM media m LEFT JOIN blobs b USING (hash) WHERE m.interaction_id = i.event_id)"""


def _shown(interactions: str, conversation: str) -> str:
    """The statement that shows these ``interactions``, each in that conversation."""
    return f"""
SELECT i.event_id AS id, i.customer_id, {conversation} AS conversation_id, i.channel, i.direction, i.contact_point,
       i.our_address, i.agent_id, i.accepted_at, c.text, {_MEDIA} AS media, d.status AS delivery,
       d.reason AS delivery_reason, d.code AS delivery_code, d.provider_id,
       CASE WHEN i.direction = 'internal' THEN array(
           SELECT m.agent_id FROM mentions m WHERE m.interaction_id = i.event_id ORDER BY m.agent_id)
       ELSE '{{}}' END AS mentions
  FROM {interactions} i LEFT JOIN interaction_contents c USING (recorded_at, event_id)
  LEFT JOIN deliveries d ON d.message_id = i.event_id
"""


_SHOWN = _shown("interactions", place("i.conversation_id", "i.event_id"))


def _page(way: str, order: str) -> str:
    past = f"($2::timestamptz IS NULL OR (i.accepted_at, i.event_id) {way} ($2, $3::uuid))"
    chosen = shown_of(parts("$1::uuid"), where=past, order=order, limit="$4")
    return f"{_shown(chosen, '$1::uuid')} ORDER BY i.accepted_at {order}, i.event_id {order}"


_OLDEST, _NEWEST = _page(">", "ASC"), _page("<", "DESC")
_INBOUND = "i.direction = 'inbound'"
_LAST_INBOUND = f"SELECT w.contact_point, w.our_address FROM {shown_of(parts('$1::uuid'), where=_INBOUND, limit='1')} w"
