"""A server of our own: one port, one folder, and every way to break it."""

import abc
import asyncio
import atexit
import os
import pwd
import random
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Self

import psutil

START_SECONDS = 90.0
"""RabbitMQ on two busy cores needs 5 to 20 s."""


class ServerFailed(Exception):
    """The server did not come up or did not stop; the text ends with the last lines of its log."""


_SERVERS = range(15_000, 30_000)
"""Below the ports that systems give to clients, one of which could take the port before its server does."""


def free_port() -> int:
    """A TCP port on the loopback address that nobody listens on now."""
    for port in random.sample(_SERVERS, 100):
        with socket.socket() as taken, suppress(OSError):
            taken.bind(("127.0.0.1", port))
            return port
    raise ServerFailed("a hundred ports were tried and none is free")


def unprivileged() -> pwd.struct_passwd | None:
    """Whom to be instead of root: PostgreSQL refuses root. None if we are somebody else already."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    return None


class Server(abc.ABC):
    """What tests may do to a private server, wherever it runs. Its port and its data stay over restarts."""

    name: str
    url: str
    port: int

    @abc.abstractmethod
    async def start(self) -> str:
        """Start it and wait until it answers; its URL. Raises ``ServerFailed``."""

    @abc.abstractmethod
    async def stop(self) -> None:
        """Ask it to stop in its own time, and wait until it has."""

    @abc.abstractmethod
    async def kill(self) -> None:
        """End it and all its children with SIGKILL."""

    async def stop_at_once(self) -> None:
        """Use the server's own way to stop without tidying up; where it has none, kill it."""
        await self.kill()

    @abc.abstractmethod
    def pause(self) -> None:
        """Freeze it: connections stay open, nothing answers."""

    @abc.abstractmethod
    def resume(self) -> None:
        """Let it go on after ``pause``."""

    @abc.abstractmethod
    async def aclose(self) -> None:
        """End it and remove its data."""

    @abc.abstractmethod
    async def run_tool(self, *command: str) -> str:
        """Run one of the server's own tools against it; what it printed. Raises ``ServerFailed``.

        ``run_tool("rabbitmqctl", "list_queues")``, ``run_tool("redis-cli", "FLUSHALL")``.
        """

    async def restart(self) -> None:
        """Stop in order, then start."""
        await self.stop()
        await self.start()

    async def __aenter__(self) -> Self:
        try:
            await self.start()
        except BaseException:
            await self.aclose()
            raise
        return self

    async def __aexit__(self, *_exc: object) -> None:
        await self.aclose()


class LocalServer(Server):
    """A server that runs as processes of ours, from binaries on this machine."""

    stop_signal = signal.SIGTERM
    stop_seconds = 30.0
    runs_as: pwd.struct_passwd | None = None

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix=f"peyvand-{self.name.lower()}-"))
        self.port = free_port()
        self.log = self.folder / "output.log"
        self._process: subprocess.Popen[bytes] | None = None
        self._prepared = False
        atexit.register(self._bury)  # also when the test run itself is interrupted

    @abc.abstractmethod
    def command(self) -> Sequence[str]:
        """The server's command line; it stays in the foreground."""

    @abc.abstractmethod
    async def answers(self) -> bool:
        """Whether it serves a client now."""

    async def prepare(self) -> None:
        """Make what must exist before the first start."""

    def environment(self) -> Mapping[str, str]:
        """What the server finds in its environment, beside our own."""
        return {}

    async def start(self) -> str:
        if not self._prepared:
            self._give(self.folder)
            await self.prepare()
            self._prepared = True
        with self.log.open("ab") as log:
            self._process = self.spawn(self.command(), log.fileno())
        await self._wait_until_answers()
        return self.url

    def spawn(self, command: Sequence[str], output: int) -> subprocess.Popen[bytes]:
        """Start a process in a session of its own, so that our Ctrl-C is not also the server's."""
        user = self.runs_as
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=self.folder,
            env={**os.environ, "HOME": str(self.folder), **self.environment()},
            start_new_session=True,
            user=user.pw_uid if user else None,
            group=user.pw_gid if user else None,
            extra_groups=[] if user else None,
        )

    async def run_tool(self, *command: str) -> str:
        with tempfile.TemporaryFile() as output:
            process = self.spawn(command, output.fileno())
            status = await asyncio.to_thread(process.wait, START_SECONDS)
            output.seek(0)
            said = output.read().decode(errors="replace").strip()
        if status:
            raise ServerFailed(f"{self.name}: {Path(command[0]).name} exited with {status}: {said[-2000:]}")
        return said

    async def stop(self) -> None:
        await self.end(self.stop_signal)

    async def end(self, number: signal.Signals) -> None:
        """Send the signal to the server's main process, wait until that has ended, and see to its helpers."""
        family = self.family()
        if not family:
            return
        main = self.main_process(family)
        main.send_signal(number)
        deadline = time.monotonic() + self.stop_seconds
        while lives(main) or lives(family[0]):
            if time.monotonic() > deadline:
                raise ServerFailed(f"{self.name} did not stop within {self.stop_seconds:.0f} s:\n{self.tail()}")
            await asyncio.sleep(0.02)
        await self._end_all(family)

    def main_process(self, family: Sequence[psutil.Process]) -> psutil.Process:
        """The one that takes signals for all."""
        return family[0]

    async def kill(self) -> None:
        await self._end_all(self.family())

    def pause(self) -> None:
        self._signal(self.family(), signal.SIGSTOP)

    def resume(self) -> None:
        self._signal(self.family(), signal.SIGCONT)

    def family(self) -> list[psutil.Process]:
        """The server's processes, the parent first; what it left behind, if it has ended by itself."""
        if self._process is None:
            return []
        session = self._process.pid
        if self._process.poll() is not None:
            return [process for process in psutil.process_iter() if _session_of(process) == session]
        parent = psutil.Process(session)
        return [parent, *parent.children(recursive=True)]

    async def aclose(self) -> None:
        await self.kill()
        self._bury()
        atexit.unregister(self._bury)

    def tail(self) -> str:
        """The last lines of what the server printed."""
        return self.log.read_text(errors="replace")[-2000:] if self.log.exists() else ""

    async def _wait_until_answers(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while not await self.answers():
            if self._process is None or self._process.poll() is not None:
                raise ServerFailed(f"{self.name} ended at once:\n{self.tail()}")
            if time.monotonic() > deadline:
                raise ServerFailed(f"{self.name} did not answer within {START_SECONDS:.0f} s:\n{self.tail()}")
            await asyncio.sleep(0.05)

    def _give(self, path: Path) -> None:
        if self.runs_as:
            os.chown(path, self.runs_as.pw_uid, self.runs_as.pw_gid)

    def _signal(self, family: Sequence[psutil.Process], number: signal.Signals) -> None:
        for process in family:
            if lives(process):
                process.send_signal(number)

    async def _end_all(self, family: Sequence[psutil.Process]) -> None:
        self._signal(family, signal.SIGKILL)
        while any(lives(process) for process in family):
            await asyncio.sleep(0.01)
        self._reap()

    def _reap(self) -> None:
        if self._process is not None:
            self._process.wait()
            self._process = None

    def _bury(self) -> None:
        self._signal(self.family(), signal.SIGKILL)
        shutil.rmtree(self.folder, ignore_errors=True)


def _session_of(process: psutil.Process) -> int | None:
    try:
        return os.getsid(process.pid)
    except ProcessLookupError:
        return None


def lives(process: psutil.Process) -> bool:
    """Whether it has not ended, whoever still has to take note of its end."""
    try:
        return bool(process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False
