"""The last exchanges of an account with its provider: attempts to send, receipts, and what customers wrote.

None of these tables has an index by account and time, which every message would pay for: their rows lie in the order of
time by nature, so the newest are found by looking back in windows that grow, and no longer than ``WITHIN``.
"""

import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from hub.store import Row, Transaction

WITHIN = 3.0
"""Seconds after which what was found is all there is for now."""
FIRST, GROWS = timedelta(minutes=15), 4
_BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)

Place = tuple[datetime, UUID]


@dataclass(frozen=True, slots=True)
class Exchanges:
    """The newest before a place, newest first; and where to look on, ``None`` at the beginning of everything."""

    rows: Sequence[Row]
    following: Place | None


async def exchanges(tx: Transaction, account: str, *, before: Place, limit: int) -> Exchanges:
    """The last of this account before that time and id."""
    found: list[Row] = []
    until, ends = before, time.monotonic() + WITHIN
    for since in _back(before[0]):
        left = ends - time.monotonic()
        rows: list[Row] | None = None
        if left > 0:
            with suppress(TimeoutError):  # asyncpg cancels the statement, and the connection can be used again
                rows = await tx.fetch(_WINDOW, account, since, *until, limit - len(found), timeout=left)
        if rows is None:
            return Exchanges(found, until)
        found += rows
        if len(found) == limit:
            return Exchanges(found, (found[-1]["at"], found[-1]["id"]))
        until = (since, UUID(int=0))
    return Exchanges(found, None)


def _back(at: datetime) -> Iterator[datetime]:
    """Where each window begins, the last one at the beginning of everything."""
    size = FIRST
    while at - size > _BEGINNING:
        at -= size
        yield at
        size *= GROWS
    yield _BEGINNING


# Each of the three in its own order, so that none is read further than the page needs it.
_WINDOW = """
SELECT * FROM (
    (SELECT 'attempt' AS kind, a.started_at AS at, a.message_id AS id, a.message_id, d.contact_point, d.our_address,
            a.outcome AS result, a.provider_id, NULL::text AS provider_status, a.code,
            CASE WHEN a.code IS NOT DISTINCT FROM d.code THEN d.reason END AS reason, a.number::int AS number,
            extract(epoch FROM a.finished_at - a.started_at)::float8 AS seconds
       FROM attempts a JOIN deliveries d USING (message_id)
      WHERE d.account = $1 AND a.started_at >= $2 AND a.started_at <= $3 AND (a.started_at, a.message_id) < ($3, $4)
      ORDER BY a.started_at DESC, a.message_id DESC LIMIT $5)
    UNION ALL
    (SELECT 'receipt', r.reported_at, r.event_id, d.message_id, d.contact_point, d.our_address,
            r.status, r.provider_id, r.provider_status, r.code,
            CASE WHEN r.code = d.code THEN d.reason END, NULL, NULL
       FROM receipts r LEFT JOIN LATERAL (
            SELECT * FROM deliveries o WHERE o.message_id = r.message_id
             UNION ALL
            SELECT * FROM deliveries o WHERE r.message_id IS NULL AND o.provider_id = r.provider_id) d ON true
      WHERE r.account = $1 AND r.reported_at >= $2 AND r.reported_at <= $3 AND (r.reported_at, r.event_id) < ($3, $4)
      ORDER BY r.reported_at DESC, r.event_id DESC LIMIT $5)
    UNION ALL
    (SELECT 'message', i.recorded_at, i.event_id, i.event_id, i.contact_point, i.our_address,
            'received', i.provider_id, NULL, NULL, NULL, NULL, NULL
       FROM interactions i
      WHERE i.account = $1 AND i.direction = 'inbound'
        AND i.recorded_at >= $2 AND i.recorded_at <= $3 AND (i.recorded_at, i.event_id) < ($3, $4)
      ORDER BY i.recorded_at DESC, i.event_id DESC LIMIT $5)
) newest
 ORDER BY at DESC, id DESC LIMIT $5
"""
