"""``hub agents add`` and ``list``: they need the database alone."""

from collections.abc import Sequence
from uuid import UUID

import click

from hub.cli.database import store_at_hand
from hub.cli.options import STORES, with_settings
from hub.cli.running import run
from hub.cli.tables import shown_table
from hub.model import new_id
from hub.organisation import accounts, store
from hub.settings import Settings
from hub.store import Row, Transaction


@click.command()
@click.argument("name")
@click.option("--team", "teams", multiple=True, metavar="NAME", help="A team of hers, made if new; may be repeated.")
@click.option("--language", metavar="CODE", help="What she speaks, e.g. fa or en.")
@click.option(
    "--capacity", type=click.IntRange(0, 10_000), default=100, metavar="N", help="How much she may hold. [100]"
)
@with_settings(*STORES)
def add(*, settings: Settings, name: str, teams: tuple[str, ...], language: str | None, capacity: int) -> None:
    """Make an agent called NAME.

    A text message weighs 15 of her capacity while it waits for her answer. She gets conversations once she is
    connected and has declared herself available: `hub agents watch NAME` does both.
    """
    if not name.strip():
        raise click.UsageError("The name is empty.")
    made = run(_add(settings, name.strip(), teams, language, capacity))
    for team in made:
        click.echo(f"Made the team {team}.")
    click.echo(f"Made {name}. `hub token create --role agent --agent {name!r}` lets her sign in.")


@click.command("list")
@with_settings(*STORES)
def list_(*, settings: Settings) -> None:
    """List agents with their teams, what they declare, and how many conversations they hold."""
    rows, teams = run(_list(settings))
    shown_table(
        ("NAME", "TEAMS", "DECLARED", "HOLDS", "CAPACITY", "LANGUAGE"),
        [
            (
                row["name"] + ("" if row["active"] else " (left)"),
                ", ".join(sorted(teams[team] for team in row["teams"])) or "none",
                row["declared"],
                row["holds"],
                row["written_capacity"],
                row["language"],
            )
            for row in rows
        ],
        none="There is no agent yet: `hub agents add NAME --team NAME` makes one.",
    )


async def team_ids(tx: Transaction, names: Sequence[str]) -> tuple[list[UUID], list[str]]:
    """The ids of these teams, made where new, and the names of those made. The first team gets the accounts."""
    known = {row["name"].casefold(): row["id"] for row in await store.teams(tx)}
    made = []
    for name in names:
        if name.casefold() not in known:
            known[name.casefold()] = new_id()
            await store.add_team(tx, known[name.casefold()], name)
            made.append(name)
    if made:
        await accounts.give_first_team(tx)
    return [known[name.casefold()] for name in dict.fromkeys(names)], made


async def _add(
    settings: Settings, name: str, teams: Sequence[str], language: str | None, capacity: int
) -> Sequence[str]:
    async with store_at_hand(settings) as db, db.transaction() as tx:
        ids, made = await team_ids(tx, teams)
        known = await store.agent_named(tx, name) is not None
        if known or not await store.add_agent(
            tx, new_id(), name=name, language=language, teams=ids, written_capacity=capacity, live_capacity=capacity
        ):
            raise click.ClickException(f"there is an agent called {name} already: choose another name.")
        return made


async def _list(settings: Settings) -> tuple[Sequence[Row], dict[UUID, str]]:
    async with store_at_hand(settings, make=False) as db, db.reading() as tx:
        return await store.agents(tx), {row["id"]: row["name"] for row in await store.teams(tx)}
