"""The organisation and its past, as rows: agents, known customers, a long history, a long waiting line."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

import asyncpg
import msgspec

from benchmarks import letters, rows
from benchmarks.processes import Fault
from hub.model import derived_id
from hub.organisation.sealing import Sealer
from hub.organisation.store import hashed
from hub.store import migrate

SECRET_KEY = "a key for the benchmark alone, not a secret"  # noqa: S105 - as it says
TEAM, OTHER_TEAM = derived_id("bench", "team"), derived_id("bench", "other team")


@dataclass(frozen=True, slots=True)
class Size:
    """How large the organisation is. Half of the agents are full when there are conversations waiting for them."""

    agents: int = 20
    history: int = 0
    waiting: int = 0
    known: int = letters.KNOWN
    """Customers with an open conversation each, shared out among the agents."""


def agent_id(number: int) -> UUID:
    """The agent with this number, from 0."""
    return derived_id("bench", "agent", number)


def token(number: int) -> str:
    """That agent's access token."""
    return f"pv_bench_{number}"


async def seed(url: str, size: Size, say: Callable[[str], None]) -> None:
    """Bring an empty database to this size."""
    await migrate.migrate(url)
    connection = await asyncpg.connect(url, command_timeout=900)
    await connection.set_type_codec("jsonb", encoder=_json, decoder=msgspec.json.decode, schema="pg_catalog")
    try:
        await _organisation(connection, size)
        for statement in rows.KNOWN:
            await connection.execute(statement, size.known, [agent_id(n) for n in range(_free(size))], TEAM)
        if size.waiting:
            await _waiting_line(connection, size)
        if size.history:
            began = time.monotonic()
            await _history(connection, size.history)
            say(f"loaded {size.history:,} rows of history in {time.monotonic() - began:.0f} s")
    finally:
        await connection.close()


def _free(size: Size) -> int:
    return size.agents // 2 if size.waiting else size.agents


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()


async def _organisation(connection: asyncpg.Connection, size: Size) -> None:
    numbers = range(size.agents)
    ids = [agent_id(number) for number in numbers]
    await connection.execute("INSERT INTO teams (id, name) VALUES ($1, 'Support'), ($2, 'Night')", TEAM, OTHER_TEAM)
    await connection.execute(
        "INSERT INTO agents (id, name, written_capacity) SELECT * FROM unnest($1::uuid[], $2::text[], $3::int[])",
        ids,
        [f"Agent {number}" for number in numbers],
        [1_000_000 if number < _free(size) else 0 for number in numbers],
    )
    await connection.execute("INSERT INTO team_members SELECT $1, unnest($2::uuid[])", TEAM, ids)
    await connection.execute(
        "INSERT INTO agent_states (agent_id, declared, set_by) SELECT unnest($1::uuid[]), 'available', 'bench'", ids
    )
    await connection.execute(
        "INSERT INTO tokens (id, name, role, agent_id, hash)"
        " SELECT gen_random_uuid(), 'bench', 'agent', * FROM unnest($1::uuid[], $2::bytea[])",
        ids,
        [hashed(token(number)) for number in numbers],
    )
    await _account(connection)


async def _account(connection: asyncpg.Connection) -> None:
    """As ``hub.bootstrap`` would write it, but with a team although there are two."""
    secrets = {"auth_token": letters.AUTH_TOKEN, "auth_token_previous": ""}
    settings = {"account_sid": letters.ACCOUNT_SID, "api_url": "http://127.0.0.1:9", "numbers": letters.OUR_NUMBER}
    await connection.execute(
        "INSERT INTO accounts (id, adapter, channel, settings, sealed_secrets, team_id)"
        " VALUES ($1, 'sms_twilio', 'sms', $2, $3, $4)",
        letters.ACCOUNT,
        settings,
        Sealer(SECRET_KEY).seal(secrets),
        TEAM,
    )
    await connection.execute(
        "INSERT INTO account_addresses (address, account_id) VALUES ($1, $2)",
        f"tel:{letters.OUR_NUMBER}",
        letters.ACCOUNT,
    )


async def _waiting_line(connection: asyncpg.Connection, size: Size) -> None:
    """Half wait for their owner, who is there but full, half for a team nobody of which is there."""
    full = [agent_id(number) for number in range(_free(size), size.agents)]
    for statement in rows.WAITING:
        await connection.execute(statement, size.waiting, full, OTHER_TEAM)


async def _history(connection: asyncpg.Connection, many: int) -> None:
    """Two years: ten interactions to a conversation, each decided, all resolved; up to 40 to a customer, all known."""
    await connection.execute("SET synchronous_commit = off; SET maintenance_work_mem = '512MB'")
    if await connection.fetchval("SELECT rolsuper FROM pg_roles WHERE rolname = current_user"):
        await connection.execute("SET session_replication_role = replica")  # what we generate refers to what is there
    conversations = many // 10
    customers = max(letters.KNOWN, conversations // 4)
    for statement in rows.PAST:
        await connection.execute(statement, conversations, customers, letters.KNOWN)
    put_back = await _drop_indexes(connection, ("interactions", "interaction_contents", "decisions"))
    async with connection.transaction():  # one now(), so that a text stands beside its interaction
        for statement in rows.PAST_INTERACTIONS:
            await connection.execute(statement, many, customers, letters.KNOWN)
    beside = "SELECT count(*) FROM interactions JOIN interaction_contents USING (recorded_at, event_id)"
    if (texts := await connection.fetchval(beside)) < many:
        raise Fault(f"{texts} of {many} rows of history have their text")
    for statement in put_back:
        await connection.execute(statement)


async def _drop_indexes(connection: asyncpg.Connection, tables: tuple[str, ...]) -> list[str]:
    """Drop every index of these tables, for a load at a third of the time; the statements that make them again."""
    keys = await connection.fetch(
        "SELECT conrelid::regclass::text AS on, conname AS name, pg_get_constraintdef(oid) AS as FROM pg_constraint"
        " WHERE conrelid = ANY($1::text[]::regclass[]) AND contype IN ('p', 'u')",
        list(tables),
    )
    for key in keys:
        await connection.execute(f"ALTER TABLE {key['on']} DROP CONSTRAINT {key['name']}")
    others = await connection.fetch(
        "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = ANY($1)", list(tables)
    )
    for index in others:
        await connection.execute(f"DROP INDEX {index['indexname']}")
    again = [f"ALTER TABLE {key['on']} ADD CONSTRAINT {key['name']} {key['as']}" for key in keys]
    return again + [index["indexdef"] for index in others]
