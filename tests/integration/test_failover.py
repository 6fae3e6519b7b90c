"""A server that restarts is the same database; a standby that takes over is one that may lack something. Ring 2."""

from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime

import pytest

from hub.delivery.restoring import Watch
from hub.errors import StoreAway
from hub.store import Store
from tests.integration.house import House
from tests.services.postgres import PrivatePostgres, binaries
from tests.services.server import Server


class Standby(PrivatePostgres):
    """Follows another server until it is promoted."""

    def __init__(self, primary: str) -> None:
        super().__init__()
        self._primary = primary

    async def prepare(self) -> None:
        await self.run_tool(
            *self._tool("pg_basebackup", "-d", self._primary, "-R", "-c", "fast", "-D", str(self._data))
        )

    async def promote(self) -> None:
        await self.run_tool(*self._tool("pg_ctl", "promote", "-w", "-D", str(self._data)))

    @staticmethod
    def _tool(name: str, *rest: str) -> Sequence[str]:
        folder = binaries()
        assert folder is not None
        return [str(folder / name), *rest]


@pytest.fixture
async def primary(private_postgres: Server) -> AsyncIterator[House]:
    async with House.on(private_postgres.url) as house:
        await Watch(house.url, synchronous_standby=False, now=house.clock.now).look()
        yield house


@pytest.mark.parametrize("how", ["in order", "at once", "by a kill"])
async def test_a_restart_is_no_restore(primary: House, private_postgres: Server, how: str) -> None:
    (id_,) = await primary.queue("hello")
    ways = {"in order": private_postgres.stop, "at once": private_postgres.stop_at_once}
    await ways.get(how, private_postgres.kill)()
    await private_postgres.start()
    await Watch(primary.url, synchronous_standby=False, now=primary.clock.now).look()
    again = primary.another()
    assert (await again.status(id_), await again.count("restores")) == ("queued", 0)
    await again.aclose()


async def test_a_standby_that_takes_over(primary: House, private_postgres: Server) -> None:
    """Until it is promoted it counts as away. Then what may have been sent by the old server is not sent by the new."""
    (id_,) = await primary.queue("hello")
    async with Standby(private_postgres.url) as standby:
        eye = Watch(standby.url, synchronous_standby=False, now=lambda: datetime.now(UTC))
        store = Store(standby.url, greet=eye.greet)
        with pytest.raises(StoreAway, match="only reads"):
            async with store.reading():
                pytest.fail("nobody works on a standby")
        await private_postgres.kill()
        await standby.promote()
        async with store.reading() as tx:
            status = await tx.fetchval("SELECT status FROM deliveries WHERE message_id = $1", id_)
            seen = await tx.fetchval("SELECT seen FROM restores")
        await store.aclose()
    assert (status, "a standby took over" in seen) == ("unknown", True)
