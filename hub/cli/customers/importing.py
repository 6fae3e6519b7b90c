"""``hub customers import``: the whole file or nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import click

from hub.cli.customers.files import FORMS, Line, Problems, form_of, read
from hub.cli.database import store_at_hand
from hub.cli.options import STORES, with_settings
from hub.cli.running import run
from hub.model import derived_id
from hub.organisation import store as organisation
from hub.profile import store as profile
from hub.settings import Settings
from hub.store import Transaction

_TOLD = 20
"""Problems shown; the rest is counted."""
_CHUNK = 200


@dataclass(frozen=True, slots=True)
class Outcome:
    """How many customers were made, and how many were there already and left as they are."""

    made: int
    known: int


@click.command("import")
@click.argument("path", metavar="FILE", type=click.Path(allow_dash=True, dir_okay=False, exists=True, path_type=str))
@click.option("--format", "form", type=click.Choice(FORMS), help="[by the file's name]")
@click.option("--dry-run", is_flag=True, help="Check everything, change nothing.")
@with_settings(*STORES)
def import_(*, settings: Settings, path: str, form: str | None, dry_run: bool) -> int:
    """Take customers in from FILE (UTF-8; - for standard input).

    \b
    name,language,owner,contact_points
    سارا احمدی,fa,Mina,+989121234567 mailto:sara@example.ir

    The whole file is checked first, and what is wrong is listed by line; then all of it is taken in, or nothing.
    A customer one of whose contact points is known already is left as she is, so a file can be given again.
    """  # noqa: D301 - \b is click's mark for lines that stay as they are
    problems = Problems()
    lines = _read(path, form_of(path, form), problems)
    outcome = run(_import(settings, lines, problems, dry_run=dry_run))
    if outcome is None:
        _tell(problems)
        return 1
    known = f", {outcome.known} known already and left as they are" if outcome.known else ""
    click.echo(
        f"{'Would make' if dry_run else 'Made'} {outcome.made} customer{'' if outcome.made == 1 else 's'}{known}."
    )
    return 0


def _read(path: str, form: str, problems: Problems) -> list[Line]:
    with click.open_file(path, encoding="utf-8-sig") as file:
        try:
            lines = list(read(file, form, problems))
        except UnicodeDecodeError as error:
            raise click.ClickException(f"{path} is not UTF-8 (byte {error.start}): save it as UTF-8.") from error
    _check_twice(lines, problems)
    if not lines and not problems.found:
        raise click.ClickException(f"{path} has no customer in it.")
    return lines


def _check_twice(lines: Sequence[Line], problems: Problems) -> None:
    first: dict[str, int] = {}
    for line in lines:
        for point in line.contact_points:
            if first.setdefault(point, line.number) != line.number:
                problems.add(line.number, f"{point} stands in line {first[point]} already")


async def _import(settings: Settings, lines: Sequence[Line], problems: Problems, *, dry_run: bool) -> Outcome | None:
    """Nothing if there are problems: they are found first, and all of them."""
    async with store_at_hand(settings) as store, store.transaction() as tx:
        owners = await _owners(tx, lines, problems)
        fresh = await _fresh(tx, lines, problems)
        if problems.found:
            return None
        if not dry_run:
            await _save(tx, fresh, owners)
        return Outcome(len(fresh), len(lines) - len(fresh))


async def _owners(tx: Transaction, lines: Sequence[Line], problems: Problems) -> dict[str, UUID]:
    known = {row["name"].casefold(): row["id"] for row in await organisation.agents(tx)}
    for line in lines:
        if line.owner and line.owner.casefold() not in known:
            problems.add(line.number, f"there is no agent {line.owner!r} to be the owner; `hub agents add` makes one")
    return known


async def _fresh(tx: Transaction, lines: Sequence[Line], problems: Problems) -> list[Line]:
    """Those of whom no contact point is known yet. Points of two different customers in one line are a problem."""
    fresh = []
    for line in lines:
        rows = [await profile.profile_at(tx, point) for point in line.contact_points]
        holders = {row["id"]: row["name"] for row in rows if row is not None}
        if len(holders) > 1:
            names = " and ".join(sorted(str(name or "someone without a name") for name in holders.values()))
            problems.add(line.number, f"its contact points belong to different customers already: {names}")
        elif not holders:
            fresh.append(line)
    return fresh


async def _save(tx: Transaction, lines: Sequence[Line], owners: Mapping[str, UUID]) -> None:
    with click.progressbar(length=len(lines), label="Taking in", show_pos=True) as bar:
        for start in range(0, len(lines), _CHUNK):
            chunk = lines[start : start + _CHUNK]
            await profile.save(tx, [_row(line, owners) for line in chunk])
            bar.update(len(chunk))


def _row(line: Line, owners: Mapping[str, UUID]) -> dict[str, Any]:
    return {
        "id": line.id or derived_id("customer import", *line.contact_points),
        "name": line.name,
        "language": line.language,
        "owner_id": owners[line.owner.casefold()] if line.owner else None,
        "contact_points": line.contact_points,
    }


def _tell(problems: Problems) -> None:
    for problem in problems.found[:_TOLD]:
        click.echo(problem, err=True)
    if len(problems.found) > _TOLD:
        click.echo(f"… and {len(problems.found) - _TOLD} more.", err=True)
    click.echo("hub: nothing was taken in. Mend these lines and give the file again.", err=True)
