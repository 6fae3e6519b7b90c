"""An account's settings, checked all at once so that an operator mends them in one go."""

import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from hub.channel import Account
from hub.errors import SettingsInvalid

API_URL = "https://api.twilio.com"

_SID = re.compile(r"AC[0-9A-Za-z]{32}\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What the adapter needs. ``numbers`` as Twilio writes them; time-outs in seconds."""

    account_sid: str
    api_url: str
    numbers: tuple[str, ...]
    connect_timeout: float
    total_timeout: float
    auth_token: str = field(repr=False)
    auth_token_previous: str = field(repr=False)


def read_settings(account: Account) -> Settings:
    """The settings of ``account``. Raises ``SettingsInvalid`` with a sentence for each thing wrong."""
    problems: list[str] = []
    given, secrets = account.settings, account.secrets
    settings = Settings(
        account_sid=given.get("account_sid", ""),
        api_url=(given.get("api_url") or API_URL).rstrip("/"),
        numbers=tuple(number.strip() for number in given.get("numbers", "").split(",") if number.strip()),
        connect_timeout=_seconds(given.get("connect_timeout") or "5", "connect_timeout", problems),
        total_timeout=_seconds(given.get("total_timeout") or "10", "total_timeout", problems),
        auth_token=secrets.get("auth_token", ""),
        auth_token_previous=secrets.get("auth_token_previous", ""),
    )
    problems += _problems(settings)
    if problems:
        raise SettingsInvalid([f"account {account.id}: {problem}" for problem in problems])
    return settings


def _problems(settings: Settings) -> list[str]:
    checks = (
        (_SID.match(settings.account_sid), "account_sid must be AC and 32 characters, as Twilio's console shows it"),
        (settings.auth_token, "auth_token is missing; Twilio's console shows it beside the account SID"),
        (_is_web_address(settings.api_url), f"api_url must begin with https:// or http://, not {settings.api_url!r}"),
    )
    return [problem for holds, problem in checks if not holds]


def _is_web_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname)


def _seconds(text: str, name: str, problems: list[str]) -> float:
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value <= 60:
        problems.append(f"{name} must be a number of seconds over 0 and up to 60, not {text!r}")
    return value
