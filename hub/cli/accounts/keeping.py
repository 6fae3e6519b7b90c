"""``hub accounts list``, ``check``, ``on`` and ``off``."""

import logging
from collections.abc import Sequence
from uuid import UUID

import click

from hub.bootstrap import adapter_of
from hub.cli.accounts.adding import sealer_of
from hub.cli.database import store_at_hand
from hub.cli.options import STORES, with_settings
from hub.cli.running import run
from hub.cli.tables import shown_table
from hub.errors import SendError
from hub.organisation import accounts, store
from hub.settings import Settings


@click.command("list")
@with_settings(*STORES)
def list_(*, settings: Settings) -> None:
    """List accounts with their numbers, team and state; never their secrets."""
    rows, teams = run(_list(settings))
    shown_table(
        ("ACCOUNT", "CHANNEL", "NUMBERS", "TEAM", "STATE"),
        [
            (
                row.id,
                row.channel,
                ", ".join(row.addresses),
                teams.get(row.team_id) if row.team_id else "none",
                _state(row),
            )
            for row in rows
        ],
        none="There is no account yet: `hub accounts add` makes one, and so do the HUB_TWILIO_… settings.",
    )


@click.command()
@click.argument("account")
@with_settings(*STORES, "public_url")
def check(*, settings: Settings, account: str) -> None:
    """Try the credentials of ACCOUNT (as `hub accounts list` shows it) at its provider. Sends nothing to anybody."""
    click.echo(run(_check(settings, account), level=logging.ERROR))  # what fails is said below


@click.command()
@click.argument("account")
@with_settings(*STORES)
def off(*, settings: Settings, account: str) -> None:
    """Switch ACCOUNT off: webhooks are refused, and what is to be sent waits until it is on again."""
    run(_switch(settings, account, active=False))
    click.echo(f"{account} is off. Running processes follow within seconds.")


@click.command()
@click.argument("account")
@with_settings(*STORES)
def on(*, settings: Settings, account: str) -> None:
    """Switch ACCOUNT on: it sends and receives again, and what has waited goes out."""
    run(_switch(settings, account, active=True))
    click.echo(f"{account} is on. Running processes follow within seconds.")


async def _list(settings: Settings) -> tuple[Sequence[accounts.AccountRow], dict[UUID, str]]:
    async with store_at_hand(settings, make=False) as db, db.reading() as tx:
        return await accounts.accounts(tx), {row["id"]: row["name"] for row in await store.teams(tx)}


async def _check(settings: Settings, account: str) -> str:
    async with store_at_hand(settings, make=False) as db, db.reading() as tx:
        rows = {row.id: row for row in await accounts.accounts(tx)}
    row = rows.get(account)
    if row is None:
        raise _unknown(account, list(rows))
    secrets = sealer_of(settings, list(rows.values())).open(row.sealed)
    adapter = adapter_of(settings, row.id, row.adapter, row.settings, secrets)
    try:
        return await adapter.check()
    except SendError as error:
        raise click.ClickException(f"{account}: {error.reason}") from error
    finally:
        await adapter.aclose()


async def _switch(settings: Settings, account: str, *, active: bool) -> None:
    async with store_at_hand(settings, make=False) as db, db.transaction() as tx:
        if not await accounts.switch(tx, account, active=active):
            raise _unknown(account, [row.id for row in await accounts.accounts(tx)])


def _unknown(account: str, known: Sequence[str]) -> click.ClickException:
    there = ", ".join(known) or "none yet; `hub accounts add` makes one"
    return click.ClickException(f"there is no account {account!r}. There are: {there}.")


def _state(row: accounts.AccountRow) -> str:
    if not row.active:
        return "off"
    return f"paused: {row.paused_reason}" if row.paused_reason else "on"
