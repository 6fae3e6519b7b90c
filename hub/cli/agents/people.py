"""``hub agents add``, ``password`` and ``list``: they need the database alone."""

import sys
from collections.abc import Sequence
from uuid import UUID

import click

from hub.cli.database import store_at_hand
from hub.cli.options import STORES, with_settings
from hub.cli.running import run
from hub.cli.tables import shown_table
from hub.errors import Refused
from hub.model import Role, new_id
from hub.organisation import accounts, store
from hub.organisation.signing import passwords, throttle
from hub.organisation.signing import store as signing
from hub.settings import Settings
from hub.store import Row, Transaction


@click.command()
@click.argument("name")
@click.option("--team", "teams", multiple=True, metavar="NAME", help="A team of hers, made if new; may be repeated.")
@click.option("--language", metavar="CODE", help="What she speaks, e.g. fa or en.")
@click.option(
    "--capacity", type=click.IntRange(0, 10_000), default=100, metavar="N", help="How much she may hold. [100]"
)
@click.option(
    "--role",
    type=click.Choice([role.value for role in Role]),
    default=Role.AGENT.value,
    help="What she may do at the desk. [agent]",
)
@click.option("--random-password", is_flag=True, help="Make a password for the desk and print it, this one time.")
@click.option("--password-stdin", is_flag=True, help="Read her password for the desk from the first line of the input.")
@with_settings(*STORES)
def add(
    *,
    settings: Settings,
    name: str,
    teams: tuple[str, ...],
    language: str | None,
    capacity: int,
    role: str,
    random_password: bool,
    password_stdin: bool,
) -> None:
    """Make an agent called NAME. The first administrator is made so: --role admin --random-password.

    A text message weighs 15 of her capacity while it waits for her answer. She gets conversations once she is
    connected and has declared herself available: `hub agents watch NAME` does both.
    """
    if not name.strip():
        raise click.UsageError("The name is empty.")
    given = _given(name.strip(), random_password=random_password, password_stdin=password_stdin)
    making = _add(settings, name.strip(), teams, language=language, capacity=capacity, role=Role(role), password=given)
    made = run(making)
    for team in made:
        click.echo(f"Made the team {team}.")
    click.echo(f"Made {name}.")
    if random_password:
        click.echo(f"At the desk she signs in with the password below; she changes it in her settings.\n{given}")
    elif given is None:
        click.echo(f"`hub agents password {name!r}` gives her a password for the desk.")


@click.command()
@click.argument("name")
@click.option("--stdin", "password_stdin", is_flag=True, help="Read it from the first line of the input; else random.")
@click.option("--remove-totp", is_flag=True, help="Ask her for no codes any more: she lost her telephone.")
@with_settings(*STORES)
def password(*, settings: Settings, name: str, password_stdin: bool, remove_totp: bool) -> None:
    """Give the agent called NAME a password for the desk. Wherever she is signed in, she is signed out."""
    given = _given(name.strip(), random_password=not password_stdin, password_stdin=password_stdin)
    run(_give(settings, name.strip(), str(given), remove_totp=remove_totp))
    click.echo(f"{name} has a new password, and is signed out everywhere.")
    if not password_stdin:
        click.echo(given)


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


def _given(name: str, *, random_password: bool, password_stdin: bool) -> str | None:
    """The password that was asked for or read. Raises ``click.ClickException`` for one that anybody would guess."""
    if random_password and password_stdin:
        raise click.UsageError("Either --random-password or --password-stdin.")
    if random_password:
        return passwords.random_password()
    if not password_stdin:
        return None
    try:
        return passwords.fit(sys.stdin.readline().rstrip("\r\n"), name=name, where="the password")
    except Refused as error:
        raise click.ClickException(f"{error.detail}: {error.mend}.") from error


async def _add(
    settings: Settings,
    name: str,
    teams: Sequence[str],
    *,
    language: str | None,
    capacity: int,
    role: Role,
    password: str | None,
) -> Sequence[str]:
    async with store_at_hand(settings) as db, db.transaction() as tx:
        ids, made = await team_ids(tx, teams)
        known = await store.agent_named(tx, name) is not None
        agent_id = new_id()
        if known or not await store.add_agent(
            tx,
            agent_id,
            name=name,
            language=language,
            teams=ids,
            written_capacity=capacity,
            live_capacity=capacity,
            role=role,
        ):
            raise click.ClickException(f"there is an agent called {name} already: choose another name.")
        if password is not None:
            await give(tx, agent_id, name, password, by="hub agents")
        return made


async def give(tx: Transaction, agent_id: UUID, name: str, password: str, *, by: str) -> None:
    """Her password from now on; her sign-ins end."""
    hashing = passwords.Passwords()
    try:
        await signing.set_password(tx, agent_id, await hashing.hash(password), by=by)
    finally:
        hashing.close()
    await signing.settle(tx, [throttle.of_name(name)])
    await signing.end_sign_ins(tx, agent_id)


async def _give(settings: Settings, name: str, password: str, *, remove_totp: bool) -> None:
    async with store_at_hand(settings, make=False) as db, db.transaction() as tx:
        agent_id = await store.agent_named(tx, name)
        if agent_id is None:
            raise click.ClickException(f"there is no agent called {name}: `hub agents list` shows them.")
        await give(tx, agent_id, name, password, by="hub agents")
        if remove_totp:
            await signing.remove_totp(tx, agent_id)


async def _list(settings: Settings) -> tuple[Sequence[Row], dict[UUID, str]]:
    async with store_at_hand(settings, make=False) as db, db.reading() as tx:
        return await store.agents(tx), {row["id"]: row["name"] for row in await store.teams(tx)}
