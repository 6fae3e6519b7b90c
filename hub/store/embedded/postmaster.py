"""The running server, as ``postmaster.pid`` and the system's list of processes show it."""

import contextlib
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

# Above the largest pid of Linux (2^22) and macOS (99,998), so it is never alive.
_DEAD_PID = 2**22 + 1


@dataclass(frozen=True, slots=True)
class Postmaster:
    """A live server of ours; ``started`` in seconds since 1970; ``status``: ``ready``, ``starting`` or ``stopping``."""

    pid: int
    started: int
    socket_dir: Path
    status: str


def find_postmaster(cluster: Path) -> Postmaster | None:
    """The server that runs on ``cluster`` now, whoever started it; None if there is none.

    A pid file outlives its server after a crash, and its number may belong to another program by then: the process must
    be a ``postgres`` started on this very folder.
    """
    lines = _pid_file(cluster)
    if len(lines) < 5 or not lines[0].isdecimal() or not _serves(int(lines[0]), cluster):
        return None
    status = lines[7] if len(lines) > 7 else "starting"
    return Postmaster(int(lines[0]), int(lines[2] or 0), Path(lines[4]), status)


def retire_pid_file(cluster: Path) -> None:
    """Make a dead server's pid file harmless when its number now belongs to another process.

    PostgreSQL refuses to start while that number is alive. The file is kept and only the number replaced, because a
    later line lets PostgreSQL see that processes of the dead server still use its memory.
    """
    lines = _pid_file(cluster)
    if lines and lines[0].isdecimal() and is_alive(int(lines[0])) and not _serves(int(lines[0]), cluster):
        (cluster / "postmaster.pid").write_text("\n".join([str(_DEAD_PID), *lines[1:]]) + "\n")


def remains(cluster: Path) -> list[int]:
    """The processes of a dead server that still work on ``cluster``; none where the system has no ``/proc``."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        pid = int(entry.name)
        command = _command(pid)
        if command and command[0].startswith("postgres: ") and _works_in(pid, cluster):
            found.append(pid)
    return found


def is_alive(pid: int) -> bool:
    """Whether a process has this number and is not merely waiting to be buried by its parent."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return bool(_command(pid))


def _pid_file(cluster: Path) -> list[str]:
    try:
        text = (cluster / "postmaster.pid").read_text()
    except (FileNotFoundError, NotADirectoryError):
        return []
    return [line.strip() for line in text.splitlines()]


def _serves(pid: int, cluster: Path) -> bool:
    command = _command(pid)
    if not command or Path(command[0]).name != "postgres":
        return False
    if f"-D {cluster}" in " ".join(command):
        return True
    return _works_in(pid, cluster)


def _works_in(pid: int, cluster: Path) -> bool:
    with contextlib.suppress(OSError):  # not readable for us, or not Linux: then the command line alone decides
        return Path(f"/proc/{pid}/cwd").samefile(cluster)
    return False


def _command(pid: int) -> list[str]:
    """A process's program and arguments; empty if there is none, or only its remains."""
    if Path("/proc/self/cmdline").exists():
        try:
            raw = Path(f"/proc/{pid}/cmdline").read_bytes()
        except (FileNotFoundError, ProcessLookupError):
            return []
        return [part.decode(errors="replace") for part in raw.rstrip(b"\0").split(b"\0") if part]
    told = subprocess.run(["/bin/ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False)  # noqa: S603 - a fixed program, a number
    return told.stdout.split()
