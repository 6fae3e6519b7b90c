"""A look at RabbitMQ from outside, for ``hub doctor``: nothing is made, nothing of ours is moved."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

import aiormq
from yarl import URL

from hub.bus.contract import Topology
from hub.bus.links import AWAY, CONNECT, close_channel, open_channel, told
from hub.bus.queues import arguments
from hub.worker import Worker

PATIENCE = 3.0
"""Seconds for a publish to be confirmed. Under a memory or disk alarm it hangs (facts, RabbitMQ)."""


@dataclass(frozen=True, slots=True)
class LaneSeen:
    """One queue: how many broker messages are ready, and how many consumers it has."""

    messages: int
    consumers: int


@dataclass(slots=True)
class BrokerSeen:
    """What was found. ``confirm`` is a publish and its confirm in seconds, ``None`` if it never came: an alarm."""

    version: str = "unknown"
    confirm: float | None = None
    lanes: dict[str, LaneSeen] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)
    wrong: dict[str, str] = field(default_factory=dict)
    """Lanes whose queue has other arguments than ours, and what the broker says of it."""


async def inspect(url: str, workers: Sequence[Worker], *, prefix: str = "hub") -> BrokerSeen:
    """Connect and look. Raises ``BrokerAway``, or ``BrokerRefuses``, with what the broker or the network said."""
    connection = aiormq.Connection(URL(url).update_query(name="peyvand doctor"))
    try:
        async with asyncio.timeout(CONNECT):
            await connection.connect()
        seen = BrokerSeen(version=_text(connection.server_properties.get("version")))
        for lane in Topology(workers).lanes:
            await _look(connection, prefix, lane, seen)
        seen.confirm = await _confirmed(connection)
    except AWAY as error:
        raise told(error) from error
    finally:
        await connection.close()
    return seen


async def _look(connection: aiormq.Connection, prefix: str, lane: str, seen: BrokerSeen) -> None:
    channel = await open_channel(connection)  # one each: the broker closes it with the first answer it does not like
    try:
        found = await channel.queue_declare(f"{prefix}.{lane}", passive=True, timeout=PATIENCE)
        seen.lanes[lane] = LaneSeen(found.message_count or 0, found.consumer_count or 0)
        # It is there, so this makes nothing; it only compares.
        await channel.queue_declare(f"{prefix}.{lane}", durable=True, arguments=arguments(prefix), timeout=PATIENCE)
    except aiormq.ChannelNotFoundEntity:
        seen.missing.append(lane)
    except (aiormq.ChannelPreconditionFailed, aiormq.ChannelLockedResource) as error:
        seen.wrong[lane] = str(error)
    finally:
        await close_channel(channel)


async def _confirmed(connection: aiormq.Connection) -> float | None:
    channel = await open_channel(connection, confirms=True)
    queue = await channel.queue_declare(exclusive=True, auto_delete=True, timeout=PATIENCE)
    began = time.perf_counter()
    try:
        async with asyncio.timeout(PATIENCE):
            await channel.basic_publish(b"", routing_key=queue.queue or "", mandatory=True)
    except TimeoutError:
        return None
    return time.perf_counter() - began


def _text(value: object) -> str:
    return value.decode(errors="replace") if isinstance(value, bytes) else str(value)
