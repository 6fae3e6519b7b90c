"""The database for a short command, also beside a running hub: PostgreSQL as set, else the embedded one adopted."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace

import click

from hub.settings import Settings
from hub.store import Store, migrate
from hub.store.embedded import EmbeddedPostgres
from hub.store.embedded.locks import claim_data_folder


def free_folder(settings: Settings) -> None:
    """Raises ``DataFolderInUse`` if another hub process works in the data folder: nothing else is worth looking at.

    Only a look: the lock is taken when the database starts, and whatever hinders that is explained there.
    """
    if settings.embedded and (settings.data_dir / "hub.lock").exists():
        with suppress(OSError):
            claim_data_folder(settings.data_dir).release()


@asynccontextmanager
async def at_hand(settings: Settings, *, make: bool = True) -> AsyncIterator[Settings]:
    """Settings that name a database which can be used now, whoever else uses it.

    An embedded database that is not there yet is made, or with ``make=False`` refused by a ``ClickException``.
    Raises ``SchemaWrong``, ``StoreAway`` or ``EmbeddedFailed``.
    """
    if not settings.embedded:
        await migrate.check(settings.database_url)
        yield settings
        return
    if not make and not (settings.data_dir / "postgres" / "data").exists():
        raise click.ClickException(
            f"there is no hub's data in {settings.data_dir.resolve()}. Start `hub up` there first, or name the folder "
            "with --data-dir (HUB_DATA_DIR), or a server with --database-url (HUB_DATABASE_URL)."
        )
    async with EmbeddedPostgres(settings.data_dir, exclusive=False) as server:
        await migrate.migrate(server.url)
        yield replace(settings, database_url=server.url)


@asynccontextmanager
async def store_at_hand(settings: Settings, *, make: bool = True) -> AsyncIterator[Store]:
    """As ``at_hand``, with connections."""
    async with at_hand(settings, make=make) as found:
        store = Store(found.database_url, size=2)
        try:
            yield store
        finally:
            await store.aclose()
