import asyncio
import os
import stat
import time
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest

from hub.bus.segments import Segment
from hub.bus.spool import Spooled
from hub.errors import SpoolFull
from hub.events import Event
from hub.testing.bus_suite import eventually, note, text_of
from hub.testing.publishing import KeptEvents


@pytest.fixture
def bus() -> KeptEvents:
    return KeptEvents()


@pytest.fixture
async def spool(bus: KeptEvents, tmp_path: Path) -> AsyncIterator[Spooled]:
    spool = Spooled(bus, tmp_path / "spool", patience=0.1)
    await spool.start()
    yield spool
    await spool.aclose()


def texts(bus: KeptEvents) -> list[str]:
    return [text_of(event) for event in bus.taken]


async def test_the_broker_there_nothing_touches_the_disk(spool: Spooled, bus: KeptEvents, tmp_path: Path) -> None:
    await spool.publish([note("1")])
    assert texts(bus) == ["1"]
    assert list((tmp_path / "spool").iterdir()) == []


async def test_the_broker_away_it_is_on_the_disk_and_flows_on_in_order(spool: Spooled, bus: KeptEvents) -> None:
    bus.away = True
    for number in range(50):
        await spool.publish([note(str(number))])
    assert spool.depth() == 50
    assert spool.oldest_age() > 0
    bus.away = False
    await spool.publish([note("50")])  # behind the others, though the broker is back
    await eventually(lambda: spool.depth() == 0)
    assert texts(bus) == [str(number) for number in range(51)]
    await spool.publish([note("51")])
    assert texts(bus)[-1] == "51"


async def test_a_broker_that_hangs_is_waited_for_once(spool: Spooled, bus: KeptEvents) -> None:
    bus.hanging = True
    await asyncio.wait_for(spool.publish([note("1")]), 1)
    loop = asyncio.get_running_loop()
    began = loop.time()
    await spool.publish([note("2")])
    assert loop.time() - began < 0.09
    assert spool.depth() == 2


async def test_many_at_once_share_a_sync(spool: Spooled, bus: KeptEvents, monkeypatch: pytest.MonkeyPatch) -> None:
    syncs: list[int] = []
    real = os.fsync

    def counted(file: int) -> None:
        syncs.append(file)
        real(file)

    monkeypatch.setattr("hub.bus.segments.os.fsync", counted)
    bus.away = True
    await asyncio.gather(*(spool.publish([note(str(number))]) for number in range(100)))
    assert spool.depth() == 100
    assert len(syncs) <= 6


async def test_what_a_dead_process_left_is_taken_over_first(bus: KeptEvents, tmp_path: Path) -> None:
    bus.away = True
    dead = Spooled(bus, tmp_path, patience=0.1)
    await dead.start()
    await dead.publish([note("1"), note("2")])
    await dead.aclose()
    with next(tmp_path.glob("*.spool")).open("ab") as file:
        file.write(b"\xa5PvS torn")
    bus.away = False
    spool = Spooled(bus, tmp_path, patience=0.1)
    await spool.start()
    await spool.publish([note("3")])
    await eventually(lambda: spool.depth() == 0)
    assert texts(bus) == ["1", "2", "3"]
    await spool.aclose()
    assert list(tmp_path.iterdir()) == []


async def test_what_is_being_removed_is_gone_when_it_is_closed(
    spool: Spooled, bus: KeptEvents, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    removing = asyncio.Event()
    loop = asyncio.get_running_loop()
    real = Segment.remove

    def slowly(segment: Segment) -> None:
        loop.call_soon_threadsafe(removing.set)
        time.sleep(0.2)
        real(segment)

    monkeypatch.setattr(Segment, "remove", slowly)
    bus.away = True
    await spool.publish([note("1")])
    bus.away = False
    await removing.wait()
    await spool.aclose()
    assert list((tmp_path / "spool").iterdir()) == []


async def test_a_damaged_file_is_kept_aside_and_the_rest_flows(bus: KeptEvents, tmp_path: Path) -> None:
    bus.away = True
    dead = Spooled(bus, tmp_path, patience=0.1)
    await dead.start()
    for number in range(3):
        await dead.publish([note(str(number))])
    await dead.aclose()
    (file,) = tmp_path.glob("*.spool")
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 0xFF
    file.write_bytes(data)
    bus.away = False
    spool = Spooled(bus, tmp_path, patience=0.1)
    await spool.start()
    await eventually(lambda: spool.depth() == 0 and len(bus.taken) == 2)
    assert texts(bus) == ["0", "2"]
    await spool.aclose()
    assert [path.suffix for path in tmp_path.iterdir()] == [".damaged"]


async def test_disk_full_is_a_clear_no(spool: Spooled, bus: KeptEvents, monkeypatch: pytest.MonkeyPatch) -> None:
    bus.away = True
    await spool.publish([note("1")])
    monkeypatch.setattr("hub.bus.segments.SPARE", 1 << 60)
    with pytest.raises(SpoolFull, match="free disk"):
        await spool.publish([note("2")])
    assert not spool.writable()
    bus.away = False
    await eventually(lambda: texts(bus) == ["1"])


async def test_a_failing_disk_is_a_clear_no_and_keeps_what_is_there(
    spool: Spooled, bus: KeptEvents, monkeypatch: pytest.MonkeyPatch
) -> None:
    bus.away = True
    await spool.publish([note("1")])

    def fails(_: int) -> None:
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as broken:
        broken.setattr("hub.bus.segments.os.fsync", fails)
        with pytest.raises(SpoolFull, match="Input/output error"):
            await spool.publish([note("2")])
    await spool.publish([note("3")])
    bus.away = False
    await eventually(lambda: texts(bus) == ["1", "3"])


async def test_the_folder_is_ours_alone(spool: Spooled, tmp_path: Path) -> None:
    assert stat.S_IMODE((tmp_path / "spool").stat().st_mode) == 0o700


async def test_a_folder_that_cannot_be_is_said(bus: KeptEvents, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(SpoolFull, match="cannot be used"):
        await Spooled(bus, tmp_path / "file").start()


async def test_a_fault_of_the_writer_hangs_nobody_and_the_next_publish_begins_anew(
    spool: Spooled, bus: KeptEvents, monkeypatch: pytest.MonkeyPatch
) -> None:
    bus.away = True
    with monkeypatch.context() as broken:
        broken.setattr("hub.bus.spool.check_space", lambda _: 1 / 0)
        async with asyncio.timeout(2):
            with pytest.raises(SpoolFull):
                await spool.publish([note("1")])
    async with asyncio.timeout(2):
        await spool.publish([note("2")])
    bus.away = False
    await eventually(lambda: texts(bus) == ["2"])


async def test_a_fault_of_one_round_does_not_end_the_flow(
    spool: Spooled, bus: KeptEvents, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hub.bus.spool.LONGEST_PAUSE", 0.01)
    faults = [ZeroDivisionError("canary"), ValueError("canary")]
    real = bus.publish

    async def publish(events: Sequence[Event]) -> None:
        if faults and not bus.away:
            raise faults.pop()
        await real(events)

    bus.away = True
    await spool.publish([note("1")])
    monkeypatch.setattr(bus, "publish", publish)
    bus.away = False
    await eventually(lambda: texts(bus) == ["1"])
    assert not faults
