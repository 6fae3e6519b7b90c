"""SQL of mentions: an agent named in an internal note may see its conversation from then on."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from hub.store import Print, Row, Transaction, print_of
from hub.store.bearing import BEARER

NEWEST = 200
"""So many of an agent's mentions her live connection knows; the others she finds by the list."""


class Mention(NamedTuple):
    """One agent in one note."""

    interaction_id: UUID
    agent_id: UUID
    conversation_id: UUID
    mentioned_at: datetime


async def add(tx: Transaction, mentions: Iterable[Mention]) -> None:
    """Append these, each once."""
    await tx.execute(
        "INSERT INTO mentions (interaction_id, agent_id, conversation_id, mentioned_at)"
        " SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::timestamptz[]) ON CONFLICT DO NOTHING",
        *map(list, zip(*mentions, strict=True)),
    )


async def newest(tx: Transaction, agents: Sequence[UUID], *, resolved: bool) -> Sequence[Row]:
    """The conversations of these agents' newest mentions; with ``resolved`` also those that are.

    ``agent_id``, ``id``, ``version``, ``status``, ``bearer_id``, ``team_id``.
    """
    return await tx.fetch(_NEWEST, list(agents), resolved, NEWEST)


async def newest_print(tx: Transaction, agents: Sequence[UUID], *, resolved: bool) -> Print:
    """Another one whenever ``newest`` gives something else."""
    return await print_of(tx, _NEWEST, list(agents), resolved, NEWEST)


_NEWEST = f"""
SELECT DISTINCT m.agent_id, s.conversation_id AS id, s.version, s.status,
       {BEARER} AS bearer_id, s.team_id
  FROM unnest($1::uuid[]) AS a(id)
 CROSS JOIN LATERAL (SELECT n.agent_id, n.conversation_id FROM mentions n
                      WHERE n.agent_id = a.id ORDER BY n.mentioned_at DESC LIMIT $3) m
  JOIN conversation_states s ON s.conversation_id = m.conversation_id
 WHERE $2 OR s.status <> 'resolved'
"""  # noqa: S608 - a constant of ours
