"""SQL of routing: the board's rows, the fence, and what a batch writes."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from hub.errors import AlreadyThere, FencedOut, Overtaken
from hub.model import Channel, ConversationStatus, Presence, Priority
from hub.routing.board import Conversation, Seat
from hub.routing.changes import Assignment, Changes, Wait
from hub.routing.decisions import Decision
from hub.routing.plan import Pool
from hub.store import Row, Transaction, Write, together

FENCE = "router"

Recorded = tuple[datetime, UUID]
"""The place of an interaction in the order in which they were recorded."""


@dataclass(frozen=True, slots=True)
class Versions:
    """What tells whether configuration, presence or the writer changed since the last look."""

    configuration: int
    presence: int
    fence: int


async def versions(tx: Transaction) -> Versions:
    """The versions of the configuration and of what agents declared, and the fence in force."""
    (row,) = await tx.fetch(
        f"SELECT version, presence, (SELECT fence FROM fences WHERE name = '{FENCE}') AS fence FROM configuration"
    )
    return Versions(row["version"], row["presence"], row["fence"] or 0)


async def take_fence(tx: Transaction, holder: str) -> int:
    """Become the one writer; every earlier one is fenced out from its next commit on."""
    fence: int = await tx.fetchval(
        "INSERT INTO fences (name, fence, holder) VALUES ($1, 1, $2) ON CONFLICT (name)"
        " DO UPDATE SET fence = fences.fence + 1, holder = $2, since = now() RETURNING fence",
        FENCE,
        holder,
    )
    return fence


async def seats(tx: Transaction) -> list[Seat]:
    """Every agent with teams and declared presence. A marketer sees no conversation, so none goes to her."""
    rows = await tx.fetch(
        "SELECT a.id, a.name, a.live_capacity, a.written_capacity, a.active AND a.role <> 'marketer' AS active,"
        " coalesce((SELECT declared FROM agent_states s WHERE s.agent_id = a.id ORDER BY seq DESC LIMIT 1), 'offline')"
        " AS declared, array(SELECT team_id FROM team_members m WHERE m.agent_id = a.id) AS teams FROM agents a"
    )
    return [
        Seat(
            agent_id=row["id"],
            name=row["name"],
            capacity={Pool.LIVE: row["live_capacity"], Pool.WRITTEN: row["written_capacity"]},
            teams=frozenset(row["teams"]),
            active=row["active"],
            declared=Presence(row["declared"]),
        )
        for row in rows
    ]


async def teams(tx: Transaction) -> tuple[dict[UUID, str], dict[str, UUID | None]]:
    """The teams' names, and the team of each account."""
    names = {row["id"]: row["name"] for row in await tx.fetch("SELECT id, name FROM teams")}
    accounts = {row["id"]: row["team_id"] for row in await tx.fetch("SELECT id, team_id FROM accounts")}
    return names, accounts


async def last_assigned(tx: Transaction) -> dict[UUID, datetime]:
    """When each agent last got a conversation."""
    rows = await tx.fetch(
        "SELECT a.id AS agent_id, l.started_at AS at FROM agents a CROSS JOIN LATERAL ("
        " SELECT started_at FROM assignments s WHERE s.agent_id = a.id ORDER BY started_at DESC LIMIT 1) l"
    )
    return {row["agent_id"]: row["at"] for row in rows}


async def alive(tx: Transaction, *, remembers: timedelta) -> list[Conversation]:
    """Every conversation that is not resolved. ``remembers``: so long ago may the last agent have written."""
    rows = await tx.fetch(_BOARD.format("JOIN") + " WHERE s.status <> 'resolved'", remembers)
    return [_conversation(row) for row in rows]


async def some(tx: Transaction, ids: Iterable[UUID], *, remembers: timedelta) -> list[Conversation]:
    """These conversations, also resolved ones; one that has no state yet begins as open."""
    rows = await tx.fetch(_BOARD.format("LEFT JOIN") + " WHERE c.id = ANY($2::uuid[])", remembers, list(ids))
    return [_conversation(row) for row in rows]


async def decided(tx: Transaction, event_ids: Iterable[UUID]) -> dict[UUID, Row]:
    """Those of these events that have their decision already."""
    rows = await tx.fetch(
        "SELECT event_id, conversation_id, kind, refused, agent_id, reasons, at FROM decisions"
        " WHERE event_id = ANY($1::uuid[])",
        list(event_ids),
    )
    return {row["event_id"]: row for row in rows}


async def decisions_of(tx: Transaction, conversation_id: UUID) -> Sequence[Row]:
    """Every decision about a conversation, oldest first."""
    return await tx.fetch(
        "SELECT event_id, at, kind, refused, step, agent_id, team_id, plan_version, reasons, next_at FROM decisions"
        " WHERE conversation_id = $1 ORDER BY at, event_id",
        conversation_id,
    )


async def due(tx: Transaction, now: datetime, limit: int) -> list[tuple[UUID, datetime]]:
    """Conversations whose time has come, each with that time, for keep_time to ring."""
    rows = await tx.fetch(
        "SELECT conversation_id, next_at FROM conversation_states WHERE next_at <= $1 ORDER BY next_at LIMIT $2",
        now,
        limit,
    )
    return [(row["conversation_id"], row["next_at"]) for row in rows]


async def further(tx: Transaction, place: Recorded, until: Recorded, many: int) -> Recorded:
    """The place so many interactions behind this one, or ``until`` if there are not so many before it."""
    row = await tx.fetchrow(
        "SELECT recorded_at, event_id FROM interactions WHERE (recorded_at, event_id) > ($1, $2::uuid)"
        " AND (recorded_at, event_id) <= ($3, $4::uuid) ORDER BY recorded_at, event_id OFFSET $5 LIMIT 1",
        *place,
        *until,
        many - 1,
    )
    return until if row is None else (row["recorded_at"], row["event_id"])


async def unrouted(tx: Transaction, after: Recorded, to: Recorded) -> Sequence[Row]:
    """What was recorded after that place, up to this, and has no decision: its event was lost on the way to the router.

    The decision is looked up row by row (LATERAL with LIMIT), so that nobody ever hashes all decisions there are.
    """
    return await tx.fetch(
        "SELECT i.event_id, i.conversation_id, i.customer_id, i.channel, i.direction, i.contact_point, i.account,"
        " i.accepted_at, i.agent_id, i.recorded_at FROM interactions i LEFT JOIN LATERAL ("
        " SELECT true AS found FROM decisions WHERE event_id = i.event_id LIMIT 1) d ON true"
        " WHERE i.recorded_at >= $1 AND (i.recorded_at, i.event_id) > ($1, $2::uuid)"
        " AND i.recorded_at <= $3 AND (i.recorded_at, i.event_id) <= ($3, $4::uuid)"
        " AND d.found IS NULL ORDER BY i.recorded_at, i.event_id",
        *after,
        *to,
    )


async def read_anew(tx: Transaction, by: str) -> None:
    """Whoever routes reads its board again: what is changed here is so for all it decides from the commit on.

    Waits for a batch being written, and none is written until the commit.
    """
    await take_fence(tx, by)


async def write(tx: Transaction, changes: Changes, *, fence: int) -> None:
    """One batch: states as of the version read, assignments, decisions. Raises ``FencedOut`` or ``AlreadyThere``.

    One statement, so outside a transaction it is its own commit; only a batch that ``hands_over`` needs a transaction.
    """
    try:
        if hands_over(changes):
            await together(tx, [_fence(fence), _ended(changes.ended)])
            await together(tx, _written(replace(changes, ended={}), fence))
        else:
            await together(tx, _written(changes, fence))
    except AlreadyThere:
        raise
    except Overtaken as error:
        message = f"another router took over (ours was fence {fence}), or the board is stale: {error}"
        raise FencedOut(message) from error


def hands_over(changes: Changes) -> bool:
    """Whether a conversation goes from one holder to another: the first must have left before the second comes."""
    return not changes.ended.keys().isdisjoint(changes.started)


def _written(changes: Changes, fence: int) -> list[Write]:
    fresh = [one for one in changes.conversations.values() if one.stored_version == 0]
    known = [one for one in changes.conversations.values() if one.stored_version > 0]
    writes = [_fence(fence)]
    if fresh:
        writes.append(Write("new states", _INSERT, _arrays(fresh), len(fresh)))
    if known:
        writes.append(Write("states", _UPDATE, _arrays(known), len(known)))
    if changes.ended:
        writes.append(_ended(changes.ended))
    if changes.started:
        writes.append(_started(list(changes.started.values())))
    if changes.waits:
        writes.append(Write("waits", _WAITED, _wait_arrays(changes.waits), len(changes.waits)))
    if changes.decisions:
        decisions = list(changes.decisions.values())
        writes.append(Write("decisions", _DECIDE, _decision_arrays(decisions), len(decisions)))
    return writes


def _fence(fence: int) -> Write:
    """The fence as it was taken; it stays so until the commit."""
    return Write("fence", f"SELECT FROM fences WHERE name = '{FENCE}' AND fence = $1::bigint FOR SHARE", [fence], 1)


def _ended(ended: Mapping[UUID, datetime]) -> Write:
    return Write("ended", _END, [list(ended), list(ended.values())])


def _started(started: Sequence[Assignment]) -> Write:
    columns = ("id", "conversation_id", "agent_id", "started_at")
    return Write("started", _START, [[getattr(one, name) for one in started] for name in columns], len(started))


_COLUMNS = (
    ("status", "text"),
    ("priority", "text"),
    ("team_id", "uuid"),
    ("assignee_id", "uuid"),
    ("step", "smallint"),
    ("step_until", "timestamptz"),
    ("waiting_since", "timestamptz"),
    ("due", "timestamptz"),
    ("reply_due", "timestamptz"),
    ("last_inbound_at", "timestamptz"),
    ("last_answer_at", "timestamptz"),
    ("snoozed_until", "timestamptz"),
    ("resolved_at", "timestamptz"),
    ("topic", "text"),
    ("outcome", "text"),
    ("weight", "smallint"),
    ("next_at", "timestamptz"),
)
_NAMES = ", ".join(name for name, _ in _COLUMNS)
# Whom the plan may ask beside the team stands in the profile and in the history: the owner, and who wrote last.
_BOARD = f"""
SELECT c.id, c.customer_id, c.channel, c.account, s.version, s.left_out, {", ".join("s." + n for n, _ in _COLUMNS)},
       k.owner_id, l.agent_id AS last_agent_id, CASE WHEN j.into_id IS NOT NULL THEN shown_in(c.id) END AS joined_into
  FROM conversations c {{}} conversation_states s ON s.conversation_id = c.id
  LEFT JOIN joins j ON j.conversation_id = c.id
  JOIN customers k ON k.id = c.customer_id
  LEFT JOIN LATERAL (
       SELECT agent_id FROM interactions i
        WHERE i.customer_id = c.customer_id AND i.direction = 'outbound' AND i.agent_id IS NOT NULL
          AND i.accepted_at > now() - $1::interval
        ORDER BY i.accepted_at DESC, i.event_id DESC LIMIT 1) l ON true
"""
_ARRAYS = ", ".join(f"${place}::{kind}[]" for place, (_, kind) in enumerate(_COLUMNS, 5))
# left_out is a list in each row and unnest flattens lists, so it travels as text: '{id,id}'.
_GIVEN = f"""
SELECT conversation_id, version, was, left_out::uuid[] AS left_out, {_NAMES}
  FROM unnest($1::uuid[], $2::int[], $3::int[], $4::text[], {_ARRAYS})
    AS g(conversation_id, version, was, left_out, {_NAMES})
"""
_INSERT = f"""
INSERT INTO conversation_states (conversation_id, version, left_out, {_NAMES})
SELECT conversation_id, version, left_out, {_NAMES} FROM ({_GIVEN}) AS given
"""
_UPDATE = f"""
UPDATE conversation_states s SET version = given.version, left_out = given.left_out,
       {", ".join(f"{name} = given.{name}" for name, _ in _COLUMNS)}
  FROM ({_GIVEN}) AS given WHERE s.conversation_id = given.conversation_id AND s.version = given.was
"""


_END = """
UPDATE assignments a SET ended_at = g.at FROM unnest($1::uuid[], $2::timestamptz[]) AS g(conversation_id, at)
 WHERE a.conversation_id = g.conversation_id AND a.ended_at IS NULL
"""
_START = """
INSERT INTO assignments (id, conversation_id, agent_id, started_at)
SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::timestamptz[])
"""
_DECIDE = """
INSERT INTO decisions (event_id, conversation_id, at, kind, refused, step, agent_id, team_id, plan_version, reasons,
                       next_at)
SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::timestamptz[], $4::text[], $5::bool[], $6::smallint[], $7::uuid[],
                     $8::uuid[], $9::int[], $10::jsonb[], $11::timestamptz[])
"""
_WAITED = """
INSERT INTO waits (answer_id, conversation_id, team_id, agent_id, since, answered_at, reply_by)
SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::timestamptz[], $6::timestamptz[],
                     $7::timestamptz[])
"""


def _wait_arrays(waits: Sequence[Wait]) -> list[list[Any]]:
    return [[getattr(one, name) for one in waits] for name in Wait.__slots__]


def _arrays(conversations: Sequence[Conversation]) -> list[list[Any]]:
    return [
        [one.id for one in conversations],
        [one.version for one in conversations],
        [one.stored_version for one in conversations],
        ["{" + ",".join(map(str, one.left_out)) + "}" for one in conversations],
        *[[getattr(one, name) for one in conversations] for name, _ in _COLUMNS],
    ]


def _decision_arrays(decisions: Sequence[Decision]) -> list[list[Any]]:
    return [
        [one.event_id for one in decisions],
        [one.conversation_id for one in decisions],
        [one.at for one in decisions],
        [one.kind for one in decisions],
        [one.refused for one in decisions],
        [one.step for one in decisions],
        [one.agent_id for one in decisions],
        [one.team_id for one in decisions],
        [one.plan_version for one in decisions],
        [one.reasons() for one in decisions],
        [one.next_at for one in decisions],
    ]


def _conversation(row: Row) -> Conversation:
    named = {name: row[name] for name in ("owner_id", "last_agent_id", "joined_into")}
    if row["version"] is None:
        return Conversation(row["id"], row["customer_id"], Channel(row["channel"]), row["account"], **named)
    values = named | {name: row[name] for name, _ in _COLUMNS}
    values |= {"status": ConversationStatus(row["status"]), "priority": Priority(row["priority"])}
    return Conversation(
        id=row["id"],
        customer_id=row["customer_id"],
        channel=Channel(row["channel"]),
        account=row["account"],
        version=row["version"],
        stored_version=row["version"],
        left_out=set(row["left_out"]),
        **values,
    )
