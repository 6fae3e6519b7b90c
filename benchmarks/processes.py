"""The processes of what is measured: started, watched and ended."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field


class Fault(Exception):
    """What is measured did not start, or ended; the text says which and what it said last."""


@dataclass(slots=True)
class Running:
    """A target that runs: its processes by component, and the port for webhooks."""

    port: int
    processes: dict[str, "Process"] = field(default_factory=dict)

    def check(self) -> None:
        """Raise ``Fault`` if a process has ended."""
        for process in self.processes.values():
            process.check()


class Process:
    """One process of a target; what it prints goes to a file, as under any supervisor."""

    def __init__(self, name: str, command: Sequence[str], environment: dict[str, str]) -> None:
        self._name = name
        self._said = tempfile.TemporaryFile(prefix="peyvand-bench-")  # noqa: SIM115 - closed when the process ends
        inherited = {key: value for key, value in os.environ.items() if not key.startswith("HUB_")}
        self._process = subprocess.Popen(
            command, env=inherited | environment, stdout=self._said, stderr=subprocess.STDOUT
        )
        self.pid = self._process.pid

    def check(self) -> None:
        """Raise ``Fault`` if it has ended."""
        if (code := self._process.poll()) is not None:
            self._said.seek(0)
            raise Fault(f"{self._name} ended with {code}:\n{self._said.read()[-3000:].decode(errors='replace')}")

    def end(self) -> None:
        """SIGTERM, and SIGKILL when that is not heard in 15 s."""
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(15)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._said.close()


@asynccontextmanager
async def started(running: Running, commands: dict[str, list[str]], environment: dict[str, str]) -> AsyncIterator[None]:
    """Run Python with these arguments as these processes until the block ends."""
    for name, arguments in commands.items():
        running.processes[name] = Process(" ".join(arguments), [sys.executable, *arguments], environment)
    try:
        yield
    finally:
        for process in running.processes.values():
            await asyncio.to_thread(process.end)


def is_taken(port: int) -> bool:
    """Whether somebody listens there."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


async def answering(running: Running, port: int) -> None:
    """Wait until somebody listens there."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        running.check()
        try:
            socket.create_connection(("127.0.0.1", port), 0.2).close()
        except OSError:
            await asyncio.sleep(0.05)
        else:
            return
    raise Fault(f"nothing came up on port {port}")
