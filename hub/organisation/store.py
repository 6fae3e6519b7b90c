"""SQL of agents, teams, declared presence and access tokens."""

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from hub.errors import Conflict
from hub.model import Presence, Role, new_id
from hub.store import Print, Row, Transaction, print_of


@dataclass(frozen=True, slots=True)
class Caller:
    """Who is calling: by a token or a sign-in, and the agent it stands for, if any, with her teams."""

    id: UUID
    """Of the token or the sign-in."""
    name: str
    role: Role
    agent_id: UUID | None
    teams: tuple[UUID, ...]
    signed_in: bool = False
    """By the desk's cookie; else by a bearer token."""

    @property
    def who(self) -> UUID:
        """The same for an agent whatever she calls with; of a program, its token."""
        return self.agent_id or self.id


async def in_turn(tx: Transaction) -> None:
    """Change agents and teams one after another: called first, no two of several statements wait for each other.

    Each such statement writes this row anyway, by trigger.
    """
    await tx.execute("SELECT FROM configuration FOR UPDATE")


async def add_agent(
    tx: Transaction,
    agent_id: UUID,
    *,
    name: str,
    language: str | None = None,
    teams: Sequence[UUID] = (),
    skills: Sequence[str] = (),
    live_capacity: int = 100,
    written_capacity: int = 100,
    role: Role = Role.AGENT,
) -> bool:
    """Make an agent; whether the name was free."""
    made = await tx.fetchval(
        "INSERT INTO agents (id, name, language, live_capacity, written_capacity, role, skills)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING RETURNING id",
        agent_id,
        name,
        language,
        live_capacity,
        written_capacity,
        role,
        list(skills),
    )
    if made is not None:
        await set_teams(tx, agent_id, teams)
    return made is not None


async def change_agent(tx: Transaction, agent_id: UUID, changes: Mapping[str, Any]) -> bool:
    """Change name, language, skills, capacities, role or ``active``; whether there is such an agent.

    Raises ``Conflict`` if another has the name, also one who got it in this very moment.
    """
    allowed = {"name", "language", "skills", "live_capacity", "written_capacity", "role", "active"}
    columns = [name for name in changes if name in allowed]
    assignments = ", ".join(f"{name} = ${place}" for place, name in enumerate(columns, 2))
    sql = f"UPDATE agents SET {assignments or 'name = name'} WHERE id = $1"
    try:
        return await tx.execute(sql, agent_id, *[changes[name] for name in columns]) != "UPDATE 0"
    except asyncpg.UniqueViolationError as error:
        raise agent_name_taken(str(changes["name"])) from error


async def has_administrator(tx: Transaction) -> bool:
    """Whether there is an agent who may administer."""
    return bool(await tx.fetchval("SELECT EXISTS (SELECT FROM agents WHERE role = 'admin' AND active)"))


def agent_name_taken(name: str) -> Conflict:
    """What to raise when two agents shall have one name."""
    return Conflict(f"There is an agent called {name} already", where="$.name", mend="choose another name")


async def set_teams(tx: Transaction, agent_id: UUID, teams: Sequence[UUID]) -> None:
    """The agent's teams from now on."""
    await tx.execute(
        "DELETE FROM team_members WHERE agent_id = $1 AND NOT team_id = ANY($2::uuid[])", agent_id, list(teams)
    )
    await tx.execute(
        "INSERT INTO team_members (agent_id, team_id) SELECT $1, unnest($2::uuid[]) ON CONFLICT DO NOTHING",
        agent_id,
        list(teams),
    )


async def set_members(tx: Transaction, team_id: UUID, members: Sequence[UUID]) -> set[UUID]:
    """A team's agents from now on; those who came or went."""
    wanted = set(members)
    rows = await tx.fetch("SELECT agent_id FROM team_members WHERE team_id = $1", team_id)
    await tx.execute(
        "DELETE FROM team_members WHERE team_id = $1 AND NOT agent_id = ANY($2::uuid[])", team_id, list(wanted)
    )
    await tx.execute(
        "INSERT INTO team_members (agent_id, team_id) SELECT unnest($2::uuid[]), $1 ON CONFLICT DO NOTHING",
        team_id,
        list(wanted),
    )
    return wanted.symmetric_difference(row["agent_id"] for row in rows)


async def agents(tx: Transaction, *, agent_id: UUID | None = None) -> Sequence[Row]:
    """Agents by name, with teams, declared presence and what they hold."""
    return await tx.fetch(
        "SELECT a.id, a.name, a.role, a.language, a.skills, a.live_capacity, a.written_capacity, a.active,"
        " a.created_at,"
        " array(SELECT team_id FROM team_members m WHERE m.agent_id = a.id) AS teams,"
        " EXISTS (SELECT FROM agent_credentials p WHERE p.agent_id = a.id) AS has_password,"
        " coalesce(d.declared, 'offline') AS declared, coalesce(d.reason, '') AS reason, d.at AS declared_at,"
        " (SELECT count(*) FROM conversation_states c WHERE c.assignee_id = a.id AND c.status <> 'resolved') AS holds"
        " FROM agents a LEFT JOIN LATERAL ("
        "  SELECT declared, reason, at FROM agent_states s WHERE s.agent_id = a.id ORDER BY seq DESC LIMIT 1) d ON true"
        " WHERE $1::uuid IS NULL OR a.id = $1 ORDER BY a.name, a.id",
        agent_id,
    )


async def active(tx: Transaction, agent_ids: Sequence[UUID]) -> set[UUID]:
    """Those of these agents that there are and that are active."""
    rows = await tx.fetch("SELECT id FROM agents WHERE id = ANY($1::uuid[]) AND active", list(agent_ids))
    return {row["id"] for row in rows}


async def known(tx: Transaction, agent_ids: Sequence[UUID]) -> set[UUID]:
    """Those of these agents that there are, active or not."""
    rows = await tx.fetch("SELECT id FROM agents WHERE id = ANY($1::uuid[])", list(agent_ids))
    return {row["id"] for row in rows}


async def agent_named(tx: Transaction, name: str) -> UUID | None:
    """The id of the agent with that name."""
    agent_id: UUID | None = await tx.fetchval("SELECT id FROM agents WHERE lower(name) = lower($1)", name)
    return agent_id


async def add_team(tx: Transaction, team_id: UUID, name: str) -> bool:
    """Make a team; whether the name was free."""
    sql = "INSERT INTO teams (id, name) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING id"
    return await tx.fetchval(sql, team_id, name) is not None


async def teams(tx: Transaction, *, team_id: UUID | None = None) -> Sequence[Row]:
    """Teams by name with their members."""
    return await tx.fetch(
        "SELECT t.id, t.name, t.created_at,"
        " array(SELECT agent_id FROM team_members m WHERE m.team_id = t.id) AS members"
        " FROM teams t WHERE $1::uuid IS NULL OR t.id = $1 ORDER BY t.name, t.id",
        team_id,
    )


async def rename_team(tx: Transaction, team_id: UUID, name: str) -> bool:
    """Call a team otherwise; whether there is one. Raises ``Conflict`` if another has the name."""
    try:
        return await tx.execute("UPDATE teams SET name = $2 WHERE id = $1", team_id, name) != "UPDATE 0"
    except asyncpg.UniqueViolationError as error:
        raise team_name_taken(name) from error


def team_name_taken(name: str) -> Conflict:
    """What to raise when two teams shall have one name."""
    return Conflict(f"There is a team called {name} already", where="$.name", mend="choose another name")


async def belongings(tx: Transaction, team_id: UUID) -> Row:
    """How many agents, accounts, and conversations that are not resolved a team has."""
    (row,) = await tx.fetch(
        "SELECT (SELECT count(*) FROM team_members WHERE team_id = $1) AS agents,"
        " (SELECT count(*) FROM accounts WHERE team_id = $1) AS accounts,"
        " (SELECT count(*) FROM conversation_states WHERE team_id = $1 AND status <> 'resolved') AS conversations",
        team_id,
    )
    return row


async def delete_team(tx: Transaction, team_id: UUID) -> None:
    """A team is no more, and neither are the texts that were its own."""
    await tx.execute("DELETE FROM teams WHERE id = $1", team_id)


async def declare(tx: Transaction, agent_id: UUID, presence: Presence, *, reason: str, by: str) -> None:
    """What an agent says of herself, or is said of her; the newest row is in force."""
    await tx.execute(
        "INSERT INTO agent_states (agent_id, declared, reason, set_by) VALUES ($1, $2, $3, $4)",
        agent_id,
        presence,
        reason,
        by,
    )


async def add_token(
    tx: Transaction,
    *,
    name: str,
    role: Role,
    agent_id: UUID | None = None,
    expires_at: datetime | None = None,
    token_id: UUID | None = None,
) -> tuple[UUID, str]:
    """Make a token; its id, and the token itself, which is not stored and cannot be shown again."""
    token, id_ = "pv_" + secrets.token_urlsafe(32), token_id or new_id()
    await tx.execute(
        "INSERT INTO tokens (id, name, role, agent_id, hash, expires_at) VALUES ($1, $2, $3, $4, $5, $6)",
        id_,
        name,
        role,
        agent_id,
        hashed(token),
        expires_at,
    )
    return id_, token


async def tokens(tx: Transaction) -> Sequence[Row]:
    """Every token, newest first, without anything secret."""
    return await tx.fetch(
        "SELECT id, name, role, agent_id, created_at, expires_at, revoked_at FROM tokens ORDER BY created_at DESC, id"
    )


async def revoke(tx: Transaction, token_id: UUID) -> bool:
    """End a token; whether there was one to end."""
    sql = "UPDATE tokens SET revoked_at = coalesce(revoked_at, now()) WHERE id = $1"
    return await tx.execute(sql, token_id) != "UPDATE 0"


async def caller(tx: Transaction, token: str) -> Caller | None:
    """Who a token stands for, or nothing if it is unknown, expired or revoked."""
    row = await tx.fetchrow(_CALLER + " AND t.hash = $1", hashed(token))
    return _caller(row) if row else None


async def callers(tx: Transaction, token_ids: Sequence[UUID]) -> dict[UUID, Caller]:
    """Those of these tokens that still stand for somebody."""
    rows = await tx.fetch(_CALLER + " AND t.id = ANY($1::uuid[])", list(token_ids))
    return {row["id"]: _caller(row) for row in rows}


async def callers_print(tx: Transaction, token_ids: Sequence[UUID]) -> Print:
    """Another one whenever ``callers`` gives something else."""
    return await print_of(tx, _CALLER + " AND t.id = ANY($1::uuid[])", list(token_ids))


_CALLER = """
SELECT t.id, t.name, t.role, t.agent_id,
       array(SELECT team_id FROM team_members m WHERE m.agent_id = t.agent_id) AS teams
  FROM tokens t LEFT JOIN agents a ON a.id = t.agent_id
 WHERE t.revoked_at IS NULL AND (t.expires_at IS NULL OR t.expires_at > now()) AND (a.id IS NULL OR a.active)
"""


def _caller(row: Row) -> Caller:
    return Caller(row["id"], row["name"], Role(row["role"]), row["agent_id"], tuple(row["teams"]))


async def configuration_version(tx: Transaction) -> int:
    """Rises with every change of agents, teams and accounts."""
    version: int = await tx.fetchval("SELECT version FROM configuration")
    return version


async def key_is_known(tx: Transaction, key_id: UUID) -> bool:
    """Whether an Idempotency-Key was used before."""
    known: bool = await tx.fetchval("SELECT EXISTS (SELECT FROM idempotency_keys WHERE id = $1)", key_id)
    return known


async def claim_key(tx: Transaction, key_id: UUID, print_: bytes) -> bool:
    """Note what an Idempotency-Key was used for; whether it is new or was used for the very same body."""
    await tx.execute("INSERT INTO idempotency_keys (id, print) VALUES ($1, $2) ON CONFLICT DO NOTHING", key_id, print_)
    noted: bytes = await tx.fetchval("SELECT print FROM idempotency_keys WHERE id = $1", key_id)
    return noted == print_


async def forget_keys(tx: Transaction, *, before: datetime, at_most: int) -> int:
    """Forget Idempotency-Keys used before then; how many. What they made has its id from the key and stays once."""
    count: int = await tx.fetchval(
        "WITH old AS (DELETE FROM idempotency_keys WHERE id IN (SELECT id FROM idempotency_keys WHERE at < $1 LIMIT $2)"
        " RETURNING 1) SELECT count(*) FROM old",
        before,
        at_most,
    )
    return count


def hashed(token: str) -> bytes:
    """What is stored of a token: 256 random bits need no salt and no slow hash."""
    return hashlib.sha256(token.encode()).digest()
