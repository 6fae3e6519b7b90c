"""The broker's own dead queue, drained into ``dead_events`` by any process that works.

Nothing of ours goes there while the delivery limit is out of reach; a person or another version may put something in.
"""

import asyncio
from collections.abc import Mapping
from typing import Any

import aiormq
import aiormq.abc
import structlog

from hub.bus import queues, store
from hub.bus.inbox import Head, split
from hub.bus.links import AWAY, Link, close_channel, open_channel, own_cancellation
from hub.errors import StoreAway
from hub.store import Store

PAUSE = 5.0

log = structlog.get_logger()


class Funeral:
    """Buries what the broker has dead-lettered."""

    def __init__(self, link: Link, database: Store, prefix: str) -> None:
        self._link, self._database, self._prefix = link, database, prefix

    async def keep(self) -> None:
        """Until cancelled."""
        while True:
            connection = await self._link.connected()
            try:
                await self._drain(connection)
            except (*AWAY, StoreAway) as error:
                log.debug("funeral_waits", error=type(error).__name__)
            except asyncio.CancelledError:
                if own_cancellation():
                    raise
            await asyncio.sleep(PAUSE)

    async def _drain(self, connection: aiormq.Connection) -> None:
        channel = await open_channel(connection)
        try:
            while True:
                message = await channel.basic_get(queues.dead_queue(self._prefix), timeout=10)
                if message.delivery_tag is None:
                    return
                await self._bury(message)
                await channel.basic_ack(message.delivery_tag)
        finally:
            await close_channel(channel)

    async def _bury(self, message: aiormq.abc.DeliveredMessage) -> None:
        worker, reason = _origin(message.header.properties.headers or {}, self._prefix)
        async with self._database.transaction() as tx:
            for raw in split(message.body):
                head = Head.of(raw)
                await store.bury(tx, worker, head.id, head.type, body=bytes(raw), reason=reason)
        log.error("broker_dead_lettered", worker=worker, reason=reason)


def _origin(headers: Mapping[str, Any], prefix: str) -> tuple[str, str]:
    """The worker and the broker's reason, from ``x-death`` (https://www.rabbitmq.com/docs/dlx)."""
    deaths = headers.get("x-death")
    death = deaths[0] if isinstance(deaths, list) and deaths else {}
    queue = str(death.get("queue", "")).removeprefix(f"{prefix}.")
    return queue.rpartition(".")[0] or "unknown", f"the broker dead-lettered it: {death.get('reason', 'unknown')}"
