"""When the customer wrote what nobody has answered yet. Pure: times in, times out, ascending.

Texts and answers may be recorded late and out of order. An answer is one to everything that was written before it,
and to nothing later; a text that comes after an answer was not seen when that was written, however old it is.
"""

from datetime import datetime

MOST = 50
"""So many times are kept; of more, the second newest go first, so that the newest always waits for its answer."""

Times = tuple[datetime, ...]


def stored(waiting_since: datetime | None, last_inbound_at: datetime | None) -> Times:
    """What a conversation's row still tells: the first and the last. What lay between is not known any more.

    Whether the last was answered is not known either if an older one came after its answer: it then waits once more.
    """
    if waiting_since is None or last_inbound_at is None or waiting_since > last_inbound_at:
        return ()
    return tuple(sorted({waiting_since, last_inbound_at}))


def with_one(times: Times, at: datetime) -> Times:
    """She wrote once more."""
    return together(times, (at,))


def together(times: Times, others: Times) -> Times:
    """Both."""
    times = tuple(sorted((*times, *others)))
    return times if len(times) <= MOST else (*times[: MOST - 1], times[-1])


def without_answered(times: Times, at: datetime) -> Times:
    """Somebody wrote to her."""
    return tuple(time for time in times if time > at)
