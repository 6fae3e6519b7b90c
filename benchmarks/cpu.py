"""CPU time and memory of processes."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psutil


def server_pid(url: str, usual_port: int) -> int | None:
    """The local process that listens where ``url`` points; for PostgreSQL that is the postmaster. None if elsewhere."""
    port = urlsplit(url).port or usual_port
    for connection in psutil.net_connections("tcp"):
        address: tuple[Any, ...] = tuple(connection.laddr)
        if connection.status == psutil.CONN_LISTEN and address[1:2] == (port,) and connection.pid:
            return int(connection.pid)
    return None


def seconds(pids: Mapping[str, int]) -> dict[str, float]:
    """CPU seconds used so far by each of these processes with all their children.

    Children that have ended are in their parent's count of waited-for children, so a backend of PostgreSQL whose
    connection was closed is not lost.
    """
    return {name: _with_children(pid) for name, pid in pids.items()}


def fine(pid: int) -> float:
    """CPU seconds of one process so far, to the microsecond where Linux counts so; else as coarse as its ticks."""
    try:
        ran = sum(int(one.read_text().split()[0]) for one in Path(f"/proc/{pid}/task").glob("*/schedstat"))
    except OSError:  # a thread has just ended
        ran = 0
    return ran / 1e9 or _of(psutil.Process(pid))


def memory(pid: int) -> float:
    """Resident memory of one process with all its children, in MiB; what they share is counted for each."""
    process = psutil.Process(pid)
    return sum(map(_resident, (process, *process.children(recursive=True)))) / 2**20


def _with_children(pid: int) -> float:
    process = psutil.Process(pid)
    return sum(_of(one) for one in (process, *process.children(recursive=True)))


def _resident(process: psutil.Process) -> float:
    try:
        return float(process.memory_info().rss)
    except psutil.NoSuchProcess:
        return 0.0


def _of(process: psutil.Process) -> float:
    try:
        used = process.cpu_times()
    except psutil.NoSuchProcess:
        return 0.0  # ended just now: its parent has it
    return float(used.user + used.system + used.children_user + used.children_system)
