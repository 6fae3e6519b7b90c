"""An account's settings, checked all at once so that an operator mends them in one go. docs/providers/sms-http.md."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from hub.adapters.sms_http import numbers, words
from hub.adapters.sms_http.filling import MESSAGE, PLACE, places
from hub.channel import Account
from hub.errors import SendError, SettingsInvalid
from hub.model import DeliveryStatus

PROOFS = ("path", "query", "header", "hmac")
_TABLES = ("fields", "headers", "inbound", "status", "statuses", "errors")
_ASKING = {"url", "method", "format", "body", "basic_user", "basic_password", "check_url", "max_text"}
_NUMBERS = {"numbers", "number_format", "region", "connect_timeout", "total_timeout"}
_ANSWERS = {"success_path", "success_values", "answer_id", "answer_code", "answer_status"}
_WEBHOOKS = {"proof", "proof_name", "proof_prefix", "proof_encoding", "reply"}
_NAMES = _ASKING | _NUMBERS | _ANSWERS | _WEBHOOKS
_INBOUND, _STATUS = ("from", "to", "text", "id", "time"), ("id", "status", "message_id", "code", "time")
_ADDRESSABLE = re.compile(r"[A-Za-z0-9_~-]{16,}\Z")
_HEADER = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What the adapter needs: how to ask, how to read the answer, and what webhooks look like."""

    plain: Mapping[str, str]
    tables: Mapping[str, Mapping[str, str]]
    """``fields``, ``headers``, ``inbound``, ``status``, as given."""
    body: Any
    """The JSON document to fill, for ``format = "json"``."""
    statuses: Mapping[str, DeliveryStatus]
    errors: Mapping[str, tuple[type[SendError], str]]
    numbers: Mapping[str, str]
    """Our addresses as they are stored, and how the provider spells them."""
    connect_timeout: float
    total_timeout: float
    max_text: int
    secrets: Mapping[str, str] = field(repr=False)

    def get(self, name: str, default: str = "") -> str:
        """A setting, or what stands for it where it is empty."""
        return self.plain.get(name) or default


def read_settings(account: Account) -> Settings:
    """The settings of ``account``. Raises ``SettingsInvalid`` with a sentence for each thing wrong."""
    problems: list[str] = []
    plain, tables = _sorted(account.settings, problems)
    region = plain.get("region", "")
    ours = [number.strip() for number in plain.get("numbers", "").split(",") if number.strip()]
    settings = Settings(
        plain=plain,
        tables=tables,
        body=_document(plain.get("body", ""), problems),
        statuses=words.statuses(tables["statuses"], problems),
        errors=words.errors(tables["errors"], problems),
        numbers={numbers.read(number, region): number for number in ours},
        connect_timeout=_number(plain, "connect_timeout", 5, 60, problems),
        total_timeout=_number(plain, "total_timeout", 15, 60, problems),
        max_text=int(_number(plain, "max_text", 900, 10_000, problems)),
        secrets=account.secrets,
    )
    problems += _problems(settings)
    if problems:
        raise SettingsInvalid([f"account {account.id}: {problem}" for problem in problems])
    return settings


def _sorted(given: Mapping[str, str], problems: list[str]) -> tuple[dict[str, str], dict[str, dict[str, str]]]:
    plain: dict[str, str] = {}
    tables: dict[str, dict[str, str]] = {name: {} for name in _TABLES}
    for name, value in given.items():
        table, dot, key = name.partition(".")
        if dot and table in tables and key:
            tables[table][key] = value
        elif name in _NAMES:
            plain[name] = value
        else:
            problems.append(f"{name} is no setting of sms_http; docs/providers/sms-http.md lists them")
    return plain, tables


def _problems(settings: Settings) -> list[str]:
    return [*_asking(settings), *_answers(settings), *_templates(settings), *_webhooks(settings)]


def _asking(settings: Settings) -> list[str]:
    get, fields = settings.get, settings.tables["fields"]
    form = get("format", "form")
    national, region = get("number_format", "e164") == "national", get("region")
    checks = (
        (_is_address(get("url")), "url must begin with https:// or http:// and have its host without places"),
        ("text" not in places(get("url").partition("?")[0]), "url may have {text} behind its question mark only"),
        (not get("check_url") or _is_address(get("check_url")), "check_url must begin with https:// or http://"),
        (get("method", "POST") in {"POST", "GET"}, "method must be POST or GET"),
        (form in {"form", "json"}, "format must be form or json"),
        (form != "form" or fields, "fields is missing: with format form, its lines name what is sent"),
        (form != "json" or get("body"), "body is missing: with format json, it is the document that is sent"),
        (form != "json" or get("method", "POST") == "POST", "method must be POST with format json"),
        (get("number_format", "e164") in numbers.FORMATS, "number_format must be one of " + ", ".join(numbers.FORMATS)),
        (not region or numbers.is_region(region), f"region must be a country's code such as IR, not {region!r}"),
        (not national or region, "region is missing: number_format national needs a country's code such as IR"),
        (settings.numbers, "numbers is missing: which numbers are yours?"),
        (bool(get("basic_user")) == bool(get("basic_password")), "basic_user and basic_password go together"),
        (all(map(_HEADER.match, settings.tables["headers"])), "headers has a name that no header can have"),
    )
    return [problem for holds, problem in checks if not holds]


def _answers(settings: Settings) -> list[str]:
    get = settings.get
    checks = (
        (get("answer_id"), "answer_id is missing: where in the answer is the provider's id, e.g. entries.0.messageid"),
        (bool(get("success_path")) == bool(get("success_values")), "success_path and success_values go together"),
        (not settings.errors or get("answer_code"), "answer_code is missing: where in the answer are codes of errors"),
    )
    return [problem for holds, problem in checks if not holds]


def _templates(settings: Settings) -> list[str]:
    known = {*MESSAGE, *(f"secret.{name}" for name, value in settings.secrets.items() if value)}
    fixed = {place for place in known if place.startswith("secret.") or place in {"message_id", "message_number"}}
    every = [(name, settings.get(name), known) for name in ("url", "check_url", "basic_user", "basic_password")]
    every += [(f"fields.{name}", text, known) for name, text in settings.tables["fields"].items()]
    every += [(f"headers.{name}", text, fixed) for name, text in settings.tables["headers"].items()]
    every += [("body", settings.body, known)]
    strange = [(where, place) for where, text, fit in every for place in places(text) if place not in fit]
    problems = [f"{where} has a place {{{place}}} that nothing fills; {_hint(place)}" for where, place in strange]
    sent = {place for where, text, _ in every[4:] + every[:1] for place in places(text)}
    missing = sorted({"to", "text"} - sent)
    return problems + [f"nothing sends {{{place}}}: put it into url, fields or body" for place in missing]


def _hint(place: str) -> str:
    if place.startswith("secret."):
        return f"the account has no secret {place.removeprefix('secret.')}"
    return "headers may hold secrets and ids only" if place in MESSAGE else "there are " + ", ".join(sorted(MESSAGE))


def _webhooks(settings: Settings) -> list[str]:
    proof, inbound, status = settings.get("proof"), settings.tables["inbound"], settings.tables["status"]
    current, previous = (settings.secrets.get(f"webhook_secret{more}", "") for more in ("", "_previous"))
    in_address = proof in {"path", "query"}
    checks = (
        (not proof or proof in PROOFS, "proof must be one of " + ", ".join(PROOFS)),
        (proof or not (inbound or status), "proof is missing: how do webhooks prove that they come from the provider?"),
        (not proof or current, "the secret webhook_secret is missing: it is what webhooks prove themselves by"),
        (
            not proof or proof == "path" or settings.get("proof_name"),
            "proof_name is missing: which header or parameter",
        ),
        (settings.get("proof_encoding", "hex") in {"hex", "base64"}, "proof_encoding must be hex or base64"),
        (
            not in_address or all(not one or _ADDRESSABLE.match(one) for one in (current, previous)),
            "webhook_secret must be 16 or more of A-Z a-z 0-9 _ ~ - to stand in an address",
        ),
        (not inbound or {"from", "text", "id"} <= inbound.keys(), "inbound must say where from, text and id are"),
        (not inbound or inbound.get("to") or len(settings.numbers) == 1, "inbound must say where to is"),
        (not status or {"id", "status"} <= status.keys(), "status must say where id and status are"),
        (not status or settings.statuses, "statuses is missing: what do the provider's words mean?"),
        (inbound.keys() <= set(_INBOUND), "inbound may say " + ", ".join(_INBOUND)),
        (status.keys() <= set(_STATUS), "status may say " + ", ".join(_STATUS)),
    )
    return [problem for holds, problem in checks if not holds]


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and not PLACE.search(parts.netloc)
    except ValueError:
        return False


def _document(text: str, problems: list[str]) -> Any:
    try:
        return json.loads(text) if text else None
    except (ValueError, RecursionError) as error:
        problems.append(f"body must be a JSON document with places in its strings: {error}")
        return None


def _number(plain: Mapping[str, str], name: str, default: int, most: int, problems: list[str]) -> float:
    text = plain.get(name) or str(default)
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value <= most:
        problems.append(f"{name} must be a number over 0 and up to {most}, not {text!r}")
        return default
    return value
