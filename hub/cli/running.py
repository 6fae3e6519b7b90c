"""Running coroutines from commands: the loop, the logs, and the signals that stop a long run."""

import asyncio
import logging
import os
import signal
import time
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any, TypeVar

import click

from hub import logs
from hub.cli.options import debugging
from hub.cli.streams import unbreakable
from hub.waiting import cancelled

_new_loop: Callable[[], asyncio.AbstractEventLoop] = asyncio.new_event_loop
with suppress(ImportError):  # a platform without it
    import uvloop

    _new_loop = uvloop.new_event_loop

T = TypeVar("T")

GRACE = 10.0
"""Seconds from the first signal until everything has ended."""

_SAME = 0.5
"""Seconds within which a second signal says nothing new."""
_SIGNALS = (signal.SIGTERM, signal.SIGINT)


def run(work: Coroutine[Any, Any, T], *, level: int = logging.WARNING, form: str = "") -> T:
    """Run to the end on the fastest loop there is. ``level`` is what is worth a log line; ``--debug`` shows all."""
    logs.configure(form=form, level=logging.DEBUG if debugging() else level)
    with asyncio.Runner(loop_factory=_new_loop) as runner:
        return runner.run(work)


def run_on(work: Coroutine[Any, Any, T], *, level: int = logging.INFO, form: str = "") -> T:
    """Run until asked to stop; whoever reads what it prints may go before."""
    with unbreakable():
        return run(work, level=level, form=form)


class Stopping(asyncio.Event):
    """Set by the first SIGTERM or SIGINT; the second ends the process at once. For the running loop.

    ``quiet``: somebody else has said already that we stop.
    """

    def __init__(self, *, quiet: bool = False) -> None:
        super().__init__()
        self._quiet = quiet
        self._asked = 0.0
        loop = asyncio.get_running_loop()
        for number in _SIGNALS:
            loop.add_signal_handler(number, self.ask, signal.Signals(number).name)

    def ask(self, why: str) -> None:
        """Stop soon, or at once if asked before. Some who stop us (``timeout``) signal twice and mean once."""
        now = time.monotonic()
        if self.is_set() and now - self._asked < _SAME:
            return
        if self.is_set():
            click.echo("hub: stopped at once, as asked.", err=True)
            os._exit(1)
        if not self._quiet:
            click.echo(f"Stopping ({why}): what is in hand is finished first. Once more stops at once.", err=True)
        self._asked = now
        self.set()


async def until(stopping: asyncio.Event, tasks: dict[str, "asyncio.Task[None]"]) -> str | None:
    """Wait until asked to stop, or one of the tasks ends by itself; its name then."""
    asked = asyncio.create_task(stopping.wait())
    try:
        await asyncio.wait({asked, *tasks.values()}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        asked.cancel()
    if stopping.is_set():
        return None  # whatever has ended since then did so because it was asked to
    return next((name for name, task in tasks.items() if task.done()), None)


async def ended(tasks: dict[str, "asyncio.Task[None]"], *, within: float = 0.0) -> None:
    """Let the tasks end by themselves for so long, then cancel what is left and wait for it."""
    left = {task for task in tasks.values() if not task.done()}
    if left and within > 0:
        _, left = await asyncio.wait(left, timeout=within)
    await cancelled(left)


async def every(seconds: float, call: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Call it now and again, until cancelled."""
    while True:
        await call()
        await asyncio.sleep(seconds)
