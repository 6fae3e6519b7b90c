"""An account as somebody wants it, checked whole before anything is stored."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit
from uuid import UUID

from hub.bootstrap.adapters import adapter_of
from hub.channel import Adapter, Receives
from hub.errors import InputInvalid, SettingsInvalid
from hub.model import our_address
from hub.organisation.accounts import AccountRow
from hub.organisation.sealing import Sealer
from hub.settings import Settings

NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}\Z")
ADAPTER = re.compile(r"[a-z]+_[a-z0-9_]+\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What was asked for."""

    adapter: str
    name: str
    settings: Mapping[str, str]
    secrets: Mapping[str, str] = field(repr=False)
    team_id: UUID | None = None
    active: bool = True

    @property
    def id(self) -> str:
        """``adapter/name``."""
        return f"{self.adapter}/{self.name}"


@dataclass(frozen=True, slots=True)
class Made:
    """The row to save, and whether its provider calls us."""

    row: AccountRow
    receives: bool


async def made(
    settings: Settings, sealer: Sealer, wanted: Wanted, others: Iterable[AccountRow], problems: list[str]
) -> Made | None:
    """The account, made once to see that it can be; it opens nothing. Nothing is made if there are ``problems``."""
    adapter = await _tried(settings, wanted, problems)
    addresses = _addresses(wanted.settings, problems)
    _not_anothers(addresses, others, wanted.id, problems)
    if adapter is None or problems:
        return None
    row = AccountRow(
        id=wanted.id,
        adapter=wanted.adapter,
        channel=adapter.channel,
        settings=dict(wanted.settings),
        sealed=sealer.seal(dict(wanted.secrets)),
        addresses=addresses,
        team_id=wanted.team_id,
        active=wanted.active,
    )
    return Made(row, isinstance(adapter, Receives))


async def _tried(settings: Settings, wanted: Wanted, problems: list[str]) -> Adapter | None:
    try:
        adapter = adapter_of(settings, wanted.id, wanted.adapter, wanted.settings, wanted.secrets)
    except SettingsInvalid as error:
        problems += error.problems
        return None
    await adapter.aclose()
    return adapter


def _addresses(given: Mapping[str, str], problems: list[str]) -> list[str]:
    region = given.get("region") or None
    numbers = [number.strip() for number in given.get("numbers", "").split(",") if number.strip()]
    if not numbers:
        problems.append('numbers is missing: which are yours? numbers = ["+982100000000"]')
    addresses = []
    for number in numbers:
        try:
            addresses.append(our_address(number, region=region))
        except InputInvalid as error:
            problems.append(f'numbers: {number!r}: {error}; {error.mend}, or name the country: region = "IR"')
    return sorted(set(addresses))


def _not_anothers(addresses: Sequence[str], rows: Iterable[AccountRow], id_: str, problems: list[str]) -> None:
    """A number belongs to one account: taking it from another is never what a typing error should do."""
    taken = [(address, row.id) for row in rows if row.id != id_ for address in addresses if address in row.addresses]
    problems += [f"numbers: {address} belongs to {other}" for address, other in taken]


def new_places(before: Mapping[str, str], after: Mapping[str, str]) -> set[str]:
    """Hosts that are asked by these settings and were not before: secrets would go there."""
    return _places(after) - _places(before)


def _places(settings: Mapping[str, str]) -> set[str]:
    found = set()
    for value in settings.values():
        try:
            parts = urlsplit(value)
            if parts.scheme in {"http", "https"}:
                found.add(f"{parts.scheme}://{parts.netloc}")
        except ValueError:
            continue  # no address, and the adapter has said so if one belongs there
    return found
