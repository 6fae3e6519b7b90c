"""``hub accounts add``: an account as a file says, its secrets sealed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import click

from hub.adapters import form_of
from hub.bootstrap import DEFAULT_TWILIO, callbacks_of, making
from hub.cli.accounts.file import AccountFile, find_secrets, read_file
from hub.cli.database import store_at_hand
from hub.cli.options import STORES, with_settings
from hub.cli.running import run
from hub.errors import SettingsInvalid
from hub.organisation import accounts, sealing, store
from hub.settings import Settings
from hub.store import Row


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
    if not making.NAME.match(name):
        raise click.UsageError("NAME must be of a-z, 0-9, _ and -, up to 40 characters.")
    if not making.ADAPTER.match(adapter):
        raise click.UsageError(
            "ADAPTER is a name such as sms_http; a third party's stands in [adapters] of config/hub.toml."
        )
    wanted = Wanted(adapter, name, file, read_file(file), team, replace_)
    addresses, receives = run(_add(settings, wanted))
    click.echo(f"Made {wanted.id} for {', '.join(addresses)}. Running processes follow within seconds.")
    if receives:
        there = callbacks_of(settings.base_url, adapter)
        form = form_of(settings.adapters.get(adapter, adapter))
        again = form.again if form else ""
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
        team_id = _team(await store.teams(tx), wanted.team, problems)
        account = making.Wanted(
            adapter=wanted.adapter,
            name=wanted.name,
            settings=wanted.file.settings,
            secrets=secrets,
            team_id=team_id,
        )
        made = await making.made(settings, sealer, account, rows.values(), problems)
        if made is None:
            raise SettingsInvalid(problems, where=wanted.where)
        await accounts.save(tx, made.row)
        await accounts.give_first_team(tx)
        return made.row.addresses, made.receives


def sealer_of(settings: Settings, rows: Sequence[accounts.AccountRow]) -> sealing.Sealer:
    """The key that running processes have. Raises ``SettingsInvalid`` if this process has another."""
    stored = [row.sealed for row in rows]
    return sealing.sealer_for(settings.secret_key, settings.data_dir, shared=not settings.embedded, stored=stored)


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
