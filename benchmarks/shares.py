"""A share of a core for each process, by Linux's control groups: as if there were more cores, each so much slower."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

import psutil

from benchmarks.processes import Fault

_PERIOD = 10_000
"""Microseconds after which a share begins anew: short, so that who has used it up does not pause for long."""
_ROOT = Path("/sys/fs/cgroup")


@contextlib.contextmanager
def share(pid: int, cores: float) -> Iterator[None]:
    """The process and those it has started get so much of a core together. Raises ``Fault`` where that cannot be."""
    old = _ROOT / "cpu"  # version 1 has a hierarchy for each controller
    group = (old if old.is_dir() else _ROOT) / f"peyvand-bench-{pid}"
    quota = str(max(1_000, int(cores * _PERIOD)))
    try:
        group.mkdir()
        if old.is_dir():
            (group / "cpu.cfs_period_us").write_text(str(_PERIOD))
            (group / "cpu.cfs_quota_us").write_text(quota)
        else:
            (group / "cpu.max").write_text(f"{quota} {_PERIOD}")
        for one in (psutil.Process(pid), *psutil.Process(pid).children(recursive=True)):
            (group / "cgroup.procs").write_text(str(one.pid))
    except OSError as error:
        raise Fault(f"{error}: --share needs root, and control groups for the CPU") from error
    try:
        yield
    finally:
        with contextlib.suppress(OSError):  # somebody in it has not ended: it is empty soon, and disturbs nobody
            group.rmdir()
