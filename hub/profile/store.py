"""SQL of the profile: customers and their contact points."""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from hub.folding import wanted, words
from hub.model import new_id
from hub.store import Row, Transaction, Write
from hub.store.words import VECTOR, kept, matching

VERIFICATION_REFRESHED_AFTER = timedelta(days=1)
"""A verification lasts 90 days since last seen (semantics C); noting the day is enough and spares a write a message."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A contact point from which something came at ``at``; ``verified`` if that proves it is hers."""

    contact_point: str
    at: datetime
    verified: bool


async def customers_of(tx: Transaction, seen: Sequence[Seen]) -> dict[str, UUID]:
    """The customer of each contact point, made if new. Safe under concurrency: the contact point is claimed first."""
    wanted = {one.contact_point: one for one in seen}
    known = await _known(tx, list(wanted))
    if missing := sorted(wanted.keys() - known.keys()):
        await _create(tx, [wanted[point] for point in missing])
        known |= await _known(tx, missing)
    stale = [wanted[point] for point, (_, verified) in known.items() if is_stale(wanted[point], verified)]
    if stale:
        await tx.execute(_PROVE, [one.contact_point for one in stale], [one.at for one in stale])
    return {point: customer for point, (customer, _) in known.items()}


def creating(seen: Mapping[str, Seen]) -> tuple[dict[str, UUID], list[Write]]:
    """A new customer for each of these contact points, and the writes that make them if nobody has them yet."""
    customers = {point: new_id() for point in seen}
    verified = [one.at if one.verified else None for one in seen.values()]
    return customers, [
        Write("contact points", _CLAIM, [list(customers), list(customers.values()), verified], len(customers)),
        Write("customers", _CREATE, [list(customers.values())], len(customers)),
    ]


def proving(seen: Sequence[Seen]) -> Write:
    """The write that notes these proofs, if they are newer than what stands there."""
    return Write("proofs", _PROVE, [[one.contact_point for one in seen], [one.at for one in seen]], len(seen))


async def profile(tx: Transaction, customer_id: UUID) -> Row | None:
    """One customer with her contact points, or nothing."""
    return await tx.fetchrow(_PROFILE + "WHERE c.id = $1", customer_id)


async def profile_at(tx: Transaction, contact_point: str) -> Row | None:
    """The customer to whom a contact point belongs, or nothing."""
    return await tx.fetchrow(
        _PROFILE + "WHERE c.id = (SELECT customer_id FROM contact_points WHERE contact_point = $1)", contact_point
    )


async def profiles(
    tx: Transaction, *, query: str | None, before: tuple[datetime, UUID] | None, limit: int
) -> Sequence[Row]:
    """A page of customers, newest first.

    ``query`` is how words of the name begin, in any order, or how a contact point begins; in any case or digits.
    """
    conditions, values = [], list[object]()
    if before is not None:
        values += before
        conditions.append("(c.created_at, c.id) < ($1, $2::uuid)")
    if query is not None:
        words, places = _plain(query), len(values)
        begins = [words] if ":" in words else [f"tel:+{words.removeprefix('+').lstrip('0')}", f"mailto:{words}"]
        values += [matching(wanted(query)), begins, [one + _LAST for one in begins]]
        conditions.append(_FOUND.format(*range(places + 1, places + 4)))
    where = f"WHERE {' AND '.join(conditions)}" if conditions else ""
    statement = f"{_PROFILE}{where} ORDER BY c.created_at DESC, c.id DESC LIMIT {int(limit)}"
    return await tx.fetch(statement, *values)


_LAST = "\U0010ffff"
"""Behind every character there is: what begins with ``x`` stands from ``x`` up to ``x`` and this."""
# Contact points as ranges: for LIKE with a parameter PostgreSQL may forget the index.
_FOUND = """c.id IN (
SELECT id FROM customers
 WHERE words IS NOT NULL AND words @@ ${0}::text::tsquery UNION
SELECT q.customer_id FROM unnest(${1}::text[], ${2}::text[]) AS wanted (least, most)
  JOIN contact_points q ON q.contact_point ~>=~ wanted.least AND q.contact_point ~<~ wanted.most)"""


def _plain(query: str) -> str:
    """In small letters and ASCII digits, without the space that a ``+`` in a URL became."""
    words = query.strip().lower()
    return "".join(str(unicodedata.decimal(char)) if char.isdecimal() else char for char in words)


async def save(tx: Transaction, customers: Sequence[Mapping[str, Any]]) -> None:
    """Make customers with a known id, name, language, owner and contact points, for the demo and for imports."""
    for one in customers:
        await tx.execute(
            "INSERT INTO customers (id, name, language, owner_id, words)"
            f" VALUES ($1, $2, $3, $4, {VECTOR.format('$5')}) ON CONFLICT (id) DO NOTHING",
            one["id"],
            one["name"],
            one.get("language"),
            one.get("owner_id"),
            name_words(one["name"]),
        )
        for point in one["contact_points"]:
            await tx.execute(
                "INSERT INTO contact_points (contact_point, customer_id) VALUES ($1, $2) ON CONFLICT DO NOTHING",
                point,
                one["id"],
            )


async def fill_in(tx: Transaction, customers: Sequence[Mapping[str, Any]]) -> None:
    """Give customers who are known what they lack: name, language, owner, contact points nobody has.

    Where a value came from is not kept yet, and what an agent entered beats what was imported (semantics C); so what
    stands there stays. Give them in the order of their ids, in which rows are locked.
    """
    for one in customers:
        await tx.execute(
            "UPDATE customers SET name = coalesce(name, $2), language = coalesce(language, $3),"
            " owner_id = coalesce(owner_id, $4), version = version + 1,"
            f" words = CASE WHEN name IS NULL THEN {VECTOR.format('$5')} ELSE words END WHERE id = $1",
            one["id"],
            one["name"],
            one["language"],
            one["owner_id"],
            name_words(one["name"]),
        )
        await tx.execute(
            "INSERT INTO contact_points (contact_point, customer_id) SELECT unnest($1::text[]), $2::uuid"
            " ON CONFLICT DO NOTHING",
            list(one["contact_points"]),
            one["id"],
        )


def name_words(name: str | None) -> str | None:
    """The words by which a name is found, as ``VECTOR`` takes them. Whoever writes a name writes them beside it."""
    return kept(words(name)) if name else None


async def fold_names(tx: Transaction, *, at_most: int) -> None:
    """Make names findable that were there before their words were kept. One without words gets none, and is done."""
    rows = await tx.fetch("SELECT id, name FROM customers WHERE name IS NOT NULL AND words IS NULL LIMIT $1", at_most)
    if rows:
        given = [[row["id"] for row in rows], [row["name"] for row in rows], [name_words(row["name"]) for row in rows]]
        await tx.execute(_FOLD_NAMES, *given)


async def names(tx: Transaction, customer_ids: Iterable[UUID]) -> dict[UUID, str | None]:
    """What these customers are called."""
    rows = await tx.fetch("SELECT id, name FROM customers WHERE id = ANY($1::uuid[])", list(customer_ids))
    return {row["id"]: row["name"] for row in rows}


# On the condition that nobody has changed the name meanwhile.
_FOLD_NAMES = f"""
UPDATE customers c SET words = coalesce({VECTOR.format("g.words")}, '')
  FROM unnest($1::uuid[], $2::text[], $3::text[]) AS g (id, name, words)
 WHERE c.id = g.id AND c.name = g.name AND c.words IS NULL
"""
_PROFILE = """
SELECT c.id, c.name, c.language, c.time_zone, c.owner_id, c.attributes, c.version, c.created_at,
       (SELECT coalesce(jsonb_agg(jsonb_build_object('contact_point', p.contact_point, 'verified_at',
                   to_char(p.verified_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'))
               ORDER BY p.created_at, p.contact_point), '[]')
          FROM contact_points p WHERE p.customer_id = c.id) AS contact_points
  FROM customers c
"""


def noted_since(seen: Seen) -> datetime | None:
    """A proof noted since then makes this one no news; ``None`` for what proves nothing."""
    return seen.at - VERIFICATION_REFRESHED_AFTER if seen.verified else None


def is_stale(seen: Seen, verified: datetime | None) -> bool:
    """Whether this proof is worth noting, after the last one that was noted."""
    since = noted_since(seen)
    return since is not None and (verified is None or verified < since)


async def _known(tx: Transaction, points: Sequence[str]) -> dict[str, tuple[UUID, datetime | None]]:
    rows = await tx.fetch(
        "SELECT contact_point, customer_id, verified_at FROM contact_points WHERE contact_point = ANY($1::text[])",
        points,
    )
    return {row["contact_point"]: (row["customer_id"], row["verified_at"]) for row in rows}


async def _create(tx: Transaction, seen: Sequence[Seen]) -> None:
    won = await tx.fetch(
        f"{_CLAIM} ON CONFLICT DO NOTHING RETURNING customer_id",
        [one.contact_point for one in seen],
        [new_id() for _ in seen],
        [one.at if one.verified else None for one in seen],
    )
    await tx.execute(_CREATE, [row["customer_id"] for row in won])


_CLAIM = """
INSERT INTO contact_points (contact_point, customer_id, verified_at)
SELECT * FROM unnest($1::text[], $2::uuid[], $3::timestamptz[])
"""
_CREATE = "INSERT INTO customers (id) SELECT unnest($1::uuid[])"
_PROVE = """
UPDATE contact_points c SET verified_at = n.at FROM unnest($1::text[], $2::timestamptz[]) AS n(contact_point, at)
 WHERE c.contact_point = n.contact_point AND (c.verified_at IS NULL OR c.verified_at < n.at)
"""
