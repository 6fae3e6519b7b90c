"""The two things that are measured, started as an operator would: two processes each, and who listens to them."""

import asyncio
import os
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, ExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import aio_pika
import aiohttp
import asyncpg

from benchmarks import floor, letters, seeding
from benchmarks.desks import agents, ended, floor_agent
from benchmarks.letters import Letters
from benchmarks.load import Log
from benchmarks.places import Place, delete_queues
from benchmarks.processes import Running, answering, is_taken, started
from benchmarks.shares import share
from hub.bus.contract import Topology
from hub.bus.queues import dead_queue
from tests.services import free_port
from workers import WORKERS

_REFERENCE = ("AMQP_URL", "DATABASE_URL")
"""Where the reference finds its services."""


@dataclass(frozen=True, slots=True)
class Work:
    """What the database says was done for the messages of one run."""

    recorded: int
    opened: int = 0
    decided: int = 0
    dead: int = 0


class Target(Protocol):
    """Something to measure."""

    name: str

    def letters(self, new_every: int) -> Letters:
        """The webhooks it takes."""

    def run(self, place: Place, log: Log, profiled: str = "") -> AbstractAsyncContextManager[Running]:
        """Run it there, with its agents connected and telling ``log`` what they hear."""

    async def work_done(self, place: Place, keys: Sequence[str]) -> Work:
        """Count what was done for these messages."""


class Floor:
    """The least that does the same durable work."""

    name = "floor"
    queue = ""

    def __init__(self, *, linger: float) -> None:
        self._linger = linger

    def commands(self, port: int) -> dict[str, list[str]]:
        """Its two processes; the worker's WebSocket is at the next port."""
        worker = ["worker", "--port", str(port + 1), "--linger", str(self._linger)]
        return {
            "web": ["-m", "benchmarks.floor", "web", "--port", str(port)],
            "worker": ["-m", "benchmarks.floor", *worker],
        }

    def letters(self, new_every: int) -> Letters:
        """Unsigned: the floor verifies nothing."""
        return Letters(new_every, for_hub=False)

    @asynccontextmanager
    async def run(self, place: Place, log: Log, profiled: str = "") -> AsyncIterator[Running]:  # noqa: ARG002 - the hub is profiled, not the floor
        """Two processes and one WebSocket."""
        queue = self.queue or f"{place.prefix}.floor"
        await _declare(place, queue)
        await _execute(place.database_url, "DROP TABLE IF EXISTS floor_history")
        await _execute(place.database_url, floor.TABLE)
        names = (floor.AMQP, floor.DATABASE, floor.QUEUE)
        values = (place.servers.amqp_url, place.database_url, queue)
        environment = dict(zip(names, values, strict=True)) | dict(zip(_REFERENCE, values[:2], strict=True))
        port = free_port()
        while is_taken(port + 1):
            port = free_port()
        running = Running(port)
        async with started(running, self.commands(port), environment), aiohttp.ClientSession() as session:
            await answering(running, port)
            await answering(running, port + 1)
            listener = asyncio.create_task(floor_agent(session, port + 1, log))
            await asyncio.sleep(0.3)
            try:
                yield running
            finally:
                await ended([listener])
        await delete_queues(place.servers, [queue])

    async def work_done(self, place: Place, keys: Sequence[str]) -> Work:
        """Its rows."""
        count = "SELECT count(*) FROM floor_history WHERE id = ANY($1)"
        return Work(*await _row(place, f"SELECT ({count})", list(keys)))


class Reference(Floor):
    """The pipeline we are told to be no slower than, a file outside the repository, under the same load and count."""

    name = "reference"
    queue = "floor"

    def __init__(self, path: Path, *, linger: float) -> None:
        super().__init__(linger=linger)
        self._path = path

    def commands(self, port: int) -> dict[str, list[str]]:
        """Its two processes, on a quorum queue as ours."""
        shared = [str(self._path), "--queue", "quorum", "--linger-ms", str(self._linger * 1000), "--port", str(port)]
        return {role: [*shared, "--role", role] for role in ("web", "worker")}


RECORDS = "record_interactions"
SPREADS_WITHIN = 12.0
"""Seconds after their start in which worker processes have shared the queues out."""


class Hub:
    """``hub serve`` and ``hub work``, with all their duties.

    ``processes`` of web. With ``recorders`` so many processes record, and one has all other duties. ``share`` of a core
    for each process; 0: all it can get.
    """

    name = "hub"

    profile = Path(tempfile.gettempdir()) / f"peyvand-profile-{os.getpid()}"
    """Where a profiled process leaves its figures."""

    def __init__(self, *, desks: int, processes: int = 1, recorders: int = 0, share: float = 0) -> None:
        self._desks, self._processes, self._recorders, self._share = desks, processes, recorders, share

    def letters(self, new_every: int) -> Letters:
        """Signed as Twilio does."""
        return Letters(new_every, for_hub=True)

    @asynccontextmanager
    async def run(self, place: Place, log: Log, profiled: str = "") -> AsyncIterator[Running]:
        """The processes, and a WebSocket for each agent."""
        running = Running(free_port())
        commands = self._commands()
        if profiled:
            commands[profiled] = ["-m", "cProfile", "-o", str(self.profile), *commands[profiled]]
        with ExitStack() as shares:  # they end after the processes in them
            folder = shares.enter_context(tempfile.TemporaryDirectory(prefix="peyvand-bench-"))
            environment = settings_of(place, running.port, folder)
            async with started(running, commands, environment):
                await answering(running, running.port)
                await asyncio.sleep(SPREADS_WITHIN if self._recorders > 1 else 0)
                self._share_out(running, shares)
                async with agents(running, log, self._desks):
                    yield running
        await delete_queues_of_a_hub(place)

    def _commands(self) -> dict[str, list[str]]:
        web = {"web": ["-m", "hub", "serve", "--processes", str(self._processes)]}
        if not self._recorders:
            return web | {"worker": ["-m", "hub", "work"]}
        others = [one.name for one in WORKERS if one.name != RECORDS]
        records = {f"worker {number}": ["-m", "hub", "work", RECORDS] for number in range(1, self._recorders + 1)}
        return web | {"worker": ["-m", "hub", "work", *others]} | records

    def _share_out(self, running: Running, shares: ExitStack) -> None:
        for name, process in running.processes.items() if self._share else ():
            cores = self._share * (self._processes if name == "web" else 1)
            shares.enter_context(share(process.pid, cores))

    async def work_done(self, place: Place, keys: Sequence[str]) -> Work:
        """Its history, conversations and decisions."""
        return Work(*await _row(place, _HUB_DID, list(keys)))


_HUB_DID = """
WITH sent AS (SELECT unnest($1::text[])::uuid AS event_id)
SELECT (SELECT count(*) FROM sent JOIN interactions USING (event_id)
               JOIN interaction_contents USING (recorded_at, event_id)),
       (SELECT count(*) FROM sent JOIN interactions i USING (event_id) JOIN conversations c
            ON c.id = i.conversation_id AND c.opened_at = i.accepted_at),
       (SELECT count(*) FROM sent JOIN interactions i USING (event_id) JOIN decisions d
            ON (d.accepted_at, d.event_id) = (i.accepted_at, i.event_id)),
       (SELECT count(*) FROM dead_events)
"""


async def delete_queues_of_a_hub(place: Place) -> None:
    """All that a hub has declared there; it has ended."""
    lanes = [f"{place.prefix}.{lane}" for lane in Topology(WORKERS).lanes]
    await delete_queues(place.servers, [*lanes, dead_queue(place.prefix)])


def settings_of(place: Place, port: int, folder: str) -> dict[str, str]:
    """The hub's settings there, as an operator gives them."""
    return {
        "HUB_DATABASE_URL": place.database_url,
        "HUB_AMQP_URL": place.servers.amqp_url,
        "HUB_REDIS_URL": place.servers.redis_url,
        "HUB_BUS_PREFIX": place.prefix,
        "HUB_DATA_DIR": folder,
        "HUB_PORT": str(port),
        "HUB_PUBLIC_URL": letters.PUBLIC_URL,
        "HUB_SECRET_KEY": seeding.SECRET_KEY,
        "HUB_LOG_FORMAT": "json",
        "HUB_TWILIO_ACCOUNT_SID": letters.ACCOUNT_SID,
        "HUB_TWILIO_AUTH_TOKEN": letters.AUTH_TOKEN,
        "HUB_TWILIO_API_URL": "http://127.0.0.1:9",
        "HUB_TWILIO_NUMBERS": letters.OUR_NUMBER,
    }


# ── what it needs beforehand, and what it did ────────────────────────────────────────────────────────────────────


async def _declare(place: Place, queue: str) -> None:
    connection = await aio_pika.connect(place.servers.amqp_url)
    try:
        channel = await connection.channel()
        await channel.declare_queue(queue, durable=True, arguments={"x-queue-type": "quorum"})
    finally:
        await connection.close()


async def _execute(url: str, statement: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


async def _row(place: Place, query: str, keys: list[str]) -> tuple[int, ...]:
    connection = await asyncpg.connect(place.database_url)
    try:
        return tuple(await connection.fetchrow(query, keys) or ())
    finally:
        await connection.close()
