"""``hub files``: files that customers sent and that could not be fetched from the provider."""

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

import click

from hub.cli.database import store_at_hand
from hub.cli.lazy import NamingGroup
from hub.cli.options import STORES, with_settings
from hub.cli.running import run
from hub.cli.tables import shown_table
from hub.media import store as media
from hub.settings import Settings
from hub.store import Row

_SHOWN = 100


@click.group(cls=NamingGroup)
def files() -> None:
    """List customers' files that could not be fetched, and fetch them again.

    A file is asked for again for some three days, then it has failed; one that the provider says is gone for good
    fails at once. The provider may have it still: when the cause is mended, `retry` asks once more.
    """


@files.command("list")
@with_settings(*STORES)
def list_(*, settings: Settings) -> None:
    """List files that failed, those of the newest messages first."""
    rows = run(_list(settings))
    shown_table(
        ("MESSAGE", "FILE", "WRITTEN", "ACCOUNT", "REASON"),
        [_line(row) for row in rows[:_SHOWN]],
        none="None: every file that customers sent is here, or waits for its next try.",
    )
    if len(rows) > _SHOWN:
        click.echo(f"… and more; these are the newest {_SHOWN}. `hub files retry --all` is for all.")


@files.command()
@with_settings(*STORES)
@click.argument("ids", metavar="[MESSAGE]...", nargs=-1, type=click.UUID)
@click.option("--all", "everything", is_flag=True, help="Every file that failed.")
def retry(*, settings: Settings, ids: tuple[UUID, ...], everything: bool) -> int:
    """Fetch the failed files of these messages again, as if they had just come.

    They wait again, and the running hub begins within seconds.
    """
    if bool(ids) == everything:
        raise click.UsageError("Give the messages whose files to fetch again, or --all.")
    found = run(_retry(settings, None if everything else ids))
    missing = [one for one in dict.fromkeys(ids) if one not in found]
    for one in missing:
        click.echo(f"{one}: has no file that failed; `hub files list` shows those there are.", err=True)
    click.echo(f"{len(found)} {'waits' if len(found) == 1 else 'wait'} to be fetched again.")
    return 1 if missing else 0


async def _list(settings: Settings) -> Sequence[Row]:
    async with store_at_hand(settings, make=False) as store, store.reading() as tx:
        return await media.failures(tx, limit=_SHOWN + 1)


async def _retry(settings: Settings, ids: Sequence[UUID] | None) -> Sequence[UUID]:
    async with store_at_hand(settings, make=False) as store, store.transaction() as tx:
        return await media.ask_again(tx, ids, now=datetime.now(UTC))


def _line(row: Row) -> Sequence[object]:
    at = row["accepted_at"]
    written = f"{at:%Y-%m-%d %H:%M:%S}" if at else ""
    return row["interaction_id"], row["position"] + 1, written, row["account"], row["reason"]
