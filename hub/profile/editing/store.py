"""SQL of changing a profile by hand. Who changed what is appended in the same transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from hub.model import new_id
from hub.profile.editing.facts import Change
from hub.profile.store import name_words
from hub.store import Row, Transaction
from hub.store.words import VECTOR

COLUMNS = ("name", "language", "time_zone", "owner_id", "attributes")
"""What of a customer may be changed."""


@dataclass(frozen=True, slots=True)
class By:
    """Who changes it, and when."""

    name: str
    agent_id: UUID | None
    at: datetime


async def make(tx: Transaction, customer_id: UUID, facts: Mapping[str, Any], points: Sequence[str]) -> str | None:
    """Make a customer with these contact points; the first of them that is somebody else's already, if one is.

    Made before by the same call she stays as she is. Points are claimed first and in one order, as everywhere.
    """
    if await tx.fetchval("SELECT true FROM customers WHERE id = $1", customer_id):
        return None
    claimed = await tx.fetch(_CLAIM, sorted(points), customer_id)
    if taken := set(points) - {row["contact_point"] for row in claimed}:
        return next(point for point in points if point in taken)
    await tx.execute(_MAKE, customer_id, *_values(facts))
    return None


async def locked(tx: Transaction, customer_id: UUID) -> Row | None:
    """A customer's facts and version, until the transaction ends nobody else's to change.

    Messages of hers are recorded all the while: their foreign keys want no more than that she is there.
    """
    return await tx.fetchrow(f"SELECT {_NAMES}, version FROM customers WHERE id = $1 FOR NO KEY UPDATE", customer_id)


async def change(
    tx: Transaction, customer_id: UUID, facts: Mapping[str, Any], changes: Sequence[Change], *, by: By
) -> None:
    """These are her facts from now on, all of them; ``changes`` is what differs, for the record."""
    await tx.execute(_CHANGE, customer_id, *_values(facts))
    await tx.executemany(
        "INSERT INTO customer_changes (id, customer_id, at, by_agent, by, field, before, after)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        [
            (new_id(), customer_id, by.at, by.agent_id, by.name, one.field, _json(one.before), _json(one.after))
            for one in changes
        ],
    )


async def changes_of(
    tx: Transaction, customer_id: UUID, *, before: tuple[datetime, UUID] | None, limit: int
) -> Sequence[Row]:
    """A page of what was changed, newest first."""
    past = "AND (at, id) < ($3, $4::uuid)" if before else ""
    return await tx.fetch(
        "SELECT id, at, by_agent, by, field, before, after FROM customer_changes"
        f" WHERE customer_id = $1 {past} ORDER BY at DESC, id DESC LIMIT $2",
        customer_id,
        limit,
        *(before or ()),
    )


def _values(facts: Mapping[str, Any]) -> list[Any]:
    return [*(facts[name] for name in COLUMNS), name_words(facts["name"])]


def _json(value: Any) -> str | None:
    """A text too is JSON here, and nothing is none."""
    return None if value is None else msgspec.json.encode(value).decode()


_NAMES = ", ".join(COLUMNS)
_CLAIM = """
INSERT INTO contact_points (contact_point, customer_id) SELECT unnest($1::text[]), $2::uuid
ON CONFLICT DO NOTHING RETURNING contact_point
"""
_VALUES = f"$2, $3, $4, $5, $6, {VECTOR.format('$7')}"
_MAKE = f"INSERT INTO customers (id, {_NAMES}, words) VALUES ($1, {_VALUES})"
_CHANGE = f"UPDATE customers SET ({_NAMES}, words) = ({_VALUES}), version = version + 1 WHERE id = $1"
