"""Heartbeats, hints and looks on Redis; with ``fakeredis`` in one process when no Redis is configured.

Every call to a real Redis has a short time-out (200 ms): a slow Redis must never hold up a message.
"""

import asyncio
import uuid
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from uuid import UUID

import fakeredis
import msgspec
import redis.asyncio as redis
import structlog
from redis.asyncio.client import PubSub

from hub.errors import LiveAway
from hub.live.contract import Hint, Look, unheard
from hub.live.outage import Outage
from hub.routing.presence import Heartbeats

log = structlog.get_logger(__name__)

TIMEOUT = 0.2
SUBSCRIBED_WITHIN = 2.0
"""Seconds for connecting and subscribing; nobody waits for it."""
QUIET = 5.0
"""Seconds without a hint after which the listener asks whether Redis is still there: a cut line says nothing."""
REMEMBERED = timedelta(minutes=30)
ASKING, HEARING = "asking", "hearing hints"
_hints = msgspec.json.Decoder(list[Hint])
_look = msgspec.json.Decoder(Look)


class RedisLive:
    """``url`` as Redis clients know it; empty means the stand-in of this process. ``prefix`` parts installations."""

    def __init__(self, url: str, *, prefix: str = "hub") -> None:
        self._redis: redis.Redis = _client(url)
        self._within = TIMEOUT if url else None  # the stand-in cannot be away, only this process busy
        self._outage = Outage()
        self._beats, self._epoch = f"{prefix}:beats", f"{prefix}:epoch"
        self._hints, self._looks = f"{prefix}:hints", f"{prefix}:looks"

    async def beat(self, agent_ids: Sequence[UUID]) -> None:
        """These agents' desks are connected now. Raises ``LiveAway``."""
        now = repr(datetime.now(UTC).timestamp())
        async with self._asking() as client, client.pipeline(transaction=False) as pipe:
            pipe.set(self._epoch, uuid.uuid4().hex, nx=True)
            if agent_ids:
                pipe.zadd(self._beats, {agent_id.hex: now for agent_id in agent_ids})
            await pipe.execute()

    async def leave(self, agent_ids: Sequence[UUID]) -> None:
        """Their last desks closed: from now on the grace of a reload runs (``connected_within``)."""
        await self.beat(agent_ids)

    async def heartbeats(self) -> Heartbeats:
        """Everybody's last beat in the last half hour. Raises ``LiveAway``."""
        now = datetime.now(UTC)
        oldest = (now - REMEMBERED).timestamp()
        async with self._asking() as client, client.pipeline(transaction=False) as pipe:
            pipe.set(self._epoch, uuid.uuid4().hex, nx=True)
            pipe.get(self._epoch)
            pipe.zrangebyscore(self._beats, oldest, "+inf", withscores=True)
            pipe.zremrangebyscore(self._beats, "-inf", oldest)
            _, epoch, beats, _ = await pipe.execute()
        return Heartbeats({UUID(_text(who)): datetime.fromtimestamp(at, UTC) for who, at in beats}, _text(epoch))

    async def hint(self, hints: Sequence[Hint]) -> None:
        """Tell every web process. Never raises: a lost hint is healed by the next digest."""
        if not hints:
            return
        try:
            async with self._asking() as client:
                await client.publish(self._hints, msgspec.json.encode(hints))
        except LiveAway as error:
            log.debug("hints_lost", count=len(hints), reason=str(error))

    async def look(self, look: Look) -> None:
        """Tell every web process. Never raises: it is said again soon, or ends."""
        try:
            async with self._asking() as client:
                await client.publish(self._looks, msgspec.json.encode(look))
        except LiveAway as error:
            log.debug("look_lost", reason=str(error))

    async def listen(self, take: Callable[[Sequence[Hint]], None], looked: Callable[[Look], None] = unheard) -> None:
        """Hand over hints and looks as they come, until cancelled; reconnects by itself."""
        told = {
            self._hints: lambda data: take(_hints.decode(data)),
            self._looks: lambda data: looked(_look.decode(data)),
        }
        while True:
            try:
                async with self._redis.pubsub() as pubsub:
                    async with asyncio.timeout(SUBSCRIBED_WITHIN):
                        await pubsub.subscribe(*told)
                    self._outage.back(ASKING, HEARING)
                    await _hear(pubsub, told)
            except (redis.RedisError, OSError, msgspec.DecodeError) as error:
                self._outage.away(HEARING, _why(error))
                await asyncio.sleep(1)

    async def ping(self) -> None:
        """Raises ``LiveAway`` if it does not answer."""
        async with self._asking() as client:
            await client.ping()

    async def aclose(self) -> None:
        """Give back connections."""
        await self._redis.aclose()

    @asynccontextmanager
    async def _asking(self) -> AsyncIterator[redis.Redis]:
        try:
            async with asyncio.timeout(self._within):
                yield self._redis
            self._outage.back(ASKING)
        except (redis.RedisError, OSError, TimeoutError) as error:
            self._outage.away(ASKING, why := _why(error))
            raise LiveAway(f"Redis does not answer: {why}") from error


async def _hear(pubsub: PubSub, told: Mapping[str, Callable[[bytes], None]]) -> None:
    """Hand over what comes. Raises ``TimeoutError`` if Redis, asked after a silence, does not answer."""
    asked = False
    while True:
        message = await pubsub.get_message(timeout=TIMEOUT if asked else QUIET)
        if message is not None:
            asked = False
            if message["type"] == "message":
                told[_text(message["channel"])](message["data"])
        elif asked:
            raise TimeoutError("the connection for hints is silent")
        else:
            await pubsub.ping()
            asked = True


def _client(url: str) -> redis.Redis:
    # With a time-out of its own redis-py sends by asyncio.wait_for, which before Python 3.12 loses a cancellation that
    # comes as the bytes leave (gh-86296): a stop, or the end of our time, would be missed. So all time-outs are ours.
    if not url:
        return fakeredis.FakeAsyncRedis(socket_timeout=None)
    return redis.Redis.from_url(url, socket_timeout=None, socket_connect_timeout=TIMEOUT, health_check_interval=10)


def _why(error: Exception) -> str:
    return f"{type(error).__name__}: {error}" if str(error) else f"no answer within {TIMEOUT * 1000:g} ms"


def _text(value: bytes | str) -> str:
    return value.decode() if isinstance(value, bytes) else value
