"""The measures: in turn, each run with fresh processes, queues and database."""

import pstats
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from io import StringIO

from benchmarks import journey, places
from benchmarks.journey import Run, Way
from benchmarks.places import Servers
from benchmarks.report import Compared
from benchmarks.targets import Hub, Target

Say = Callable[[str], None]

MAX_P99 = 500.0
"""A rate with a higher 99th percentile (ms, webhook to socket) is not sustained."""


@dataclass(frozen=True, slots=True)
class Side:
    """A target and its database: a template to copy for each run, or one to use as it is."""

    target: Target
    database: str
    copied: bool = True


class WrongCount(Exception):
    """A run whose counts do not agree measures nothing."""


async def once(servers: Servers, side: Side, way: Way, *, profiled: str = "") -> Run:
    """One run. Raises ``WrongCount``."""
    async with AsyncExitStack() as stack:
        database = side.database
        if side.copied:
            database = await stack.enter_async_context(places.copy(servers, database))
        else:
            await places.quieten(database)
        place = await stack.enter_async_context(places.place(servers, database))
        run = await journey.run(side.target, place, way, profiled=profiled)
    if faults := run.faults(hub=isinstance(side.target, Hub)):
        raise WrongCount(f"{side.target.name} at {way}: {'; '.join(faults)}")
    return run


async def in_turn(servers: Servers, base: Side, ours: Side, way: Way, *, runs: int, what: str, say: Say) -> Compared:
    """Base, ours, base, ours and so on."""
    names = base.target.name, ours.target.name if ours.target.name != base.target.name else "loaded"
    compared = Compared(what, *names)
    for turn in range(runs):
        for side, kept in ((base, compared.base), (ours, compared.ours)):
            kept.append(run := await once(servers, side, way))
            name = names[side is ours]
            say(
                f"  {turn + 1}/{runs} {name}: {run.per_second:,.0f}/s, {run.total:,.0f} µs a message,"
                f" p99 {run.socket[1]:,.0f} ms"
            )
    return compared


async def most(servers: Servers, side: Side, way: Way, guess: float, say: Say, *, steps: int = 4) -> float:
    """The highest open-loop rate that is sustained, by bisection from a closed loop's throughput."""
    low, high = guess * 0.3, guess * 1.2
    for _ in range(steps):
        rate = (low + high) / 2
        run = await once(servers, side, replace(way, rate=rate))
        kept_up = run.drain < 1 and run.socket[1] < MAX_P99
        low, high = (rate, high) if kept_up else (low, rate)
        say(f"  {side.target.name} at {rate:,.0f}/s: p99 {run.socket[1]:,.0f} ms, {'' if kept_up else 'not '}sustained")
    return low


async def profile(servers: Servers, side: Side, way: Way, process: str) -> str:
    """The functions in which one of our processes spends its time, under load, by cProfile."""
    await once(servers, side, way, profiled=process)
    text = StringIO()
    stats = pstats.Stats(str(Hub.profile), stream=text)
    stats.sort_stats("tottime").print_stats(35)
    stats.sort_stats("cumulative").print_stats(60)
    Hub.profile.unlink()
    return text.getvalue()
