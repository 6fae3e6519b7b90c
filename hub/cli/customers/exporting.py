"""``hub customers export``: everybody, newest first; a file appears when it is whole."""

import os
import sys
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import IO, Any
from uuid import UUID

import click

from hub.cli.customers.files import FORMS, form_of, written
from hub.cli.database import store_at_hand
from hub.cli.options import STORES, with_settings
from hub.cli.running import run
from hub.organisation import store as organisation
from hub.profile import store as profile
from hub.settings import Settings
from hub.store import Row, Store

_PAGE = 500


@click.command()
@click.argument("path", metavar="FILE", type=click.Path(allow_dash=True, dir_okay=False, path_type=str))
@click.option("--format", "form", type=click.Choice(FORMS), help="[by the file's name]")
@with_settings(*STORES)
def export(*, settings: Settings, path: str, form: str | None) -> None:
    """Write all customers to FILE (UTF-8; - for standard output), in the form that `import` reads."""
    form = form_of(path, form if form or path != "-" else "jsonl")
    count = run(_export(settings, sys.stdout, form)) if path == "-" else _to_file(settings, Path(path), form)
    click.echo(f"{count} customers written.", err=path == "-")


def _to_file(settings: Settings, path: Path, form: str) -> int:
    """Written beside its place and put there when whole, readable to its owner alone: it is personal data."""
    try:
        handle, draft = tempfile.mkstemp(dir=path.absolute().parent, prefix=f".{path.name}.")
    except OSError as error:
        raise click.ClickException(f"cannot write {path}: {error.strerror}.") from error
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            count = run(_export(settings, file, form))
        Path(draft).replace(path)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise
    return count


async def _export(settings: Settings, file: IO[str], form: str) -> int:
    count = 0
    async with store_at_hand(settings, make=False) as store:
        async with store.reading() as tx:
            names = {row["id"]: row["name"] for row in await organisation.agents(tx)}
        file.writelines(written([], form))
        async for row in _everybody(store):
            lines = list(written([_shown(row, names)], form))
            file.write(lines[-1])
            count += 1
    file.flush()
    return count


async def _everybody(store: Store) -> AsyncIterator[Row]:
    before = None
    while True:
        async with store.reading() as tx:
            page = await profile.profiles(tx, query=None, before=before, limit=_PAGE)
        for row in page:
            yield row
        if len(page) < _PAGE:
            return
        before = (page[-1]["created_at"], page[-1]["id"])


def _shown(row: Row, names: dict[UUID, str]) -> dict[str, Any]:
    return {
        "id": str(row["id"]),
        "name": row["name"],
        "language": row["language"],
        "owner": names.get(row["owner_id"]),
        "contact_points": [point["contact_point"] for point in row["contact_points"]],
    }
