"""Putting the demo's people into the database. Done again it adds nothing, and keeps what was changed meanwhile."""

from uuid import UUID

from hub.bootstrap import DEFAULT_TWILIO, Parts
from hub.cli.agents.people import give
from hub.cli.demo.people import AGENTS, CUSTOMERS, LEADS, SALES, SUPPORT, Agent
from hub.model import Presence, Role, derived_id
from hub.organisation import accounts
from hub.organisation import store as organisation
from hub.organisation.signing import passwords
from hub.profile import store as profile
from hub.store import Transaction

OURS = "demo: "
"""Begins the names of the demo's tokens."""


async def seed_passwords(parts: Parts, known: dict[str, str]) -> dict[str, str]:
    """The passwords of the desk: name → password. Those known from earlier starts stay, unless changed meanwhile."""
    said = dict(known)
    async with parts.store.transaction() as tx:
        for lead in LEADS:
            await organisation.add_agent(tx, derived_id("demo agent", lead.name), name=lead.name, role=lead.role)
        for row in await organisation.agents(tx):
            if row["name"] in {one.name for one in (*AGENTS, *LEADS)} and not (
                row["has_password"] and row["name"] in known
            ):
                said[row["name"]] = passwords.random_password()
                await give(tx, row["id"], row["name"], said[row["name"]], by="hub demo")
    return said


async def seed(parts: Parts) -> dict[str, str]:
    """Seed, and make the sign-ins of this start: name → token. Those of earlier starts end."""
    async with parts.store.transaction() as tx:
        teams = await _teams(tx)
        agents = {agent.name: await _agent(tx, agent, teams) for agent in AGENTS}
        await _customers(tx, agents)
        known = {row.id: row for row in await accounts.accounts(tx)}
        if known[DEFAULT_TWILIO].team_id is None:
            await accounts.give_team(tx, DEFAULT_TWILIO, teams[SUPPORT])
        return await _sign_ins(tx, agents)


async def _teams(tx: Transaction) -> dict[str, UUID]:
    for name in (SUPPORT, SALES):
        await organisation.add_team(tx, derived_id("demo team", name), name)
    return {row["name"]: row["id"] for row in await organisation.teams(tx)}


async def _agent(tx: Transaction, agent: Agent, teams: dict[str, UUID]) -> UUID:
    id_ = derived_id("demo agent", agent.name)
    await organisation.add_agent(
        tx, id_, name=agent.name, language=agent.language, teams=[teams[name] for name in agent.teams]
    )
    found = await organisation.agent_named(tx, agent.name) or id_
    (row,) = await organisation.agents(tx, agent_id=found)
    if row["declared"] != Presence.AVAILABLE:
        await organisation.declare(tx, found, Presence.AVAILABLE, reason="the demo starts", by="hub demo")
    return found


async def _customers(tx: Transaction, agents: dict[str, UUID]) -> None:
    await profile.save(
        tx,
        [
            {
                "id": derived_id("demo customer", one.phone),
                "name": one.name,
                "language": one.language,
                "owner_id": agents[one.owner] if one.owner else None,
                "contact_points": [f"tel:{one.phone}", *([f"mailto:{one.mail}"] if one.mail else [])],
            }
            for one in CUSTOMERS
        ],
    )


async def _sign_ins(tx: Transaction, agents: dict[str, UUID]) -> dict[str, str]:
    for row in await organisation.tokens(tx):
        if row["name"].startswith(OURS) and row["revoked_at"] is None:
            await organisation.revoke(tx, row["id"])
    made = {}
    for name, agent_id in agents.items():
        _, made[name] = await organisation.add_token(tx, name=OURS + name, role=Role.AGENT, agent_id=agent_id)
    for role in (Role.SUPERVISOR, Role.ADMIN):
        _, made[role.value] = await organisation.add_token(tx, name=OURS + role.value, role=role)
    return made
