"""SQL of routing: the board's rows, the fence, and the one commit of a batch."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from hub.errors import FencedOut
from hub.model import Channel, ConversationStatus, Presence, Priority
from hub.routing.board import Conversation, Seat
from hub.routing.changes import Assignment, Changes
from hub.routing.decisions import Decision
from hub.routing.plan import Pool
from hub.store import Row, Transaction

FENCE = "router"


@dataclass(frozen=True, slots=True)
class Versions:
    """What tells whether configuration or presence changed since the last look."""

    configuration: int
    presence: int


async def versions(tx: Transaction) -> Versions:
    """The versions of the configuration and of what agents declared."""
    (row,) = await tx.fetch("SELECT version, presence FROM configuration")
    return Versions(row["version"], row["presence"])


async def take_fence(tx: Transaction, holder: str) -> int:
    """Become the one writer; every earlier one is fenced out from its next commit on."""
    fence: int = await tx.fetchval(
        "INSERT INTO fences (name, fence, holder) VALUES ($1, 1, $2) ON CONFLICT (name)"
        " DO UPDATE SET fence = fences.fence + 1, holder = $2, since = now() RETURNING fence",
        FENCE,
        holder,
    )
    return fence


async def hold_fence(tx: Transaction, fence: int) -> None:
    """Raise ``FencedOut`` unless this fence is still in force; it stays so until the transaction ends."""
    current = await tx.fetchval("SELECT fence FROM fences WHERE name = $1 FOR SHARE", FENCE)
    if current != fence:
        message = f"another router took over (fence {current}, ours was {fence})"
        raise FencedOut(message)


async def seats(tx: Transaction) -> list[Seat]:
    """Every agent with teams and declared presence."""
    rows = await tx.fetch(
        "SELECT a.id, a.name, a.live_capacity, a.written_capacity, a.active,"
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
    """When each agent last got a conversation that is still theirs."""
    rows = await tx.fetch("SELECT agent_id, max(started_at) AS at FROM assignments WHERE ended_at IS NULL GROUP BY 1")
    return {row["agent_id"]: row["at"] for row in rows}


async def alive(tx: Transaction) -> list[Conversation]:
    """Every conversation that is not resolved."""
    return [_conversation(row) for row in await tx.fetch(_STATES + " WHERE s.status <> 'resolved'")]


async def some(tx: Transaction, ids: Iterable[UUID]) -> list[Conversation]:
    """These conversations, also resolved ones; one that has no state yet begins as open."""
    return [_conversation(row) for row in await tx.fetch(_NEW_TOO + " WHERE c.id = ANY($1::uuid[])", list(ids))]


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


async def due(tx: Transaction, now: datetime, limit: int) -> list[UUID]:
    """Conversations whose time has come, for keep_time to ring."""
    rows = await tx.fetch(
        "SELECT conversation_id FROM conversation_states WHERE next_at <= $1 ORDER BY next_at LIMIT $2", now, limit
    )
    return [row["conversation_id"] for row in rows]


async def unrouted(tx: Transaction, since: datetime, until: datetime, limit: int) -> Sequence[Row]:
    """What was recorded between these times and has no decision: its event was lost on the way to the router.

    The decision is looked up row by row (LATERAL with LIMIT), so that nobody ever hashes all decisions there are.
    """
    return await tx.fetch(
        "SELECT i.event_id, i.conversation_id, i.customer_id, i.channel, i.direction, i.contact_point, i.account,"
        " i.accepted_at, i.agent_id, i.recorded_at FROM interactions i LEFT JOIN LATERAL ("
        " SELECT true AS found FROM decisions WHERE event_id = i.event_id LIMIT 1) d ON true"
        " WHERE i.recorded_at > $1 AND i.recorded_at <= $2 AND d.found IS NULL ORDER BY i.recorded_at LIMIT $3",
        since,
        until,
        limit,
    )


async def write(tx: Transaction, changes: Changes, *, fence: int) -> None:
    """One batch: states conditional on the version read, assignments, decisions. Raises ``FencedOut``."""
    await hold_fence(tx, fence)
    await _write_states(tx, list(changes.conversations.values()))
    if changes.ended:
        await _end(tx, changes.ended)
    if changes.started:
        await _start(tx, list(changes.started.values()))
    if changes.decisions:
        await _decide(tx, list(changes.decisions.values()))


def is_plain(changes: Changes) -> bool:
    """Whether only conversations that have a state changed, and nobody got or lost one: so it is with most messages."""
    known = all(one.stored_version > 0 for one in changes.conversations.values())
    return bool(changes.conversations) and known and not changes.started and not changes.ended


async def write_plainly(tx: Transaction, changes: Changes, *, fence: int) -> None:
    """The same as ``write`` for plain changes, in one statement, which is its own commit. Raises ``FencedOut``."""
    conversations, decisions = list(changes.conversations.values()), list(changes.decisions.values())
    try:
        await tx.fetchval(_PLAINLY, *_arrays(conversations), *_decision_arrays(decisions), fence)
    except asyncpg.DivisionByZeroError as error:
        message = f"another router took over (ours was fence {fence}), or the board is stale"
        raise FencedOut(message) from error


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
_STATES = f"""
SELECT c.id, c.customer_id, c.channel, c.account, s.version, s.left_out, {", ".join("s." + n for n, _ in _COLUMNS)}
  FROM conversation_states s JOIN conversations c ON c.id = s.conversation_id
"""
_NEW_TOO = _STATES.replace(
    "conversation_states s JOIN conversations c", "conversations c LEFT JOIN conversation_states s"
)
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


_DECISIONS = ("uuid", "uuid", "timestamptz", "text", "bool", "smallint", "uuid", "uuid", "int", "jsonb", "timestamptz")


def _decisions(first: int) -> str:
    """The INSERT of decisions whose arrays begin at parameter ``first``."""
    arrays = ", ".join(f"${place}::{kind}[]" for place, kind in enumerate(_DECISIONS, first))
    return (
        "INSERT INTO decisions (event_id, conversation_id, at, kind, refused, step, agent_id, team_id, plan_version,"
        f" reasons, next_at) SELECT * FROM unnest({arrays})"
    )


_LAST = 4 + len(_COLUMNS) + len(_DECISIONS) + 1
# Division by zero ends the statement, and with it all it wrote, unless the fence held and every version was as read.
_PLAINLY = f"""
WITH held AS (SELECT FROM fences WHERE name = '{FENCE}' AND fence = ${_LAST} FOR SHARE),
states AS ({_UPDATE} AND EXISTS (SELECT FROM held) RETURNING 1),
decided AS ({_decisions(5 + len(_COLUMNS))})
SELECT 1 / (count(*) = cardinality($1::uuid[]))::int FROM states
"""


async def _write_states(tx: Transaction, conversations: Sequence[Conversation]) -> None:
    fresh = [one for one in conversations if one.stored_version == 0]
    known = [one for one in conversations if one.stored_version > 0]
    if fresh:
        await tx.execute(_INSERT, *_arrays(fresh))
    if known:
        done = await tx.execute(_UPDATE, *_arrays(known))
        if done != f"UPDATE {len(known)}":
            message = f"the board is stale: {done} of {len(known)} conversations"
            raise FencedOut(message)


def _arrays(conversations: Sequence[Conversation]) -> list[list[Any]]:
    return [
        [one.id for one in conversations],
        [one.version for one in conversations],
        [one.stored_version for one in conversations],
        ["{" + ",".join(map(str, one.left_out)) + "}" for one in conversations],
        *[[getattr(one, name) for one in conversations] for name, _ in _COLUMNS],
    ]


async def _end(tx: Transaction, ended: Mapping[UUID, datetime]) -> None:
    await tx.execute(
        "UPDATE assignments a SET ended_at = g.at FROM unnest($1::uuid[], $2::timestamptz[]) AS g(conversation_id, at)"
        " WHERE a.conversation_id = g.conversation_id AND a.ended_at IS NULL",
        list(ended),
        list(ended.values()),
    )


async def _start(tx: Transaction, started: Sequence[Assignment]) -> None:
    await tx.execute(
        "INSERT INTO assignments (id, conversation_id, agent_id, started_at)"
        " SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::timestamptz[])",
        [one.id for one in started],
        [one.conversation_id for one in started],
        [one.agent_id for one in started],
        [one.started_at for one in started],
    )


async def _decide(tx: Transaction, decisions: Sequence[Decision]) -> None:
    await tx.execute(_decisions(1), *_decision_arrays(decisions))


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
    if row["version"] is None:
        return Conversation(row["id"], row["customer_id"], Channel(row["channel"]), row["account"])
    values = {name: row[name] for name, _ in _COLUMNS}
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
