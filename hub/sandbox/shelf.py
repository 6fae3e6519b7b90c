"""Where the bytes of pictures and files are: in a folder of the sandbox's own, or in memory if it has none."""

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import structlog

log = structlog.get_logger(__name__)


class Shelf:
    """Bytes by the sid of their `Media`. One file each, for its owner's eyes alone."""

    def __init__(self, folder: Path | None = None) -> None:
        """Keep them in `folder`, which is made when the first arrives."""
        self._folder = folder
        self._held: dict[str, bytes] = {}

    def put(self, sid: str, data: bytes) -> None:
        """Keep `data`; in memory if the folder takes nothing (a full disk), so it is seen until the end."""
        if self._folder is None:
            self._held[sid] = data
            return
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            file = self._folder / sid
            file.touch(mode=0o600)
            file.write_bytes(data)
        except OSError as error:
            log.warning("sandbox_media_not_kept", reason=error.strerror)
            self._held[sid] = data

    def get(self, sid: str) -> bytes | None:
        """Give the bytes, or None if they are not here (any more)."""
        if self._folder is not None and sid not in self._held:
            with suppress(OSError):
                return (self._folder / sid).read_bytes()
        return self._held.get(sid)

    def drop(self, sid: str) -> None:
        """Forget one."""
        self._held.pop(sid, None)
        if self._folder is not None:
            with suppress(OSError):  # it is not there, or nothing can be deleted there: both are told by `get`
                (self._folder / sid).unlink()

    def keep_only(self, sids: Iterable[str]) -> None:
        """Forget all others: those of messages that were themselves forgotten."""
        wanted = set(sids)
        found = [file.name for file in self._folder.glob("ME*")] if self._folder and self._folder.is_dir() else []
        for sid in {*found, *self._held} - wanted:
            self.drop(sid)
