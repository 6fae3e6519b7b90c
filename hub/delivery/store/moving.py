"""What a delivery that moved tells, for its hint."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from hub.store import Row
from hub.store.bearing import BEARER
from hub.store.placing import place


@dataclass(frozen=True, slots=True)
class Moved:
    """A delivery that changed, for its hint."""

    message_id: UUID
    version: int
    conversation_id: UUID | None
    status: str
    bearer_id: UUID | None
    team_id: UUID | None


_PLACE = place("d.conversation_id", "d.message_id")
TOLD = f"""
RETURNING d.message_id, d.version, {_PLACE} AS conversation_id, d.status,
          (SELECT {BEARER} FROM conversation_states s
            WHERE s.conversation_id = {_PLACE}) AS bearer_id,
          (SELECT s.team_id FROM conversation_states s WHERE s.conversation_id = {_PLACE}) AS team_id
"""
"""Ends an UPDATE of ``deliveries d``, so that its rows are ``Moved``."""


def moved(rows: Iterable[Row]) -> list[Moved]:
    """The rows of a statement that ends with ``TOLD``."""
    return [Moved(**dict(row)) for row in rows]
