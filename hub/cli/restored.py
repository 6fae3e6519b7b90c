"""``hub restored``."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import click

from hub.bus import store as bus
from hub.bus.alone import Alone
from hub.bus.spreading import ALIVE
from hub.checks.findings import many
from hub.cli.database import store_at_hand
from hub.cli.options import STORES, with_settings
from hub.cli.running import run
from hub.cli.tables import shown_table
from hub.delivery import restoring
from hub.delivery.store import restored as stored
from hub.delivery.store.restored import Restore
from hub.errors import BusInUse
from hub.settings import Settings
from hub.store import Row, Store

_SHOWN = 200
_STOP = "Stop every `hub up`, `hub serve` and `hub work` first; who has just died is waited for some seconds"
_BY_HAND = "as `hub restored` was told"
_ASK_NOTHING_LOST = (
    "Messages that wait will be sent. Had everything stopped before the copy was made, so that none of them was?"
)
_ASK = "Messages that are not sent yet will not be sent by themselves any more. Was the database restored?"


@click.command()
@with_settings(*STORES)
@click.option("--nothing-lost", is_flag=True, help="All had stopped before the copy was made: go on where it stood.")
@click.option("--list", "listing", is_flag=True, help="Only name the messages whose outcome a restore left unknown.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def restored(*, settings: Settings, nothing_lost: bool, listing: bool, yes: bool) -> None:
    """Say that the database was restored from a backup.

    Run it while everything is stopped, after restoring and `hub migrate`. What was not sent at the backup may have been
    sent since: it becomes of unknown outcome and is never sent again by itself. Most restores are seen without being
    told; a copy of the database's files or of its disk is not.
    """
    if listing and nothing_lost:
        raise click.UsageError("Give --list or --nothing-lost, not both.")
    if listing:
        _show(run(_listed(settings)))
    elif nothing_lost:
        if not yes:
            click.confirm(_ASK_NOTHING_LOST, abort=True)
        run(_go_on(settings))
        click.echo("Noted: what waits goes on when the hub starts.")
    else:
        if not yes:
            click.confirm(_ASK, abort=True)
        _tell(run(_marked(settings), level=logging.ERROR))


def _tell(restore: Restore) -> None:
    since = f", the oldest of {restore.oldest:%Y-%m-%d %H:%M %Z}" if restore.oldest else ""
    click.echo(f"{many(restore.marked, 'message')} not finished at the backup{since}.")
    if restore.marked:
        click.echo(
            "They are looked up at the provider when the hub runs; `hub restored --list` names what stays unknown."
        )


def _show(rows: list[Row]) -> None:
    lines = [
        (f"{row['accepted_at']:%Y-%m-%d %H:%M:%S %Z}", f"#{row['conversation']}", row["contact_point"], row["account"])
        for row in rows
    ]
    heads = ("ACCEPTED", "CONVERSATION", "TO", "ACCOUNT")
    shown_table(heads, lines[:_SHOWN], none="No message is of unknown outcome because of a restore.")
    if len(lines) > _SHOWN:
        click.echo(f"…and more: the oldest {_SHOWN} are shown.")


async def _listed(settings: Settings) -> list[Row]:
    async with store_at_hand(settings, make=False) as store, store.reading() as tx:
        return await stored.still_unknown(tx, _SHOWN + 1)


async def _go_on(settings: Settings) -> None:
    async with _stopped(settings) as store, store.transaction() as tx:
        await stored.alone(tx)
        await stored.note(tx)


@asynccontextmanager
async def _stopped(settings: Settings) -> AsyncIterator[Store]:
    """The store, if nobody works on it: who sends has looked already, and would not look again."""
    async with store_at_hand(settings, make=False) as store:
        alone = Alone(store.url, "hub restored")
        try:
            await alone.take()
            async with store.reading() as tx:
                working = await bus.at_work(tx, within=ALIVE)
        except BusInUse as error:
            raise click.ClickException(f"{str(error).partition(',')[0]}. {_STOP}") from error
        finally:
            alone.end()
        if working:
            raise click.ClickException(f"these work on this database: {', '.join(working)}. {_STOP}")
        yield store


async def _marked(settings: Settings) -> Restore:
    async with _stopped(settings) as store, store.transaction() as tx:
        await stored.alone(tx)
        restore = await restoring.mark(tx, seen=_BY_HAND, now=datetime.now(UTC))
        await stored.note(tx)
        return restore
