"""The server's log stays small: it is copied and emptied, because the server keeps its file open."""

import os
import shutil
from pathlib import Path

_LARGEST_BYTES = 8 * 1024 * 1024
_KEEP = 3


def rotate(log: Path, largest: int = _LARGEST_BYTES) -> None:
    """Above ``largest`` bytes, move what is in ``log`` to ``.1``, that to ``.2`` and so on; the oldest goes.

    The server writes in append mode, so it goes on at the file's new beginning. A line written between copy and cut
    is lost.
    """
    if not log.exists() or log.stat().st_size <= largest:
        return
    for number in range(_KEEP - 1, 0, -1):
        older = _numbered(log, number)
        if older.exists():
            older.replace(_numbered(log, number + 1))
    shutil.copy2(log, _numbered(log, 1))
    os.truncate(log, 0)


def _numbered(log: Path, number: int) -> Path:
    return log.with_name(f"{log.name}.{number}")
