"""What the hub asks of a server that is ready: proof that it is ours, and the hub's role and database."""

from pathlib import Path
from urllib.parse import quote

import asyncpg

from hub.errors import EmbeddedFailed
from hub.store.embedded.cluster import PORT, SUPERUSER
from hub.store.embedded.postmaster import Postmaster

ROLE = DATABASE = "hub"

_CLOCK_SLACK_S = 120


def url(server: Postmaster) -> str:
    """The address of the hub's database for asyncpg and psycopg, by the socket."""
    return f"postgresql://{ROLE}@/{DATABASE}?host={quote(str(server.socket_dir), safe='/')}"


async def prove_and_furnish(server: Postmaster, cluster: Path) -> None:
    """See that the server behind the socket is the one of the pid file, and that role and database are there.

    The role is no superuser: what reaches SQL through the hub can never read files or start programs.

    Raises:
        EmbeddedFailed: another server answers, or none does.
    """
    try:
        connection = await asyncpg.connect(
            host=str(server.socket_dir), port=PORT, user=SUPERUSER, database="postgres", timeout=60, ssl=False
        )
    except (OSError, asyncpg.PostgresError) as error:
        raise EmbeddedFailed(
            f"The embedded PostgreSQL (pid {server.pid}) runs but does not let us in: {error}. "
            "Start the hub with the account that made the data folder."
        ) from error
    try:
        await _prove(connection, server, cluster)
        await _furnish(connection)
    finally:
        await connection.close()


async def _prove(connection: "asyncpg.Connection[asyncpg.Record]", server: Postmaster, cluster: Path) -> None:
    row = await connection.fetchrow(
        "SELECT current_setting('data_directory') AS folder, "
        "extract(epoch FROM pg_postmaster_start_time())::float8 AS started"
    )
    if row is None or Path(row["folder"]) != cluster or abs(row["started"] - server.started) > _CLOCK_SLACK_S:
        raise EmbeddedFailed(
            f"Another PostgreSQL answers at {server.socket_dir} than the one of {cluster}. Stop it, or choose another "
            "folder with HUB_DATA_DIR."
        )


async def _furnish(connection: "asyncpg.Connection[asyncpg.Record]") -> None:
    """Also after a crash between the two: each is made only if it is not there."""
    if not await connection.fetchval("SELECT true FROM pg_roles WHERE rolname = $1", ROLE):
        await connection.execute(f"CREATE ROLE {ROLE} LOGIN")
    if not await connection.fetchval("SELECT true FROM pg_database WHERE datname = $1", DATABASE):
        await connection.execute(f"CREATE DATABASE {DATABASE} OWNER {ROLE}")
