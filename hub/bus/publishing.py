"""Publishing on RabbitMQ: one channel with confirms, persistent, mandatory, and a return is an error."""

import asyncio
from itertools import count

import aiormq
import structlog

from hub.bus.links import AWAY, Link, open_channel, own_cancellation
from hub.errors import BrokerAway

log = structlog.get_logger()


class Publishing:
    """The publishing side of a connection; ``link`` is set by whoever owns both."""

    def __init__(self, prefix: str) -> None:
        self._prefix = prefix
        self._numbers = count(1)
        self._channel: aiormq.Channel | None = None
        self._mending: asyncio.Task[None] | None = None
        self.link: Link | None = None

    async def opened(self, connection: aiormq.Connection) -> None:
        """Open the channel on a new connection; if ever the channel closes alone, the connection is made anew."""
        channel = await open_channel(connection, confirms=True)
        channel.closing.add_done_callback(lambda _: self._closed(channel))
        self._channel = channel

    async def send(self, lane: str, body: bytes) -> None:
        """Return when the broker has confirmed. Raises ``BrokerAway``, also for a queue that is not there."""
        channel, link = self._channel, self.link
        if channel is None or link is None or link.connection is None:
            raise BrokerAway(f"RabbitMQ is away: {link.why if link is not None else 'not started'}")
        if link.blocked:
            raise BrokerAway("RabbitMQ is blocked by a memory or disk alarm")
        try:
            await channel.basic_publish(
                body,
                routing_key=f"{self._prefix}.{lane}",
                properties=aiormq.spec.Basic.Properties(
                    delivery_mode=2,
                    content_type="application/cloudevents-batch+json",
                    message_id=str(next(self._numbers)),  # aiormq finds a returned message by it
                ),
                mandatory=True,
                wait=False,
            )
        except aiormq.PublishError as error:
            self._mend()
            raise BrokerAway(f"the queue {self._prefix}.{lane} is not there; it is being declared again") from error
        except aiormq.DeliveryError as error:
            raise BrokerAway(f"RabbitMQ refused a message for {self._prefix}.{lane}") from error
        except AWAY as error:
            raise BrokerAway(f"RabbitMQ is away: {type(error).__name__}") from error
        except asyncio.CancelledError:
            if own_cancellation():
                raise
            raise BrokerAway("the connection to RabbitMQ was closed while publishing: it may still land") from None

    def _mend(self) -> None:
        """A new connection declares all queues again."""
        if self.link is not None and self.link.connection and (self._mending is None or self._mending.done()):
            self._mending = asyncio.create_task(self.link.drop())

    def _closed(self, channel: aiormq.Channel) -> None:
        if self._channel is channel:
            self._channel = None
            self._mend()
