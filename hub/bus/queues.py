"""The queues on RabbitMQ: declared as they must be, and checked. Only what 3.10 and 4.x share."""

from collections.abc import Mapping, Sequence
from typing import Any

import aiormq

from hub.bus.links import close_channel, open_channel
from hub.errors import TopologyWrong

OUT_OF_REACH = 1_000_000
"""Delivery limit. Only with one does a nacked message keep its place at the head; counting attempts is ours."""


def dead_queue(prefix: str) -> str:
    """The queue the broker dead-letters to."""
    return f"{prefix}.dead"


def arguments(prefix: str) -> dict[str, Any]:
    """Of a lane's queue. At-least-once dead-lettering needs ``reject-publish``."""
    return {
        "x-queue-type": "quorum",
        "x-single-active-consumer": True,
        "x-delivery-limit": OUT_OF_REACH,
        "x-dead-letter-exchange": "",
        "x-dead-letter-routing-key": dead_queue(prefix),
        "x-dead-letter-strategy": "at-least-once",
        "x-overflow": "reject-publish",
    }


async def declare(connection: aiormq.Connection, prefix: str, lanes: Sequence[str]) -> None:
    """Declare every queue. Raises ``TopologyWrong`` for one that exists with other arguments."""
    wanted: dict[str, dict[str, Any]] = {dead_queue(prefix): {"x-queue-type": "quorum"}}
    wanted |= {f"{prefix}.{lane}": arguments(prefix) for lane in lanes}
    channel = await open_channel(connection)
    for queue, how in wanted.items():
        try:
            await channel.queue_declare(queue, durable=True, arguments=how)
        except aiormq.ChannelPreconditionFailed as error:
            raise TopologyWrong(_sentence(queue, str(error))) from error
        except aiormq.ChannelLockedResource as error:
            raise TopologyWrong(f"the queue {queue} belongs to another connection alone: {error}") from error
    await close_channel(channel)


async def depths(connection: aiormq.Connection, prefix: str, lanes: Sequence[str]) -> Mapping[str, int]:
    """Broker messages that are ready, by lane; a queue that is gone counts as empty."""
    found: dict[str, int] = {}
    channel = await open_channel(connection)
    try:
        for lane in lanes:
            declared = await channel.queue_declare(f"{prefix}.{lane}", passive=True)
            found[lane] = declared.message_count or 0
    except aiormq.ChannelNotFoundEntity:
        return found
    finally:
        await close_channel(channel)
    return found


def _sentence(queue: str, said: str) -> str:
    return (
        f"the queue {queue} stands on RabbitMQ with other arguments than this version declares ({said.strip()}). "
        f"Let the version that made it drain it and delete it (rabbitmqctl delete_queue {queue}), "
        "or set HUB_BUS_PREFIX to another prefix and move over when the old queues are empty"
    )
