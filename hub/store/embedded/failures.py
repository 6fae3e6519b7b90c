"""What a person should do about what the server said before it went."""

import os
import shutil
from pathlib import Path

_LAST_LINES = 8
_LEAST_FREE_BYTES = 1024 * 1024

# What PostgreSQL says (src/backend, lc_messages=C) → what to do about it. The first that fits.
_ADVICE = (
    ("No space left on device", "The disk is full: free some space and start again. Nothing that was stored is lost."),
    ("could not look up effective user ID", "This system has no name for the account: add it to /etc/passwd."),
    ("database files are incompatible", "The data folder is another version's: install the version that made it."),
    (
        "could not locate a valid checkpoint record",
        "The data is damaged: put a backup of the data folder in its place.",
    ),
    ("pg_control", "The data is damaged: put a backup of the data folder in its place."),
    ("could not open directory", "The data is damaged: put a backup of the data folder in its place."),
    ("required WAL directory", "The data is damaged: put a backup of the data folder in its place."),
    ("error while loading shared libraries", "The installation is damaged: install the requirements again."),
    ("could not load", "The installation is damaged: install the requirements again."),
    ("shared memory", "The system has too little shared memory: free some memory, or allow more."),
    ("Permission denied", "The account of the server may not use its files: give the folder `postgres` to one owner."),
    ("Operation not permitted", "This system does not let the hub change its account: start it as an ordinary user."),
)


def explain(what: str, said: str, place: Path) -> str:
    """``what`` happened, the last lines that were ``said``, and advice; ``place`` is where to read on."""
    if place.parent.exists() and shutil.disk_usage(place.parent).free < _LEAST_FREE_BYTES:
        said += "\n(No space left on device)"  # the log could not take the server's own words
    advice = next(
        (advice for words, advice in _ADVICE if words in said), "Or set HUB_DATABASE_URL to a server of your own."
    )
    lines = "\n".join(f"    {line}" for line in said.strip().splitlines()[-_LAST_LINES:])
    return f"{what}. {advice}\nIts last words ({place}):\n{lines}"


def tail(log: Path, start: int = 0) -> str:
    """The last few lines of ``log``, none of them before the byte ``start``."""
    try:
        with log.open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(start if start <= size else 0, size - 4096))
            return "\n".join(file.read().decode(errors="replace").splitlines()[-_LAST_LINES:])
    except FileNotFoundError:
        return ""
