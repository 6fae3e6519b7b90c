"""The data folder: can it be used, has it room, and what waits in its spool?"""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from hub.bus.segments import SPARE, SUFFIX
from hub.checks.findings import Finding, bad, good, worth
from hub.settings import Settings

_MIB = 1024 * 1024
_LITTLE = 1024 * _MIB


def folder(settings: Settings) -> Iterator[Finding]:
    """Whether the data folder can be used, how much room it has, and what waits in its spool."""
    where = settings.data_dir.resolve()
    existing = next(path for path in (where, *where.parents) if path.exists())
    if not os.access(existing, os.W_OK | os.X_OK):
        yield bad(f"{existing} cannot be written", "give it to the hub's account, or choose another with HUB_DATA_DIR")
        return
    yield good(f"{where} can be written" if existing == where else f"{where} will be made at the first start")
    yield _room(existing)
    if settings.embedded or not settings.secret_key:
        yield from _key(where)
    yield from _spool(where / "spool")


def _room(where: Path) -> Finding:
    free = shutil.disk_usage(where).free
    text = f"{free / _MIB / 1024:.1f} GiB free there"
    if free < SPARE:
        return bad(text, "free some space: with less than 50 MiB nothing is taken in while the broker is away")
    return good(text) if free > _LITTLE else worth(text, "free some space before it runs out")


def _key(where: Path) -> Iterator[Finding]:
    key = where / "secret.key"
    if not key.exists():
        return
    if key.stat().st_mode & 0o077:
        yield bad(f"{key} can be read by others", f"chmod 600 {key}")
    else:
        yield good("secret.key is there, for its owner alone: back it up, without it stored secrets cannot be opened")


def _spool(where: Path) -> Iterator[Finding]:
    files = [path for path in where.glob(f"*{SUFFIX}") if path.stat().st_size] if where.is_dir() else []
    size = sum(path.stat().st_size for path in files)
    if files:
        what = f"the spool holds {len(files)} file(s), {size / 1024:.0f} KiB: taken in while the broker was away"
        yield worth(what, "it flows on by itself when the broker is back and `hub up` or `hub serve` runs here")
    else:
        yield good("the spool is empty")
