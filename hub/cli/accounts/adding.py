"""``hub accounts add``: an account as a file says, its secrets sealed."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import click

from hub.adapters.sms_twilio.form import FRAGMENT
from hub.bootstrap import DEFAULT_TWILIO, adapter_of, callbacks_of
from hub.channel import Adapter, Receives
from hub.cli.accounts.file import AccountFile, find_secrets, read_file
from hub.cli.database import store_at_hand
from hub.cli.options import STORES, with_settings
from hub.cli.running import run
from hub.errors import InputInvalid, SettingsInvalid
from hub.model import our_address
from hub.organisation import accounts, sealing, store
from hub.settings import Settings
from hub.store import Row

_AGAIN = {"sms_twilio": FRAGMENT}
"""What makes a provider try again, behind the address it is given."""
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}\Z")
_ADAPTER = re.compile(r"[a-z]+_[a-z0-9_]+\Z")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was asked for."""

    adapter: str
    name: str
    path: Path
    file: AccountFile
    team: str | None
    replace: bool

    @property
    def id(self) -> str:
        """``adapter/name``."""
        return f"{self.adapter}/{self.name}"

    @property
    def where(self) -> str:
        """Where to mend what is wrong with it."""
        return (
            f"Nothing was made. The account's settings stand in {self.path}; its table [secrets] names the\n"
            "environment variable of each secret. Adapters of your own stand in HUB_ADAPTERS or config/hub.toml."
        )


@click.command()
@click.argument("adapter")
@click.argument("name")
@click.option(
    "--settings",
    "file",
    required=True,
    metavar="FILE",
    type=click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path),
    help="The account's settings, TOML; - is standard input. Its [secrets] names environment variables, never secrets.",
)
@click.option("--team", metavar="NAME", help="Whose its conversations are. [the only team, if there is one]")
@click.option("--replace", "replace_", is_flag=True, help="Change the account of that name; secrets not given stay.")
@with_settings(*STORES, "public_url")
def add(*, settings: Settings, adapter: str, name: str, file: Path, team: str | None, replace_: bool) -> None:
    """Make the account NAME of ADAPTER, e.g. `hub accounts add sms_http kavenegar --settings kavenegar.toml`.

    Secrets are read from the environment, or asked for on a terminal; they are stored sealed by HUB_SECRET_KEY.
    The setting `numbers` says which numbers are yours. Nothing is sent: `hub accounts check` tries the credentials.
    """
    if not _NAME.match(name):
        raise click.UsageError("NAME must be of a-z, 0-9, _ and -, up to 40 characters.")
    if not _ADAPTER.match(adapter):
        raise click.UsageError(
            "ADAPTER is a name such as sms_http; a third party's stands in [adapters] of config/hub.toml."
        )
    wanted = Wanted(adapter, name, file, read_file(file), team, replace_)
    addresses, receives = run(_add(settings, wanted))
    click.echo(f"Made {wanted.id} for {', '.join(addresses)}. Running processes follow within seconds.")
    if receives:
        there = callbacks_of(settings.base_url, adapter)
        again = _AGAIN.get(adapter, "")
        click.echo(f"The provider's webhooks: {there('inbound')}{again} for messages, {there('status')} for receipts.")


async def _add(settings: Settings, wanted: Wanted) -> tuple[Sequence[str], bool]:
    async with store_at_hand(settings) as db, db.transaction() as tx:
        rows = {row.id: row for row in await accounts.accounts(tx)}
        known = rows.get(wanted.id)
        if wanted.id == DEFAULT_TWILIO:
            raise click.ClickException(f"{wanted.id} is kept by the HUB_TWILIO_… settings: choose another name.")
        if known is not None and not wanted.replace:
            raise click.ClickException(f"there is an account {wanted.id} already: --replace changes it.")
        sealer = sealer_of(settings, list(rows.values()))
        kept = sealer.open(known.sealed) if known is not None and sealer.opens(known.sealed) else {}
        problems = list(wanted.file.problems)
        secrets = find_secrets(wanted.file.secrets, kept, problems)
        adapter = await _adapter(settings, wanted, secrets, problems)
        addresses = _addresses(wanted.file.settings, problems)
        _not_anothers(addresses, rows.values(), wanted.id, problems)
        team_id = _team(await store.teams(tx), wanted.team, problems)
        if adapter is None or problems:
            raise SettingsInvalid(problems, where=wanted.where)
        row = accounts.AccountRow(
            id=wanted.id,
            adapter=wanted.adapter,
            channel=adapter.channel,
            settings=wanted.file.settings,
            sealed=sealer.seal(secrets),
            addresses=addresses,
            team_id=team_id,
        )
        await accounts.save(tx, row)
        await accounts.give_first_team(tx)
        return addresses, isinstance(adapter, Receives)


async def _adapter(
    settings: Settings, wanted: Wanted, secrets: Mapping[str, str], problems: list[str]
) -> Adapter | None:
    """Made once, to see that it can be; it opens nothing."""
    try:
        adapter = adapter_of(settings, wanted.id, wanted.adapter, wanted.file.settings, secrets)
    except SettingsInvalid as error:
        problems += error.problems
        return None
    await adapter.aclose()
    return adapter


def sealer_of(settings: Settings, rows: Sequence[accounts.AccountRow]) -> sealing.Sealer:
    """The key that running processes have. Raises ``SettingsInvalid`` if this process has another."""
    stored = [row.sealed for row in rows]
    return sealing.sealer_for(settings.secret_key, settings.data_dir, shared=not settings.embedded, stored=stored)


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


def _not_anothers(addresses: Sequence[str], rows: Iterable[accounts.AccountRow], id_: str, problems: list[str]) -> None:
    """A number belongs to one account: taking it from another is never what a typing error should do."""
    taken = [(address, row.id) for row in rows if row.id != id_ for address in addresses if address in row.addresses]
    problems += [f"numbers: {address} belongs to {other}" for address, other in taken]


def _team(teams: Iterable[Row], name: str | None, problems: list[str]) -> UUID | None:
    if name is None:
        return None
    known = {row["name"].casefold(): row for row in teams}
    if (found := known.get(name.casefold())) is not None:
        team_id: UUID = found["id"]
        return team_id
    names = ", ".join(row["name"] for row in known.values()) or "none yet; `hub agents add --team` makes one"
    problems.append(f"--team: there is no team {name!r}. There are: {names}")
    return None
