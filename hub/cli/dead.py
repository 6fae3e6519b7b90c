"""``hub dead``: events that could not be handled. Nothing is lost here; a person decides."""

import getpass
import json
from collections.abc import Sequence
from contextlib import suppress

import click

from hub.bootstrap import build
from hub.bus import store as bus_store
from hub.bus.contract import Bus
from hub.bus.reviving import hand_over
from hub.bus.store import DeadEvent
from hub.cli.database import at_hand, store_at_hand
from hub.cli.lazy import NamingGroup
from hub.cli.options import SERVICES, STORES, with_settings
from hub.cli.running import run
from hub.cli.tables import plain, shown_table
from hub.errors import BrokerAway
from hub.settings import Settings
from workers import WORKERS

_SHOWN = 100


@click.group(cls=NamingGroup)
def dead() -> None:
    """List, show, retry or drop events that could not be handled.

    An event that fails three times alone is put aside with its reason, so that what stands behind it goes on. When the
    cause is mended, `retry` hands it to its worker once more.
    """


@dead.command("list")
@with_settings(*STORES)
@click.option("--worker", metavar="NAME", help="Only this worker's.")
@click.option("--state", type=click.Choice(["dead", "retried", "dropped"]), default="dead", help="[dead]")
def list_(*, settings: Settings, worker: str | None, state: str) -> None:
    """List dead events, oldest first."""
    rows, more = run(_list(settings, worker, state))
    shown_table(
        ("ID", "DIED", "WORKER", "TYPE", "REASON"),
        [(one.id, f"{one.died_at:%Y-%m-%d %H:%M:%S}", one.worker, one.type, _short(one.reason)) for one in rows],
        none="None: every event was handled." if state == "dead" else f"None is {state}.",
    )
    if more:
        click.echo(f"… and more; these are the first {_SHOWN}. Narrow it with --worker.")


@dead.command()
@with_settings(*STORES)
@click.argument("dead_id", metavar="ID", type=int)
def show(*, settings: Settings, dead_id: int) -> None:
    """Show one dead event whole, with its reason.

    It may hold what a customer wrote: do not paste it where others read.
    """
    one = run(_one(settings, dead_id))
    click.echo(f"{one.type} for {one.worker}, {one.state} since {one.died_at:%Y-%m-%d %H:%M:%S %Z}")
    if one.settled_by:
        click.echo(f"{one.state} by {one.settled_by} at {one.settled_at:%Y-%m-%d %H:%M:%S %Z}")
    click.echo(f"Reason: {plain(one.reason)}\n")
    click.echo(_pretty(one.body))


@dead.command()
@with_settings(*SERVICES)
@click.argument("dead_ids", metavar="[ID]...", nargs=-1, type=int)
@click.option("--all", "everything", is_flag=True, help="Every dead event, in the order in which they died.")
def retry(*, settings: Settings, dead_ids: tuple[int, ...], everything: bool) -> int:
    """Hand dead events to their workers once more.

    Each is handled at most once, however often it is retried. One that fails again comes back to the dead.
    """
    if bool(dead_ids) == everything:
        raise click.UsageError("Give the ids to retry, or --all.")
    done, failed = run(_retry(settings, dead_ids))
    click.echo(f"{done} handed over again{f', {failed} not' if failed else ''}.")
    return 1 if failed else 0


@dead.command()
@with_settings(*STORES)
@click.argument("dead_ids", metavar="ID...", nargs=-1, type=int, required=True)
@click.confirmation_option(prompt="Dropped events are never handled. Drop?", help="Do not ask.")
def drop(*, settings: Settings, dead_ids: tuple[int, ...]) -> int:
    """Give dead events up for good. They stay visible with `list --state dropped`."""
    dropped = run(_drop(settings, dead_ids))
    for missing in [one for one in dead_ids if one not in dropped]:
        click.echo(f"{missing}: is not among the dead (any more).", err=True)
    click.echo(f"{len(dropped)} dropped.")
    return 0 if len(dropped) == len(set(dead_ids)) else 1


async def _list(settings: Settings, worker: str | None, state: str) -> tuple[list[DeadEvent], bool]:
    async with store_at_hand(settings, make=False) as store, store.reading() as tx:
        rows = await bus_store.dead(tx, state=state, limit=_SHOWN + 1, worker=worker)
        return rows[:_SHOWN], len(rows) > _SHOWN


async def _one(settings: Settings, dead_id: int) -> DeadEvent:
    async with store_at_hand(settings, make=False) as store, store.transaction() as tx:
        if (found := await bus_store.dead_event(tx, dead_id)) is None:
            raise click.ClickException(f"there is no dead event {dead_id}: `hub dead list` shows them.")
        return found


async def _drop(settings: Settings, dead_ids: Sequence[int]) -> set[int]:
    async with store_at_hand(settings, make=False) as store, store.transaction() as tx:
        return {one for one in dead_ids if await bus_store.settle(tx, one, "dropped", _me())}


async def _retry(settings: Settings, dead_ids: Sequence[int]) -> tuple[int, int]:
    """How many were handed over, and how many not; says of each of those why."""
    done = failed = 0
    async with at_hand(settings, make=False) as found, build(found, WORKERS, command="hub dead") as parts:
        bus, names = parts.bus, [worker.name for worker in WORKERS]
        await _started(bus)
        async with parts.store.reading() as tx:
            wanted = dead_ids or [one.id for one in await bus_store.dead(tx, limit=1_000_000)]
        for dead_id in wanted:
            async with parts.store.transaction() as tx:
                problem = await hand_over(bus, names, await bus_store.dead_event(tx, dead_id))
                if problem is None:
                    await bus_store.settle(tx, dead_id, "retried", _me())
            done, failed = done + (problem is None), failed + (problem is not None)
            if problem is not None:
                click.echo(f"{dead_id}: {problem}", err=True)
    return done, failed


async def _started(bus: Bus) -> None:
    try:
        await bus.start()
    except BrokerAway as error:
        raise click.ClickException(f"nothing was retried: {error}. `hub doctor` says how to mend it.") from error


def _pretty(body: bytes) -> str:
    with suppress(ValueError):
        return json.dumps(json.loads(body), ensure_ascii=False, indent=2)
    return repr(body)


def _short(reason: str, length: int = 80) -> str:
    line = plain(reason)
    return line if len(line) <= length else line[: length - 1] + "…"


def _me() -> str:
    with suppress(OSError, KeyError):
        return f"{getpass.getuser()} (command line)"
    return "command line"
