"""SQL of passwords, second factors, sign-ins, and of the counts that slow guessing down."""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from hub.model import Role, new_id
from hub.organisation.signing.throttle import FORGOTTEN, Count
from hub.organisation.store import Caller, hashed
from hub.store import Print, Row, Transaction, print_of


@dataclass(frozen=True, slots=True)
class Lasts:
    """How long a sign-in lasts: without being used, and at most."""

    idle: timedelta
    most: timedelta


# ── passwords and second factors ─────────────────────────────────────────────────────────────────────────────────


async def set_password(tx: Transaction, agent_id: UUID, password: str, *, by: str) -> None:
    """Her password from now on, as its hash. Sign-ins are for the caller to end."""
    await tx.execute(
        "INSERT INTO agent_credentials (agent_id, password, set_by) VALUES ($1, $2, $3) ON CONFLICT (agent_id)"
        " DO UPDATE SET password = $2, set_by = $3, set_at = now()",
        agent_id,
        password,
        by,
    )


async def rehash(tx: Transaction, agent_id: UUID, *, old: str, new: str) -> None:
    """The same password with today's parameters, unless it was changed meanwhile."""
    sql = "UPDATE agent_credentials SET password = $3 WHERE agent_id = $1 AND password = $2"
    await tx.execute(sql, agent_id, old, new)


async def credentials_named(tx: Transaction, name: str) -> Row | None:
    """Of the active agent with that name: id, name, role, and what she proves herself by (``password`` may be null)."""
    return await tx.fetchrow(_CREDENTIALS + " WHERE lower(a.name) = lower($1) AND a.active", name)


async def credentials_of(tx: Transaction, agent_id: UUID) -> Row | None:
    """The same of one agent."""
    return await tx.fetchrow(_CREDENTIALS + " WHERE a.id = $1", agent_id)


_CREDENTIALS = """
SELECT a.id, a.name, a.role, c.password, c.set_by, c.sealed_totp, c.totp_confirmed_at
  FROM agents a LEFT JOIN agent_credentials c ON c.agent_id = a.id
"""


async def offer_totp(tx: Transaction, agent_id: UUID, sealed: bytes) -> bool:
    """Keep a secret that is not in force yet; whether she has a password and no other secret in force."""
    sql = "UPDATE agent_credentials SET sealed_totp = $2, totp_step = NULL"
    return await tx.execute(sql + " WHERE agent_id = $1 AND totp_confirmed_at IS NULL", agent_id, sealed) == "UPDATE 1"


async def confirm_totp(tx: Transaction, agent_id: UUID) -> None:
    """From now on signing in takes a code."""
    await tx.execute("UPDATE agent_credentials SET totp_confirmed_at = now() WHERE agent_id = $1", agent_id)


async def remove_totp(tx: Transaction, agent_id: UUID) -> None:
    """From now on the password alone does."""
    await tx.execute(
        "UPDATE agent_credentials SET sealed_totp = NULL, totp_confirmed_at = NULL, totp_step = NULL"
        " WHERE agent_id = $1",
        agent_id,
    )


async def spend_code(tx: Transaction, agent_id: UUID, step: int) -> bool:
    """Note that a code was taken; whether neither it nor a later one had been."""
    sql = "UPDATE agent_credentials SET totp_step = $2 WHERE agent_id = $1 AND coalesce(totp_step < $2, true)"
    return await tx.execute(sql, agent_id, step) == "UPDATE 1"


# ── sign-ins ─────────────────────────────────────────────────────────────────────────────────────────────────────


async def add_sign_in(tx: Transaction, agent_id: UUID, *, address: str, agent_string: str) -> tuple[UUID, str]:
    """A new sign-in; its id, and what its cookie holds (256 random bits), which is not stored."""
    id_, token = new_id(), secrets.token_urlsafe(32)
    await tx.execute(
        "INSERT INTO sign_ins (id, agent_id, hash, address, agent_string) VALUES ($1, $2, $3, $4, $5)",
        id_,
        agent_id,
        hashed(token),
        address,
        agent_string,
    )
    return id_, token


async def signed_in(tx: Transaction, token: str, lasts: Lasts) -> tuple[Caller, datetime] | None:
    """Whom a cookie stands for and when it was last noted as seen, or nothing if it has ended or expired."""
    row = await tx.fetchrow(_CALLER + " AND s.hash = $3", lasts.idle, lasts.most, hashed(token))
    return (_caller(row), row["seen_at"]) if row else None


async def signed_in_still(tx: Transaction, ids: Sequence[UUID], lasts: Lasts) -> dict[UUID, Caller]:
    """Those of these sign-ins that are in force."""
    rows = await tx.fetch(_CALLER + " AND s.id = ANY($3::uuid[])", lasts.idle, lasts.most, list(ids))
    return {row["id"]: _caller(row) for row in rows}


async def signed_in_print(tx: Transaction, ids: Sequence[UUID], lasts: Lasts) -> Print:
    """Another one whenever ``signed_in_still`` gives something else. That one was seen again is nothing else."""
    who = f"SELECT id, name, role, agent_id, teams FROM ({_CALLER} AND s.id = ANY($3::uuid[])) AS callers"
    return await print_of(tx, who, lasts.idle, lasts.most, list(ids))


_IN_FORCE = "s.seen_at > now() - $1::interval AND s.created_at > now() - $2::interval"
_CALLER = f"""
SELECT s.id, s.seen_at, a.name, a.role, a.id AS agent_id,
       array(SELECT team_id FROM team_members m WHERE m.agent_id = a.id) AS teams
  FROM sign_ins s JOIN agents a ON a.id = s.agent_id
 WHERE a.active AND {_IN_FORCE}
"""


def _caller(row: Row) -> Caller:
    return Caller(row["id"], row["name"], Role(row["role"]), row["agent_id"], tuple(row["teams"]), signed_in=True)


async def seen(tx: Transaction, sign_in: UUID, *, address: str, not_since: timedelta) -> None:
    """Note that it was used just now, and from where; nothing if that was noted a moment ago."""
    await tx.execute(
        "UPDATE sign_ins SET seen_at = now(), address = $2 WHERE id = $1 AND seen_at < now() - $3::interval",
        sign_in,
        address,
        not_since,
    )


async def sign_ins(tx: Transaction, agent_id: UUID, lasts: Lasts) -> Sequence[Row]:
    """Hers in force, newest first."""
    return await tx.fetch(
        f"SELECT s.id, s.created_at, s.seen_at, s.address, s.agent_string FROM sign_ins s WHERE {_IN_FORCE}"
        " AND s.agent_id = $3 ORDER BY s.created_at DESC, s.id DESC",
        lasts.idle,
        lasts.most,
        agent_id,
    )


async def end_sign_in(tx: Transaction, sign_in: UUID, *, agent_id: UUID | None = None) -> bool:
    """End one (of hers); whether there was one to end."""
    sql = "DELETE FROM sign_ins WHERE id = $1 AND ($2::uuid IS NULL OR agent_id = $2)"
    return await tx.execute(sql, sign_in, agent_id) != "DELETE 0"


async def end_token(tx: Transaction, token: str) -> None:
    """End the one whose cookie this is, if any."""
    await tx.execute("DELETE FROM sign_ins WHERE hash = $1", hashed(token))


async def end_sign_ins(tx: Transaction, agent_id: UUID, *, but: UUID | None = None) -> None:
    """End all of hers, but one."""
    await tx.execute("DELETE FROM sign_ins WHERE agent_id = $1 AND id IS DISTINCT FROM $2", agent_id, but)


# ── what somebody likes ──────────────────────────────────────────────────────────────────────────────────────────


async def preferences(tx: Transaction, agent_id: UUID) -> tuple[str | None, dict[str, Any]]:
    """The desk's language, and what the desk keeps for her."""
    row = await tx.fetchrow("SELECT language, preferences FROM agent_preferences WHERE agent_id = $1", agent_id)
    return (row["language"], row["preferences"]) if row else (None, {})


async def preferences_to_change(tx: Transaction, agent_id: UUID) -> tuple[str | None, dict[str, Any]]:
    """The same, and nobody else changes them before this transaction ends: her devices take turns."""
    await tx.execute("INSERT INTO agent_preferences (agent_id) VALUES ($1) ON CONFLICT DO NOTHING", agent_id)
    await tx.execute("SELECT FROM agent_preferences WHERE agent_id = $1 FOR UPDATE", agent_id)
    return await preferences(tx, agent_id)


async def prefer(tx: Transaction, agent_id: UUID, language: str | None, said: dict[str, Any]) -> None:
    """These from now on."""
    await tx.execute(
        "INSERT INTO agent_preferences (agent_id, language, preferences) VALUES ($1, $2, $3) ON CONFLICT (agent_id)"
        " DO UPDATE SET language = $2, preferences = $3",
        agent_id,
        language,
        said,
    )


# ── what slows guessing down ─────────────────────────────────────────────────────────────────────────────────────


async def known_at(tx: Transaction, name: str, place: str) -> bool:
    """Whether somebody has signed in under this name from there before."""
    sql = "SELECT EXISTS (SELECT FROM sign_in_places p JOIN agents a ON a.id = p.agent_id"
    return bool(await tx.fetchval(sql + " WHERE lower(a.name) = lower($1) AND p.address = $2)", name, place))


async def note_place(tx: Transaction, agent_id: UUID, place: str) -> None:
    """She has signed in from there."""
    await tx.execute(
        "INSERT INTO sign_in_places (agent_id, address) VALUES ($1, $2) ON CONFLICT (agent_id, address)"
        " DO UPDATE SET last_at = now()",
        agent_id,
        place,
    )


async def take_try(tx: Transaction, counts: Iterable[Count]) -> float:
    """Count a try in each, unless one of them says to wait: how many seconds, 0 if it may go on.

    When it says to wait, its transaction must end in an error: a try that was not looked at counts nowhere.
    """
    waits = 0.0
    for count in counts:
        waits = max(waits, await _take(tx, count))
    return waits


async def _take(tx: Transaction, count: Count) -> float:
    # By the clock and not by when the transaction began: two tries at once wait for each other's row here.
    taken: float | None = await tx.fetchval(
        "INSERT INTO sign_in_tries AS t (key, wrong, last_at, next_at)"
        " VALUES ($1, 1, clock_timestamp(), clock_timestamp()) ON CONFLICT (key) DO UPDATE SET"
        " last_at = clock_timestamp(),"
        " wrong = CASE WHEN t.last_at < clock_timestamp() - $4::interval THEN 1 ELSE t.wrong + 1 END,"
        " next_at = CASE WHEN t.last_at < clock_timestamp() - $4::interval OR t.wrong < $2 THEN clock_timestamp()"
        "   ELSE clock_timestamp() + make_interval(secs => least($3::float8, power(2, least(t.wrong - $2, 30)))) END"
        " WHERE t.next_at <= clock_timestamp() OR t.last_at < clock_timestamp() - $4::interval RETURNING 0.0::float8",
        count.key,
        count.free,
        count.most,
        FORGOTTEN,
    )
    if taken is not None:
        return taken
    left: float = await tx.fetchval(
        "SELECT greatest(extract(epoch FROM next_at - clock_timestamp()), 1)::float8 FROM sign_in_tries WHERE key = $1",
        count.key,
    )
    return left


async def settle(tx: Transaction, counts: Iterable[Count]) -> None:
    """The password was right: its own counts begin anew, and from one that others share this try is taken back."""
    for count in counts:
        if count.shared:
            sql = "UPDATE sign_in_tries SET wrong = greatest(wrong - 1, 0), next_at = clock_timestamp() WHERE key = $1"
            await tx.execute(sql, count.key)
        else:
            await tx.execute("DELETE FROM sign_in_tries WHERE key = $1", count.key)


async def forget(tx: Transaction, *, tries: datetime, places: datetime, lasts: Lasts, at_most: int) -> int:
    """Forget counts and places older than these times, and sign-ins that have expired; how many."""
    forgotten: int = await tx.fetchval(
        "WITH t AS (DELETE FROM sign_in_tries WHERE key IN"
        "  (SELECT key FROM sign_in_tries WHERE last_at < $1 ORDER BY last_at LIMIT $5) RETURNING 1),"
        " p AS (DELETE FROM sign_in_places WHERE (agent_id, address) IN"
        "  (SELECT agent_id, address FROM sign_in_places WHERE last_at < $2 ORDER BY last_at LIMIT $5) RETURNING 1),"
        " s AS (DELETE FROM sign_ins WHERE seen_at < now() - $3::interval OR created_at < now() - $4::interval"
        "  RETURNING 1)"
        " SELECT (SELECT count(*) FROM t) + (SELECT count(*) FROM p) + (SELECT count(*) FROM s)",
        tries,
        places,
        lasts.idle,
        lasts.most,
        at_most,
    )
    return forgotten
