"""Several web processes on one port: started, started again when one dies, and ended together."""

import asyncio
import os
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass, field

import click
import structlog

from hub import metrics
from hub.cli.options import environment
from hub.cli.places import described, reached
from hub.cli.running import GRACE, Stopping, ended, until
from hub.settings import Settings

log = structlog.get_logger(__name__)

_PASSED_ON = ("database_url", "amqp_url", "redis_url", "data_dir", "host", "port", "public_url", "log_format")
_YOUNG = 5.0
"""Seconds. A process that fails younger than this at the very start will fail again: that is for a person to mend."""
_LONGEST_PAUSE = 10.0


@dataclass(slots=True)
class Child:
    """One process in its place, with as many successors as it takes."""

    number: int
    settings: Settings
    stopping: Stopping
    counting: str
    """The folder in which all of them count, so that each answers for all."""
    process: asyncio.subprocess.Process | None = None
    lives: int = 0
    pause: float = field(default=0.5)

    async def keep(self) -> None:
        """Run until asked to stop. Raises ``ClickException`` if its first life ends at once by its own fault."""
        while not self.stopping.is_set():
            born = time.monotonic()
            code = await self._live()
            if self.stopping.is_set():
                return
            age = time.monotonic() - born
            log.error("web_process_died", number=self.number, code=code, age_s=round(age, 1))
            if self.lives == 1 and code > 0 and age < _YOUNG:
                raise click.ClickException("a web process could not start; it says above why.")
            self.pause = 0.5 if age > _LONGEST_PAUSE else min(self.pause * 2, _LONGEST_PAUSE)
            await asyncio.sleep(self.pause if age < _YOUNG else 0)

    async def _live(self) -> int:
        self.lives += 1
        # In a session of its own: Ctrl-C on the terminal reaches the supervisor, which asks each of them once.
        self.process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "hub", "serve", "--supervised"),
            env=_environment(self.settings) | {metrics.FOLDER: self.counting},
            stdin=asyncio.subprocess.PIPE,
            start_new_session=True,
        )
        log.info("web_process_started", number=self.number, pid=self.process.pid)
        try:
            return await self.process.wait()
        finally:
            metrics.has_died(self.process.pid, self.counting)

    def ask(self) -> None:
        """Ask it to finish and end."""
        if self.process is not None and self.process.returncode is None:
            with suppress(ProcessLookupError):
                self.process.terminate()

    def kill(self) -> None:
        """End it."""
        if self.process is not None and self.process.returncode is None:
            with suppress(ProcessLookupError):
                self.process.kill()


async def supervise(settings: Settings) -> int:
    """Run ``settings.processes`` web processes until asked to stop; the exit code."""
    with tempfile.TemporaryDirectory(prefix="peyvand-metrics-") as counting:
        return await _supervise(settings, counting)


async def _supervise(settings: Settings, counting: str) -> int:
    stopping = Stopping()
    children = [Child(number, settings, stopping, counting) for number in range(1, settings.processes + 1)]
    tasks = {f"web {child.number}": asyncio.create_task(child.keep()) for child in children}
    click.echo(
        f"{settings.processes} web processes at {reached(settings.host, settings.port)} "
        f"({described(settings)}). Ctrl-C stops."
    )
    try:
        failed = await until(stopping, tasks)
    finally:
        stopping.set()
        await _end(children, tasks)
    if failed is not None:
        tasks[failed].result()
    return 0 if failed is None else 1


async def _end(children: list[Child], tasks: dict[str, "asyncio.Task[None]"]) -> None:
    for child in children:
        child.ask()
    _, late = await asyncio.wait(tasks.values(), timeout=GRACE)
    if late:
        for child in children:
            child.kill()
        await ended(tasks, within=2)
    for name, task in tasks.items():
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("web_process_given_up", name=name, error=str(error))


def _environment(settings: Settings) -> dict[str, str]:
    """Settings travel in the environment: a command line can be read by everybody on the machine."""
    ours = {f"HUB_{name.upper()}": str(getattr(settings, name)) for name in _PASSED_ON if getattr(settings, name)}
    return environment() | ours | {"HUB_PROCESSES": "1", "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
