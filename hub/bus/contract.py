"""The bus contract, kept by RabbitMQ and by the embedded bus, proved by ``hub.testing.bus_suite``."""

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from hub.events import Data, Event
from hub.worker import Handler, Worker


@dataclass(frozen=True, slots=True)
class BusState:
    """How the bus is, for readiness and metrics. ``reason`` says why it is not ``ready``."""

    ready: bool
    reason: str = ""


class Publisher(Protocol):
    """Whoever takes events in."""

    async def publish(self, events: Sequence[Event]) -> None:
        """Return once all are durable. Raises ``BrokerAway``: they may still land, so repeat with the same ids."""

    def ring(self, events: Sequence[Event]) -> None:
        """Publish without waiting and without a promise: the row is the truth, the event is its bell."""


class Bus(Publisher, Protocol):
    """A bus. ``start`` declares and checks the topology; ``run`` works for one worker until it is stopped."""

    async def start(self) -> None:
        """Connect, declare and check. Raises ``BrokerAway`` or ``TopologyWrong``."""

    async def publish_to(self, worker: str, events: Sequence[Event]) -> None:
        """As ``publish``, but to this worker alone: a dead event that is tried again."""

    def accepting(self) -> bool:
        """Whether a publish is worth trying now; if not, the spool takes at once."""

    async def run(self, worker: Worker, handler: Handler) -> None:
        """Feed the handler until ``drain`` or cancellation. Raises ``WorkerBroken``."""

    async def drain(self) -> None:
        """Take nothing new, let every batch in hand finish (10 s), and let ``run`` return."""

    async def aclose(self) -> None:
        """Close connections."""

    def state(self) -> BusState:
        """How the bus is now."""

    async def depths(self) -> Mapping[str, int]:
        """Events or broker messages waiting, by lane name."""


class Topology:
    """Which queues an event goes to, derived from the workers' table."""

    def __init__(self, workers: Sequence[Worker]) -> None:
        self.workers = tuple(workers)
        self.lanes = tuple(lane for worker in workers for lane in worker.lanes())
        self._takers: dict[type[Data], list[Worker]] = {}
        for worker in workers:
            for data in worker.takes:
                self._takers.setdefault(data, []).append(worker)

    def lanes_for(self, event: Event) -> Sequence[str]:
        """The lanes of an event: one shard, by its partition key, of each worker that takes its type."""
        hashed = zlib.crc32(event.partitionkey.encode())
        return [f"{worker.name}.{hashed % worker.shards}" for worker in self._takers.get(type(event.data), ())]
