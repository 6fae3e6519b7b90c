"""What the router reads: who is there, what is alive, what was decided and what never was."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from hub.model import Channel, ConversationStatus, Presence, Priority
from hub.routing.board import Conversation, Seat
from hub.routing.plan import Pool
from hub.routing.store.beside import decision
from hub.routing.store.columns import COLUMNS
from hub.routing.store.fence import FENCE
from hub.store import Row, Transaction

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


async def missed(tx: Transaction) -> set[UUID]:
    """The agents whose last offer ran out, and who have said nothing of their presence since."""
    rows = await tx.fetch(
        "SELECT a.id FROM agents a CROSS JOIN LATERAL ("
        " SELECT outcome, ended_at FROM offers o WHERE o.agent_id = a.id AND o.outcome <> 'withdrawn'"
        " ORDER BY ended_at DESC LIMIT 1) o"
        " WHERE o.outcome = 'expired' AND o.ended_at > coalesce((SELECT s.at FROM agent_states s"
        " WHERE s.agent_id = a.id ORDER BY seq DESC LIMIT 1), '-infinity')"
    )
    return {row["id"] for row in rows}


async def alive(tx: Transaction, *, remembers: timedelta) -> list[Conversation]:
    """Every conversation that is not resolved. ``remembers``: so long ago may the last agent have written."""
    rows = await tx.fetch(_BOARD.format("JOIN") + " WHERE s.status <> 'resolved'", remembers)
    return [_conversation(row) for row in rows]


async def some(tx: Transaction, ids: Iterable[UUID], *, remembers: timedelta) -> list[Conversation]:
    """These conversations, also resolved ones; one that has no state yet begins as open."""
    rows = await tx.fetch(_BOARD.format("LEFT JOIN") + " WHERE c.id = ANY($2::uuid[])", remembers, list(ids))
    return [_conversation(row) for row in rows]


async def decided(tx: Transaction, causes: Collection[UUID]) -> dict[UUID, Row]:
    """Those of these causes that have their decision already, in their order."""
    rows = {row["event_id"]: row for row in await tx.fetch(_DECIDED, list(causes))}
    return {cause: rows[cause] for cause in causes if cause in rows}


async def decisions_of(tx: Transaction, conversation_id: UUID) -> Sequence[Row]:
    """Every decision about a conversation, oldest first."""
    return await tx.fetch(_DECISIONS_OF, conversation_id)


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
    """What was recorded after that place, up to this, and bears no decision: its event was lost on the way."""
    return await tx.fetch(_UNROUTED, *after, *to)


_UNROUTED = f"""
SELECT i.event_id, i.conversation_id, i.customer_id, i.channel, i.direction, i.contact_point, i.account, i.accepted_at,
       i.agent_id, i.recorded_at
  FROM interactions i
 WHERE i.recorded_at >= $1 AND (i.recorded_at, i.event_id) > ($1, $2::uuid)
   AND i.recorded_at <= $3 AND (i.recorded_at, i.event_id) <= ($3, $4::uuid)
   AND {decision("i.event_id", "i.accepted_at")} IS NULL
 ORDER BY i.recorded_at, i.event_id
"""
_DECIDED = f"""
SELECT d.event_id, d.conversation_id, d.kind, d.refused, d.agent_id, d.reasons, d.at
  FROM unnest($1::uuid[]) AS given (event_id)
  LEFT JOIN LATERAL (SELECT accepted_at FROM interactions WHERE event_id = given.event_id LIMIT 1) i ON true
 CROSS JOIN LATERAL {decision("given.event_id", "i.accepted_at", shows="d.*")} d
"""
_SHOWN = "d.event_id, d.at, d.kind, d.refused, d.step, d.agent_id, d.team_id, d.plan_version, d.reasons, d.next_at"
_DECISIONS_OF = f"""
SELECT {_SHOWN} FROM interactions i
  JOIN decisions d ON d.accepted_at = i.accepted_at AND d.event_id = i.event_id AND NOT d.elsewhere
 WHERE i.conversation_id = $1
 UNION ALL
SELECT {_SHOWN} FROM decisions d WHERE d.conversation_id = $1 AND (d.accepted_at = '-infinity' OR d.elsewhere)
 ORDER BY at, event_id
"""
# Whom the plan may ask beside the team stands in the profile and in the history: the owner, and who wrote last.
_BOARD = f"""
SELECT c.id, c.customer_id, c.channel, c.account, s.version, s.left_out, {", ".join("s." + n for n, _ in COLUMNS)},
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


def _conversation(row: Row) -> Conversation:
    named = {name: row[name] for name in ("owner_id", "last_agent_id", "joined_into")}
    if row["version"] is None:
        return Conversation(row["id"], row["customer_id"], Channel(row["channel"]), row["account"], **named)
    values = named | {name: row[name] for name, _ in COLUMNS}
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
