"""The parts of one process working together: web, workers, and an end in the right order."""

import asyncio
import os
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import click
import structlog

from hub import garbage
from hub.bootstrap import Parts, build, handler_of
from hub.bus.alone import Alone
from hub.checks.places import plainly
from hub.cli.running import GRACE, Stopping, ended, until
from hub.errors import BrokerAway, HubError, WorkerBroken
from hub.logs import shown
from hub.settings import Settings
from hub.waiting import rung
from hub.worker import Worker
from workers import WORKERS

log = structlog.get_logger(__name__)

_SAY_EVERY = 5.0
_LEAVE = 1.0
"""Seconds a drained worker has to give back its shards, so that others need not wait until it is missed."""


@dataclass(slots=True)
class Crew:
    """What runs in this process. ``front`` ends first, when ``stopping`` is set; then the workers are drained."""

    parts: Parts
    stopping: Stopping
    front: dict[str, "asyncio.Task[None]"] = field(default_factory=dict)
    workers: dict[str, "asyncio.Task[None]"] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.front["the bus"] = asyncio.create_task(keep_connected(self.parts, self.stopping), name="bus")

    def employ(self, workers: Sequence[Worker]) -> None:
        """Build these workers and let them run."""
        for worker in workers:
            running = self.parts.bus.run(worker, handler_of(worker, self.parts))
            self.workers[worker.name] = asyncio.create_task(running, name=worker.name)

    async def work(self) -> int:
        """Until asked to stop (0), or something ends that should not (1). Everything has ended on return."""
        garbage.spare()
        try:
            failed = await until(self.stopping, self.front | self.workers)
            code = 0 if failed is None else self._mourn(failed)
        finally:
            self.stopping.set()
            await self._finish()
        return code

    async def _finish(self) -> None:
        """Take nothing new in, finish what is in hand, then let go: all within ``GRACE``."""
        try:
            async with asyncio.timeout(GRACE - 2):
                await ended(self.front, within=GRACE / 2)
                await self.parts.bus.drain()
        except TimeoutError:
            log.warning("drain_unfinished", seconds=GRACE)
        await ended(self.front | self.workers, within=_LEAVE)

    def _mourn(self, name: str) -> int:
        task = (self.front | self.workers)[name]
        error = None if task.cancelled() else task.exception()
        log.error("stopped_by_failure", what=name, error=shown(error) if error else "it ended")
        if isinstance(error, HubError | OSError):
            advice = "Mend that and start again; nothing is lost." if isinstance(error, WorkerBroken) else ""
            click.echo(f"hub: {name} stopped: {error} {advice}".rstrip(), err=True)
            return 1
        raise error or RuntimeError(f"{name} ended by itself")


@asynccontextmanager
async def crew_of(
    settings: Settings, *, command: str, takes_in: bool = True, quiet: bool = False
) -> AsyncIterator[Crew]:
    """The parts of this process, with nothing running yet but the bus. ``command`` names it to other processes.

    Raises ``BusInUse``: with an embedded broker or Redis there is one process on a database.
    """
    stopping = Stopping(quiet=quiet)
    async with build(settings, WORKERS, spool=takes_in, command=command) as parts:
        if settings.amqp_url and settings.redis_url:
            yield Crew(parts, stopping)
            return
        alone = Alone(parts.store.url, f"{command} (process {os.getpid()})")
        await alone.take()
        try:
            crew = Crew(parts, stopping)
            crew.front["the embedded broker"] = asyncio.create_task(alone.keep(stopping), name="bus lock")
            yield crew
        finally:
            alone.end()


async def keep_connected(parts: Parts, stopping: Stopping) -> None:
    """Start the bus, and say now and again while the broker is away; then wait for the end.

    Web takes in meanwhile by its spool, and workers wait. Raises ``TopologyWrong``, which no waiting mends.
    """
    while not stopping.is_set():
        try:
            await parts.bus.start()
        except BrokerAway as error:
            click.echo(f"Waiting for the broker: {plainly(error)}. `hub doctor` says more.", err=True)
            await rung(stopping, _SAY_EVERY)
        else:
            await stopping.wait()
