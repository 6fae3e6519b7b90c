"""``hub token``: who may use the API, and as whom."""

from collections.abc import Sequence
from uuid import UUID

import click

from hub.cli.database import store_at_hand
from hub.cli.lazy import NamingGroup
from hub.cli.options import STORES, with_settings
from hub.cli.running import run
from hub.cli.tables import shown_table
from hub.model import Role
from hub.organisation import store as organisation
from hub.settings import Settings
from hub.store import Row, Transaction

_ROLES = [role.value for role in Role]


@click.group(cls=NamingGroup)
def token() -> None:
    """Make, list and end access tokens.

    A token is sent as `Authorization: Bearer …`. Only its fingerprint is stored: it is shown once.
    """


@token.command()
@with_settings(*STORES)
@click.option("--role", type=click.Choice(_ROLES), required=True, help="What its bearer may do.")
@click.option("--agent", metavar="NAME", help="The agent it stands for; needed for the role agent.")
@click.option("--name", metavar="TEXT", help="What you will know it by in lists. [the agent, else the role]")
def create(*, settings: Settings, role: str, agent: str | None, name: str | None) -> None:
    """Make a token and print it, alone on the last line.

    \b
    agent       reads and answers her own and her teams' conversations
    supervisor  all conversations; assigns them, sees queues
    marketer    customers' profiles and history, without what was said
    admin       everything, also agents, teams and tokens
    """  # noqa: D301 - \b is click's mark for lines that stay as they are
    if role == Role.AGENT and not agent:
        raise click.UsageError("--role agent needs --agent NAME: whose token is it?")
    made = run(_create(settings, Role(role), agent, name or agent or role))
    click.echo("Keep it: it cannot be shown again.", err=True)
    click.echo(made)


@token.command("list")
@with_settings(*STORES)
def list_(*, settings: Settings) -> None:
    """List tokens, newest first; never the tokens themselves."""
    rows = run(_list(settings))
    shown_table(
        ("ID", "NAME", "ROLE", "MADE", "STATE"),
        [(r["id"], r["name"], r["role"], f"{r['created_at']:%Y-%m-%d %H:%M}", _state(r)) for r in rows],
        none="There is no token yet: `hub token create --role admin` makes one.",
    )


@token.command()
@with_settings(*STORES)
@click.argument("token_id", metavar="ID", type=click.UUID)
def revoke(*, settings: Settings, token_id: UUID) -> None:
    """End a token, by the id that `hub token list` shows."""
    if not run(_revoke(settings, token_id)):
        raise click.ClickException(f"there is no token {token_id}: `hub token list` shows them.")
    click.echo("Ended: from now on it opens nothing.")


async def agent_id(tx: Transaction, name: str) -> UUID:
    """The id of an agent. Raises ``ClickException`` that names those there are."""
    if (found := await organisation.agent_named(tx, name)) is not None:
        return found
    names = ", ".join(row["name"] for row in await organisation.agents(tx)) or "none yet; `hub agents add` makes one"
    raise click.ClickException(f"there is no agent {name!r}. There are: {names}.")


async def _create(settings: Settings, role: Role, agent: str | None, name: str) -> str:
    async with store_at_hand(settings) as store, store.transaction() as tx:
        stands_for = await agent_id(tx, agent) if agent else None
        _, made = await organisation.add_token(tx, name=name, role=role, agent_id=stands_for)
        return made


async def _list(settings: Settings) -> Sequence[Row]:
    async with store_at_hand(settings, make=False) as store, store.reading() as tx:
        return await organisation.tokens(tx)


async def _revoke(settings: Settings, token_id: UUID) -> bool:
    async with store_at_hand(settings, make=False) as store, store.transaction() as tx:
        return await organisation.revoke(tx, token_id)


def _state(row: Row) -> str:
    if row["revoked_at"]:
        return f"ended {row['revoked_at']:%Y-%m-%d}"
    return f"until {row['expires_at']:%Y-%m-%d}" if row["expires_at"] else "in force"
