"""The spool's files: records appended and synced by one process, read back by it or by whoever outlives it.

A record is ``MARK``, the body's length and its CRC-32 (big-endian, 4 bytes each), and the body. What is cut off at the
end was never acknowledged; what is damaged in the middle is skipped up to the next mark and the file is kept aside.
A file belongs to whoever holds its lock (``flock``), so the files of a dead process are free.
"""

import fcntl
import os
import secrets
import struct
import time
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from hub.errors import SpoolFull

MARK = b"\xa5PvS"
HEAD = struct.Struct(">4sII")
SUFFIX = ".spool"
FULL = 4 * 1024 * 1024
"""Bytes after which a new file is begun, so that disk space comes back while the spool flows off."""
SPARE = 50 * 1024 * 1024
"""Bytes of free disk under which nothing more is taken in."""


@dataclass(frozen=True, slots=True)
class Record:
    """A body and where the record after it begins. ``damaged`` is true for a stretch that could not be read."""

    body: bytes
    end: int
    damaged: bool = False


def packed(body: bytes) -> bytes:
    """The body as a record."""
    return HEAD.pack(MARK, len(body), zlib.crc32(body)) + body


def records(data: bytes) -> Iterator[Record]:
    """The records of a file, in order. A tail that is cut off or never fully written ends them silently."""
    at = 0
    while at < len(data):
        if (record := _record(data, at)) is not None:
            yield record
            at = record.end
            continue
        after = _next_good(data, at + 1)
        if after is None:
            return
        yield Record(data[at:after], after, damaged=True)
        at = after


def _record(data: bytes, at: int) -> Record | None:
    if at + HEAD.size > len(data):
        return None
    mark, length, crc = HEAD.unpack_from(data, at)
    end = at + HEAD.size + length
    if mark != MARK or end > len(data):
        return None
    body = data[at + HEAD.size : end]
    return Record(body, end) if zlib.crc32(body) == crc else None


def _next_good(data: bytes, at: int) -> int | None:
    while (at := data.find(MARK, at)) >= 0:
        if _record(data, at) is not None:
            return at
        at += 1
    return None


class Segment:
    """One file of the spool, locked by this process. Every method blocks: call them in a thread."""

    def __init__(self, path: Path, descriptor: int) -> None:
        self.path, self._descriptor = path, descriptor
        self.length = os.fstat(descriptor).st_size
        """Bytes that are synced."""
        self.sealed = False
        """Nothing more is appended."""
        self.read_to = 0
        self.left = 0
        """Records that have not been published yet."""

    @property
    def born(self) -> float:
        """When it was begun, in seconds since 1970."""
        return int(self.path.name.split("-")[0]) / 1e9

    @classmethod
    def begin(cls, folder: Path) -> "Segment":
        """A new, empty file. Raises ``OSError``."""
        path = folder / f"{time.time_ns():020d}-{os.getpid()}-{secrets.token_hex(4)}{SUFFIX}"
        fresh = path.with_suffix(".new")
        segment = cls(path, os.open(fresh, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
        fcntl.flock(segment._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        fresh.rename(path)  # only now can others see it, and it is locked
        sync_folder(folder)
        return segment

    @classmethod
    def adopt(cls, path: Path) -> "Segment | None":
        """The file of a process that is dead, or ``None`` while somebody holds it."""
        try:
            descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC)
        except FileNotFoundError:
            return None
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return None
        if not os.fstat(descriptor).st_nlink:
            os.close(descriptor)
            return None
        segment = cls(path, descriptor)
        segment.sealed = True
        segment.left = sum(not record.damaged for record in records(segment._read()))
        return segment

    def append(self, bodies: Sequence[bytes]) -> int:
        """Append and sync all of them or none; the new length, for ``grown``. Raises ``OSError`` and is sealed then."""
        data = b"".join(map(packed, bodies))
        try:
            written = 0
            while written < len(data):
                written += os.pwrite(self._descriptor, data[written:], self.length + written)
            os.fsync(self._descriptor)
        except OSError:
            # What a failed sync leaves in the page cache is anybody's guess: never write behind it.
            self.sealed = True
            os.ftruncate(self._descriptor, self.length)
            raise
        return self.length + len(data)

    def grown(self, length: int, count: int) -> None:
        """What was appended may be read. Called in the loop's thread, where ``left`` is also counted down."""
        self.length = length
        self.left += count
        self.sealed = length >= FULL

    def unread(self, most: int) -> list[Record]:
        """The next records that are to be published."""
        found: list[Record] = []
        for record in records(self._read()):
            found.append(record)
            if len(found) == most:
                break
        return [Record(record.body, record.end + self.read_to, record.damaged) for record in found]

    def set_aside(self, why: str) -> Path:
        """Keep a copy of the whole file for a person to look at."""
        copy = self.path.with_suffix(f".{why}")
        copy.write_bytes(os.pread(self._descriptor, self.length, 0))
        return copy

    def remove(self) -> None:
        """Delete the file: all of it is published."""
        self.path.unlink(missing_ok=True)
        self.close()

    def close(self) -> None:
        """Let go of the file; whoever comes next may adopt it."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def _read(self) -> bytes:
        return os.pread(self._descriptor, self.length - self.read_to, self.read_to)


def check_space(folder: Path) -> None:
    """Raise ``SpoolFull`` when the disk is nearly full: PostgreSQL beside us needs some of it to recover."""
    disk = os.statvfs(folder)
    free = disk.f_bavail * disk.f_frsize
    if free < SPARE:
        raise SpoolFull(f"the broker is away and {folder} has only {free // 2**20} MB of free disk")


def sync_folder(folder: Path) -> None:
    """Make the names in the folder durable."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
