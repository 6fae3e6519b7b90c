"""The machine, the settings in force and where they come from, the data folder, the spool."""

import os
import platform
import shutil
import sys
from collections.abc import Iterator
from dataclasses import fields
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from hub import settings as all_settings
from hub.bus.segments import SPARE, SUFFIX
from hub.cli.doctor.findings import Finding, bad, fact, good, worth
from hub.cli.options import environment, load
from hub.cli.places import place
from hub.settings import Settings

_URLS = frozenset({"database_url", "amqp_url", "redis_url"})
_SECRET = frozenset({"secret_key", "twilio_auth_token", "twilio_auth_token_previous"})
_TABLES = frozenset({"routing", "adapters"})
_MIB = 1024 * 1024
_LITTLE = 1024 * _MIB


def machine() -> Iterator[Finding]:
    """Program, Python and platform."""
    yield fact(f"Peyvand {version('peyvand')}, {platform.system()} {platform.machine()}, {os.cpu_count()} processors")
    yield good(f"Python {platform.python_version()}")
    if "uvloop" not in sys.modules:
        yield worth("uvloop is not installed; it makes the hub 5 to 20 % faster", "pip install uvloop")


def settings_in_force(settings: Settings) -> Iterator[Finding]:
    """What is set and where: defaults are counted only. Secrets are never shown."""
    plain, bare = load({}), all_settings.load({}, {})
    untouched = 0
    for one in fields(Settings):
        value = getattr(settings, one.name)
        if one.name in _TABLES:
            continue
        source = _source(one.name, value, plain, bare)
        if source is None:
            untouched += 1
            continue
        yield fact(f"{one.name:<26} {_shown(one.name, value):<40}  {source}")
    yield good(f"well-formed; {untouched} others have their defaults")


def _source(name: str, value: Any, plain: Settings, bare: Settings) -> str | None:
    if value != getattr(plain, name):
        return "flag"
    if environment().get(f"HUB_{name.upper()}"):
        return f"HUB_{name.upper()}"
    return "config/hub.toml" if getattr(bare, name) != getattr(Settings(), name) else None


def _shown(name: str, value: Any) -> str:
    if name in _SECRET:
        return f"set, {len(value)} characters"
    if name in _URLS:
        password = ", with a password" if urlsplit(value).password else ""
        return place(value) + password
    return ", ".join(value) if isinstance(value, tuple) else str(value)


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
