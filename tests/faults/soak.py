"""``make soak``: messages under constant killing, then the count. Repeatable by its seed.

``python -m tests.faults.soak --seed 7 --messages 10000 --minutes 8``; with ``--full`` also every service away for the
times the design names.
"""

import argparse
import asyncio
import signal
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from tests.faults.agents import Desks
from tests.faults.chaos import Chaos
from tests.faults.cluster import Cluster
from tests.faults.dying import ABSENCE
from tests.faults.load import Load
from tests.faults.outages import all_outages
from tests.faults.services import Services, private_services
from tests.faults.verdict import ABSENCE_SECONDS, Verdict, drained, judge
from tests.services.postgres import binaries

NOTED = ("batch_failed", "event_failed", "worker_fenced_out", "spooling", "spool_adopted", "attempts_abandoned",
         "unknown_settled", "unknown_was_absent", "batch_released", "shard_silent")  # fmt: skip


@dataclass(frozen=True)
class Size:
    """How much and how long. Times are in seconds."""

    messages: int = 10_000
    numbers: int = 200
    seconds: float = 480.0
    seed: int = 1
    webs: int = 2
    works: int = 3
    kill_every: float = 2.0
    broker_every: float = 20.0
    patience: float = 150.0
    hurried: bool = False
    """Proofs of absence take seconds and not two minutes, for a run that must be short."""


async def soak(size: Size, services: Services, folder: Path) -> tuple[Verdict, Load, Desks]:
    """Run once; the verdict, and what it was judged against."""
    async with Cluster(services.urls, folder) as cluster:
        await cluster.serve(size.webs)
        await cluster.work(size.works, hurried=size.hurried)
        cluster.keep_all()
        load = Load(cluster.webs, cluster.public_url, size.messages, size.numbers, size.seconds, seed=size.seed)
        chaos = Chaos(cluster, services.rabbitmq, size.seed, size.kill_every, size.broker_every)
        async with Desks(cluster.webs, cluster.seats, seed=size.seed).open() as desks:
            await desks.all_connected()
            began = time.monotonic()
            async with chaos.reign():
                await load.run()
            spent = time.monotonic() - began
            verdict = await _quiet(cluster, load, desks, size)
        verdict.told |= _told(load, chaos, spent) | cluster.logged(NOTED)
    return verdict, load, desks


async def _quiet(cluster: Cluster, load: Load, desks: Desks, size: Size) -> Verdict:
    """Nobody is killed any more: what was taken in is worked off, and everybody is back at her desk."""
    began = time.monotonic()
    await cluster.ready()
    await desks.all_connected(60)
    await desks.rest()
    await drained(cluster, load.ledger, desks, within=size.patience)
    spent = time.monotonic() - began
    absence = ABSENCE.total_seconds() if size.hurried else ABSENCE_SECONDS
    verdict = await judge(cluster, load.ledger, desks, absence=absence)
    verdict.told["seconds_to_drain"] = round(spent, 1)
    return verdict


def _told(load: Load, chaos: Chaos, spent: float) -> dict[str, object]:
    slow = sorted(load.ledger.seconds)
    return {
        "seed": load.seed,
        "taken_in": load.ledger.count,
        "per_second": round(load.ledger.count / spent, 1),
        "resent_by_clients": load.ledger.resent,
        "answers_to_clients": dict(load.ledger.answers),
        "seconds_to_2xx_p50_p99_max": [round(slow[int(len(slow) * q)], 3) for q in (0.5, 0.99)] + [round(slow[-1], 1)],
        "kills": dict(chaos.kills),
    }


async def main(arguments: argparse.Namespace) -> int:
    """Everything asked for; 1 if any number is not zero."""
    seconds = arguments.minutes * 60
    size = Size(messages=arguments.messages, numbers=arguments.numbers, seconds=seconds, seed=arguments.seed)
    good = True
    with tempfile.TemporaryDirectory(prefix="peyvand-soak-") as folder:
        async with private_services() as services:
            _say(f"soak: {size.messages} messages from {size.numbers} numbers in {seconds:.0f} s, seed {size.seed}")
            verdict, _, _ = await soak(size, services, Path(folder))
            _say(verdict.table())
            good = verdict.good
            if not good and arguments.keep:
                await _keep(services, Path(folder), Path(arguments.keep))
    if arguments.full:
        good = await all_outages(_say, full=True, seed=arguments.seed) and good
    return 0 if good else 1


async def _keep(services: Services, folder: Path, target: Path) -> None:
    """Copy the logs, and the database as SQL, for a person to look at: without it a red number stays a guess."""
    target.mkdir(parents=True, exist_ok=True)
    for log in folder.glob("*.log"):
        (target / log.name).write_bytes(log.read_bytes())
    installed = binaries()
    tool = str(installed / "pg_dump") if installed else "pg_dump"
    said = await services.postgres.run_tool(tool, "--no-owner", "--dbname", services.postgres.url)
    (target / "database.sql").write_text(said + "\n")
    _say(f"soak: logs and database are in {target}; `createdb soak && psql -d soak -f {target}/database.sql` opens it")


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.faults.soak", description=__doc__)
    parser.add_argument("--seed", type=int, default=1, help="of all dice [1]")
    parser.add_argument("--messages", type=int, default=10_000, help="[10000]")
    parser.add_argument("--numbers", type=int, default=200, help="customers [200]")
    parser.add_argument("--minutes", type=float, default=8.0, help="over which the messages come [8]")
    parser.add_argument("--full", action="store_true", help="then every service away, for the design's times")
    parser.add_argument("--keep", metavar="FOLDER", help="where to copy logs and database if a number is not zero")
    return parser.parse_args()


async def _interruptible(arguments: argparse.Namespace) -> int:
    """Ctrl-C and SIGTERM end it in order, so that nothing is left running."""
    task = asyncio.create_task(main(arguments))
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, task.cancel)
    try:
        return await task
    except asyncio.CancelledError:
        _say("soak: interrupted")
        return 1


if __name__ == "__main__":
    sys.exit(asyncio.run(_interruptible(_arguments())))
