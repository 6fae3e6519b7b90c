"""The machine, and the settings in force and where they come from."""

import os
import platform
import sys
from collections.abc import Iterator
from dataclasses import fields
from importlib.metadata import version
from typing import Any
from urllib.parse import urlsplit

from hub import settings as all_settings
from hub.checks.findings import Finding, fact, good, worth
from hub.checks.places import place
from hub.cli.options import environment, load
from hub.settings import Settings

_URLS = frozenset({"database_url", "amqp_url", "redis_url"})
_SECRET = frozenset({"secret_key", "twilio_auth_token", "twilio_auth_token_previous"})
_TABLES = frozenset({"routing", "adapters"})


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
