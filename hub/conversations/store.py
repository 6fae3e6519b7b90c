"""SQL of conversations and threads. Their state belongs to routing."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from hub.conversations.threading import Current, Known
from hub.model import Channel, ConversationStatus
from hub.store import Row, Transaction, Write


@dataclass(frozen=True, slots=True)
class Opening:
    """A conversation to open for a thread; ``previous`` is the one it replaces there."""

    conversation_id: UUID
    thread: str
    customer_id: UUID
    channel: Channel
    account: str
    contact_point: str
    our_address: str
    opened_at: datetime
    previous: UUID | None

    def as_current(self) -> Current:
        """The thread's conversation once it is opened."""
        return Current(
            conversation_id=self.conversation_id,
            customer_id=self.customer_id,
            channel=self.channel,
            account=self.account,
            contact_point=self.contact_point,
            our_address=self.our_address,
        )


async def known(tx: Transaction, points: Mapping[str, str]) -> dict[str, Known]:
    """What stands of each of these threads, each given with its contact point."""
    rows = await tx.fetch(_KNOWN, list(points), list(points.values()))
    return {
        row["thread"]: Known(row["point_customer_id"], row["verified_at"], _current(row) if row["id"] else None)
        for row in rows
    }


async def current(tx: Transaction, threads: Iterable[str]) -> dict[str, Current]:
    """The newest conversation of each thread that has one."""
    rows = await tx.fetch(
        f"SELECT t.thread, {_CURRENT} FROM threads t JOIN conversations c ON c.id = t.conversation_id"
        " LEFT JOIN conversation_states s ON s.conversation_id = c.id WHERE t.thread = ANY($1::text[])",
        list(threads),
    )
    return {row["thread"]: _current(row) for row in rows}


async def by_id(tx: Transaction, ids: Iterable[UUID]) -> dict[UUID, Current]:
    """The conversations with these ids."""
    rows = await tx.fetch(
        f"SELECT {_CURRENT} FROM conversations c LEFT JOIN conversation_states s ON s.conversation_id = c.id"
        " WHERE c.id = ANY($1::uuid[])",
        list(ids),
    )
    return {row["id"]: _current(row) for row in rows}


def opening(openings: Sequence[Opening]) -> list[Write]:
    """The writes that open these, one a thread, if every thread is still as ``Opening.previous`` says."""
    first = [one for one in openings if one.previous is None]
    next_ = [one for one in openings if one.previous is not None]
    writes = [Write("conversations", _INSERT, _columns(openings, *_INSERTED), len(openings))]
    if first:
        writes.append(Write("threads", _CLAIM, _columns(first, "thread", "conversation_id"), len(first)))
    if next_:
        columns = _columns(next_, "thread", "conversation_id", "previous")
        writes.append(Write("threads replaced", _REPLACE, columns, len(next_)))
    return writes


async def open_all(tx: Transaction, openings: Sequence[Opening]) -> dict[str, Current]:
    """Open these, one a thread and in the threads' order; the threads' conversations as they are afterwards.

    The thread is claimed first, so of two that open the same one the second joins the first's conversation.
    """
    first = [one for one in openings if one.previous is None]
    next_ = [one for one in openings if one.previous is not None]
    columns = _columns(first, "thread", "conversation_id")
    won = await tx.fetch(f"{_CLAIM} ON CONFLICT DO NOTHING RETURNING thread", *columns)
    if next_:
        columns = _columns(next_, "thread", "conversation_id", "previous")
        won += await tx.fetch(f"{_REPLACE} RETURNING t.thread", *columns)
    ours = {row["thread"] for row in won}
    await tx.execute(_INSERT, *_columns([one for one in openings if one.thread in ours], *_INSERTED))
    return await current(tx, [one.thread for one in openings])


async def show(tx: Transaction, conversation_id: UUID) -> Row | None:
    """One conversation with its state, for the API."""
    return await tx.fetchrow(_SHOWN + " WHERE c.id = $1", conversation_id)


async def page(
    tx: Transaction,
    *,
    status: str | None,
    assignee: UUID | None,
    team: UUID | None,
    waiting: bool | None,
    customer: UUID | None,
    seen_by: tuple[UUID, Sequence[UUID]] | None,
    before: int | None,
    limit: int,
) -> Sequence[Row]:
    """A page of conversations, newest first. ``seen_by`` (agent, her teams) narrows to what that agent may see.

    Only conditions that are asked for stand in the statement: PostgreSQL plans one with ``$1 IS NULL OR …`` for the
    worst, which walks everything. Values are always parameters.
    """
    asked = {
        "s.status = ${}::text": status,
        "s.assignee_id = ${}::uuid": assignee,
        "s.team_id = ${}::uuid": team,
        "(s.assignee_id IS NULL AND s.waiting_since IS NOT NULL) = ${}::boolean": waiting,
        "c.customer_id = ${}::uuid": customer,
        "c.number < ${}::bigint": before,
    }
    given = [(condition, value) for condition, value in asked.items() if value is not None]
    conditions = [condition.format(place) for place, (condition, _) in enumerate(given, 1)]
    values: list[object] = [value for _, value in given]
    if seen_by is not None:
        values += [seen_by[0], list(seen_by[1])]
        conditions.append(f"(s.assignee_id = ${len(values) - 1}::uuid OR s.team_id = ANY(${len(values)}::uuid[]))")
    where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
    return await tx.fetch(f"{_SHOWN}{where} ORDER BY c.number DESC LIMIT {int(limit)}", *values)


async def alive(tx: Transaction, *, limit: int) -> Sequence[Row]:
    """``id`` and ``version`` of the newest conversations that are not resolved."""
    return await tx.fetch(
        "SELECT c.id, coalesce(s.version, 0) AS version FROM conversations c"
        " JOIN conversation_states s ON s.conversation_id = c.id WHERE s.status <> 'resolved'"
        " ORDER BY c.number DESC LIMIT $1",
        limit,
    )


async def alive_for(tx: Transaction, *, agents: Sequence[UUID], teams: Sequence[UUID]) -> Sequence[Row]:
    """``id``, ``version``, ``assignee_id`` and ``team_id`` of what these agents hold and these teams' lines hold."""
    return await tx.fetch(
        "SELECT conversation_id AS id, version, assignee_id, team_id FROM conversation_states"
        " WHERE status <> 'resolved' AND assignee_id = ANY($1::uuid[])"
        " UNION ALL SELECT conversation_id, version, assignee_id, team_id FROM conversation_states"
        " WHERE status <> 'resolved' AND assignee_id IS NULL AND team_id = ANY($2::uuid[])",
        list(agents),
        list(teams),
    )


_CURRENT = "c.id, c.customer_id, s.status, s.resolved_at, c.channel, c.account, c.contact_point, c.our_address"
_KNOWN = f"""
SELECT g.thread, p.customer_id AS point_customer_id, p.verified_at, {_CURRENT}
  FROM unnest($1::text[], $2::text[]) AS g(thread, contact_point)
  LEFT JOIN contact_points p ON p.contact_point = g.contact_point
  LEFT JOIN threads t ON t.thread = g.thread
  LEFT JOIN conversations c ON c.id = t.conversation_id
  LEFT JOIN conversation_states s ON s.conversation_id = c.id
"""
_INSERTED = (
    "conversation_id",
    "customer_id",
    "channel",
    "account",
    "contact_point",
    "our_address",
    "previous",
    "opened_at",
)
_INSERT = """
INSERT INTO conversations (id, customer_id, channel, account, contact_point, our_address, previous_id, opened_at)
SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::uuid[],
                     $8::timestamptz[])
"""
_CLAIM = "INSERT INTO threads (thread, conversation_id) SELECT * FROM unnest($1::text[], $2::uuid[])"
_REPLACE = """
UPDATE threads t SET conversation_id = n.conversation_id
  FROM unnest($1::text[], $2::uuid[], $3::uuid[]) AS n(thread, conversation_id, previous)
 WHERE t.thread = n.thread AND t.conversation_id = n.previous
"""
_SHOWN = """
SELECT c.id, c.number, c.customer_id, c.channel, c.account, c.contact_point, c.our_address, c.previous_id, c.opened_at,
       coalesce(s.version, 0) AS version, coalesce(s.status, 'open') AS status, s.priority, s.team_id, s.assignee_id,
       s.waiting_since, s.due, s.reply_due, s.snoozed_until, s.resolved_at, s.topic, s.outcome, s.last_inbound_at,
       s.last_answer_at, s.step, s.next_at, p.name AS customer_name,
       (SELECT h.heard_at FROM last_heard h WHERE h.contact_point = c.contact_point AND h.our_address = c.our_address)
         AS heard_at
  FROM conversations c JOIN customers p ON p.id = c.customer_id
  LEFT JOIN conversation_states s ON s.conversation_id = c.id
"""


def _current(row: Row) -> Current:
    return Current(
        conversation_id=row["id"],
        customer_id=row["customer_id"],
        status=ConversationStatus(row["status"]) if row["status"] else None,
        resolved_at=row["resolved_at"],
        channel=Channel(row["channel"]),
        account=row["account"],
        contact_point=row["contact_point"],
        our_address=row["our_address"],
    )


def _columns(openings: Sequence[Opening], *names: str) -> list[list[Any]]:
    return [[getattr(one, name) for one in openings] for name in names]
