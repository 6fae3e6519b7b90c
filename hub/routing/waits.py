"""How long customers waited, looked at afterwards. ``store`` writes it."""

from collections.abc import Sequence
from datetime import datetime

from hub.store import Row, Transaction


async def answered(tx: Transaction, since: datetime, until: datetime) -> Sequence[Row]:
    """``in_time`` and ``late`` answers of persons between these times, by the ``team_id`` whose they were."""
    return await tx.fetch(
        "SELECT team_id, count(*) FILTER (WHERE answered_at <= reply_by) AS in_time,"
        " count(*) FILTER (WHERE answered_at > reply_by) AS late"
        " FROM waits WHERE answered_at >= $1 AND answered_at < $2 GROUP BY team_id",
        since,
        until,
    )
