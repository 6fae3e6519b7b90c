"""``make bench``: the hub against the floor. How to read what it prints is in docs/benchmarks.md."""

import argparse
import asyncio
import signal
import sys
import time
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path

import uvloop

from benchmarks import idle, measures, places, scrolling
from benchmarks.journey import Way
from benchmarks.measures import Side
from benchmarks.places import Servers
from benchmarks.processes import Fault
from benchmarks.report import Compared, middle
from benchmarks.seeding import Size, seed
from benchmarks.stages import stages
from benchmarks.targets import Floor, Hub, Reference

MEASURES = ("saturation", "rate", "most", "spread", "size", "idle", "scrolling", "stages")
CPU_TARGET, P99_TARGET, SPREAD_TARGET, SIZE_TARGET = 1.6, 2.0, 1.0, 0.9
HELD = 10
"""Open conversations of each desk, for idle."""
IDLE_MEMORY_TARGET, IDLE_CPU_TARGET, TASK_TARGET = 1.5, 2.0, 50.0


def arguments() -> argparse.Namespace:
    """What was asked for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="one short turn of saturation and rate, within 90 s")
    parser.add_argument(
        "--only", nargs="+", choices=MEASURES, default=MEASURES, metavar="MEASURE", help="of " + ", ".join(MEASURES)
    )
    parser.add_argument("--size", action="store_true", help="the same as --only size")
    parser.add_argument("--stages", action="store_true", help="the same as --only stages")
    parser.add_argument("--runs", type=int, default=5, help="turns; the medians are compared")
    parser.add_argument("--seconds", type=float, default=5.0, help="of load in each run")
    parser.add_argument("--rate", type=float, default=200.0, help="of the open loop, a second")
    parser.add_argument("--connections", type=int, default=64)
    parser.add_argument("--agents", type=int, default=20, help="with a live connection each")
    parser.add_argument("--new-every", type=int, default=10, help="each n-th message is from a new number")
    parser.add_argument("--floor-linger", type=float, default=5.0, help="ms; the reference's own is 5")
    parser.add_argument("--processes", type=int, default=4, help="of web, and that record, for spread")
    parser.add_argument("--share", type=float, default=0, help="of a core for each process, for spread; 0: no bound")
    parser.add_argument("--history", type=int, default=5_000_000, help="rows, for size")
    parser.add_argument("--many-agents", type=int, default=2_000, help="for size")
    parser.add_argument("--waiting", type=int, default=20_000, help="conversations in the waiting line, for size")
    parser.add_argument("--size-seconds", type=float, default=20.0, help="of load in each run, for size")
    parser.add_argument("--desks", type=int, default=200, help="open at once, for idle")
    parser.add_argument("--idle-seconds", type=float, default=60.0, help="that they are watched, for idle")
    parser.add_argument("--shared", action="store_true", help="on the servers found running, not on our own")
    parser.add_argument("--reference", type=Path, metavar="FILE", help="only show that our floor is no slower")
    parser.add_argument("--profile", choices=("web", "worker"), help="only profile this process under saturation")
    given = parser.parse_args()
    if given.quick:
        given.only, given.runs, given.seconds = ("saturation", "rate"), 1, 3.0
    if given.size or given.stages:
        given.only = [name for name in ("size", "stages") if getattr(given, name)]
    return given


class Bench:
    """One call of the command."""

    def __init__(self, given: argparse.Namespace, servers: Servers, template: str) -> None:
        self._given, self._servers, self._template = given, servers, template
        self._closed = Way(0, given.seconds, given.connections, given.new_every)
        self._linger = given.floor_linger / 1000
        self._floor = Side(Floor(linger=self._linger), template)
        self._hub = Side(Hub(desks=given.agents), template)
        self.missed: list[str] = []

    async def all(self) -> None:
        """Every measure asked for."""
        for name in MEASURES:
            if name in self._given.only:
                say(f"\n{name} …")
                await getattr(self, name)()

    async def saturation(self) -> None:
        """As fast as 64 connections get their answers."""
        compared = await self._against_floor(self._closed)
        self._expect("CPU a message at saturation", compared.ratio(lambda run: run.total), most=CPU_TARGET)

    async def rate(self) -> None:
        """At the same modest rate for both."""
        way = Way(self._given.rate, self._given.seconds, self._given.connections, self._given.new_every)
        compared = await self._against_floor(way)
        at = f"at {way.rate:.0f}/s"
        say(f"  CPU a message {at}: {compared.ratio(lambda run: run.total):.2f}, no target (docs/benchmarks.md)")
        self._expect(f"p99 from webhook to socket {at}", compared.ratio(lambda run: run.socket[1]), most=P99_TARGET)

    async def most(self) -> None:
        """The highest rate sustained, which only says something beside the floor's."""
        found = {}
        for side in (self._floor, self._hub):
            saturated = await measures.once(self._servers, side, self._closed)
            found[side.target.name] = await measures.most(self._servers, side, self._closed, saturated.per_second, say)
        say("  sustained, open loop: " + ", ".join(f"{name} {rate:,.0f}/s" for name, rate in found.items()))

    async def spread(self) -> None:
        """Several webs and record workers on this machine, against one of each; the other duties in one process."""
        many, share, desks = self._given.processes, self._given.share, self._given.agents
        base = Side(Hub(desks=desks, recorders=1, share=share), self._template)
        side = Side(Hub(desks=desks, processes=many, recorders=many, share=share), self._template)
        each = f", each process with {share:g} of a core" if share else ""
        what = f"{many} web processes and {many} that record, and one of each{each}"
        compared = await measures.in_turn(
            self._servers, base, side, self._closed, runs=self._given.runs, what=what, say=say
        )
        say(compared.table())
        ratio = compared.ratio(lambda run: run.per_second)
        self._expect(f"throughput of {many} of each, of that of one of each", ratio, least=SPREAD_TARGET)

    async def size(self) -> None:
        """The hub with a long history, many agents and a long line, against itself with nearly none."""
        given = self._given
        size = Size(agents=given.many_agents, history=given.history, waiting=given.waiting)
        async with places.database(self._servers) as url:
            await seed(url, size, say)
            loaded = Side(Hub(desks=size.agents), url, copied=False)
            what = f"the hub with {size.history:,} rows, {size.agents:,} agents, {size.waiting:,} waiting; and with few"
            # Longer than the others: each run begins with a checkpoint, and what follows one is dear.
            way = replace(self._closed, seconds=given.size_seconds)
            compared = await measures.in_turn(
                self._servers, self._hub, loaded, way, runs=given.runs, what=what, say=say
            )
        say(compared.table())
        ratio = compared.ratio(lambda run: run.per_second)
        self._expect("throughput when large, of that when empty", ratio, least=SIZE_TARGET)

    async def idle(self) -> None:
        """Desks that are open while nothing happens, against as many sockets of bare aiohttp."""
        given = self._given
        async with places.database(self._servers) as url:
            await seed(url, Size(agents=given.desks, known=given.desks * HELD), say)
            await places.quieten(url)
            compared = await idle.compare(
                self._servers, url, desks=given.desks, seconds=given.idle_seconds, runs=max(1, given.runs - 2), say=say
            )
        say(compared.table())
        memory, busy = compared.ratio(lambda cost: cost.memory), compared.ratio(lambda cost: cost.cpu)
        self._expect("memory of open desks, of bare sockets'", memory, most=IDLE_MEMORY_TARGET)
        self._expect("CPU of idle desks, of bare sockets'", busy, most=IDLE_CPU_TARGET)

    async def scrolling(self) -> None:
        """The desk in Chromium, with 5,000 conversations and a customer with 20,000 interactions."""
        best = await scrolling.measure(self._servers, self._template, runs=self._given.runs, say=say)
        self._expect("longest script task in the inbox, ms, best", best.inbox, most=TASK_TARGET)
        self._expect("longest script task in a timeline, ms, best", best.timeline, most=TASK_TARGET)

    async def stages(self) -> None:
        """CPU of each stage in our own processes."""
        async with places.copy(self._servers, self._template) as url, places.place(self._servers, url) as place:
            say(f"  {'µs a message':<40}{'our CPU':>12}{'elapsed':>12}")
            for name, (cpu, elapsed) in await stages(place):
                say(f"  {name:<40}{cpu:>12.1f}{elapsed:>12.1f}")

    async def reference(self, path: Path) -> None:
        """Our floor against the reference's pipeline, under the same load and count."""
        told = Side(Reference(path, linger=self._linger), self._template)
        for way in (self._closed, Way(self._given.rate, self._given.seconds, self._given.connections)):
            what = f"our floor against {path.name}, {way}"
            compared = await measures.in_turn(
                self._servers, told, self._floor, way, runs=self._given.runs, what=what, say=say
            )
            say(compared.table())
            ratio = compared.best_ratio(lambda run: run.total)
            self._expect(f"our floor's CPU a message, {way}, best against best", ratio, most=1.05)

    async def profile(self, process: str) -> None:
        """Where one of our processes spends its time."""
        say(await measures.profile(self._servers, self._hub, self._closed, process))

    async def _against_floor(self, way: Way) -> Compared:
        what = f"{way}, every {way.new_every}th message from a new number: medians of {self._given.runs} (best)"
        compared = await measures.in_turn(
            self._servers, self._floor, self._hub, way, runs=self._given.runs, what=what, say=say
        )
        say(compared.table())
        frames = middle(compared.ours, lambda run: run.frames / run.told)
        say(f"  frames to desks for a message: {frames:.1f}")
        return compared

    def _expect(self, what: str, ratio: float, *, most: float = float("inf"), least: float = 0.0) -> None:
        bound = f"at most {most:g}" if least == 0.0 else f"at least {least:g}"
        verdict = f"{what}: {ratio:.2f}, {bound} wanted"
        say(f"  {'' if least <= ratio <= most else 'MISSED: '}{verdict}")
        if not least <= ratio <= most:
            self.missed.append(verdict)


async def main(given: argparse.Namespace) -> int:
    """Everything asked for; 1 if a target was missed."""
    if (here := asyncio.current_task()) is not None:  # so that what was started is ended, as by Ctrl-C
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, here.cancel)
    async with AsyncExitStack() as stack:
        servers = await stack.enter_async_context(places.servers(shared=given.shared))
        for name in {"postgresql", "rabbitmq", "redis"} - servers.pids.keys():
            say(f"{name} does not run on this machine: its CPU is not counted")
        template = await stack.enter_async_context(places.database(servers))
        await seed(template, Size(agents=given.agents), say)
        bench = Bench(given, servers, template)
        if given.reference:
            await bench.reference(given.reference)
        elif given.profile:
            await bench.profile(given.profile)
        else:
            await bench.all()
    say("\nall targets met" if not bench.missed else "\nMISSED:\n  " + "\n  ".join(bench.missed))
    return 1 if bench.missed else 0


def say(text: str) -> None:
    """On standard output, at once."""
    print(text, flush=True)


if __name__ == "__main__":
    began = time.monotonic()
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            code = runner.run(main(arguments()))
    except (Fault, measures.WrongCount) as fault:
        say(f"bench: {fault}")
        code = 1
    except (KeyboardInterrupt, asyncio.CancelledError):
        say("bench: interrupted")
        code = 130
    say(f"took {time.monotonic() - began:.0f} s")
    sys.exit(code)
