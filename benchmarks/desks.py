"""Who listens: the agents' WebSockets, each telling the log what it hears."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import aiohttp
import msgspec

from benchmarks import seeding
from benchmarks.load import Log
from benchmarks.processes import Fault, Running

_AT_ONCE = 20
"""Desks that wait for their snapshot at the same time."""


class _FloorFrame(msgspec.Struct):
    id: str


class _HubFrame(msgspec.Struct):
    type: str
    cause: str | None = None


_floor_frames = msgspec.json.Decoder(_FloorFrame)
_hub_frames = msgspec.json.Decoder(_HubFrame)


async def floor_agent(session: aiohttp.ClientSession, port: int, log: Log) -> None:
    """The one agent of the floor."""
    async with session.ws_connect(f"http://127.0.0.1:{port}/agent", max_msg_size=0) as ws:
        async for message in ws:
            log.tell(_floor_frames.decode(message.data).id)


@asynccontextmanager
async def agents(running: Running, log: Log, desks: int) -> AsyncIterator[None]:
    """Everybody's desk, open and past its snapshot."""
    ready, gate = asyncio.Semaphore(0), asyncio.Semaphore(_AT_ONCE)
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector) as session:
        tasks = [asyncio.create_task(_desk(session, running.port, n, log, told=(ready, gate))) for n in range(desks)]
        try:
            async with asyncio.timeout(120):
                for _ in range(desks):
                    await _or_fault(ready, tasks)
            yield
        finally:
            await ended(tasks)


async def _desk(
    session: aiohttp.ClientSession,
    port: int,
    number: int,
    log: Log,
    *,
    told: tuple[asyncio.Semaphore, asyncio.Semaphore],
) -> None:
    ready, gate = told
    headers = {"Authorization": f"Bearer {seeding.token(number)}"}
    await gate.acquire()
    async with session.ws_connect(f"http://127.0.0.1:{port}/api/v1/live", headers=headers, max_msg_size=0) as ws:
        async for message in ws:
            said = _hub_frames.decode(message.data)
            if said.cause is not None:
                log.tell(said.cause)
            elif said.type == "snapshot":
                gate.release()
                ready.release()


async def _or_fault(ready: asyncio.Semaphore, tasks: Sequence[asyncio.Task[None]]) -> None:
    waiting = asyncio.create_task(ready.acquire())
    await asyncio.wait([waiting, *tasks], return_when=asyncio.FIRST_COMPLETED)
    for task in tasks:
        if task.done():
            task.result()
            raise Fault("the hub closed an agent's connection")
    await waiting


async def ended(tasks: Sequence[asyncio.Task[None]]) -> None:
    """Cancel these and wait for their end."""
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
