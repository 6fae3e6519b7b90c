import asyncio
from datetime import UTC, datetime
from uuid import UUID

import pytest

from hub.bus import lanes as lanes_module
from hub.bus.contract import Topology
from hub.bus.lanes import Lanes
from hub.bus.metrics import BusMetrics
from hub.errors import BrokerAway, EventInvalid, TopologyWrong
from hub.events import ConversationDue, decode, first, unpack
from hub.model import new_id
from hub.testing.bus_suite import eventually, note, text_of, worker


class Line:
    """A transport that confirms when it is let to."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, list[str]]] = []
        self.open = asyncio.Event()
        self.open.set()
        self.fault: Exception | None = None

    async def send(self, lane: str, body: bytes) -> None:
        self.sent.append((lane, [text_of(decode(raw)) for raw in unpack(body)]))
        await self.open.wait()
        if self.fault is not None:
            raise self.fault


def made(line: Line, *, timeout: float = 5.0, shards: int = 1) -> Lanes:
    return Lanes(Topology([worker(shards=shards)]), line.send, timeout=timeout)


async def test_one_alone_goes_at_once_and_what_comes_meanwhile_goes_together() -> None:
    line = Line()
    line.open.clear()
    lanes = made(line)
    publishes = [asyncio.create_task(lanes.publish([note("0")]))]
    await asyncio.sleep(0.01)
    publishes += [asyncio.create_task(lanes.publish([note(str(number))])) for number in range(1, 6)]
    await asyncio.sleep(0.01)
    assert line.sent == [("notes.0", ["0"])]
    line.open.set()
    await asyncio.gather(*publishes)
    assert line.sent == [("notes.0", ["0"]), ("notes.0", ["1", "2", "3", "4", "5"])]


async def test_behind_a_message_of_several_the_next_waits_a_moment_for_as_many() -> None:
    line = Line()
    lanes = made(line)
    await lanes.publish([note("0"), note("1"), note("2")])
    publishes = []
    for number in range(3, 6):
        publishes.append(asyncio.create_task(lanes.publish([note(str(number))])))
        await asyncio.sleep(0)
    await asyncio.gather(*publishes)
    await lanes.publish([note("6")])
    await lanes.publish([note("7")])
    assert [texts for _, texts in line.sent] == [["0", "1", "2"], ["3", "4", "5"], ["6"], ["7"]]


async def test_a_message_is_capped_by_number_and_by_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lanes_module, "MOST_EVENTS", 3)
    line = Line()
    await made(line).publish([note(str(number)) for number in range(7)])
    assert [len(texts) for _, texts in line.sent] == [3, 3, 1]
    line.sent.clear()
    monkeypatch.setattr(lanes_module, "MOST_BYTES", 1000)
    await made(line).publish([note("x" * 600), note("y" * 600), note("z" * 2000)])
    assert [len(texts) for _, texts in line.sent] == [1, 1, 1]


async def test_publish_waits_for_every_lane() -> None:
    line = Line()
    line.open.clear()
    publish = asyncio.create_task(made(line, shards=4).publish([note(key, key) for key in "abcdefgh"]))
    await asyncio.sleep(0.01)
    assert len(line.sent) > 1
    assert not publish.done()
    line.open.set()
    await publish


async def test_no_confirm_in_time_is_broker_away_also_for_what_waits_behind() -> None:
    line = Line()
    line.open.clear()
    lanes = made(line, timeout=0.5)
    publishes = [asyncio.create_task(lanes.publish([note("0")]))]
    await eventually(lambda: bool(line.sent))
    publishes.append(asyncio.create_task(lanes.publish([note("1")])))
    results = await asyncio.gather(*publishes, return_exceptions=True)
    assert [type(result) for result in results] == [BrokerAway, BrokerAway]
    assert line.sent == [("notes.0", ["0"])]
    line.open.set()
    await lanes.publish([note("2")])


async def test_fail_ends_everything_at_once_and_the_lane_goes_on() -> None:
    line = Line()
    line.open.clear()
    lanes = made(line, timeout=3600)
    publish = asyncio.create_task(lanes.publish([note("0")]))
    await eventually(lambda: bool(line.sent))
    lanes.fail(BrokerAway("blocked"))
    with pytest.raises(BrokerAway):
        await asyncio.wait_for(publish, 10)
    line.open.set()
    await lanes.publish([note("1")])


async def test_a_bug_in_the_transport_never_leaves_a_publisher_waiting() -> None:
    line = Line()
    line.fault = RuntimeError("a bug")
    lanes = made(line, timeout=3600)
    with pytest.raises(BrokerAway):
        await asyncio.wait_for(lanes.publish([note("0")]), 10)
    line.fault = None
    await asyncio.wait_for(lanes.publish([note("1")]), 10)


async def test_a_publisher_that_went_away_harms_nobody() -> None:
    line = Line()
    line.open.clear()
    lanes = made(line)
    gone, stays = (asyncio.create_task(lanes.publish([note(text)])) for text in ("gone", "stays"))
    await asyncio.sleep(0.01)
    gone.cancel()
    line.open.set()
    await stays
    assert line.sent == [("notes.0", ["gone", "stays"])]


async def test_an_event_nobody_takes_is_refused_and_so_is_one_too_large() -> None:
    now = datetime.now(UTC)
    due = ConversationDue(conversation_id=UUID(int=1), at=now)
    lanes = made(Line())
    with pytest.raises(TopologyWrong, match=r"no worker takes conversation\.due\.v1"):
        await lanes.publish([first(new_id(), due, source="t", subject="s", time=now, partitionkey="k")])
    with pytest.raises(TopologyWrong, match="no worker called nobody"):
        await lanes.publish_to("nobody", [note("1")])
    with pytest.raises(EventInvalid):
        await lanes.publish([note("x" * 300_000)])
    await lanes.publish([])


async def test_bells_never_raise_and_never_pile_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lanes_module, "MOST_BELLS", 10)
    dropped: list[int] = []
    line = Line()
    line.open.clear()
    metrics = BusMetrics(bells_dropped=dropped.append)
    lanes = Lanes(Topology([worker(shards=1)]), line.send, timeout=5, metrics=metrics)
    lanes.ring([note(str(number)) for number in range(25)])
    assert sum(dropped) == 15
    line.fault = BrokerAway("away")
    line.open.set()
    await lanes.settled()
    assert sum(dropped) == 25
    line.fault = None
    lanes.ring([note("again")])
    await lanes.settled()
    assert line.sent[-1] == ("notes.0", ["again"])
