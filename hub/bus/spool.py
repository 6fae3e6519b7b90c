"""The local spool: while the broker is away, blocked or full, what is taken in is durable on the disk.

It flows on as soon as the broker takes it.
While anything is spooled, everything goes through the spool, so that what is sent after an answer stays behind it.
"""

import asyncio
import os
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import structlog

from hub.bus.contract import Publisher
from hub.bus.metrics import BusMetrics
from hub.bus.segments import SUFFIX, Record, Segment, check_space
from hub.errors import BrokerAway, HubError, SpoolFull
from hub.events import Event, decode, encode
from hub.logs import shown, trace
from hub.waiting import cancelled, rung

PATIENCE = 2.0
"""Seconds the bus has to confirm before an event goes to the disk; a webhook's sender waits 15 s at most."""
MOST = 200
"""Events published at once on the way back."""
ADOPT = 30.0
FIRST_PAUSE = 0.1
LONGEST_PAUSE = 2.0

log = structlog.get_logger()


class Accepts(Publisher, Protocol):
    """A bus that knows, without trying, whether it would take something in now."""

    def accepting(self) -> bool:
        """Whether a publish has a chance."""


@dataclass(slots=True)
class _Waiting:
    bodies: list[bytes]
    durable: "asyncio.Future[None]"


class Spooled:
    """A ``Publisher`` over ``bus`` that has ``folder`` to fall back on. Raises ``SpoolFull`` when neither takes it."""

    def __init__(
        self, bus: Accepts, folder: Path, *, patience: float = PATIENCE, metrics: BusMetrics | None = None
    ) -> None:
        self._bus, self._folder, self._timeout = bus, folder, patience
        self._metrics = metrics or BusMetrics()
        self._segments: list[Segment] = []
        self._current: Segment | None = None
        self._queue: list[_Waiting] = []
        self._writer: asyncio.Task[None] | None = None
        self._flusher: asyncio.Task[None] | None = None
        self._something = asyncio.Event()
        self._adopted_at = 0.0

    async def start(self) -> None:
        """Make the folder, take over what dead processes left, and begin to let it flow. Raises ``SpoolFull``."""
        try:
            await asyncio.to_thread(self._prepare)
        except OSError as error:
            raise SpoolFull(f"the spool folder {self._folder} cannot be used: {error.strerror}") from error
        await self._adopt()
        self._flusher = asyncio.create_task(self._flush(), name="spool")

    async def publish(self, events: Sequence[Event]) -> None:
        """Return once all are durable, on the broker or on the disk. Raises ``SpoolFull`` or ``EventInvalid``."""
        if not self._direct():
            await self._spool(events)
            return
        try:
            async with asyncio.timeout(self._timeout):
                await self._bus.publish(events)
        except (BrokerAway, TimeoutError) as error:
            log.warning("spooling", error=type(error).__name__)
            await self._spool(events)

    def ring(self, events: Sequence[Event]) -> None:
        """Bells are never spooled: the row behind them is rung for again."""
        self._bus.ring(events)

    def depth(self) -> int:
        """Events on the disk, or on their way there."""
        return sum(segment.left for segment in self._segments) + sum(len(one.bodies) for one in self._queue)

    def oldest_age(self) -> float:
        """Seconds since the oldest file was begun; 0 when the spool is empty."""
        return max((time.time() - segment.born for segment in self._segments if segment.left), default=0.0)

    def writable(self) -> bool:
        """Whether the disk would take something in: the web is ready if the broker or the spool is."""
        try:
            check_space(self._folder)
        except (SpoolFull, OSError):
            return False
        return os.access(self._folder, os.W_OK)

    async def drain(self, seconds: float = 5.0) -> None:
        """Let it flow for so long; what is left stays on the disk for the next process."""
        try:
            async with asyncio.timeout(seconds):
                while self.depth() and self._bus.accepting():  # noqa: ASYNC110 - the flusher works beside us
                    await asyncio.sleep(0.02)
        except TimeoutError:
            log.warning("spool_left", events=self.depth())

    async def aclose(self) -> None:
        """Stop, and let go of the files."""
        if self._flusher is not None:
            await cancelled([self._flusher])
        if self._writer is not None and not self._writer.done():
            await asyncio.wait({self._writer})
        for segment in self._segments:
            await asyncio.to_thread(segment.close if segment.left else segment.remove)
        self._segments, self._current = [], None

    def _direct(self) -> bool:
        return self._writer is None and not self.depth() and self._bus.accepting()

    def _prepare(self) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._folder.chmod(0o700)

    # ── to the disk ──────────────────────────────────────────────────────────────────────────────────────────────────

    async def _spool(self, events: Sequence[Event]) -> None:
        waiting = _Waiting([encode(event) for event in events], asyncio.get_running_loop().create_future())
        self._queue.append(waiting)
        if self._writer is None:
            self._writer = asyncio.create_task(self._write(), name="spool writer")
        await waiting.durable
        self._metrics.spooled(len(events))

    async def _write(self) -> None:
        """Write until nobody waits. A fault is told to all who wait; the next publish begins anew."""
        try:
            await self._write_groups()
        except Exception as error:  # noqa: BLE001 - told and logged; a writer that stays "at work" would hang them all
            log.error("spool_writer_failed", error=shown(error), trace=trace(error))  # noqa: TRY400 - see shown
        finally:
            waiting, self._queue = self._queue, []
            _settle(waiting, SpoolFull("the broker is away and the spool's writer failed"))
            self._writer = None
            self._something.set()

    async def _write_groups(self) -> None:
        """One sync for all who wait; then the next for all who have come meanwhile."""
        while self._queue:
            group = tuple(self._queue)
            bodies = [body for one in group for body in one.bodies]
            try:
                segment, length = await asyncio.to_thread(self._append, bodies)
            except (OSError, SpoolFull) as error:
                _settle(group, _full(error))
            else:
                segment.grown(length, len(bodies))
                _settle(group, None)
            del self._queue[: len(group)]

    def _append(self, bodies: list[bytes]) -> tuple[Segment, int]:
        check_space(self._folder)
        if self._current is None or self._current.sealed:
            self._current = Segment.begin(self._folder)
            self._segments.append(self._current)
        return self._current, self._current.append(bodies)

    # ── and back to the broker ───────────────────────────────────────────────────────────────────────────────────────

    async def _flush(self) -> None:
        pause = FIRST_PAUSE
        while True:
            try:
                await self._adopt_sometimes()
                await self._flow_off()
                pause = FIRST_PAUSE
                await self._until_something()
            except BrokerAway as error:
                log.debug("spool_waits", events=self.depth(), error=str(error))
                await asyncio.sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE)
            except OSError as error:
                log.error("spool_unreadable", error=str(error))  # noqa: TRY400 - an OSError's text says it all
                await asyncio.sleep(LONGEST_PAUSE)
            except Exception as error:  # noqa: BLE001 - what is spooled must flow on whatever one round met
                log.error("spool_flush_failed", error=shown(error), trace=trace(error))  # noqa: TRY400 - see shown
                await asyncio.sleep(LONGEST_PAUSE)

    async def _until_something(self) -> None:
        self._something.clear()
        await rung(self._something, 1)

    async def _flow_off(self) -> None:
        while self._segments:
            segment = self._segments[0]
            length = segment.length
            found = await asyncio.to_thread(segment.unread, MOST)
            if found:
                await self._republish(segment, found)
            elif segment is self._current and self._writer is not None:
                return  # it is being appended to
            elif segment.length == length:
                await self._remove(segment)

    async def _remove(self, segment: Segment) -> None:
        if segment is self._current:
            self._current = None
        self._segments.remove(segment)
        removing = asyncio.create_task(asyncio.to_thread(segment.remove))
        try:
            await asyncio.shield(removing)
        finally:  # whoever closes us meanwhile finds the file gone
            await asyncio.wait({removing})
        log.info("spool_flowed_off", file=segment.path.name)

    async def _republish(self, segment: Segment, found: Sequence[Record]) -> None:
        good = [record for record in found if not record.damaged]
        if len(good) < len(found):
            kept = await asyncio.to_thread(segment.set_aside, "damaged")
            log.error("spool_damaged", file=str(kept), bytes=sum(len(r.body) for r in found if r.damaged))
        try:
            await self._bus.publish([decode(record.body) for record in good])
        except BrokerAway:
            raise
        except HubError as error:
            await self._one_by_one(segment, good, error)
        segment.read_to = found[-1].end
        segment.left -= len(good)

    async def _one_by_one(self, segment: Segment, good: Sequence[Record], error: HubError) -> None:
        """Something in there is refused for good: keep the file aside, publish the rest."""
        kept = await asyncio.to_thread(segment.set_aside, "refused")
        log.error("spool_refused", file=str(kept), error=str(error))
        for record in good:
            try:
                await self._bus.publish([decode(record.body)])
            except BrokerAway:
                raise
            except HubError as refused:
                log.error("spooled_event_refused", error=str(refused))  # noqa: TRY400 - our own error says it all

    async def _adopt_sometimes(self) -> None:
        if time.monotonic() - self._adopted_at > ADOPT:
            await self._adopt()

    async def _adopt(self) -> None:
        self._adopted_at = time.monotonic()
        mine = {segment.path for segment in self._segments}
        adopted = await asyncio.to_thread(self._orphans, mine)
        if adopted:
            log.warning("spool_adopted", files=len(adopted), events=sum(segment.left for segment in adopted))
            self._segments[:0] = adopted

    def _orphans(self, mine: set[Path]) -> list[Segment]:
        paths = sorted(path for path in self._folder.glob(f"*{SUFFIX}") if path not in mine)
        return [segment for path in paths if (segment := Segment.adopt(path)) is not None]


def _settle(group: Sequence[_Waiting], error: SpoolFull | None) -> None:
    for one in group:
        if one.durable.done():
            continue
        if error is None:
            one.durable.set_result(None)
        else:
            one.durable.set_exception(error)


def _full(error: OSError | SpoolFull) -> SpoolFull:
    if isinstance(error, SpoolFull):
        return error
    return SpoolFull(f"the broker is away and the spool cannot be written: {error.strerror}")
