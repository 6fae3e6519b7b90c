"""SQL of the accounts: one configured instance of an adapter each, and which of our addresses belongs to which."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from hub.store import Row, Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountRow:
    """One account as stored; ``sealed`` holds its secrets."""

    id: str
    adapter: str
    channel: str
    settings: Mapping[str, str]
    sealed: bytes = field(repr=False)
    addresses: Sequence[str] = ()
    team_id: UUID | None = None
    active: bool = True
    paused_reason: str | None = None
    """Why the provider refuses everything of this account; nothing but a try now and then goes out by it."""


async def accounts(tx: Transaction) -> list[AccountRow]:
    """Every account with its addresses."""
    rows = await tx.fetch(
        "SELECT id, adapter, channel, settings, sealed_secrets AS sealed, team_id, active, paused_reason,"
        " array(SELECT address FROM account_addresses d WHERE d.account_id = a.id ORDER BY address) AS addresses"
        " FROM accounts a ORDER BY id"
    )
    return [AccountRow(**dict(row)) for row in rows]


async def locked(tx: Transaction) -> list[AccountRow]:
    """The same for who is going to change one: until the end of the transaction nobody else does."""
    await tx.execute("SELECT FROM configuration FOR UPDATE")  # which every change of an account writes, by trigger
    return await accounts(tx)


async def save(tx: Transaction, account: AccountRow) -> None:
    """Make or update an account. Its team is kept if the new row names none; unchanged rows are not written."""
    await tx.execute(
        "INSERT INTO accounts AS a (id, adapter, channel, settings, sealed_secrets, team_id, active)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (id) DO UPDATE SET settings = $4, sealed_secrets = $5,"
        " team_id = coalesce($6, a.team_id), active = $7, paused_reason = NULL, paused_until = NULL,"
        " updated_at = now()",
        account.id,
        account.adapter,
        account.channel,
        dict(account.settings),
        account.sealed,
        account.team_id,
        account.active,
    )
    await tx.execute(
        "DELETE FROM account_addresses WHERE account_id = $1 AND NOT address = ANY($2::text[])",
        account.id,
        list(account.addresses),
    )
    await tx.execute(
        "INSERT INTO account_addresses (address, account_id) SELECT unnest($1::text[]), $2"
        " ON CONFLICT (address) DO UPDATE SET account_id = EXCLUDED.account_id",
        list(account.addresses),
        account.id,
    )


async def pause(tx: Transaction, account_id: str, reason: str, *, until: datetime) -> bool:
    """The provider refuses this account; nobody tries it again before ``until``. Whether that is news."""
    found = await tx.fetch("SELECT paused_reason FROM accounts WHERE id = $1 FOR UPDATE", account_id)
    if not found or found[0]["paused_reason"] == reason:
        return False  # without any write: each one makes every process read the configuration again
    await tx.execute(
        "UPDATE accounts SET paused_reason = $2, paused_until = $3 WHERE id = $1", account_id, reason, until
    )
    await note_health(tx, account_id, works=False, said=reason)
    return found[0]["paused_reason"] is None


async def resume(tx: Transaction, account_id: str) -> bool:
    """The provider takes this account's messages again. Whether that is news."""
    sql = "SELECT paused_reason IS NOT NULL FROM accounts WHERE id = $1 FOR UPDATE"
    paused = bool(await tx.fetchval(sql, account_id))
    if paused:
        await tx.execute("UPDATE accounts SET paused_reason = NULL, paused_until = NULL WHERE id = $1", account_id)
        await note_health(tx, account_id, works=True, said="the provider takes its messages again")
    return paused


async def switch(tx: Transaction, account_id: str, *, active: bool) -> bool:
    """Switch an account on or off, for every process; whether there is such an account."""
    sql = "UPDATE accounts SET active = $2, updated_at = now() WHERE id = $1"
    return await tx.execute(sql, account_id, active) != "UPDATE 0"


async def note_health(tx: Transaction, account_id: str, *, works: bool, said: str) -> None:
    """How the account fared when it was tried just now."""
    await tx.execute(
        "INSERT INTO account_health AS h (account_id, works, said, since, tried_at) VALUES ($1, $2, $3, now(), now())"
        " ON CONFLICT (account_id) DO UPDATE SET works = $2, said = $3, tried_at = now(),"
        " since = CASE WHEN h.works = $2 THEN h.since ELSE now() END",
        account_id,
        works,
        said.replace("\x00", ""),
    )


async def healths(tx: Transaction) -> dict[str, Row]:
    """How each account that was ever tried fared last: ``works``, ``said``, ``since``, ``tried_at``."""
    rows = await tx.fetch("SELECT account_id, works, said, since, tried_at FROM account_health")
    return {row["account_id"]: row for row in rows}


async def give_team(tx: Transaction, account_id: str, team_id: UUID | None) -> None:
    """Conversations of this account go to that team from now on."""
    await tx.execute("UPDATE accounts SET team_id = $2, updated_at = now() WHERE id = $1", account_id, team_id)


async def give_first_team(tx: Transaction) -> None:
    """Accounts without a team get the organisation's only team, if it has exactly one."""
    await tx.execute(
        "UPDATE accounts SET team_id = (SELECT id FROM teams)"
        " WHERE team_id IS NULL AND (SELECT count(*) FROM teams) = 1"
    )
