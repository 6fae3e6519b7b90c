"""One run: start a target, warm it, load it, wait until everybody has heard of everything, and count."""

import asyncio
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from benchmarks import cpu
from benchmarks.load import Load, Log
from benchmarks.places import Place
from benchmarks.processes import Fault, Running
from benchmarks.targets import Target, Work

DRAIN = 30.0
"""Seconds after the last webhook in which everything must have been told."""
WARM_UP = 1.0
SETTLE = 0.3
"""After the last hint: acks and logs that belong to the run."""


@dataclass(frozen=True, slots=True)
class Way:
    """How to load: ``rate`` a second for ``seconds``; rate 0 is a closed loop over ``connections``."""

    rate: float
    seconds: float
    connections: int = 64
    new_every: int = 10

    def __str__(self) -> str:
        return f"{self.rate:,.0f}/s" if self.rate else f"closed loop, {self.connections} connections"


@dataclass(frozen=True, slots=True)
class Run:
    """The figures of one run. CPU in µs a message and component, times in ms, memory in MiB."""

    sent: int
    told: int
    refused: int
    frames: int
    work: Work
    fresh: int
    """Messages from numbers never seen before."""
    per_second: float
    """Messages from the first webhook to the last hint, over that time: what was sustained, backlog and all."""
    drain: float
    """Seconds from the last webhook to the last hint."""
    cpu: dict[str, float]
    memory: dict[str, float]
    http: tuple[float, float]
    socket: tuple[float, float]
    """Median and 99th percentile from webhook to answer, and from webhook to the agent's socket."""

    @property
    def total(self) -> float:
        """CPU µs a message of all components."""
        return sum(self.cpu.values())

    def faults(self, *, hub: bool) -> list[str]:
        """Where the counts do not agree: work that was not done must not make a run look fast."""
        wanted = self.sent - self.refused
        counts = {"in the history": self.work.recorded, "told to an agent": self.told}
        faults = [f"{count} of {wanted} {what}" for what, count in counts.items() if count != wanted]
        if hub and self.work.opened != self.fresh:
            faults.append(f"{self.work.opened} conversations opened for {self.fresh} new numbers")
        if hub and not self.fresh <= self.work.decided <= wanted:
            faults.append(f"{self.work.decided} decisions for {self.fresh} new numbers and {wanted} messages")
        if self.refused or self.work.dead:
            faults.append(f"{self.refused} webhooks refused, {self.work.dead} dead events")
        return faults


async def run(target: Target, place: Place, way: Way, *, profiled: str = "") -> Run:
    """One run with fresh processes and queues."""
    log = Log()
    async with target.run(place, log, profiled) as running:
        return await measured(target, running, place, way, log)


async def measured(target: Target, running: Running, place: Place, way: Way, log: Log) -> Run:
    """Load what runs already. ``log`` is what its agents tell."""
    expected = int((way.rate or 6_000) * way.seconds + 5_000 * WARM_UP)
    load = Load(target.letters(way.new_every).beforehand(expected), log)
    await load.connect(running.port, way.connections)
    await load.closed_loop(WARM_UP)
    await _drained(log, load, running)
    warmed, log.frames = set(log.due), 0
    pids = {**place.servers.pids, **{name: one.pid for name, one in running.processes.items()}}
    before, began = cpu.seconds(pids), time.monotonic()
    await (load.open_loop(way.rate, way.seconds) if way.rate else load.closed_loop(way.seconds))
    stopped = time.monotonic()
    await _drained(log, load, running)
    await asyncio.sleep(SETTLE)
    after = cpu.seconds(pids)
    memory = _of_each_kind({name: cpu.memory(one.pid) for name, one in running.processes.items()})
    load.close()
    keys = [key for key in log.due if key not in warmed]
    work = await target.work_done(place, keys)
    used = _of_each_kind({name: (after[name] - before[name]) / max(1, len(keys)) * 1e6 for name in pids})
    fresh = sum(place_ % way.new_every == 0 for place_ in range(len(warmed) + 1, len(log.due) + 1))
    return _figures(log, keys, work, used, memory, fresh=fresh, began=began, stopped=stopped)


def _of_each_kind(figures: Mapping[str, float]) -> dict[str, float]:
    """Of "worker", "worker 2" and so on together."""
    together: dict[str, float] = {}
    for name, figure in figures.items():
        kind = name.split()[0]
        together[kind] = together.get(kind, 0.0) + figure
    return together


def _figures(
    log: Log,
    keys: Sequence[str],
    work: Work,
    used: dict[str, float],
    memory: dict[str, float],
    *,
    fresh: int,
    began: float,
    stopped: float,
) -> Run:
    told = [key for key in keys if key in log.told]
    return Run(
        sent=len(keys),
        told=len(told),
        refused=log.refused,
        frames=log.frames,
        work=work,
        fresh=fresh,
        per_second=len(told) / (log.last - began),
        drain=max(0.0, log.last - stopped),
        cpu=used,
        memory=memory,
        http=_quantiles(log.answered[key] - log.due[key] for key in keys if key in log.answered),
        socket=_quantiles(log.told[key] - log.due[key] for key in told),
    )


def _quantiles(seconds: Iterable[float]) -> tuple[float, float]:
    values = sorted(seconds)
    if not values:
        return float("nan"), float("nan")
    return values[len(values) // 2] * 1000, values[min(len(values) - 1, int(len(values) * 0.99))] * 1000


async def _drained(log: Log, load: Load, running: Running) -> None:
    deadline = time.monotonic() + DRAIN
    while log.outstanding > 0 and time.monotonic() < deadline:
        running.check()
        if load.broken:
            raise Fault(load.broken)
        await asyncio.sleep(0.01)
