"""Processes of ours, started as an operator would, killed as nobody would wish, and never left behind."""

import asyncio
import atexit
import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

END_SECONDS = 12.0
"""``hub`` promises to end within ten seconds of SIGTERM."""


class Process:
    """One command in a session of its own, so that it and its children can be killed by their group."""

    def __init__(self, name: str, command: Sequence[str], environment: Mapping[str, str], log: Path) -> None:
        self.name, self.log = name, log
        self.pause = 1.0
        """Seconds until it is started again after it ended by itself."""
        self.kills = 0
        self.own_ends: list[int] = []
        """Exit codes of lives that ended without our doing."""
        self._command, self._environment = command, environment
        self._process: subprocess.Popen[bytes] | None = None
        self._keeping: asyncio.Task[None] | None = None
        atexit.register(self.kill_now)  # also when the run is interrupted

    @property
    def alive(self) -> bool:
        """Whether it runs now."""
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int:
        """Its process id; 0 if it does not run."""
        return self._process.pid if self._process is not None else 0

    def start(self) -> None:
        """Start it, if it does not run."""
        if self.alive:
            return
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=dict(self._environment),
                start_new_session=True,
            )

    def kill(self) -> None:
        """SIGKILL, counted."""
        self.kills += 1
        self.kill_now()

    def kill_now(self) -> None:
        """SIGKILL to it and its children, and wait until it is gone."""
        if self._process is None:
            return
        try:
            os.killpg(self._process.pid, signal.SIGKILL)
        except ProcessLookupError:
            self._process.poll()
        self._process.wait()
        self._process = None

    def keep(self) -> None:
        """From now on start it again whenever it has ended, as a service manager would."""
        if self._keeping is None:
            self._keeping = asyncio.create_task(self._keep(), name=f"keep {self.name}")

    async def _keep(self) -> None:
        while True:
            if self._process is not None and (code := self._process.poll()) is not None:
                self.own_ends.append(code)
                self._process = None
                await asyncio.sleep(self.pause)
            self.start()
            await asyncio.sleep(0.1)

    async def unkeep(self) -> None:
        """Let it stay ended from now on."""
        if self._keeping is not None:
            self._keeping.cancel()
            await asyncio.wait([self._keeping])
            self._keeping = None

    async def end(self) -> None:
        """Ask it to end, kill it if it does not."""
        await self.unkeep()
        if (process := self._process) is not None and process.poll() is None:
            process.terminate()
            deadline = time.monotonic() + END_SECONDS
            while self.alive and time.monotonic() < deadline:
                await asyncio.sleep(0.05)
        self.kill_now()
        atexit.unregister(self.kill_now)

    def tail(self, length: int = 3000) -> str:
        """The last of what it printed."""
        return self.log.read_text(errors="replace")[-length:] if self.log.exists() else ""
