"""The worker's record: its name, what wakes it, and how it is built.

A handler takes events and returns events. The bus hands it one batch over all the shards it holds, publishes what it
returns with confirms, and acks last. What a handler commits must be keyed by the event's id: it will see some twice.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from hub.events import Data, Event


class Handler(Protocol):
    """What a worker does with its events."""

    async def handle(self, events: Sequence[Event]) -> Sequence[Event]:
        """Commit what they mean, and return what follows, also for those already done.

        ``DependencyAway`` makes the bus keep the batch and retry it in place; ``FencedOut`` makes it come again from
        the broker; anything else is an event's fault: the batch is then taken one by one.
        """


class Ticks(Protocol):
    """A handler that also does something as time passes."""

    async def tick(self) -> Sequence[Event]:
        """Called every ``Worker.every`` seconds, never while ``handle`` runs; what it returns is published."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Worker:
    """One worker, as it stands in the table ``workers.WORKERS``.

    ``takes`` and ``shards`` give its queues; ``every`` a tick in seconds. With ``takes`` empty the tick is all it has,
    and only one process at a time holds it. ``build`` gets bootstrap's ``Parts``.
    """

    name: str
    build: Callable[[Any], Handler | Ticks]
    takes: tuple[type[Data], ...] = ()
    shards: int = 4
    batch: int = 200
    linger: float = 0.005
    """Seconds between the beginnings of two batches, longer when they are thick; whoever comes alone does not wait."""
    every: float | None = None
    shortcut: bool = False
    """Whether it is given ahead of the broker what another handler of its process publishes (hub.bus.shortcut).

    For one that no two workers' handlers publish to.
    """

    def lanes(self) -> Sequence[str]:
        """Names of its queues, one for each shard, e.g. ``record_interactions.0``."""
        return [f"{self.name}.{shard}" for shard in range(self.shards)] if self.takes else []
