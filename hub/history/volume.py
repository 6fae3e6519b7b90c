"""How much came in, by channel and hour."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from hub.store import Row, Transaction

CLOCKS = timedelta(minutes=5)
"""So much may the clock by which something was accepted be ahead of the database's, by which it was recorded."""


async def inbound(tx: Transaction, starts: Sequence[datetime], until: datetime) -> Sequence[Row]:
    """``channel``, ``hour`` (its place in ``starts``, from 1) and ``count`` of what customers sent before ``until``.

    Found by when it was recorded, which has an index: the cost is that of the time since ``starts[0]``.
    """
    return await tx.fetch(
        "SELECT channel, width_bucket(accepted_at, $1::timestamptz[]) AS hour, count(*) AS count FROM interactions"
        " WHERE recorded_at >= $2 AND direction = 'inbound' AND accepted_at >= $3 AND accepted_at < $4 GROUP BY 1, 2",
        list(starts),
        starts[0] - CLOCKS,
        starts[0],
        until,
    )
