"""Settings: ``config/hub.toml``, then the environment (``HUB_…``), then flags. All errors are reported at once."""

import os
import re
import tomllib
import zoneinfo
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from difflib import get_close_matches
from ipaddress import ip_network
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from hub.errors import SettingsInvalid
from hub.model import our_address

_SOURCE_TREE = Path(__file__).parent.parent / "config"
CONFIG = _SOURCE_TREE if (_SOURCE_TREE / "hub.toml").is_file() else Path(__file__).parent / "config"
"""Data only: beside the packages in the source tree, inside ``hub`` when installed from a wheel."""
CONFIG_DIR = "HUB_CONFIG_DIR"
FILES = ("hub.toml", "routing.toml")
SHORTEST_KEY = 16

_SCHEMES = {
    "database_url": ("postgresql", "postgres"),
    "amqp_url": ("amqp", "amqps"),
    "redis_url": ("redis", "rediss", "unix"),
    "public_url": ("http", "https"),
    "twilio_api_url": ("http", "https"),
    "otlp_endpoint": ("http", "https"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Every setting. What holds a secret is left out of ``repr``."""

    database_url: str = field(default="", repr=False)
    amqp_url: str = field(default="", repr=False)
    redis_url: str = field(default="", repr=False)
    data_dir: Path = Path("./var")
    host: str = "127.0.0.1"
    port: int = 8080
    public_url: str = ""
    secret_key: str = field(default="", repr=False)
    log_format: str = ""
    spool: bool = True
    synchronous_standby: bool = False
    bus_prefix: str = "hub"
    processes: int = 1
    time_zone: str = "UTC"
    sign_in_idle_hours: int = 12
    sign_in_days: int = 14
    trusted_proxies: tuple[str, ...] = ()
    push_services: tuple[str, ...] = (
        "https://fcm.googleapis.com",
        "https://.push.services.mozilla.com",
        "https://.notify.windows.com",
        "https://.push.apple.com",
    )
    push_texts: bool = False
    twilio_account_sid: str = ""
    twilio_auth_token: str = field(default="", repr=False)
    twilio_auth_token_previous: str = field(default="", repr=False)
    twilio_api_url: str = "https://api.twilio.com"
    twilio_numbers: tuple[str, ...] = ()
    twilio_segment_price: str = ""
    otlp_endpoint: str = field(default="", repr=False)
    trace_share: float = 1.0
    trace_incoming: bool = False
    adapters: Mapping[str, str] = field(default_factory=dict)
    routing: Mapping[str, Any] = field(default_factory=dict)
    routing_file: str = "config/routing.toml"

    @property
    def base_url(self) -> str:
        """How the world reaches us; never taken from a request's Host header."""
        return (self.public_url or f"http://{self.host}:{self.port}").rstrip("/")

    @property
    def embedded(self) -> bool:
        """Whether the database is our own embedded one, which only one hub process may hold."""
        return not self.database_url


def load(
    environment: Mapping[str, str] | None = None, flags: Mapping[str, Any] | None = None, *, config: Path = CONFIG
) -> Settings:
    """The settings in force. Raises ``SettingsInvalid`` with every problem found.

    ``HUB_CONFIG_DIR`` names a folder whose files come before those of ``config``.
    """
    environment = os.environ if environment is None else environment
    problems: list[str] = []
    hub, routing = _files(environment.get(CONFIG_DIR, ""), config, problems)
    file = _file(hub, problems)
    named = {name[4:].lower(): value for name, value in environment.items() if name.startswith("HUB_") and value}
    named.pop(CONFIG_DIR[4:].lower(), None)
    flagged = {name: value for name, value in (flags or {}).items() if value is not None}
    given = {**file, **named, **flagged, "routing": _file(routing, problems), "routing_file": _told(routing, config)}
    called = _Names(frozenset(flagged), frozenset(named), frozenset(file), _told(hub, config))
    settings = replace(Settings(), **_known(given, called, problems))
    named_already = {_setting_of(problem) for problem in problems}
    problems += [one for one in _together(settings, called) if _setting_of(one) not in named_already]
    if problems:
        raise SettingsInvalid(problems)
    return settings


class _Names(NamedTuple):
    """Where each setting was given, so that a problem is named as the person wrote it."""

    flags: frozenset[str]
    variables: frozenset[str]
    file: frozenset[str]
    path: str

    def of(self, name: str) -> str:
        if name in self.flags:
            return f"--{name.replace('_', '-')}"
        variable = f"HUB_{name.upper()}"
        in_file = name in self.file and name not in self.variables
        return f"{variable} ({name} in {self.path})" if in_file else variable


def _files(folder: str, shipped: Path, problems: list[str]) -> list[Path]:
    """Where ``hub.toml`` and ``routing.toml`` are read from: one that is not in the folder is the shipped one."""
    theirs = [Path(folder) / name for name in FILES] if folder else []
    if theirs and not Path(folder).is_dir():
        problems.append(f"{CONFIG_DIR}: there is no folder {folder}")
    elif theirs and not any(path.is_file() for path in theirs):
        problems.append(f"{CONFIG_DIR}: there is no {' and no '.join(FILES)} in {folder}")
    return [path if path.is_file() else shipped / path.name for path in theirs or [shipped / name for name in FILES]]


def _told(path: Path, shipped: Path) -> str:
    """As people know it: the shipped files by their place in the project."""
    return f"config/{path.name}" if path.parent == shipped else str(path)


def _file(path: Path, problems: list[str]) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        problems.append(f"{path}: {error}")
        return {}


def _setting_of(problem: str) -> str:
    """The setting that the problem begins with."""
    return re.split("[: ]", problem, maxsplit=1)[0]


def _known(given: Mapping[str, Any], called: _Names, problems: list[str]) -> dict[str, Any]:
    names = {one.name for one in fields(Settings)}
    values = {}
    for name, raw in given.items():
        if name.startswith("test_"):
            continue  # the test command's own
        if name not in names:
            meant = get_close_matches(name, names, n=1)
            hint = f"did you mean HUB_{meant[0].upper()}?" if meant else "see config/hub.toml"
            problems.append(f"{called.of(name)}: there is no such setting; {hint}")
            continue
        try:
            values[name] = _PARSERS.get(name, _text)(name, raw)
        except (ValueError, SettingsInvalid) as error:
            problems.append(f"{called.of(name)}: {error}")
    return values


def _text(name: str, raw: Any) -> str:
    if not isinstance(raw, str):
        message = "must be text"
        raise ValueError(message)  # noqa: TRY004 - reported as a problem of the setting, like the others
    if raw and name in _SCHEMES and urlsplit(raw).scheme not in _SCHEMES[name]:
        message = f"must begin with {' or '.join(s + '://' for s in _SCHEMES[name])}"
        raise ValueError(message)
    return raw.strip()


def _whole(least: int, most: int) -> Any:
    def parse(_: str, raw: Any) -> int:
        if not re.fullmatch(r"\d+", str(raw)) or not least <= int(raw) <= most:
            message = f"must be a whole number from {least} to {most}, not {str(raw)[:20]!r}"
            raise ValueError(message)
        return int(raw)

    return parse


def _key(name: str, raw: Any) -> str:
    key = _text(name, raw)
    if key and len(key) < SHORTEST_KEY:
        message = f"needs at least {SHORTEST_KEY} characters; `openssl rand -base64 32` makes one"
        raise ValueError(message)
    return key


def _switch(_: str, raw: Any) -> bool:
    words = {"on": True, "true": True, "1": True, "yes": True, "off": False, "false": False, "0": False, "no": False}
    if str(raw).lower() not in words:
        message = f"must be on or off, not {str(raw)[:20]!r}"
        raise ValueError(message)
    return words[str(raw).lower()]


def _share(_: str, raw: Any) -> float:
    if not re.fullmatch(r"0?\.\d{1,9}|[01](?:\.0{1,9})?", str(raw)):
        message = f"must be a number from 0 to 1 like 0.1, not {str(raw)[:20]!r}"
        raise ValueError(message)
    return float(raw)


def _numbers(_: str, raw: Any) -> tuple[str, ...]:
    given = raw if isinstance(raw, (list, tuple)) else str(raw).split(",")
    try:
        return tuple(our_address(number).removeprefix("tel:") for number in given if number.strip())
    except Exception as error:
        message = f"{raw!r} is not a list of numbers like +14155550100,whatsapp:+982100000000"
        raise ValueError(message) from error


def _price(_: str, raw: Any) -> str:
    text = " ".join(str(raw).split())
    if text and not re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,8})? [A-Z]{3}", text, re.ASCII):
        message = f"must be an amount and a currency like 0.0079 USD, not {text[:20]!r}"
        raise ValueError(message)
    return text


def _networks(_: str, raw: Any) -> tuple[str, ...]:
    given = raw if isinstance(raw, (list, tuple)) else str(raw).split(",")
    try:
        return tuple(str(ip_network(one.strip(), strict=False)) for one in given if one.strip())
    except ValueError as error:
        message = f"{raw!r} is not a list of addresses or networks like 127.0.0.1,10.0.0.0/8"
        raise ValueError(message) from error


def _origins(_: str, raw: Any) -> tuple[str, ...]:
    given = raw if isinstance(raw, (list, tuple)) else str(raw).split(",")
    named = tuple(str(one).strip().lower().rstrip("/") for one in given if str(one).strip())
    if named in {("off",), ("none",)}:
        return ()
    for one in named:
        if not re.fullmatch(r"https://\.?[a-z0-9.-]+(:[0-9]{1,5})?|http://(127\.0\.0\.1|localhost)(:[0-9]{1,5})?", one):
            message = f"{one[:60]!r} is none of a list like https://fcm.googleapis.com,https://.push.apple.com, or off"
            raise ValueError(message)
    return named


def _adapters(_: str, raw: Any) -> Mapping[str, str]:
    if isinstance(raw, str):  # in the environment: HUB_ADAPTERS="sms_toy=toy_sms:create"
        raw = {name.strip(): path.strip() for name, _, path in (one.partition("=") for one in raw.split(",")) if name}
    if not isinstance(raw, Mapping) or not all(isinstance(one, str) and ":" in one for one in raw.values()):
        message = (
            'must be name=package.module:factory,…; in config/hub.toml: [adapters] name = "package.module:factory"'
        )
        raise ValueError(message)
    return dict(raw)


def _folder(_: str, raw: Any) -> Path:
    try:
        return Path(raw).expanduser()
    except RuntimeError as error:
        message = f"{str(raw)[:40]!r} begins with a home folder that there is not"
        raise ValueError(message) from error


def _time_zone(_: str, raw: Any) -> str:
    if str(raw) not in {"UTC", *zoneinfo.available_timezones()}:
        message = f"must be one of IANA's time zones like Asia/Tehran, not {str(raw)[:40]!r}"
        raise ValueError(message)
    return str(raw)


_PARSERS: dict[str, Any] = {
    "data_dir": _folder,
    "secret_key": _key,
    "port": _whole(0, 65535),
    "processes": _whole(1, 64),
    "time_zone": _time_zone,
    "sign_in_idle_hours": _whole(1, 24 * 30),
    "sign_in_days": _whole(1, 90),
    "trusted_proxies": _networks,
    "push_services": _origins,
    "push_texts": _switch,
    "spool": _switch,
    "synchronous_standby": _switch,
    "trace_share": _share,
    "trace_incoming": _switch,
    "twilio_numbers": _numbers,
    "twilio_segment_price": _price,
    "adapters": _adapters,
    "routing": lambda _, raw: raw,
}


def _together(settings: Settings, called: _Names) -> list[str]:
    """Problems of settings that are well-formed alone but not with each other."""
    problems = []
    if settings.log_format not in {"", "json", "console"}:
        problems.append(f"{called.of('log_format')}: must be json or console")
    if settings.twilio_account_sid and not settings.twilio_auth_token:
        problems.append("HUB_TWILIO_AUTH_TOKEN: is needed with HUB_TWILIO_ACCOUNT_SID; Twilio's console shows it")
    if settings.twilio_account_sid and not settings.twilio_numbers:
        problems.append("HUB_TWILIO_NUMBERS: which numbers are yours? e.g. +14155550100")
    if settings.processes > 1 and not (settings.database_url and settings.amqp_url and settings.redis_url):
        needed = "HUB_DATABASE_URL, HUB_AMQP_URL and HUB_REDIS_URL"
        problems.append(f"{called.of('processes')}: more than one process needs {needed}")
    if settings.embedded and settings.amqp_url:
        problems.append(
            f"{called.of('amqp_url')}: RabbitMQ needs HUB_DATABASE_URL; the embedded database has one process"
        )
    return problems
