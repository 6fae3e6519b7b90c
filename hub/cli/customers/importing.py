"""``hub customers import``: the whole file or nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
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
from hub.store import Row, Transaction

_TOLD = 20
"""Problems shown; the rest is counted."""
_CHUNK = 200


@dataclass(frozen=True, slots=True)
class Outcome:
    """How many customers are new, how many of those known lacked something the file has, and how many did not."""

    new: int
    filled: int
    unchanged: int

    def __str__(self) -> str:
        return f"{self.new} new, {self.filled} filled in, {self.unchanged} unchanged"


@dataclass(slots=True)
class Found:
    """The lines of a file by what is to be done with them; those to fill in have the known customer's id."""

    new: list[dict[str, Any]] = field(default_factory=list)
    fill: list[dict[str, Any]] = field(default_factory=list)
    unchanged: int = 0


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
    A customer whose id or one of whose contact points is known already is filled in: she gets the name, language,
    owner and contact points she has not. What stands there stays, so a file can be given again.
    """  # noqa: D301 - \b is click's mark for lines that stay as they are
    problems = Problems()
    lines = _read(path, form_of(path, form), problems)
    outcome = run(_import(settings, lines, problems, dry_run=dry_run))
    if outcome is None:
        _tell(problems)
        return 1
    click.echo(f"Would be taken in: {outcome}. Nothing was changed." if dry_run else f"Taken in: {outcome}.")
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
        for one in (*([f"the id {line.id}"] if line.id else []), *line.contact_points):
            if first.setdefault(one, line.number) != line.number:
                problems.add(line.number, f"{one} stands in line {first[one]} already; give each customer one line")


async def _import(settings: Settings, lines: Sequence[Line], problems: Problems, *, dry_run: bool) -> Outcome | None:
    """Nothing if there are problems: they are found first, and all of them."""
    async with store_at_hand(settings) as store, store.transaction() as tx:
        owners = await _owners(tx, lines, problems)
        found = await _look(tx, lines, owners, problems)
        if problems.found:
            return None
        if not dry_run:
            await _save(tx, found)
        return Outcome(len(found.new), len(found.fill), found.unchanged)


async def _owners(tx: Transaction, lines: Sequence[Line], problems: Problems) -> dict[str, UUID]:
    known = {row["name"].casefold(): row["id"] for row in await organisation.agents(tx)}
    for line in lines:
        if line.owner and line.owner.casefold() not in known:
            problems.add(line.number, f"there is no agent {line.owner!r} to be the owner; `hub agents add` makes one")
    return known


async def _look(tx: Transaction, lines: Sequence[Line], owners: Mapping[str, UUID], problems: Problems) -> Found:
    """Who is new and who lacks what. Points of two different customers in one line are a problem."""
    found = Found()
    for line in lines:
        holders, given = await _holders(tx, line), _row(line, owners)
        if len(holders) > 1:
            names = " and ".join(sorted(str(row["name"] or "someone without a name") for row in holders))
            problems.add(line.number, f"its contact points belong to different customers already: {names}")
        elif not holders:
            found.new.append(given)
        elif _lacks(holders[0], given):
            found.fill.append({**given, "id": holders[0]["id"]})
        else:
            found.unchanged += 1
    found.fill.sort(key=lambda one: one["id"].bytes)  # rows are locked in this order by whoever locks several
    return found


async def _holders(tx: Transaction, line: Line) -> list[Row]:
    """The customers who have this line's id or one of its contact points."""
    rows = [await profile.profile_at(tx, point) for point in line.contact_points]
    if line.id is not None:
        rows.append(await profile.profile(tx, line.id))
    return list({row["id"]: row for row in rows if row is not None}.values())


def _lacks(row: Row, given: Mapping[str, Any]) -> bool:
    """Whether a customer lacks something that the line gives."""
    points = {point["contact_point"] for point in row["contact_points"]}
    fields = ("name", "language", "owner_id")
    return any(row[one] is None and given[one] for one in fields) or not points.issuperset(given["contact_points"])


async def _save(tx: Transaction, found: Found) -> None:
    with click.progressbar(length=len(found.new) + len(found.fill), label="Taking in", show_pos=True) as bar:
        for put, rows in ((profile.save, found.new), (profile.fill_in, found.fill)):
            for start in range(0, len(rows), _CHUNK):
                chunk = rows[start : start + _CHUNK]
                await put(tx, chunk)
                bar.update(len(chunk))


def _row(line: Line, owners: Mapping[str, UUID]) -> dict[str, Any]:
    return {
        "id": line.id or derived_id("customer import", *line.contact_points),
        "name": line.name,
        "language": line.language,
        "owner_id": owners.get(line.owner.casefold()) if line.owner else None,
        "contact_points": line.contact_points,
    }


def _tell(problems: Problems) -> None:
    for problem in problems.found[:_TOLD]:
        click.echo(problem, err=True)
    if len(problems.found) > _TOLD:
        click.echo(f"… and {len(problems.found) - _TOLD} more.", err=True)
    click.echo("hub: nothing was taken in. Mend these lines and give the file again.", err=True)
