"""A connection to RabbitMQ that is there again whenever it can be.

aio-pika makes the connection; keeping it is our own few lines instead of its robust classes, since those bring back
channels and consumers on their own, which a shard that is to stand *behind* another member in the line must not do.
Channels are taken from the ``aiormq`` connection beneath: per message they cost half of aio-pika's wrappers.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import cast

import aio_pika
import aiormq
import structlog
from yarl import URL

from hub.errors import BrokerAway, BrokerRefuses, TopologyWrong
from hub.waiting import cancelled

AWAY = (BrokerAway, aiormq.AMQPError, OSError, TimeoutError, RuntimeError)
"""What aiormq raises when the broker or the connection is gone; ``RuntimeError`` from a connection already closed."""

HEARTBEAT = 10
"""Seconds. The broker closes after two missed, so a frozen process is replaced within 30 s."""
CONNECT = 5.0
FIRST_PAUSE = 0.1
LONGEST_PAUSE = 2.0
LOOK = 0.5
"""Seconds after which a publish that is under way fails when an alarm blocks it; a later one is refused at once."""

log = structlog.get_logger()

Opened = Callable[[aiormq.Connection], Awaitable[None]]


class Link:
    """Keeps one connection open from ``start`` to ``aclose``; ``opened`` prepares each new one before it is used.

    Who publishes on it gives ``lost``, which ends what is under way; an alarm blocks no connection that only consumes.
    """

    def __init__(self, url: str, name: str, opened: Opened, *, lost: Callable[[str], None] | None = None) -> None:
        self._url = URL(url).update_query(heartbeat=str(HEARTBEAT), name=f"peyvand {name}")
        self._name, self._opened, self._lost = name, opened, lost
        self._up = asyncio.Event()
        self._keeper: asyncio.Task[None] | None = None
        self._first: asyncio.Future[None] | None = None
        self.connection: aiormq.Connection | None = None
        self.why = "not connected yet"

    @property
    def blocked(self) -> bool:
        """Whether an alarm of the broker blocks it now."""
        connection = self.connection
        return connection is not None and not connection.is_closed and _is_blocked(connection)

    def begin(self) -> None:
        """Begin to keep the connection, without waiting for it."""
        if self._keeper is None:
            self._first = asyncio.get_running_loop().create_future()
            self._keeper = asyncio.create_task(self._keep(), name=f"link {self._name}")

    async def first(self, timeout: float) -> None:
        """Wait for the first connection. Raises ``BrokerAway`` or ``TopologyWrong``; it goes on trying all the same."""
        if self._first is None:
            raise BrokerAway("not started")
        try:
            async with asyncio.timeout(timeout):
                await asyncio.shield(self._first)
        except TimeoutError as error:
            raise BrokerAway(f"no connection to RabbitMQ: {self.why}") from error

    async def connected(self) -> aiormq.Connection:
        """The connection, as soon as there is one."""
        while self.connection is None:
            await self._up.wait()
        return self.connection

    async def drop(self) -> None:
        """Close the connection so that a new one is made."""
        connection, self.connection = self.connection, None
        self._up.clear()
        if connection is not None:
            await _closed(connection)

    async def aclose(self) -> None:
        """Close and stay closed."""
        if self._keeper is not None:
            await cancelled([self._keeper])
            self._keeper = None

    async def _keep(self) -> None:
        pause = FIRST_PAUSE
        while True:
            try:
                await self._live()
                pause = FIRST_PAUSE
            except TopologyWrong as error:
                self._tell(str(error), error)
                pause = LONGEST_PAUSE
            except AWAY as error:
                self._tell(str(told(error)), None)
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    async def _live(self) -> None:
        holder = aio_pika.Connection(self._url)
        try:
            async with asyncio.timeout(CONNECT):
                await holder.connect()
                connection = _beneath(holder)
                await self._opened(connection)
            self.connection, self.why = connection, ""
            self._up.set()
            if self._first is not None and not self._first.done():
                self._first.set_result(None)
            log.info("broker_connected", link=self._name)
            await self._watch(connection)
        finally:
            self.connection = None
            self._up.clear()
            if self._lost is not None:
                self._lost(self.why or "the connection to RabbitMQ was lost")
            await _closed(holder)

    async def _watch(self, connection: aiormq.Connection) -> None:
        """Until it is closed; meanwhile end what an alarm blocks. That it begins aiormq tells nobody, only its end."""
        closing = connection.closing  # each look at it makes an observer that lasts as long as the connection
        while not closing.done():
            if self._lost is not None and self.blocked:
                log.warning("broker_blocked", link=self._name)
                self._lost("RabbitMQ is blocked by a memory or disk alarm")
                await _first_of(closing, asyncio.ensure_future(connection.ready()))
            else:
                await asyncio.wait({closing}, timeout=LOOK if self._lost is not None else None)
        self._tell("the connection was closed", None)

    def _tell(self, why: str, fault: TopologyWrong | None) -> None:
        if why != self.why:
            log.warning("broker_away", link=self._name, why=why)
        self.why = why
        if fault is not None and self._first is not None and not self._first.done():
            self._first.set_exception(fault)


def told(error: Exception) -> BrokerAway:
    """Why there is no connection, as the broker or the network has it. Raised while a connection is made.

    What the broker says when it does not open a virtual host, aiormq keeps to itself.
    """
    if isinstance(error, aiormq.exceptions.InvalidFrameError) and "Connection.OpenOk" in str(error):
        return BrokerRefuses(
            "it does not open this virtual host: there is none such, this user may not use it, or it is full or down"
        )
    words = f"{type(error).__name__}: {error}".removesuffix(": ")
    return (BrokerRefuses if isinstance(error, aiormq.exceptions.ProbableAuthenticationError) else BrokerAway)(words)


async def open_channel(connection: aiormq.Connection, *, confirms: bool = False) -> aiormq.Channel:
    """A new channel; with ``confirms`` one on which a returned message is an error."""
    channel = await connection.channel(publisher_confirms=confirms, on_return_raises=confirms, timeout=10)
    return cast("aiormq.Channel", channel)


async def close_channel(channel: aiormq.Channel) -> None:
    """Close it if it is not closed yet; what is unacked goes back to its place."""
    if channel.is_closed:
        return
    try:
        await channel.close(timeout=2)
    except AWAY as error:
        log.debug("channel_close_failed", error=type(error).__name__)


def _is_blocked(connection: aiormq.Connection) -> bool:
    """Whether ``connection.blocked`` is in force. aiormq shows it only by letting ``ready()`` wait."""
    waiting = connection.ready()
    try:
        waiting.send(None)
    except StopIteration:
        return False
    finally:
        waiting.close()
    return True


async def _first_of(closing: asyncio.Future[None], other: asyncio.Future[None]) -> None:
    try:
        await asyncio.wait({closing, other}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        other.cancel()


def _beneath(holder: aio_pika.Connection) -> aiormq.Connection:
    if holder.transport is None:
        raise BrokerAway("the connection to RabbitMQ was lost while it was made")
    return cast("aiormq.Connection", holder.transport.connection)


async def _closed(connection: aiormq.Connection | aio_pika.Connection) -> None:
    try:
        async with asyncio.timeout(2):
            await connection.close()
    except AWAY as error:
        log.debug("broker_close_failed", error=str(error))


def own_cancellation() -> bool:
    """Whether this task is being cancelled. aiormq ends futures with ``CancelledError`` when a connection closes."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0
