"""The parts of one process: they end together, in the right order, and a failure is named."""

import asyncio
import os
import signal
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any, cast

import pytest

from hub.bootstrap import Parts
from hub.cli.crew import Crew
from hub.cli.running import Stopping
from hub.errors import BrokerAway, TopologyWrong, WorkerBroken
from hub.events import Event
from hub.worker import Worker


class Bus:
    """The least bus: ``run`` goes on until ``drain``, or fails as told."""

    def __init__(self, *, fails: Exception | None = None, starting: Sequence[Exception | None] = (None,)) -> None:
        self.fails, self.starting = fails, list(starting)
        self.order: list[str] = []
        self.started = asyncio.Event()
        self._draining = asyncio.Event()

    async def start(self) -> None:
        if (error := self.starting.pop(0)) is not None:
            raise error
        self.started.set()

    async def run(self, worker: Worker, _: Any) -> None:
        if self.fails is not None:
            raise self.fails
        await self._draining.wait()
        self.order.append(f"{worker.name} ended")

    async def drain(self) -> None:
        self.order.append("drain")
        self._draining.set()


class Nothing:
    async def handle(self, _: Sequence[Event]) -> Sequence[Event]:
        return ()


WORKER = Worker(name="record", build=lambda _: Nothing())


def crew_with(bus: Bus) -> Crew:
    return Crew(cast("Parts", SimpleNamespace(bus=bus, tracing=None)), Stopping(quiet=True))


async def web(crew: Crew, bus: Bus) -> None:
    await crew.stopping.wait()
    bus.order.append("web ended")


async def stop_when(event: asyncio.Event, crew: Crew) -> None:
    await event.wait()
    crew.stopping.set()


async def test_a_signal_ends_the_web_first_and_then_the_workers() -> None:
    bus = Bus()
    crew = crew_with(bus)
    crew.employ([WORKER])
    crew.front["web"] = asyncio.create_task(web(crew, bus))
    asyncio.get_running_loop().call_later(0.05, os.kill, os.getpid(), signal.SIGTERM)
    assert await crew.work() == 0
    assert bus.order == ["web ended", "drain", "record ended"]


@pytest.mark.parametrize(
    ("bus", "says"),
    [
        (lambda: Bus(fails=WorkerBroken("9 of 10 events failed")), "hub: record stopped: 9 of 10 events failed"),
        (lambda: Bus(starting=[TopologyWrong("the queue x is wrong")]), "hub: the bus stopped: the queue x is wrong"),
    ],
)
async def test_what_fails_is_named_and_stops_the_rest(bus: Any, says: str, capsys: pytest.CaptureFixture[str]) -> None:
    made = bus()
    crew = crew_with(made)
    crew.employ([WORKER])
    crew.front["web"] = asyncio.create_task(web(crew, made))
    async with asyncio.timeout(30):
        assert await crew.work() == 1
    assert says in capsys.readouterr().err
    assert "web ended" in made.order


async def test_a_fault_of_ours_is_not_hidden() -> None:
    crew = crew_with(Bus(fails=KeyError("x")))
    crew.employ([WORKER])
    with pytest.raises(KeyError):
        await crew.work()


async def test_a_broker_that_is_away_is_waited_for(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hub.cli.crew._SAY_EVERY", 0.01)
    bus = Bus(starting=[BrokerAway("RabbitMQ is away"), None])
    crew = crew_with(bus)
    crew.front["the test"] = asyncio.create_task(stop_when(bus.started, crew))
    async with asyncio.timeout(30):
        assert await crew.work() == 0
    assert bus.starting == []
    assert "Waiting for the broker: RabbitMQ is away" in capsys.readouterr().err
