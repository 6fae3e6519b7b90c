"""SQL of the wall: what waits in the lines, and what everybody holds. Its cost is that of what is not resolved."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from hub.model import Channel
from hub.store import Row, Transaction
from hub.store.bearing import BEARER

Within = Mapping[Channel, timedelta]
"""How soon a customer shall be answered, by the conversation's channel."""


async def lines(tx: Transaction, within: Within, *, now: datetime, most: int) -> Sequence[Row]:
    """The first ``most`` of each team's waiting line, in its order; ``team_id`` is null for what no team has.

    Beside each, of its whole line: ``length``, ``oldest`` (since when) and how many are ``late``.
    """
    return await tx.fetch(_LINES, *_deadlines(within), now, most)


async def held(tx: Transaction, within: Within, *, most: int) -> Sequence[Row]:
    """Up to ``most`` of what each agent (``assignee_id``) holds: who waits longest comes first."""
    return await tx.fetch(_HELD, *_deadlines(within), most)


async def counted(tx: Transaction, within: Within, *, now: datetime) -> Sequence[Row]:
    """All that is not resolved, by ``agent_id`` (who holds it or is offered it), ``team_id`` and ``channel``.

    ``weight``, how many are ``late``, and how many of these somebody holds (``late_held``).

    Late is: the customer wrote something that nobody has answered, and should have been answered by now.
    """
    return await tx.fetch(_COUNTED, *_deadlines(within), now)


async def names(tx: Transaction) -> Mapping[UUID, str]:
    """The teams' names, in their order."""
    return {row["id"]: row["name"] for row in await tx.fetch("SELECT id, name FROM teams ORDER BY name, id")}


def _deadlines(within: Within) -> tuple[list[str], list[timedelta]]:
    return [str(channel) for channel in within], list(within.values())


_DEADLINES = "unnest($1::text[], $2::interval[]) AS d(channel, within)"
_LINES = f"""
WITH line AS MATERIALIZED (
    SELECT s.conversation_id, t.id AS team_id, s.due, s.waiting_since, c.number, c.channel, c.customer_id,
           c.contact_point, s.offered_to, s.waiting_since + d.within AS reply_by
      FROM conversation_states s JOIN conversations c ON c.id = s.conversation_id JOIN {_DEADLINES} USING (channel)
      LEFT JOIN teams t ON t.id = s.team_id
     WHERE s.status = 'open' AND s.assignee_id IS NULL AND s.step_until IS NOT NULL
), ranked AS (
    SELECT *, row_number() OVER (PARTITION BY team_id ORDER BY due, conversation_id) AS place,
           count(*) OVER team AS length, min(waiting_since) OVER team AS oldest,
           count(*) FILTER (WHERE reply_by <= $3) OVER team AS late
      FROM line WINDOW team AS (PARTITION BY team_id)
)
SELECT r.conversation_id AS id, r.team_id, r.number, r.channel, r.customer_id, p.name AS customer_name,
       r.contact_point, r.offered_to, r.waiting_since, r.reply_by, r.length, r.oldest, r.late
  FROM ranked r JOIN customers p ON p.id = r.customer_id
 WHERE r.place <= $4 ORDER BY r.team_id, r.place
"""
# Agent by agent, so that nothing is sorted but what one of them holds.
_HELD = f"""
SELECT h.conversation_id AS id, a.id AS assignee_id, c.number, c.channel, c.customer_id, p.name AS customer_name,
       c.contact_point, h.status, h.waiting_since, h.waiting_since + d.within AS reply_by, h.snoozed_until,
       (SELECT g.started_at FROM assignments g WHERE g.conversation_id = c.id AND g.ended_at IS NULL) AS held_since
  FROM agents a CROSS JOIN LATERAL (
       SELECT s.conversation_id, s.status, s.waiting_since, s.snoozed_until FROM conversation_states s
        WHERE s.assignee_id = a.id AND s.status <> 'resolved' ORDER BY s.waiting_since, s.conversation_id LIMIT $3) h
  JOIN conversations c ON c.id = h.conversation_id JOIN {_DEADLINES} USING (channel)
  JOIN customers p ON p.id = c.customer_id
 ORDER BY a.id, h.waiting_since, h.conversation_id
"""
_COUNTED = f"""
SELECT {BEARER} AS agent_id, s.team_id, c.channel, sum(s.weight)::int AS weight,
       count(*) FILTER (WHERE l.late) AS late, count(*) FILTER (WHERE l.late AND s.assignee_id IS NOT NULL) AS late_held
  FROM conversation_states s JOIN conversations c ON c.id = s.conversation_id JOIN {_DEADLINES} USING (channel)
 CROSS JOIN LATERAL (SELECT s.waiting_since <= s.last_inbound_at AND s.waiting_since + d.within <= $3 AS late) l
 WHERE s.status <> 'resolved' AND (s.weight > 0 OR s.waiting_since IS NOT NULL) GROUP BY 1, 2, 3
"""
