"""All SQL of the bus: attempts, dead events, members, the embedded bus's messages, the turn of tick-only workers."""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import asyncpg

from hub.store.pool import AWAY, Transaction, away


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadEvent:
    """A row of ``dead_events``. ``body`` is the encoded event and may hold a message's text: never log it."""

    id: int
    worker: str
    event_id: UUID | None
    type: str
    body: bytes
    reason: str
    state: str
    died_at: datetime
    settled_at: datetime | None
    settled_by: str | None


# ── attempts ─────────────────────────────────────────────────────────────────────────────────────────────────────────


async def attempt(tx: Transaction, event_id: UUID, worker: str, *, suspect: bool) -> int | None:
    """Write down that the event is about to be touched; how many touches have no known end, this one counted.

    ``None`` for a suspect that is buried already: it came again only because the rest of its message was not done.
    """
    await without_waiting(tx)
    number: int | None = await tx.fetchval(
        """INSERT INTO event_attempts (event_id, worker, attempts)
           SELECT $1, $2, 1 WHERE NOT ($3 AND EXISTS (
               SELECT FROM dead_events WHERE worker = $2 AND event_id = $1 AND state = 'dead'))
           ON CONFLICT (event_id, worker) DO UPDATE SET attempts = event_attempts.attempts + 1 RETURNING attempts""",
        event_id,
        worker,
        suspect,
    )
    return number


async def without_waiting(tx: Transaction) -> None:
    """A process that dies loses nothing by this; if the server dies as well, a touch is counted wrongly, no more."""
    await tx.execute("SET LOCAL synchronous_commit = off")


async def unattempt(tx: Transaction, event_id: UUID, worker: str) -> None:
    """Take one touch back: its end is known, whatever it was, so it did not kill its process."""
    await tx.execute(
        "UPDATE event_attempts SET attempts = attempts - 1 WHERE event_id = $1 AND worker = $2 AND attempts > 0",
        event_id,
        worker,
    )


async def forget_attempts(tx: Transaction, event_ids: Sequence[UUID], worker: str) -> None:
    """These events are done."""
    await tx.execute("DELETE FROM event_attempts WHERE worker = $1 AND event_id = ANY($2::uuid[])", worker, event_ids)


# ── dead events ──────────────────────────────────────────────────────────────────────────────────────────────────────


async def bury(tx: Transaction, worker: str, event_id: UUID | None, kind: str, *, body: bytes, reason: str) -> None:
    """Keep an event that could not be handled. Done again, it changes nothing."""
    await tx.execute(
        """INSERT INTO dead_events (worker, event_id, type, body, reason) VALUES ($1, $2, $3, $4, $5)
           ON CONFLICT (worker, event_id) WHERE state = 'dead' AND event_id IS NOT NULL DO NOTHING""",
        worker,
        event_id,
        kind,
        body,
        reason.replace("\x00", ""),
    )
    if event_id is not None:
        await forget_attempts(tx, [event_id], worker)


async def forget_settled(tx: Transaction, *, before: datetime, at_most: int) -> int:
    """Forget events that were retried or dropped before then, and touches nobody took back; how many rows that was."""
    dead: int = await tx.fetchval(
        "WITH old AS (DELETE FROM dead_events WHERE id IN (SELECT id FROM dead_events WHERE state <> 'dead'"
        " AND settled_at < $1 LIMIT $2) RETURNING 1) SELECT count(*) FROM old",
        before,
        at_most,
    )
    touched: int = await tx.fetchval(
        "WITH old AS (DELETE FROM event_attempts WHERE (event_id, worker) IN (SELECT event_id, worker"
        " FROM event_attempts WHERE first_at < $1 LIMIT $2) RETURNING 1) SELECT count(*) FROM old",
        before,
        at_most,
    )
    return dead + touched


async def buried(tx: Transaction, worker: str, event_ids: Iterable[UUID]) -> set[UUID]:
    """Those of these events that died at this worker, also if somebody retried or dropped them since."""
    rows = await tx.fetch(
        "SELECT event_id FROM dead_events WHERE worker = $1 AND event_id = ANY($2::uuid[])", worker, list(event_ids)
    )
    return {row["event_id"] for row in rows}


async def dead(
    tx: Transaction, *, state: str = "dead", after: int = 0, limit: int = 100, worker: str | None = None
) -> list[DeadEvent]:
    """Dead events in the order of their ids, from the one after ``after``."""
    rows = await tx.fetch(
        """SELECT * FROM dead_events WHERE state = $1 AND id > $2 AND ($4::text IS NULL OR worker = $4)
           ORDER BY id LIMIT $3""",
        state,
        after,
        limit,
        worker,
    )
    return [DeadEvent(**dict(row)) for row in rows]


async def dead_event(tx: Transaction, dead_id: int) -> DeadEvent | None:
    """One dead event, locked until the transaction ends."""
    row = await tx.fetchrow("SELECT * FROM dead_events WHERE id = $1 FOR UPDATE", dead_id)
    return None if row is None else DeadEvent(**dict(row))


async def deaths(tx: Transaction, one: DeadEvent) -> int:
    """How often this event died at this worker, this time included."""
    count: int = await tx.fetchval(
        "SELECT count(*) FROM dead_events WHERE event_id = $1 AND worker = $2 AND id <= $3",
        one.event_id,
        one.worker,
        one.id,
    )
    return count or 1  # bytes without an id are nobody's second time


async def settle(tx: Transaction, dead_id: int, state: str, by: str) -> bool:
    """Mark a dead event ``retried`` or ``dropped``; ``False`` if somebody did so before.

    To retry, publish first with ``publish_to`` of the bus and settle after: repeated, the event is handled once.
    """
    done = await tx.execute(
        "UPDATE dead_events SET state = $2, settled_at = now(), settled_by = $3 WHERE id = $1 AND state = 'dead'",
        dead_id,
        state,
        by,
    )
    return bool(done == "UPDATE 1")


async def dead_counts(tx: Transaction) -> Mapping[str, int]:
    """How many are dead, by worker: for metrics and the alarm."""
    rows = await tx.fetch("SELECT worker, count(*) AS n FROM dead_events WHERE state = 'dead' GROUP BY worker")
    return {row["worker"]: row["n"] for row in rows}


# ── members ──────────────────────────────────────────────────────────────────────────────────────────────────────────


async def seen(tx: Transaction, workers: Sequence[str], member: str, *, within: float) -> Mapping[str, list[str]]:
    """Say that this member works for these workers; who else was seen for each within so many seconds."""
    await tx.execute(
        """INSERT INTO bus_members (worker, member, seen_at) SELECT unnest($1::text[]), $2, clock_timestamp()
           ON CONFLICT (worker, member) DO UPDATE SET seen_at = excluded.seen_at""",
        workers,
        member,
    )
    rows = await tx.fetch(
        """SELECT worker, array_agg(member) AS members FROM bus_members
           WHERE worker = ANY($1::text[]) AND seen_at > clock_timestamp() - make_interval(secs => $2)
           GROUP BY worker""",
        workers,
        within,
    )
    return {row["worker"]: row["members"] for row in rows}


async def at_work(tx: Transaction, *, within: float) -> list[str]:
    """The members that said so within so many seconds, for whatever worker."""
    rows = await tx.fetch(
        """SELECT DISTINCT member FROM bus_members
           WHERE seen_at > clock_timestamp() - make_interval(secs => $1) ORDER BY member""",
        within,
    )
    return [row["member"] for row in rows]


async def gone(tx: Transaction, workers: Sequence[str], member: str) -> None:
    """This member works for these workers no longer; rows of members that died long ago go with it."""
    await tx.execute(
        """DELETE FROM bus_members
           WHERE (member = $2 AND worker = ANY($1::text[])) OR seen_at < clock_timestamp() - interval '1 hour'""",
        workers,
        member,
    )


# ── the embedded bus ─────────────────────────────────────────────────────────────────────────────────────────────────


async def insert_message(tx: Transaction, lane: str, body: bytes) -> None:
    """One message at the tail of a lane."""
    await tx.execute("INSERT INTO bus_messages (lane, body) VALUES ($1, $2)", lane, body)


async def read_messages(
    tx: Transaction, lanes: Sequence[str], held: Sequence[int], limit: int
) -> list[tuple[str, int, bytes]]:
    """``(lane, seq, body)``: the first messages of each lane that are not held already, by ``seq``.

    Not "those after the last": a row that commits late would be skipped for ever.
    """
    rows = await tx.fetch(
        """SELECT m.lane, m.seq, m.body FROM unnest($1::text[]) AS wanted (lane), LATERAL (
               SELECT * FROM bus_messages b WHERE b.lane = wanted.lane AND b.seq <> ALL ($2::bigint[])
               ORDER BY b.seq LIMIT $3) m
           ORDER BY m.seq""",
        lanes,
        held,
        limit,
    )
    return [(row["lane"], row["seq"], row["body"]) for row in rows]


async def tails(tx: Transaction, lanes: Sequence[str]) -> Mapping[str, int]:
    """The highest ``seq`` of each lane that has messages."""
    rows = await tx.fetch(
        "SELECT lane, max(seq) AS seq FROM bus_messages WHERE lane = ANY($1::text[]) GROUP BY lane", lanes
    )
    return {row["lane"]: row["seq"] for row in rows}


async def delete_messages(tx: Transaction, lane: str, seqs: Sequence[int]) -> None:
    """These messages are done."""
    await tx.execute("DELETE FROM bus_messages WHERE lane = $1 AND seq = ANY($2::bigint[])", lane, seqs)


async def message_counts(tx: Transaction) -> Mapping[str, int]:
    """Messages waiting or in hand, by lane."""
    rows = await tx.fetch("SELECT lane, count(*) AS n FROM bus_messages GROUP BY lane")
    return {row["lane"]: row["n"] for row in rows}


# ── one process at a time ────────────────────────────────────────────────────────────────────────────────────────────


class Turn:
    """An advisory lock on a connection of its own: whoever loses the connection has lost the turn."""

    def __init__(self, connection: Transaction) -> None:
        self._connection = connection

    async def mine(self, worker: str) -> bool:
        """Whether this connection has the turn, or just got it. Raises ``StoreAway``: then it is lost."""
        try:
            taken: bool = await self._connection.fetchval(
                """SELECT EXISTS (
                       SELECT FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid() AND granted)
                   OR pg_try_advisory_lock(hashtextextended('hub.worker.' || $1, 0))""",
                worker,
                timeout=5,
            )
        except AWAY as error:
            raise away(error) from error
        return taken


@asynccontextmanager
async def turn(url: str) -> AsyncIterator[Turn]:
    """A connection on which a turn can be taken. Raises ``StoreAway``."""
    try:
        connection = await asyncpg.connect(url, timeout=5, server_settings={"application_name": "hub turn"})
    except AWAY as error:
        raise away(error) from error
    try:
        yield Turn(connection)
    finally:
        connection.terminate()


class BusLock:
    """The advisory lock of the embedded bus, on a connection of its own."""

    def __init__(self, connection: Transaction) -> None:
        self._connection = connection

    async def take(self) -> str | None:
        """Nothing if it is ours now, else who holds it. Raises ``StoreAway``."""
        try:
            if await self._connection.fetchval(_TAKE, timeout=5):
                return None
            holder: str | None = await self._connection.fetchval(_HOLDER, timeout=5)
        except AWAY as error:
            raise away(error) from error
        return holder or "another process"

    async def held(self) -> bool:
        """Whether the connection, and so the lock, is still there."""
        try:
            return bool(await self._connection.fetchval("SELECT true", timeout=5))
        except AWAY:
            return False

    def end(self) -> None:
        """Let go."""
        self._connection.terminate()


_TAKE = "SELECT pg_try_advisory_lock(hashtextextended('hub.bus.embedded', 0))"
_HOLDER = """
SELECT a.application_name FROM pg_locks l JOIN pg_stat_activity a USING (pid)
 WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1
   AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
   AND (l.classid::bigint << 32) | l.objid::bigint = hashtextextended('hub.bus.embedded', 0)
"""


async def bus_lock(url: str, name: str) -> BusLock:
    """The connection for it; ``name`` is what others are told. Raises ``StoreAway``."""
    try:
        return BusLock(await asyncpg.connect(url, timeout=5, server_settings={"application_name": name[:60]}))
    except AWAY as error:
        raise away(error) from error
