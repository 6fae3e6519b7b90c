"""``hub work`` in a process that kills itself at chosen points, so many times, and each time over another event.

``python -m tests.faults.dying NOTES WORKERS PORT POINT=TIMES …``, where WORKERS are names parted by commas and PORT is
for metrics, or 0. Without points it only hurries: minutes of waiting for a proof become seconds.

The hooks wrap a worker's handler and the bus's ack from outside; what lies between is the code that runs in production.
In the file NOTES stands, over all lives of the process, what it has died over: the same event is spared from then on,
since one that kills its worker again and again is rightly buried.
"""

import asyncio
import dataclasses
import json
import logging
import os
import signal
import sys
from collections.abc import Iterable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from hub.adapters.sms_twilio.adapter import SmsTwilio
from hub.bootstrap import Parts
from hub.bus.shards import Hold
from hub.channel import OutboundMessage, SendReceipt
from hub.cli import options, running, working
from hub.delivery import outcomes
from hub.delivery.outcomes import Outcome
from hub.events import Event
from hub.worker import Worker
from workers import WORKERS, keep_time, record_interactions, send_messages
from workers.send_messages import Claim, SendMessages

SOON = timedelta(seconds=1)
ABSENCE = timedelta(seconds=5)
"""In place of the two minutes after which the provider's list proves absence."""


class Death:
    """Kills this process when its time has come."""

    def __init__(self, notes: Path, plan: dict[str, int]) -> None:
        self._notes, self._plan = notes, plan

    def at(self, point: str, over: Iterable[object]) -> None:
        """Die here, if that is planned and at least one of these was never died over."""
        died = [json.loads(line) for line in self._notes.read_text().splitlines()] if self._notes.exists() else []
        times = sum(one["point"] == point for one in died)
        spared = {name for one in died for name in one["over"]}
        names = [str(one) for one in over]
        if times >= self._plan.get(point, 0) or spared.issuperset(names):
            return
        with self._notes.open("a") as notes:
            notes.write(json.dumps({"point": point, "over": names}) + "\n")
        os.kill(os.getpid(), signal.SIGKILL)


class Handles:
    """A handler that dies when it has committed, before what follows is published."""

    def __init__(self, worker: str, inner: Any, death: Death) -> None:
        self._worker, self._inner, self._death = worker, inner, death
        self.last: list[object] = []
        """What is being handled, for the ack that comes later."""

    async def handle(self, events: Sequence[Event]) -> Sequence[Event]:
        """As the worker does, then die."""
        self.last = [event.id for event in events]
        follow: Sequence[Event] = await self._inner.handle(events)
        self._death.at(f"commit:{self._worker}", self.last)
        return follow


class HandlesAndTicks(Handles):
    """One that also ticks."""

    async def tick(self) -> Sequence[Event]:
        """As the worker does; a tick that rings for something may die before it has rung."""
        follow: Sequence[Event] = await self._inner.tick()
        if follow:
            self._death.at(f"commit:{self._worker}", [event.id for event in follow])
        return follow


class Ticks:
    """A worker that only ticks."""

    def __init__(self, worker: str, inner: Any, death: Death) -> None:
        self._both = HandlesAndTicks(worker, inner, death)

    async def tick(self) -> Sequence[Event]:
        """As the worker does; see there."""
        return await self._both.tick()


class DyingSender(SendMessages):
    """Dies around the call to the provider. What it is spared for is a contact point: one bell is for all it has."""

    def __init__(self, parts: Parts, death: Death) -> None:
        super().__init__(parts)
        self._death = death

    async def _claim(self, points: Sequence[str]) -> Sequence[Claim | None]:
        self._death.at("before_claim", points)
        return await super()._claim(points)

    async def _hand_over(self, claim: Claim) -> Outcome:
        self._death.at("after_claim", [claim.message.contact_point])
        return await super()._hand_over(claim)

    async def _settle(self, settled: Sequence[Outcome]) -> Sequence[None]:
        self._death.at("before_settle", [one.message.contact_point for one in settled])
        return await super()._settle(settled)


def hooked(worker: Worker, death: Death, handlers: dict[str, Handles]) -> Worker:
    """The same worker with a handler that may die."""

    def build(parts: Parts) -> Any:
        inner = DyingSender(parts, death) if worker is send_messages.WORKER else worker.build(parts)
        if not worker.takes:
            return Ticks(worker.name, inner, death)
        kind = HandlesAndTicks if hasattr(inner, "tick") else Handles
        handler = handlers[worker.name] = kind(worker.name, inner, death)
        return handler

    return dataclasses.replace(worker, build=build)


def die_before_acks(death: Death, handlers: dict[str, Handles]) -> None:
    """Between publish and ack."""
    ack = Hold.ack_soon

    async def dying(self: Hold, tag: int, events: int) -> None:
        worker = self.lane.rpartition(".")[0]
        death.at(f"ack:{worker}", handlers[worker].last)
        await ack(self, tag, events)

    setattr(Hold, "ack_soon", dying)  # noqa: B010 - a method of another class, which is the purpose of this process


def die_during_calls(death: Death) -> None:
    """Half a second into the call to the provider."""
    send = SmsTwilio.send

    async def dying(self: SmsTwilio, message: OutboundMessage, *, key: str) -> SendReceipt:
        loop = asyncio.get_running_loop()
        loop.call_later(0.5, death.at, "during_call", [message.to])
        return await send(self, message, key=key)

    setattr(SmsTwilio, "send", dying)  # noqa: B010 - as above


def hurry() -> None:
    """Minutes become seconds."""
    outcomes.LOOK_FIRST = outcomes.LOOK_AGAIN = SOON
    outcomes.ABSENCE_COUNTS = ABSENCE
    keep_time.PATIENCE = SOON
    keep_time.ABANDONED_AFTER = ABSENCE
    record_interactions.BELL_LOST_AFTER = 5 * SOON


def main(notes: str, names: str, port: str, *points: str) -> int:
    """Work until the end that is written for us."""
    plan = {point: int(times) for point, _, times in (one.rpartition("=") for one in points)}
    death, handlers = Death(Path(notes), plan), dict[str, Handles]()
    hurry()
    die_before_acks(death, handlers)
    if "during_call" in plan:
        die_during_calls(death)
    settings = options.load({})
    workers = [hooked(worker, death, handlers) for worker in WORKERS if worker.name in names.split(",")]
    work = working._work(settings, workers, "127.0.0.1", int(port))
    return running.run(work, level=logging.INFO, form=settings.log_format)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
