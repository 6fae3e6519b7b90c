"""The verdict: counted from PostgreSQL, the sandbox and the ledgers, never from what the hub says of itself."""

import asyncio
import json
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from typing import Any

from hub.errors import StoreAway
from hub.store import Row, Store
from tests.faults.agents import Answer, Desks
from tests.faults.cluster import AgentSeat, Cluster
from tests.faults.load import Ledger

WEIGHT = 15
"""Of a text-message conversation, in config/routing.toml."""
ABSENCE_SECONDS = 120.0


@dataclass
class Verdict:
    """``wrong`` must be all zeros; ``told`` is for the reader; ``evidence`` names the first few of each wrong."""

    wrong: dict[str, int] = field(default_factory=dict)
    told: dict[str, Any] = field(default_factory=dict)
    evidence: dict[str, list[Any]] = field(default_factory=dict)

    def note(self, name: str, found: Sequence[Any]) -> None:
        """One more number that must be zero, with what it was counted from."""
        self.wrong[name] = self.wrong.get(name, 0) + len(found)
        if found:
            self.evidence.setdefault(name, []).extend([str(one)[:300] for one in list(found)[:5]])

    @property
    def good(self) -> bool:
        """Whether every number that must be zero is."""
        return not any(self.wrong.values())

    def table(self) -> str:
        """For a person, the wrongs first; then the same as one line of JSON."""
        rows = [
            f"  {name.replace('_', ' '):<34}{count:>8}{'   <<<' if count else ''}" for name, count in self.wrong.items()
        ]
        rows += [f"  {name.replace('_', ' '):<34}{value!s:>8}" for name, value in self.told.items()]
        rows += [f"  {name}: {one}" for name, found in self.evidence.items() for one in found]
        line = json.dumps({"good": self.good, **self.wrong, **self.told}, default=str)
        return "\n".join([*rows, line])


async def judge(
    cluster: Cluster, ledger: Ledger, desks: Desks | None = None, *, absence: float = ABSENCE_SECONDS
) -> Verdict:
    """Everything there is to count, when all is quiet. ``absence``: seconds after which the list proves it."""
    verdict = Verdict()
    store = cluster.store
    await count_history(verdict, store, ledger)
    await count_assignments(verdict, store, cluster.seats)
    verdict.note("dead_innocents", await _rows(store, "SELECT worker, type, reason FROM dead_events"))
    connected = desks.connected if desks is not None else set()
    verdict.note("conversations_forgotten", await forgotten(store, connected))
    accepted = await sandbox_counts(cluster)
    await count_sends(verdict, store, accepted, absence=absence)
    if desks is not None:
        await count_answers(verdict, store, desks.answers.values(), accepted)
    left = await undone(store, ledger, desks)
    verdict.note("left_undone", [left] if left else [])
    verdict.note("processes_that_gave_up", list(cluster.own_ends().items()))
    return verdict


# ── what customers wrote ─────────────────────────────────────────────────────────────────────────────────────────────


async def count_history(verdict: Verdict, store: Store, ledger: Ledger) -> None:
    """Lost, doubled, out of order; and one customer and one conversation for each number."""
    rows = await _rows(
        store,
        "SELECT provider_id, contact_point FROM interactions WHERE direction = 'inbound'"
        " ORDER BY accepted_at, event_id",
    )
    places: dict[str, list[int]] = defaultdict(list)
    for place, row in enumerate(rows):
        places[row["provider_id"]].append(place)
    taken = [sid for sids in ledger.taken.values() for sid in sids]
    verdict.note("lost", [sid for sid in taken if sid not in places])
    verdict.note("duplicated", [sid for sid, found in places.items() if len(found) > 1])
    verdict.note("order_inversions", [pair for sids in ledger.taken.values() for pair in _inversions(sids, places)])
    per_number = (
        "SELECT contact_point, count(DISTINCT customer_id) AS customers, count(DISTINCT conversation_id)"
        " AS conversations FROM interactions GROUP BY 1"
    )
    many = [row for row in await _rows(store, per_number) if row["customers"] > 1 or row["conversations"] > 1]
    customers = await _rows(store, "SELECT (SELECT count(*) FROM customers) - (SELECT count(*) FROM contact_points)")
    verdict.note("customers_or_conversations_doubled", [*many, *[row for row in customers if row[0]]])
    verdict.told["in_the_history"] = len(rows)


def _inversions(sids: Sequence[str], places: Mapping[str, Sequence[int]]) -> list[tuple[str, str]]:
    known = [sid for sid in sids if sid in places]
    return [(first, second) for first, second in pairwise(known) if places[first][0] > places[second][0]]


# ── who held what ────────────────────────────────────────────────────────────────────────────────────────────────────


async def count_assignments(verdict: Verdict, store: Store, seats: Sequence[AgentSeat]) -> None:
    """Two holders at once, and automatic assignments above capacity."""
    doubled = await _rows(
        store,
        "SELECT a.conversation_id, a.started_at, b.started_at FROM assignments a JOIN assignments b"
        " ON a.conversation_id = b.conversation_id AND a.id < b.id"
        " AND a.started_at < coalesce(b.ended_at, 'infinity') AND b.started_at < coalesce(a.ended_at, 'infinity')",
    )
    verdict.note("double_assignments", doubled)
    held = await _rows(store, _HELD)
    capacity = {seat.id: seat.capacity for seat in seats}
    over = [one for agent, most in capacity.items() for one in _over(agent, most, held)]
    verdict.note("capacity_exceeded", over)
    if over:
        verdict.evidence["around_it"] = [str(dict(row)) for row in await _rows(store, _AROUND, *over[0][:2])]
    verdict.told["assignments"] = len(held)


# Whoever took a conversation herself, or answered it, may go above her capacity; what routing gave may not. One batch
# has one moment: what routing gave, she closed and then answered again in the same batch is held because she answered.
_HELD = """
SELECT a.agent_id, a.conversation_id, a.started_at, a.ended_at, gave.routing AND NOT gave.herself AS automatic
  FROM assignments a CROSS JOIN LATERAL (
       SELECT coalesce(bool_or(d.kind IN ('assigned', 'reopened') AND d.reasons->>'why' !~ '(took|reopened) it'), false)
              AS routing,
              coalesce(bool_or(d.kind = 'answered' OR d.reasons->>'why' ~ '(took|reopened) it'), false) AS herself
         FROM decisions d
        WHERE d.conversation_id = a.conversation_id AND d.at = a.started_at AND d.agent_id = a.agent_id) gave
 ORDER BY a.started_at
"""
_AROUND = """
SELECT d.at, d.kind, d.conversation_id, d.agent_id = $1::text::uuid AS hers, d.reasons->>'why' AS why
  FROM decisions d WHERE d.at BETWEEN $2::timestamptz - interval '3 s' AND $2::timestamptz + interval '1 s'
   AND d.conversation_id IN (SELECT conversation_id FROM assignments WHERE agent_id = $1::text::uuid)
 ORDER BY d.at
"""


def _over(agent: str, most: int, held: Sequence[Row]) -> list[tuple[str, datetime, int]]:
    """Every moment at which an automatic assignment brought the agent over her capacity."""
    mine = [row for row in held if str(row["agent_id"]) == agent]
    steps = [(row["started_at"], 1, row["automatic"]) for row in mine]
    steps += [(row["ended_at"], -1, False) for row in mine if row["ended_at"] is not None]
    load, found = 0, []
    # One batch has one moment: what ends makes room first, and whoever answers goes above what routing gave, not below.
    for at, change, automatic in sorted(steps, key=lambda step: (step[0], step[1], not step[2])):
        load += change * WEIGHT
        if automatic and load > most:
            found.append((agent, at, load))
    return found


async def forgotten(store: Store, connected: set[str]) -> list[tuple[str, str]]:
    """Conversations with an unanswered message that nobody there holds and that do not wait for a time."""
    found = []
    for row in await _rows(store, _UNANSWERED):
        held = str(row["assignee_id"]) in connected
        if row["status"] is None:
            found.append((str(row["id"]), "routing never saw it"))
        elif row["status"] != "open" or row["waiting_since"] is None:
            found.append((str(row["id"]), f"is {row['status']}, waiting since {row['waiting_since']}"))
        elif row["next_at"] is None:
            found.append((str(row["id"]), "nothing will ever happen to it"))
        elif not held and row["assignee_id"] is not None:
            found.append((str(row["id"]), "held by somebody who is not there"))
    return found


_UNANSWERED = """
SELECT c.id, s.status, s.assignee_id, s.next_at, s.waiting_since
  FROM conversations c LEFT JOIN conversation_states s ON s.conversation_id = c.id
 WHERE (SELECT max(accepted_at) FROM interactions i WHERE i.conversation_id = c.id AND i.direction = 'inbound')
     > coalesce((SELECT max(accepted_at) FROM interactions i WHERE i.conversation_id = c.id
                    AND i.direction = 'outbound' AND i.agent_id IS NOT NULL), '-infinity')
"""


# ── what agents answered ─────────────────────────────────────────────────────────────────────────────────────────────


async def sandbox_counts(cluster: Cluster) -> dict[tuple[str, str], int]:
    """How often the provider took each text, by recipient and text."""
    rows = json.loads(await cluster.get(f"{cluster.sandbox}/sandbox/api/counts"))["counts"]
    return {(row["to"], row["body"]): row["accepted"] for row in rows}


async def count_sends(
    verdict: Verdict, store: Store, accepted: Mapping[tuple[str, str], int], *, absence: float
) -> None:
    """Texts that went out more often than there were messages and proofs of absence for them."""
    rows = await _rows(store, _OUTBOUND, absence)
    allowed: dict[tuple[str, str], int] = defaultdict(int)
    for row in rows:
        allowed[row["contact_point"].removeprefix("tel:"), row["text"]] += 1 + row["proofs"]
    verdict.note("answers_sent_twice", [key for key, count in accepted.items() if count > allowed[key]])
    verdict.told["answers_in_the_history"] = len(rows)
    verdict.told["proofs_of_absence"] = sum(row["proofs"] for row in rows)
    verdict.told["answers_failed_and_shown"] = sum(row["status"] in {"failed", "undelivered"} for row in rows)


_OUTBOUND = """
SELECT i.contact_point, c.text, d.status,
       (SELECT count(*) FROM attempts a WHERE a.message_id = i.event_id AND a.outcome = 'absent'
           AND a.finished_at - a.started_at >= make_interval(secs => $1)) AS proofs
  FROM interactions i JOIN interaction_contents c USING (recorded_at, event_id)
  LEFT JOIN deliveries d ON d.message_id = i.event_id WHERE i.direction = 'outbound'
"""


async def count_answers(
    verdict: Verdict, store: Store, answers: Iterable[Answer], accepted: Mapping[tuple[str, str], int]
) -> None:
    """Of the answers that the API took: those not in the history, and those the provider never saw."""
    answers = list(answers)
    rows = await _rows(store, _OUTBOUND, ABSENCE_SECONDS)
    times: dict[str, int] = defaultdict(int)
    failed = {row["text"] for row in rows if row["status"] in {"failed", "undelivered"}}
    for row in rows:
        times[row["text"]] += 1
    taken = [answer for answer in answers if answer.taken]
    unseen = [one.text for one in taken if (one.to, one.text) not in accepted and one.text not in failed]
    verdict.note("answers_lost", [*[one.text for one in taken if not times[one.text]], *unseen])
    verdict.note("answers_doubled", [one.text for one in answers if times[one.text] > 1])
    verdict.told["answers_taken"] = len(taken)
    verdict.told["answers_refused"] = sum(one.refused > 0 for one in answers)


# ── when it is quiet ─────────────────────────────────────────────────────────────────────────────────────────────────


async def drained(cluster: Cluster, ledger: Ledger, desks: Desks | None = None, *, within: float) -> float:
    """Wait until nothing is left to do; the seconds it took. After ``within`` the verdict tells what is missing."""
    began = time.monotonic()
    while (left := await _undone_or_away(cluster.store, ledger, desks)) and time.monotonic() - began < within:
        await asyncio.sleep(0.25)
    return time.monotonic() - began if not left else within


async def _undone_or_away(store: Store, ledger: Ledger, desks: Desks | None) -> str:
    try:
        return await undone(store, ledger, desks)
    except StoreAway as error:
        return str(error)


async def undone(store: Store, ledger: Ledger, desks: Desks | None = None) -> str:
    """What the hub has still to do, in words; empty if nothing. An answer that was taken in may wait in a spool."""
    taken = [sid for sids in ledger.taken.values() for sid in sids]
    answers = [one.message_id for one in desks.answers.values() if one.taken] if desks is not None else []
    unrecorded = await _one(store, _UNRECORDED, taken) + await _one(
        store, _ANSWERS_UNRECORDED, [id_ for id_ in answers if id_]
    )
    ((behind, example),) = await _rows(store, _BEHIND)
    sending = await _one(store, "SELECT count(*) FROM deliveries WHERE status IN ('queued', 'sending', 'unknown')")
    files = await _one(store, _FILES)
    parts = {"not recorded": unrecorded, f"not routed ({example})": behind, "not sent": sending, "files": files}
    return ", ".join(f"{count} {name}" for name, count in parts.items() if count)


_UNRECORDED = """
SELECT count(*) FROM unnest($1::text[]) AS g(sid)
 WHERE NOT EXISTS (SELECT FROM interactions i WHERE i.provider_id = g.sid)
"""
_ANSWERS_UNRECORDED = """
SELECT count(*) FROM unnest($1::uuid[]) AS g(id) WHERE NOT EXISTS (SELECT FROM interactions i WHERE i.event_id = g.id)
"""
_FILES = """
SELECT count(*) FROM interaction_contents c WHERE c.raw ->> 'NumMedia' = '1'
   AND NOT EXISTS (SELECT FROM media m WHERE m.interaction_id = c.event_id AND m.status <> 'waiting')
"""
# An answer that is recorded after the conversation was resolved stays attached and changes nothing (semantics B).
_BEHIND = """
SELECT count(*), min(format('%s is %s: %s not %s, %s not %s', conversation_id, s.status, s.last_inbound_at, h.last_in,
                            s.last_answer_at, h.last_out)) FROM (
       SELECT conversation_id, max(accepted_at) FILTER (WHERE direction = 'inbound') AS last_in,
              max(accepted_at) FILTER (WHERE direction = 'outbound' AND agent_id IS NOT NULL) AS last_out
         FROM interactions GROUP BY 1) h
  LEFT JOIN conversation_states s USING (conversation_id)
 WHERE s.last_inbound_at IS DISTINCT FROM h.last_in
    OR (s.status <> 'resolved' AND s.last_answer_at IS DISTINCT FROM h.last_out)
"""


async def _rows(store: Store, sql: str, *values: object) -> Sequence[Row]:
    async with store.reading() as tx:
        return await tx.fetch(sql, *values)


async def _one(store: Store, sql: str, *values: object) -> int:
    return int((await _rows(store, sql, *values))[0][0])
