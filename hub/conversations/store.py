"""SQL of conversations and threads. Their state belongs to routing."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from hub.conversations.threading import Current, Known
from hub.model import Channel, ConversationStatus
from hub.store import Print, Row, Transaction, Write, print_of
from hub.store.bearing import BEARER
from hub.store.placing import parts
from hub.store.placing import shown as shown_of

LAST_CHARACTERS = 160
"""So much of its last text goes with a conversation."""


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """Which conversations a list shall hold; ``None`` asks for nothing. ``mentioned`` is about whoever reads."""

    ids: Sequence[UUID] | None = None
    status: str | None = None
    channel: str | None = None
    assignee: UUID | None = None
    unassigned: bool | None = None
    team: UUID | None = None
    waiting: bool | None = None
    customer: UUID | None = None
    mentioned: bool | None = None

    def asked(self, before: int | None) -> Iterable[tuple[str, object]]:
        """Each condition with its value; ``{}`` stands for the place of that."""
        within = "IN" if self.mentioned else "NOT IN"
        return (
            ("c.id = ANY(${}::uuid[])", self.ids),
            ("s.status = ${}::text", self.status),
            ("c.channel = ${}::text", self.channel),
            ("s.assignee_id = ${}::uuid", self.assignee),
            ("(s.assignee_id IS NULL) = ${}::boolean", self.unassigned),
            ("s.team_id = ${}::uuid", self.team),
            (f"({BEARER} IS NULL AND s.waiting_since IS NOT NULL) = ${{}}::boolean", self.waiting),
            ("c.customer_id = ${}::uuid", self.customer),
            (f"${{}}::boolean IS NOT NULL AND c.id {within} ({_MENTIONED})", self.mentioned),
            ("c.number < ${}::bigint", before),
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


async def take_threads(tx: Transaction, wanted: Mapping[str, UUID]) -> None:
    """Her answers by these threads come into these conversations, but where another is open on the thread.

    Of several that were split from one, her answers come into the one that was answered last.
    """
    await tx.execute(_TAKE, list(wanted), list(wanted.values()))


async def show(tx: Transaction, conversation_id: UUID, *, reader: UUID | None = None) -> Row | None:
    """One conversation with its state, for the API. ``reader`` is the agent for whom it may be unread."""
    return await tx.fetchrow(_shown("(SELECT * FROM conversations WHERE id = $2)"), reader, conversation_id)


async def page(
    tx: Transaction,
    *,
    filters: Filters,
    reader: UUID | None,
    seen_by: tuple[UUID, Sequence[UUID]] | None,
    before: int | None,
    limit: int,
) -> Sequence[Row]:
    """A page of conversations, newest first. ``seen_by`` (agent, her teams) narrows to what that agent may see.

    Only conditions that are asked for stand in the statement: PostgreSQL plans one with ``$1 IS NULL OR …`` for the
    worst, which walks everything. Values are always parameters. The page is chosen first: what is shown beside each
    conversation (the last of it, read marks) is looked up for those on the page alone.
    """
    given = [(condition, value) for condition, value in filters.asked(before) if value is not None]
    values: list[object] = [reader, *(value for _, value in given)]
    conditions = [condition.format(place) for place, (condition, _) in enumerate(given, 2)]
    if seen_by is not None:
        values += [seen_by[0], list(seen_by[1])]
        conditions.append(_SEEN.format(len(values) - 1, len(values)))
    where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
    chosen = f"(SELECT c.* {_WITH_STATE}{where} ORDER BY c.number DESC LIMIT {int(limit)})"
    return await tx.fetch(f"{_shown(chosen)} ORDER BY c.number DESC", *values)


async def who_sees(tx: Transaction, conversation_id: UUID) -> Row | None:
    """Who may see it beside the leads: ``bearer_id``, whoever is of ``team_id``, and the agents ``mentioned``."""
    return await tx.fetchrow(_WHO_SEES, conversation_id)


async def mark_read(tx: Transaction, conversation_id: UUID, agent_id: UUID, to: datetime) -> bool:
    """This agent has read up to there; whether that is news."""
    return await tx.fetchval(_MARK, conversation_id, agent_id, to) is not None


async def alive(tx: Transaction, *, limit: int) -> Sequence[Row]:
    """``id`` and ``version`` of the newest conversations that are not resolved."""
    return await tx.fetch(_ALIVE, limit)


async def alive_print(tx: Transaction, *, limit: int) -> Print:
    """Another one whenever ``alive`` gives something else."""
    return await print_of(tx, _ALIVE, limit)


async def alive_for(tx: Transaction, *, agents: Sequence[UUID], teams: Sequence[UUID]) -> Sequence[Row]:
    """``id``, ``version``, ``bearer_id`` and ``team_id`` of what these agents and these teams' lines hold."""
    return await tx.fetch(_ALIVE_FOR, list(agents), list(teams))


async def alive_for_print(tx: Transaction, *, agents: Sequence[UUID], teams: Sequence[UUID]) -> Print:
    """Another one whenever ``alive_for`` gives something else."""
    return await print_of(tx, _ALIVE_FOR, list(agents), list(teams))


_NOBODYS = "s.assignee_id IS NULL AND s.offered_to IS NULL"
_ALIVE = """
SELECT c.id, coalesce(s.version, 0) AS version
  FROM conversations c JOIN conversation_states s ON s.conversation_id = c.id
 WHERE s.status <> 'resolved' ORDER BY c.number DESC LIMIT $1
"""
_ALIVE_FOR = f"""
SELECT conversation_id AS id, version, assignee_id AS bearer_id, team_id
  FROM conversation_states WHERE status <> 'resolved' AND assignee_id = ANY($1::uuid[])
 UNION ALL
SELECT conversation_id, version, offered_to, team_id
  FROM conversation_states WHERE offered_to = ANY($1::uuid[])
 UNION ALL
SELECT conversation_id, version, NULL, team_id
  FROM conversation_states s WHERE status <> 'resolved' AND {_NOBODYS} AND team_id = ANY($2::uuid[])
"""

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
# Sorted, as everybody claims in one order; without a lock where nothing changes, which is the usual case.
_TAKE = """
INSERT INTO threads AS t (thread, conversation_id)
SELECT g.thread, g.id FROM unnest($1::text[], $2::uuid[]) AS g(thread, id)
 WHERE NOT EXISTS (SELECT FROM threads k WHERE k.thread = g.thread AND k.conversation_id = g.id)
   AND NOT EXISTS (SELECT FROM conversation_states s WHERE s.conversation_id = g.id AND s.status = 'resolved')
 ORDER BY g.thread
ON CONFLICT (thread) DO UPDATE SET conversation_id = EXCLUDED.conversation_id
 WHERE EXISTS (SELECT FROM conversation_states s WHERE s.conversation_id = t.conversation_id AND s.status = 'resolved')
    OR split_from(t.conversation_id) = split_from(EXCLUDED.conversation_id)
"""
_WHO_SEES = f"""
SELECT {BEARER} AS bearer_id, s.team_id,
       array(SELECT DISTINCT m.agent_id FROM mentions m WHERE m.conversation_id = c.id) AS mentioned
  FROM conversations c LEFT JOIN conversation_states s ON s.conversation_id = c.id
 WHERE c.id = $1
"""
_MARK = """
INSERT INTO read_marks AS r (conversation_id, agent_id, read_to) VALUES ($1, $2, $3)
    ON CONFLICT (conversation_id, agent_id) DO UPDATE SET read_to = excluded.read_to WHERE r.read_to < excluded.read_to
RETURNING 1
"""
_WITH_STATE = "FROM conversations c LEFT JOIN conversation_states s ON s.conversation_id = c.id"
_MENTIONED = "SELECT conversation_id FROM mentions WHERE agent_id = $1::uuid"
_SEEN = """(s.assignee_id = ${0}::uuid OR s.offered_to = ${0}::uuid OR s.team_id = ANY(${1}::uuid[])
    OR c.id IN (SELECT conversation_id FROM mentions WHERE agent_id = ${0}::uuid))"""


def _shown(chosen: str) -> str:
    """The statement that shows these conversations. ``$1`` is the agent who reads, or null."""
    return f"""
SELECT c.id, c.number, c.customer_id, c.channel, c.account, c.contact_point, c.our_address, c.previous_id, c.opened_at,
       coalesce(s.version, 0) AS version, coalesce(s.status, 'open') AS status, s.priority, s.team_id, s.assignee_id,
       s.offered_to, s.offered_until,
       s.waiting_since, s.due, s.reply_due, s.snoozed_until, s.resolved_at, s.topic, s.outcome, s.last_inbound_at,
       s.last_answer_at, s.step, s.next_at, p.name AS customer_name, p.language AS customer_language,
       $1::uuid IS NOT NULL AND s.last_inbound_at IS NOT NULL AND NOT EXISTS (
           SELECT FROM read_marks r
            WHERE r.conversation_id = c.id AND r.agent_id = $1 AND r.read_to >= s.last_inbound_at) AS unread,
       EXISTS (SELECT FROM mentions m WHERE m.conversation_id = c.id AND m.agent_id = $1) AS mentioned,
       (SELECT h.heard_at FROM last_heard h WHERE h.contact_point = c.contact_point AND h.our_address = c.our_address)
         AS heard_at, (SELECT shown_in(c.id) FROM joins j WHERE j.conversation_id = c.id) AS joined_into,
       ({_REARRANGED}) AS rearranged_at, l.*
  FROM {chosen} c JOIN customers p ON p.id = c.customer_id
  LEFT JOIN conversation_states s ON s.conversation_id = c.id
  LEFT JOIN LATERAL ({_LAST}) l ON true
"""


# Newest first by the index interactions_by_conversation: one row is read, however long the conversation is.
_LAST = f"""
SELECT i.event_id AS last_id, i.direction AS last_direction, i.channel AS last_channel, i.accepted_at AS last_at,
       i.agent_id AS last_agent_id, d.status AS last_delivery,
       (SELECT left(t.text, {LAST_CHARACTERS}) FROM interaction_contents t
         WHERE (t.recorded_at, t.event_id) = (i.recorded_at, i.event_id)) AS last_text,
       (SELECT count(*) FROM media m WHERE m.interaction_id = i.event_id) AS last_files
  FROM {shown_of(parts("c.id"), limit="1")} i LEFT JOIN deliveries d ON d.message_id = i.event_id
"""
_REARRANGED = """
SELECT max(greatest(r.at, u.at))
  FROM (SELECT * FROM rearrangements WHERE from_id = c.id UNION ALL SELECT * FROM rearrangements WHERE to_id = c.id) r
  LEFT JOIN undone u ON u.rearrangement_id = r.id"""


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
