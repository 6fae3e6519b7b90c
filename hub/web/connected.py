"""Who has a desk open now, by the heartbeats that desks leave in Redis."""

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING
from uuid import UUID

import structlog

from hub.errors import LiveAway
from hub.store import Row
from hub.web.answers import shown
from hub.web.shapes.people import Agent

if TYPE_CHECKING:
    from hub.bootstrap import Parts

log = structlog.get_logger(__name__)


async def connected(parts: "Parts") -> Collection[UUID] | None:
    """The ids of all who are; ``None`` while Redis is away, for unknown is not absent."""
    try:
        beats = await parts.live.heartbeats()
    except LiveAway as error:
        log.debug("presence_unknown", reason=str(error))
        return None
    oldest = parts.clock.now() - parts.plan.connected_within
    return {agent_id for agent_id, at in beats.at.items() if at > oldest}


async def agents_shown(parts: "Parts", rows: Sequence[Row]) -> list[Agent]:
    """Agents as the API shows them."""
    there = await connected(parts)
    return [shown(Agent, row, connected=None if there is None else row["id"] in there) for row in rows]
