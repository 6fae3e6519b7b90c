"""How often, and for how long, a file is asked for that did not come. Pure.

Seconds at first, since most of what hinders it is over at once; then up to hours, for some three days: a provider may
be down, or a token wrong, over a week-end. Twilio keeps files until somebody deletes them.
"""

from datetime import timedelta

from hub.errors import FetchDenied, FetchError, FetchFailed

TRIES = 30
"""Of one round; after the last the file has failed, until somebody asks for another round (``hub files retry``)."""
LONGEST = timedelta(hours=4)
UNUSABLE = timedelta(minutes=5)
"""Until the next look whether its account can be used, which is no try."""

_FIRST, _FIRST_SLOW = 4.0, 60.0
_MAY_PASS = frozenset({401, 403, 404})
"""A wrong token is mended, and a file may be known to one of a provider's machines before it is to another."""


def pause(tries: int, error: FetchError) -> timedelta | None:
    """Until the next try, after ``tries`` before this one that failed; ``None``: there is none."""
    tries %= TRIES
    denied = isinstance(error, FetchDenied) and error.status in _MAY_PASS
    if not (error.retryable or denied) or tries + 1 == TRIES:
        return None
    first = _FIRST if isinstance(error, FetchFailed) else _FIRST_SLOW
    asked = error.retry_after if isinstance(error, FetchFailed) else None
    return timedelta(seconds=min(max(asked or 0.0, first * 2.0**tries), LONGEST.total_seconds()))
