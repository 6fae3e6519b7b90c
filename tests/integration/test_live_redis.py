"""Heartbeats and hints, on a real Redis and on the stand-in; and what a dead, emptied or silent Redis does to them."""

import asyncio
import contextlib
import secrets
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Self

import msgspec
import pytest
import redis.asyncio as redis
from structlog.testing import capture_logs

from hub.errors import LiveAway
from hub.live import Hint, Look, RedisLive
from hub.live import redis as live_redis
from hub.model import new_id
from tests.services import Server
from tests.services.server import free_port

IN_TIME = live_redis.TIMEOUT + 0.4
"""Seconds a call may take when nothing answers: the time-out, and what a busy machine adds."""


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[RedisLive]:
    """Heartbeats and hints of an installation that nobody else has."""
    prefix = f"t{secrets.token_hex(6)}"
    live = RedisLive(url, prefix=prefix)
    try:
        yield live
    finally:
        await live.aclose()
        if url:
            await _tidy(url, prefix)


async def _tidy(url: str, prefix: str) -> None:
    async with redis.Redis.from_url(url, socket_connect_timeout=1, retry=None) as client:
        with contextlib.suppress(redis.RedisError):  # a server that is dead keeps nothing of ours
            await client.delete(f"{prefix}:beats", f"{prefix}:epoch")


@pytest.fixture(params=["fakeredis", pytest.param("redis", marks=pytest.mark.redis)])
async def live(request: pytest.FixtureRequest) -> AsyncIterator[RedisLive]:
    url = request.getfixturevalue("redis_url") if request.param == "redis" else ""
    async with opened(url) as live:
        yield live


class Heard:
    """A listener and what it was told."""

    def __init__(self, live: RedisLive) -> None:
        self._all: list[Hint] = []
        self.looks: list[Look] = []
        self._live = live

    @property
    def hints(self) -> list[Hint]:
        """What it was told, but for the probes of ``until_hearing``."""
        return [hint for hint in self._all if hint.kind != "probe"]

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._live.listen(self._all.extend, self.looks.append))
        await self.until_hearing()
        return self

    async def __aexit__(self, *_: object) -> None:
        self._task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            async with asyncio.timeout(2):
                await self._task

    async def until_hearing(self) -> None:
        """Until a hint comes through: subscribing is not seen from outside, and what is told before it is lost."""
        probe = Hint(kind="probe", id=new_id(), version=0)
        await until(lambda: self._tell(probe))

    async def _tell(self, probe: Hint) -> bool:
        await self._live.hint([probe])
        await asyncio.sleep(0.01)
        return probe in self._all


async def until(there: Callable[[], Awaitable[bool]], seconds: float = 8) -> None:
    """Wait until it is so."""
    async with asyncio.timeout(seconds):
        while not await there():
            await asyncio.sleep(0.02)


async def timed(call: Awaitable[object]) -> float:
    """Seconds until it raised ``LiveAway``."""
    began = time.monotonic()
    with pytest.raises(LiveAway, match="Redis does not answer"):
        await call
    return time.monotonic() - began


# --- On either ------------------------------------------------------------------------------------------------


async def test_beats_are_remembered_with_their_time(live: RedisLive) -> None:
    mina, ali, began = new_id(), new_id(), datetime.now(UTC)

    await live.beat([mina])
    await live.beat([mina, ali])
    beats = await live.heartbeats()

    assert beats.at.keys() == {mina, ali}
    assert all(began - timedelta(milliseconds=1) <= at <= datetime.now(UTC) for at in beats.at.values())


async def test_the_stand_in_is_not_away_when_its_process_is_busy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live_redis, "TIMEOUT", 0.0)
    async with opened("") as live:
        await live.beat([mina := new_id()])
        assert mina in (await live.heartbeats()).at


async def test_every_listener_hears_who_looks_at_what(live: RedisLive) -> None:
    look = Look(conversation=new_id(), agent=new_id(), name="Mina", desk=new_id(), agents=(new_id(),), team=new_id())
    said = [look, msgspec.structs.replace(look, typing=True), msgspec.structs.replace(look, left=True)]
    async with Heard(live) as one, Heard(live) as other:
        for each in said:
            await live.look(each)

        async def heard() -> bool:
            return len(one.looks) == len(other.looks) == 3

        await until(heard)
        assert one.looks == other.looks == said


async def test_who_leaves_counts_from_that_moment(live: RedisLive) -> None:
    mina = new_id()
    await live.beat([mina])
    before = (await live.heartbeats()).at[mina]

    await asyncio.sleep(0.01)
    await live.leave([mina])

    assert (await live.heartbeats()).at[mina] > before


async def test_a_beat_of_half_an_hour_ago_is_forgotten(live: RedisLive, monkeypatch: pytest.MonkeyPatch) -> None:
    await live.beat([new_id()])
    await asyncio.sleep(0.01)
    monkeypatch.setattr(live_redis, "REMEMBERED", timedelta(0))

    assert (await live.heartbeats()).at == {}


async def test_the_epoch_stays_while_nothing_is_emptied(live: RedisLive) -> None:
    first = (await live.heartbeats()).epoch
    await live.beat([new_id()])

    assert first
    assert (await live.heartbeats()).epoch == first


async def test_hints_reach_every_listener_whole_and_in_order(live: RedisLive) -> None:
    told = [
        Hint(kind="conversation", id=new_id(), version=n, cause=new_id(), agents=(new_id(),), team=new_id())
        for n in range(50)
    ]
    async with Heard(live) as here, Heard(live) as there:
        await live.hint([])
        await live.hint(told[:20])
        await live.hint(told[20:])
        await until(lambda: _are(told, here.hints, there.hints))


async def _are(told: Sequence[Hint], *heard: Sequence[Hint]) -> bool:
    return all(list(one) == list(told) for one in heard)


async def test_installations_do_not_hear_each_other(redis_url: str) -> None:
    async with opened(redis_url) as ours, opened(redis_url) as theirs, Heard(ours) as heard:
        await theirs.beat([new_id()])
        await theirs.hint([Hint(kind="agent", id=new_id(), version=1)])
        await heard.until_hearing()  # whatever was told before would have come by now

        assert (heard.hints, (await ours.heartbeats()).at) == ([], {})


async def test_a_listener_stays_through_silence(live: RedisLive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live_redis, "QUIET", 0.05)
    told = Hint(kind="agent", id=new_id(), version=1)
    with capture_logs() as logs:
        async with Heard(live) as heard:
            await asyncio.sleep(0.5)
            await live.hint([told])
            await until(lambda: _are([told], heard.hints))
    assert [line for line in logs if line["event"] == "redis_away"] == []


@pytest.mark.parametrize("turns", range(30))
async def test_a_listener_ends_when_cancelled_however_far_it_has_connected(live: RedisLive, turns: int) -> None:
    """With redis-py's own time-out, ``asyncio.wait_for`` loses the cancellation before Python 3.12 (gh-86296)."""
    listening = asyncio.create_task(live.listen(lambda _: None))
    for _ in range(turns):
        await asyncio.sleep(0)
    listening.cancel()
    await asyncio.wait([listening], timeout=1)
    ended = listening.done()
    listening.cancel()

    assert ended


# --- When Redis is away, emptied, or silent -------------------------------------------------------------------


async def test_a_dead_redis_is_said_so_in_time() -> None:
    async with opened(f"redis://127.0.0.1:{free_port()}/0") as live:
        for call in (live.beat([new_id()]), live.heartbeats(), live.ping()):
            assert await timed(call) < IN_TIME
        with capture_logs() as logs:
            await live.hint([Hint(kind="agent", id=new_id(), version=1)])
            await live.hint([Hint(kind="agent", id=new_id(), version=1)])
    assert [line["event"] for line in logs] == [
        "hints_lost",
        "hints_lost",
    ]  # that it is away was said by the first call


async def test_a_frozen_redis_is_given_up_after_200_ms(private_redis: Server) -> None:
    async with opened(private_redis.url) as live:
        await live.ping()
        private_redis.pause()
        try:
            for _ in range(3):
                assert live_redis.TIMEOUT - 0.02 <= await timed(live.heartbeats()) < IN_TIME
        finally:
            private_redis.resume()
        await until(lambda: _answers(live))


async def test_a_flush_is_seen_by_the_epoch_and_nothing_else_is_needed(private_redis: Server) -> None:
    mina = new_id()
    async with opened(private_redis.url) as live, Heard(live) as heard:
        await live.beat([mina])
        before = await live.heartbeats()
        await private_redis.run_tool("redis-cli", "FLUSHALL")
        emptied = await live.heartbeats()
        await live.beat([mina])

        assert emptied.at == {}
        assert emptied.epoch != before.epoch
        assert (await live.heartbeats()).at.keys() == {mina}
        await heard.until_hearing()


async def test_a_listener_comes_back_with_redis(private_redis: Server) -> None:
    told = Hint(kind="agent", id=new_id(), version=1)
    async with opened(private_redis.url) as live, Heard(live) as heard:
        await private_redis.kill()
        await timed(live.ping())
        await private_redis.start()
        await until(lambda: _answers(live))
        await heard.until_hearing()
        await live.hint([told])
        await until(lambda: _are([told], heard.hints))


async def test_a_listener_notices_a_line_that_says_nothing(
    private_redis: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A cut cable closes no connection: without asking, the listener would wait for ever."""
    monkeypatch.setattr(live_redis, "QUIET", 0.1)
    async with opened(private_redis.url) as live, Heard(live) as heard:
        with capture_logs() as logs:
            private_redis.pause()
            await asyncio.sleep(1)
            private_redis.resume()
        await heard.until_hearing()
    interrupted = [line["reason"] for line in logs if line["event"] == "redis_away"]
    assert interrupted[:1] == ["TimeoutError: the connection for hints is silent"]


async def test_an_outage_is_said_when_it_begins_and_when_it_ends_not_with_every_call(private_redis: Server) -> None:
    async with opened(private_redis.url) as live, Heard(live) as heard:
        with capture_logs() as logs:
            await private_redis.kill()
            for _ in range(6):
                await timed(live.heartbeats())
                await asyncio.sleep(0.25)
            await private_redis.start()
            await until(lambda: _answers(live))
            await heard.until_hearing()
    assert [line["event"] for line in logs if line["log_level"] != "debug"] == ["redis_away", "redis_back"]


async def _answers(live: RedisLive) -> bool:
    try:
        await live.ping()
    except LiveAway:
        return False
    return True
