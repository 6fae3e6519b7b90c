"""The lock files of a data folder. ``flock`` dies with its process, so a kill -9 never leaves one behind.

* ``hub.lock``: exclusive, held by the one hub process that works here; its text names the holder.
* ``postgres/gate``: exclusive and short, held while somebody starts or stops the server.
* ``postgres/users``: shared by every process that needs the server; who can take it alone is the last one out.
"""

import asyncio
import contextlib
import fcntl
import json
import os
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path

import structlog

from hub.errors import DataFolderInUse

_log = structlog.get_logger(__name__)


class FileLock:
    """An ``flock`` on ``path``, not inherited by child processes. Never blocks; says whether it got the lock."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._fd: int | None = None

    def exclusive(self) -> bool:
        """Take it alone, or turn a shared hold into that. A refused change gives the shared hold up."""
        return self._take(fcntl.LOCK_EX)

    def shared(self) -> bool:
        """Take it together with others."""
        return self._take(fcntl.LOCK_SH)

    def write(self, text: str) -> None:
        """Replace the file's text; only for the exclusive holder."""
        if self._fd is not None:
            os.ftruncate(self._fd, 0)
            os.pwrite(self._fd, text.encode(), 0)

    def release(self) -> None:
        """Let go; harmless when not held."""
        if self._fd is not None:
            os.close(self._fd)
            self._fd = None

    def _take(self, mode: int) -> bool:
        if self._fd is None:
            self._fd = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            _give_to_folder_owner(self._fd, self.path)
        try:
            fcntl.flock(self._fd, mode | fcntl.LOCK_NB)
        except BlockingIOError:
            self.release()
            return False
        return True


@contextlib.asynccontextmanager
async def waiting_for(path: Path) -> AsyncIterator[None]:
    """Hold ``path`` exclusively; wait for it as long as needed and say so every five seconds."""
    lock = FileLock(path)
    since = said = time.monotonic()
    while not lock.exclusive():
        if time.monotonic() - said > 5:
            said = time.monotonic()
            _log.info("embedded_postgres_gate_busy", waited_s=round(said - since))
        await asyncio.sleep(0.05)
    try:
        yield
    finally:
        lock.release()


def claim_data_folder(data_dir: Path, command: str | None = None) -> FileLock:
    """Become the one hub process of ``data_dir``.

    Raises:
        DataFolderInUse: another process is; the text says which, since when, and what to do.
    """
    path = data_dir / "hub.lock"
    lock = FileLock(path)
    if not lock.exclusive():
        raise DataFolderInUse(
            f"This data folder is in use by {_holder(path)}. Stop it, or choose another with HUB_DATA_DIR."
        )
    holder = {"pid": os.getpid(), "command": command or own_command(), "started": int(time.time())}
    lock.write(json.dumps(holder))
    return lock


def own_command() -> str:
    """``hub demo``: the program and its sub-command, never the arguments, which may hold secrets."""
    program = Path(sys.argv[0]).name if sys.argv and sys.argv[0] else "python"
    words = [word for word in sys.argv[1:2] if word.isidentifier()]
    return " ".join([program, *words])


def _holder(path: Path) -> str:
    try:
        holder = json.loads(path.read_text())
        moment = time.localtime(holder["started"])
        form = "%H:%M" if moment[:3] == time.localtime()[:3] else "%Y-%m-%d %H:%M"
        return f"`{holder['command']}` (pid {holder['pid']}, since {time.strftime(form, moment)})"
    except (OSError, ValueError, KeyError, TypeError):
        # It has the lock and has not written its name yet.
        return "another hub process that is just starting"


def _give_to_folder_owner(fd: int, path: Path) -> None:
    """Under sudo the files stay the folder owner's, so that the next start without sudo can open them."""
    owner = path.parent.stat()
    if os.geteuid() == 0 and os.fstat(fd).st_uid != owner.st_uid:
        os.fchown(fd, owner.st_uid, owner.st_gid)
