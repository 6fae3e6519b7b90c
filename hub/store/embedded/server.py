"""The life of the embedded server: start or adopt, keep running, and stop with the last hub process."""

import asyncio
import time
from pathlib import Path
from types import TracebackType
from typing import Self

import structlog

from hub.errors import EmbeddedFailed
from hub.store.embedded.binaries import choose, find_binaries
from hub.store.embedded.cluster import Places, explain_os_error, make_cluster, prepare_folder
from hub.store.embedded.database import prove_and_furnish, url
from hub.store.embedded.locks import FileLock, claim_data_folder, waiting_for
from hub.store.embedded.log_file import rotate
from hub.store.embedded.postmaster import find_postmaster
from hub.store.embedded.process import shut_down, until_ready

_WATCH_EVERY_S = 0.25
_ROTATE_EVERY_S = 10.0

_log = structlog.get_logger(__name__)


def attach(data_dir: Path) -> str | None:
    """The URL of the server that runs in ``data_dir`` now, or None. Takes no lock and keeps nothing alive.

    Raises:
        EmbeddedFailed: the folder belongs to another account.
    """
    try:
        server = find_postmaster(Places(data_dir.resolve()).cluster)
    except OSError as error:
        raise EmbeddedFailed(f"Cannot look into {data_dir}: {explain_os_error(error)}") from error
    return url(server) if server and server.status == "ready" else None


class EmbeddedPostgres:
    """The PostgreSQL of one data folder.

    ``exclusive`` (the default) makes this process the one hub of the folder; without it the server is started or
    adopted for a short command. Either way the last process out stops it, and ``grace`` seconds after the last was
    killed it stops by itself. ``command`` names this process to others (default: program and sub-command).
    """

    def __init__(
        self, data_dir: Path, *, exclusive: bool = True, command: str | None = None, grace: float = 30.0
    ) -> None:
        self._given = data_dir
        self._exclusive = exclusive
        self._command = command
        self._grace = grace
        self._places: Places | None = None
        self._hub: FileLock | None = None
        self._using: FileLock | None = None
        self._address: str | None = None

    @property
    def url(self) -> str:
        """For asyncpg and psycopg alike; only after ``start``."""
        if self._address is None:
            raise RuntimeError("the embedded server has not been started")
        return self._address

    @property
    def log_path(self) -> Path:
        """Where the server writes what it has to say; renamed to ``server.log.1`` and so on as it grows."""
        return Places(self._given.resolve()).log

    async def start(self) -> str:
        """Start or adopt the server and wait, however long it recovers; returns the URL.

        Raises:
            DataFolderInUse: another hub process holds the folder.
            EmbeddedFailed: it cannot run; the text holds its last words and what to do.
        """
        try:
            places = self._places = prepare_folder(self._given)
            if self._exclusive:
                self._hub = claim_data_folder(places.data_dir, self._command)
            async with waiting_for(places.gate):
                self._address = await self._bring_up(places)
                self._using = FileLock(places.users)
                self._using.shared()
        except BaseException as error:
            self._let_go()
            if isinstance(error, OSError):
                raise EmbeddedFailed(f"The embedded PostgreSQL cannot start: {explain_os_error(error)}") from error
            raise
        return self._address

    async def stop(self) -> None:
        """Give the server up, and stop it if nobody else uses it. Harmless when not started."""
        if self._places is None or self._using is None:
            return
        using, self._using = self._using, None  # first of all: from here on ``watch`` does not revive
        try:
            async with waiting_for(self._places.gate):
                if using.exclusive():
                    await shut_down(self._places)
        finally:
            using.release()
            self._let_go()

    async def watch(self) -> None:
        """Bring the server back whenever it dies, for as long as this coroutine runs (make it a task of the hub)."""
        turned = time.monotonic()
        while True:
            await asyncio.sleep(_WATCH_EVERY_S)
            if self._places is None or self._using is None:
                continue
            if time.monotonic() - turned > _ROTATE_EVERY_S:
                turned = time.monotonic()
                rotate(self._places.log)
            if find_postmaster(self._places.cluster) is None:
                await self._revive(self._places)

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    async def _revive(self, places: Places) -> None:
        _log.warning("embedded_postgres_died", log=str(places.log))
        try:
            async with waiting_for(places.gate):
                if self._using is None:
                    return
                self._address = await self._bring_up(places)
        except (EmbeddedFailed, OSError) as error:
            # The disk may get room again, the file its owner: the hub's own readiness tells that it is down meanwhile.
            _log.error("embedded_postgres_not_revived", error=str(error))
            await asyncio.sleep(5)
        else:
            _log.info("embedded_postgres_revived")

    async def _bring_up(self, places: Places) -> str:
        binaries = choose(await asyncio.to_thread(find_binaries), places.version())
        if not places.cluster.exists():
            await make_cluster(places, binaries)
        rotate(places.log)
        server = await until_ready(places, binaries, self._grace)
        await prove_and_furnish(server, places.cluster)
        _log.info("embedded_postgres_ready", pid=server.pid, version=binaries.major)
        return url(server)

    def _let_go(self) -> None:
        for lock in (self._using, self._hub):
            if lock:
                lock.release()
        self._using = self._hub = None
        self._address = None
