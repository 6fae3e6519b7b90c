"""SQL of splits and joins: the facts one is decided by, what it writes, and the list of them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from hub.events import ConversationCommand
from hub.model import Channel, Direction
from hub.routing import unanswered
from hub.routing.rearranging.facts import Facts, JoinFacts, Origin, Rearranged, Side, SplitFacts, UndoFacts
from hub.routing.store.beside import decision
from hub.store import Row, Transaction, Write, together
from hub.store.placing import below, parts, place, shown


async def facts(tx: Transaction, data: ConversationCommand) -> Facts | None:
    """What the history says to this command; nothing of an undo if there is no such split or join."""
    if data.command == "split":
        return await _of_split(tx, data.conversation_id, data.interactions)
    if data.command == "join" and data.other is not None:
        return JoinFacts(threads=await _threads(tx, data.other))
    return None if data.rearrangement is None else await _of_undo(tx, data.rearrangement)


async def one(tx: Transaction, rearrangement_id: UUID) -> Row | None:
    """``from_id`` and ``to_id`` of a split or join."""
    return await tx.fetchrow("SELECT from_id, to_id FROM rearrangements WHERE id = $1", rearrangement_id)


async def listed(tx: Transaction, conversation_id: UUID) -> Sequence[Row]:
    """Every split and join of a conversation, oldest first."""
    return await tx.fetch(
        "SELECT r.id, r.kind, r.from_id, r.to_id, r.at, r.by_agent, r.interactions, u.at AS undone_at,"
        " u.by_agent AS undone_by FROM (SELECT * FROM rearrangements WHERE from_id = $1"
        " UNION ALL SELECT * FROM rearrangements WHERE to_id = $1) r"
        " LEFT JOIN undone u ON u.rearrangement_id = r.id ORDER BY r.number",
        conversation_id,
    )


async def write(tx: Transaction, done: Rearranged) -> None:
    """All of it but the states. Raises ``AlreadyThere`` or ``Overtaken``."""
    await together(tx, [*_said(done), *_placed(done), *_followed(done)])


# ── what is read ─────────────────────────────────────────────────────────────────────────────────────────────────


async def _of_split(tx: Transaction, conversation_id: UUID, ids: Sequence[UUID]) -> SplitFacts:
    rows = await tx.fetch(_FOUND, conversation_id, list(ids))
    (rest,) = await tx.fetch(_REST, conversation_id, list(ids))
    threads = await tx.fetch(_NEWEST_OF_THREAD, conversation_id, list(ids))
    return SplitFacts(
        found={row["event_id"]: row["stands"] for row in rows},
        undecided=not all(row["decided"] for row in rows),
        rest=rest["rest"],
        origin=_origin(rows),
        took=_taken(rows),
        left=_side(rest),
        threads=[row["thread"] for row in threads],
    )


def _origin(rows: Sequence[Row]) -> Origin | None:
    """As the customer's first of these says; if she wrote none, as the first does."""
    if not rows:
        return None
    began = next((row for row in rows if row["direction"] == Direction.INBOUND), rows[0])
    return Origin(
        channel=Channel(began["channel"]),
        account=began["account"],
        contact_point=began["contact_point"],
        our_address=began["our_address"],
        opened_at=rows[0]["accepted_at"],
    )


def _taken(rows: Sequence[Row]) -> Side:
    inbound = [row["accepted_at"] for row in rows if row["direction"] == Direction.INBOUND]
    answers = [row["accepted_at"] for row in rows if row["direction"] == Direction.OUTBOUND and row["agent_id"]]
    return Side(
        waiting=tuple(inbound),
        last_inbound_at=max(inbound, default=None),
        last_answer_at=max(answers, default=None),
    )


def _side(row: Row, name: str = "") -> Side:
    last: datetime | None = row[f"{name}last_inbound_at"]
    waiting = tuple(row[f"{name}waiting"])
    return Side(
        waiting=waiting if last is None or last in waiting else (*waiting, last),
        last_inbound_at=last,
        last_answer_at=row[f"{name}last_answer_at"],
    )


async def _of_undo(tx: Transaction, rearrangement_id: UUID) -> UndoFacts | None:
    row = await tx.fetchrow(_DONE, rearrangement_id)
    if row is None:
        return None
    given: dict[str, Any] = {name: row[name] for name in ("kind", "from_id", "to_id", "interactions", "was", "before")}
    if row["kind"] == "split":
        stood_on = await tx.fetchval(_SPLIT_STOOD_ON, rearrangement_id)
        return UndoFacts(**given, undone=row["undone"], stood_on=stood_on, threads=await _threads(tx, row["to_id"]))
    (sides,) = await tx.fetch(_SIDES, row["from_id"], row["to_id"])
    return UndoFacts(
        **given,
        undone=row["undone"],
        stood_on=await tx.fetchval(_JOIN_STOOD_ON, rearrangement_id),
        took=_side(sides, "took_"),
        left=_side(sides, "left_"),
        threads=row["before"]["threads"],
    )


async def _threads(tx: Transaction, conversation_id: UUID) -> Sequence[str]:
    """The threads whose conversation it is. Nobody keeps them by conversation, so those that may be are looked at."""
    rows = await tx.fetch(_THREADS, conversation_id, [channel.value for channel in Channel])
    return [row["thread"] for row in rows]


_THREAD = "{0}.channel || '|' || {0}.our_address || '|' || {0}.contact_point"
"""As ``hub.conversations.threading.thread_of`` makes it."""
_DECIDED = f"{decision('i.event_id', 'i.accepted_at')} IS NOT NULL"
_FOUND = f"""
SELECT i.event_id, i.accepted_at, i.direction, i.channel, i.account, i.contact_point, i.our_address, i.agent_id,
       coalesce(s.conversation_id, i.conversation_id) AS stands, {_DECIDED} AS decided
  FROM interactions i LEFT JOIN placements s ON s.interaction_id = i.event_id
 WHERE i.event_id = ANY($2::uuid[]) AND {place("i.conversation_id", "i.event_id")} = $1
 ORDER BY i.accepted_at, i.event_id
"""


def _sides(parts: str, state: str, *, of: str, name: str = "") -> str:
    """The columns of a ``Side``: of these parts, the interactions ``of`` this kind; ``state`` is whose she waits in."""
    since = f"(SELECT waiting_since FROM conversation_states WHERE conversation_id = {state})"
    inbound = f"i.direction = 'inbound' AND {of} AND {_DECIDED}"
    answers = f"i.direction = 'outbound' AND i.agent_id IS NOT NULL AND {of}"
    first = shown(parts, where=f"{inbound} AND i.accepted_at >= {since}", order="ASC", limit=str(unanswered.MOST - 1))
    return f"""
       array(SELECT w.accepted_at FROM {first} w) AS {name}waiting,
       (SELECT w.accepted_at FROM {shown(parts, where=inbound, limit="1")} w) AS {name}last_inbound_at,
       (SELECT w.accepted_at FROM {shown(parts, where=answers, limit="1")} w) AS {name}last_answer_at"""


_NOT_GIVEN = "i.event_id <> ALL($2::uuid[])"
_REST = f"""
SELECT EXISTS (SELECT FROM {shown(parts("$1::uuid"), where=_NOT_GIVEN, limit="1")} w) AS rest,
       {_sides(parts("$1::uuid"), "$1", of=_NOT_GIVEN)}
"""
_STAYS = f"(SELECT a.id FROM {parts('$2::uuid')} a WHERE a.id NOT IN (SELECT b.id FROM {below('$1::uuid')} b))"
_SIDES = f"""
SELECT {_sides(below("$1::uuid"), "$2", of="true", name="took_")},
       {_sides(_STAYS, "$2", of="true", name="left_")}
"""
_OF_THREAD = f"i.direction <> 'internal' AND {_THREAD.format('i')} = t.thread"
_NEWEST_OF_THREAD = f"""
SELECT t.thread FROM threads t
 WHERE t.conversation_id = $1
   AND t.thread IN (SELECT {_THREAD.format("g")} FROM interactions g
                     WHERE g.event_id = ANY($2::uuid[]) AND g.direction <> 'internal')
   AND (SELECT w.event_id FROM {shown(parts("$1::uuid"), where=_OF_THREAD, limit="1")} w) = ANY($2::uuid[])
 ORDER BY t.thread
"""
_THREADS = f"""
SELECT t.thread FROM threads t
 WHERE t.conversation_id = $1 AND t.thread IN (
       SELECT {_THREAD.format("c")} FROM conversations c WHERE c.id = $1
       UNION ALL
       SELECT w.channel || '|' || a.address || '|' || p.contact_point
         FROM conversations c JOIN contact_points p ON p.customer_id = c.customer_id
        CROSS JOIN account_addresses a CROSS JOIN unnest($2::text[]) AS w (channel) WHERE c.id = $1)
 ORDER BY t.thread
"""
_DONE = """
SELECT r.*, EXISTS (SELECT FROM undone u WHERE u.rearrangement_id = r.id) AS undone
  FROM rearrangements r WHERE r.id = $1
"""
_LATER = """SELECT FROM rearrangements l WHERE l.number > r.number
               AND NOT EXISTS (SELECT FROM undone u WHERE u.rearrangement_id = l.id)"""
# Nothing was split off or joined into the new one since, and both are where they were.
_SPLIT_STOOD_ON = f"""
SELECT EXISTS (SELECT FROM joins j WHERE j.conversation_id IN (r.from_id, r.to_id))
    OR EXISTS ({_LATER} AND (l.from_id = r.to_id OR l.to_id = r.to_id))
  FROM rearrangements r WHERE r.id = $1
"""
# Nothing that was joined was split off since, and it is still where it was joined into.
_JOIN_STOOD_ON = f"""
SELECT NOT EXISTS (SELECT FROM joins j WHERE j.conversation_id = r.from_id AND j.rearrangement_id = r.id)
    OR EXISTS (SELECT FROM joins j WHERE j.conversation_id = r.to_id)
    OR EXISTS ({_LATER} AND l.from_id = r.to_id AND l.was && array(SELECT b.id FROM {below("r.from_id")} b))
  FROM rearrangements r WHERE r.id = $1
"""


# ── what is written ──────────────────────────────────────────────────────────────────────────────────────────────


def _said(done: Rearranged) -> list[Write]:
    """Who did what, and the conversation that was opened by it."""
    writes = []
    if (new := done.opened) is not None:
        at = new.origin
        given = [new.id, new.customer_id, at.channel.value, at.account, at.contact_point, at.our_address]
        writes.append(Write("conversation", _OPEN, [*given, new.previous_id, at.opened_at], 1))
    if (made := done.done) is not None:
        who = [made.id, made.kind, made.from_id, made.to_id, done.at, done.by_agent]
        what = [list(made.interactions), list(made.was), dict(made.before)]
        writes.append(Write("rearrangement", _REARRANGE, [*who, *what], 1))
    else:
        writes.append(Write("undone", _UNDO, [done.rearrangement_id, done.cause, done.at, done.by_agent], 1))
    return writes


def _placed(done: Rearranged) -> list[Write]:
    """Where what stands from now on."""
    writes = []
    if done.placed:
        given = [list(done.placed), list(done.placed.values()), done.rearrangement_id, done.at, done.by_agent]
        writes.append(Write("placements", _PLACE, given, len(done.placed)))
    if done.joined is not None:
        writes.append(Write("joined", _JOIN, [*done.joined, done.rearrangement_id], 1))
    if done.parted is not None:
        writes.append(Write("parted", "DELETE FROM joins WHERE conversation_id = $1::uuid", [done.parted], 1))
    return writes


def _followed(done: Rearranged) -> list[Write]:
    """Threads, what was read, and who was mentioned."""
    writes = []
    if done.threads:
        writes.append(Write("threads", _FOLLOW, [list(done.threads), done.threads_from, done.threads_to]))
    if done.opened is not None:
        writes.append(Write("read", _READ, [done.opened.previous_id, done.opened.id]))
        writes.append(Write("mentioned", _MENTIONED_IN, [done.cause, done.opened.id, list(done.placed)]))
    elif done.joined is not None:
        writes.append(Write("mentioned", _MENTIONED, [done.cause, *done.joined]))
    return writes


_OPEN = """
INSERT INTO conversations (id, customer_id, channel, account, contact_point, our_address, previous_id, opened_at)
VALUES ($1::uuid, $2::uuid, $3::text, $4::text, $5::text, $6::text, $7::uuid, $8::timestamptz)
"""
_REARRANGE = """
INSERT INTO rearrangements (id, kind, from_id, to_id, at, by_agent, interactions, was, before)
VALUES ($1::uuid, $2::text, $3::uuid, $4::uuid, $5::timestamptz, $6::uuid, $7::uuid[], $8::uuid[], $9::jsonb)
"""
_UNDO = """
INSERT INTO undone (rearrangement_id, event_id, at, by_agent) VALUES ($1::uuid, $2::uuid, $3::timestamptz, $4::uuid)
"""
_PLACE = """
INSERT INTO placements (interaction_id, conversation_id, accepted_at, rearrangement_id, placed_at, placed_by)
SELECT i.event_id, g.conversation_id, i.accepted_at, $3::uuid, $4::timestamptz, $5::uuid
  FROM unnest($1::uuid[], $2::uuid[]) AS g (interaction_id, conversation_id)
  JOIN interactions i ON i.event_id = g.interaction_id
ON CONFLICT (interaction_id) DO UPDATE SET conversation_id = excluded.conversation_id,
   rearrangement_id = excluded.rearrangement_id, placed_at = excluded.placed_at, placed_by = excluded.placed_by
"""
_JOIN = "INSERT INTO joins (conversation_id, into_id, rearrangement_id) VALUES ($1::uuid, $2::uuid, $3::uuid)"
# In the threads' order, as everybody claims them.
_FOLLOW = """
UPDATE threads t SET conversation_id = $3::uuid
  FROM (SELECT thread FROM threads WHERE thread = ANY($1::text[]) AND conversation_id = $2::uuid
         ORDER BY thread FOR UPDATE) AS g WHERE t.thread = g.thread
"""
_READ = """
INSERT INTO read_marks (conversation_id, agent_id, read_to)
SELECT $2::uuid, agent_id, read_to FROM read_marks WHERE conversation_id = $1::uuid
"""
# Who was mentioned in a note sees the conversation it stands in now.
_MENTIONED_IN = """
INSERT INTO mentions (interaction_id, agent_id, conversation_id, mentioned_at)
SELECT $1::uuid, agent_id, $2::uuid, max(mentioned_at) FROM mentions WHERE interaction_id = ANY($3::uuid[])
 GROUP BY agent_id
"""
_MENTIONED = """
INSERT INTO mentions (interaction_id, agent_id, conversation_id, mentioned_at)
SELECT $1::uuid, agent_id, $3::uuid, max(mentioned_at) FROM mentions WHERE conversation_id = $2::uuid GROUP BY agent_id
"""
