"""What open desks cost while nothing happens: our web process against bare aiohttp, side by side in the same minute."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from statistics import median

import aiohttp

from benchmarks import cpu, places
from benchmarks.desks import agents, ended
from benchmarks.load import Log
from benchmarks.places import Place, Servers
from benchmarks.processes import Running, answering, started
from benchmarks.targets import delete_queues_of_a_hub, settings_of
from tests.services import free_port

_SETTLE = 5.0
"""Seconds after which what a start or many connections at once have begun is over."""
_OPENING = 20
"""Bare sockets that are opened at the same time, as of ours."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What so many open desks add to a process: memory in MiB, and CPU in milliseconds a second."""

    memory: float
    cpu: float


@dataclass(slots=True)
class Compared:
    """The costs of several runs."""

    desks: int
    bare: list[Cost] = field(default_factory=list)
    hub: list[Cost] = field(default_factory=list)

    def ratio(self, figure: Callable[[Cost], float]) -> float:
        """Ours over the bare one's, by medians."""
        return median(map(figure, self.hub)) / max(median(map(figure, self.bare)), 1e-9)

    def table(self) -> str:
        """For people."""
        lines = [f"\n{self.desks} desks that are open and idle: what they add, medians (best)"]
        lines.append(f"  {'':<38}{'bare aiohttp':>18}{'hub':>18}{'hub / bare':>18}")
        for name, figure in (("memory MiB", _memory), ("CPU ms a second", _cpu)):
            cells = [
                f"{median(map(figure, costs)):.2f} ({min(map(figure, costs)):.2f})" for costs in (self.bare, self.hub)
            ]
            lines.append(f"  {name:<38}{cells[0]:>18}{cells[1]:>18}{self.ratio(figure):>18.2f}")
        return "\n".join(lines)


def _memory(cost: Cost) -> float:
    return cost.memory


def _cpu(cost: Cost) -> float:
    return cost.cpu


async def compare(
    servers: Servers, template: str, *, desks: int, seconds: float, runs: int, say: Callable[[str], None]
) -> Compared:
    """Each run with fresh processes. ``seconds`` is how long they are watched, without desks and with them."""
    compared = Compared(desks)
    for turn in range(runs):
        async with places.copy(servers, template) as url, places.place(servers, url) as place:
            bare, hub = await _once(place, desks, seconds)
        compared.bare.append(bare)
        compared.hub.append(hub)
        shown = [f"{one.memory:.1f} MiB and {one.cpu:.2f} ms/s" for one in (bare, hub)]
        say(f"  {turn + 1}/{runs} bare: {shown[0]}; hub: {shown[1]}")
    return compared


async def _once(place: Place, desks: int, seconds: float) -> tuple[Cost, Cost]:
    async with AsyncExitStack() as stack:
        bare, hub = await stack.enter_async_context(_both(place))
        pids = [bare.processes["web"].pid, hub.processes["web"].pid]
        # The first that come grow pools, caches and code, in both; what is asked is what many more cost.
        async with _bare_desks(bare.port, _OPENING), agents(hub, Log(), _OPENING):
            await asyncio.sleep(_SETTLE)
        await asyncio.sleep(_SETTLE)
        before, idle = [cpu.memory(pid) for pid in pids], await _watched(pids, seconds)
        await stack.enter_async_context(_bare_desks(bare.port, desks))
        await stack.enter_async_context(agents(hub, Log(), desks))
        await asyncio.sleep(_SETTLE)
        busy, after = await _watched(pids, seconds), [cpu.memory(pid) for pid in pids]
        hub.check()
    first, second = (Cost(after[n] - before[n], (busy[n] - idle[n]) * 1000) for n in (0, 1))
    return first, second


async def _watched(pids: list[int], seconds: float) -> list[float]:
    """CPU seconds a second of each of these meanwhile."""
    before = [cpu.fine(pid) for pid in pids]
    await asyncio.sleep(seconds)
    return [(cpu.fine(pid) - was) / seconds for pid, was in zip(pids, before, strict=True)]


@asynccontextmanager
async def _both(place: Place) -> AsyncIterator[tuple[Running, Running]]:
    bare, hub = Running(free_port()), Running(free_port())
    with tempfile.TemporaryDirectory(prefix="peyvand-bench-") as folder:
        settings = settings_of(place, hub.port, folder)
        commands = {"web": ["-m", "benchmarks.bare", "--port", str(bare.port)]}
        async with started(bare, commands, {}), started(hub, {"web": ["-m", "hub", "serve"]}, settings):
            await answering(bare, bare.port)
            await answering(hub, hub.port)
            yield bare, hub
    await delete_queues_of_a_hub(place)


@asynccontextmanager
async def _bare_desks(port: int, desks: int) -> AsyncIterator[None]:
    open_, gate = asyncio.Semaphore(0), asyncio.Semaphore(_OPENING)

    async def one(session: aiohttp.ClientSession) -> None:
        async with gate:
            socket = await session.ws_connect(f"http://127.0.0.1:{port}/desk", max_msg_size=0)
        open_.release()
        async for _ in socket:
            continue

    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
        tasks = [asyncio.create_task(one(session)) for _ in range(desks)]
        try:
            async with asyncio.timeout(60):
                for _ in range(desks):
                    await open_.acquire()
            yield
        finally:
            await ended(tasks)
