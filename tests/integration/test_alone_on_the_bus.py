"""One process on a database works with the embedded bus; the second is refused by name. Ring 1."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from hub.bus import alone
from hub.bus.alone import Alone
from hub.cli.crew import crew_of
from hub.errors import BusInUse
from hub.settings import Settings
from hub.store import Store, migrate
from tests.integration.house import ROUTING


async def test_the_second_is_refused_by_name_until_the_first_has_ended(embedded_database: str) -> None:
    first, second = Alone(embedded_database, "hub up (process 17)"), Alone(embedded_database, "hub up (process 18)")
    await first.take()
    try:
        with pytest.raises(BusInUse, match=r"hub up \(process 17\) works on this database already.*HUB_AMQP_URL"):
            await second.take()
    finally:
        first.end()
    async with asyncio.timeout(5):
        while True:
            try:
                await second.take()
            except BusInUse:
                await asyncio.sleep(0.05)
            else:
                break
    second.end()


async def test_who_lost_it_to_another_ends(embedded_database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(alone, "LOOK", 0.05)
    first, second = Alone(embedded_database, "first"), Alone(embedded_database, "second")
    await first.take()
    keeping = asyncio.create_task(first.keep(asyncio.Event()))
    store = Store(embedded_database)
    async with store.reading() as tx:
        await tx.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'first'")
    await asyncio.sleep(0.3)
    assert not keeping.done(), "taken again, for nobody else had it"
    with pytest.raises(BusInUse, match="first works"):
        await second.take()
    stopping = asyncio.Event()
    keeping.cancel()
    await asyncio.wait({keeping})
    first.end()
    async with store.reading() as tx:
        await tx.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'first'")
    await asyncio.sleep(0.2)
    await second.take()
    with pytest.raises(BusInUse, match="second works"):
        await first.keep(stopping)
    second.end()
    await store.aclose()


async def test_a_second_hub_on_the_database_does_not_start(embedded_database: str, tmp_path: Path) -> None:
    await migrate.migrate(embedded_database)
    first = Settings(database_url=embedded_database, data_dir=tmp_path / "one", routing=ROUTING)
    async with crew_of(first, command="hub up", quiet=True) as crew:
        with pytest.raises(BusInUse, match="hub up"):
            async with crew_of(replace(first, data_dir=tmp_path / "two"), command="hub up", quiet=True):
                pytest.fail("two would read the same messages")
        crew.stopping.set()
        assert await crew.work() == 0
