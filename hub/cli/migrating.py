"""``hub migrate``."""

import click

from hub.checks.places import place
from hub.cli.options import STORES, with_settings
from hub.cli.running import run
from hub.settings import Settings
from hub.store import migrate as migrations
from hub.store.embedded import EmbeddedPostgres


@click.command()
@with_settings(*STORES)
def migrate(*, settings: Settings) -> None:
    """Bring the database's tables to this version.

    Run it once after installing and after each upgrade, before starting. Safe to run twice, and from several machines
    at once. The embedded database migrates itself when it starts.
    """
    where, done = run(_migrate(settings))
    for name in done:
        click.echo(f"applied {name}")
    state = f"{len(done)} applied" if done else "nothing to do"
    click.echo(f"The database {where} is at {migrations.names()[-1]} ({state}).")


async def _migrate(settings: Settings) -> tuple[str, list[str]]:
    if not settings.embedded:
        return place(settings.database_url), await migrations.migrate(settings.database_url)
    async with EmbeddedPostgres(settings.data_dir, exclusive=False) as server:
        return f"in {settings.data_dir}", await migrations.migrate(server.url)
