"""What may be said of an exception whose text and variables may hold a customer's message.

So ``log.exception`` is never used on what a handler raises: neither the message nor the frames' variables may get out.
"""

import traceback

from hub.errors import HubError

DEEPEST = 6


def shown(error: BaseException) -> str:
    """Only our own errors are known to hold no message's text; of others the kind is said."""
    return f"{type(error).__name__}: {error}" if isinstance(error, HubError) else type(error).__name__


def trace(error: BaseException) -> str:
    """The innermost places it came from: ``store.py:12 append < record.py:40 handle``."""
    frames = traceback.extract_tb(error.__traceback__)[-DEEPEST:]
    return " < ".join(f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}" for frame in reversed(frames))
