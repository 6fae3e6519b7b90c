"""Bringing the database's schema to this program's version, with yoyo (https://ollycope.com/software/yoyo/).

Migrations are plain SQL files, applied in the order of their names under yoyo's lock, each in a transaction of its own.
"""

import asyncio
import logging
import re
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import asyncpg
from yoyo import get_backend, read_migrations

from hub.errors import SchemaWrong, SettingsInvalid
from hub.store.pool import AWAY, away

MIGRATIONS = Path(__file__).with_name("migrations")


_REFUSED = (
    asyncpg.InvalidAuthorizationSpecificationError,
    asyncpg.InvalidCatalogNameError,
    asyncpg.InsufficientPrivilegeError,
)
"""Wrong user or password, no such database, no right to connect: for a person to mend, not for waiting."""
_MENDS: dict[type[Exception], str] = {
    asyncpg.InvalidCatalogNameError: "make it with `createdb`, or name another",
    asyncpg.InvalidAuthorizationSpecificationError: "make the role with `createuser`, or mend its name",
    asyncpg.InvalidPasswordError: "mend the password",
}


def names() -> list[str]:
    """The migrations of this program, in order."""
    return sorted(path.stem for path in MIGRATIONS.glob("*.sql"))


async def migrate(url: str) -> list[str]:
    """Apply what is missing; the names of what was applied. Safe to run from several processes at once."""
    await applied(url)  # a plain connection first: its errors are the clearest
    return await asyncio.to_thread(_migrate, url)


async def applied(url: str) -> list[str]:
    """The migrations the database has, in order. Raises ``StoreAway``, or ``SettingsInvalid`` for a URL it refuses."""
    try:
        connection = await asyncpg.connect(url, timeout=5)
    except _REFUSED as error:
        mend = f"; {_MENDS[type(error)]}" if type(error) in _MENDS else ""
        raise SettingsInvalid([f"HUB_DATABASE_URL: PostgreSQL says: {error}{mend}"]) from error
    except AWAY as error:
        raise away(error) from error
    try:
        if not await connection.fetchval("SELECT to_regclass('_yoyo_migration') IS NOT NULL"):
            return []
        rows = await connection.fetch("SELECT migration_id FROM _yoyo_migration ORDER BY migration_id")
        return [row["migration_id"] for row in rows]
    finally:
        await connection.close()


async def check(url: str) -> None:
    """Raise ``SchemaWrong`` unless the database has exactly this program's migrations."""
    have = set(await applied(url))
    if missing := [name for name in names() if name not in have]:
        message = f"the database lacks {len(missing)} migration(s), from {missing[0]}: run `hub migrate`"
        raise SchemaWrong(message)
    if newer := sorted(have - set(names())):
        message = f"the database was migrated by a newer Peyvand ({newer[-1]}): upgrade this program"
        raise SchemaWrong(message)


def _migrate(url: str) -> list[str]:
    logging.getLogger("yoyo").setLevel(logging.WARNING)
    backend = get_backend(_for_yoyo(url))
    try:
        with backend.lock(timeout=60):
            missing = backend.to_apply(read_migrations(str(MIGRATIONS)))
            backend.apply_migrations(missing)
            return [migration.id for migration in missing]
    finally:
        backend.connection.close()


def _for_yoyo(url: str) -> str:
    """The URL with the scheme that yoyo gives to psycopg 3; several hosts as the libpq parameters they are.

    ``postgresql://hub@a:5432,b/hub`` names a primary and its standbys, which yoyo takes for one host.
    """
    url = re.sub(r"^postgres(ql)?(\+\w+)?:", "postgresql+psycopg:", url)
    parts = urlsplit(url)
    user, at, hosts = parts.netloc.rpartition("@")
    if "," not in hosts:
        return url
    named = [host.rpartition(":") if ":" in host else (host, "", "5432") for host in hosts.split(",")]
    listed = urlencode({"host": ",".join(name for name, _, _ in named), "port": ",".join(port for *_, port in named)})
    return parts._replace(netloc=user + at, query="&".join(filter(None, (parts.query, listed)))).geturl()
