"""A database that was restored: what may have been sent since the backup is never sent again, and that is said."""

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit
from uuid import UUID

import asyncpg
import pytest
import structlog
from msgspec.structs import replace

from hub.bootstrap import build
from hub.bus.alone import Alone
from hub.checks import restored as doctor
from hub.cli.app import run
from hub.delivery.restoring import Watch
from hub.delivery.store import CLOCKS_APART, restored
from hub.errors import Throttled
from hub.events import InteractionRecorded
from hub.model import DeliveryStatus, new_id
from hub.routing import store as routing
from hub.settings import Settings, load
from hub.store import Store
from hub.store.embedded.binaries import choose, find_binaries
from hub.testing.provider import Does
from tests.integration.house import HERS, House, said
from tests.services import as_superuser, create_database, drop_database

WAITS, CALLED, LOST, TAKEN, DONE, LATE = (f"tel:+98912000000{n}" for n in range(6))
LONG = timedelta(minutes=6)


async def tool(*command: str) -> None:
    """One of PostgreSQL's own programs, of the embedded server's version."""
    binary = choose(find_binaries(), None).root / "bin" / command[0]
    process = await asyncio.create_subprocess_exec(binary, *command[1:], stderr=asyncio.subprocess.PIPE)
    _, said = await process.communicate()
    assert process.returncode == 0, said.decode()


@asynccontextmanager
async def restored_elsewhere(backup: Path, server: str) -> AsyncIterator[str]:
    """The dump in a database of its own; its URL."""
    url = await create_database(server, through=as_superuser(server))
    try:
        await tool("pg_restore", "--no-owner", "--exit-on-error", "--dbname", url, str(backup))
        yield url
    finally:
        await drop_database(url, through=as_superuser(server))


def watch(house: House, *, synchronous_standby: bool = False) -> Watch:
    return Watch(house.url, synchronous_standby=synchronous_standby, now=house.clock.now)


def another(house: House, url: str) -> House:
    """A process on the restored database, with the time and the provider of the one before."""
    return House(url, clock=house.clock, provider=house.provider)


async def everything_under_way(house: House) -> dict[str, UUID]:
    """A message that waits, one in its call, one whose answer was lost, one the provider has, and one delivered."""
    ids = {to: (await house.queue(f"for {to[-1]}", to=to))[0] for to in (WAITS, CALLED, LOST, TAKEN, DONE)}
    house.provider.will(Does.LOSE)
    for to in (LOST, TAKEN, DONE):
        await house.work_off(to)
    report = house.reported(DeliveryStatus.DELIVERED, house.provider.took[1].provider_id, message=ids[DONE])
    await house.track.handle([report])
    async with house.store.transaction() as tx:
        assert await house.send._past_the_gate(tx, [CALLED], house.clock.now(), [])
    assert (await house.send._claim([CALLED]))[0] is not None
    statuses = ["queued", "sending", "unknown", "accepted", "delivered"]
    assert [await house.status(id_) for id_ in ids.values()] == statuses
    return ids


async def said_by_doctor(house: House, *, synchronous_standby: bool = False) -> str:
    settings = Settings(synchronous_standby=synchronous_standby)
    found = [one async for one in doctor.restores(settings, house.store)]
    return "\n".join(f"{one.mark} {one.text} → {one.mend}" for one in found)


async def test_a_restored_dump_sends_nothing_again(house: House, embedded_postgres: str, tmp_path: Path) -> None:
    await watch(house).look()
    ids = await everything_under_way(house)
    await tool("pg_dump", "--format=custom", "--file", str(tmp_path / "dump"), house.url)
    await house.work_off(WAITS)  # since the backup, so the restored database will not know
    sent = house.provider.texts()
    house.clock.go_on(timedelta(hours=1))
    async with restored_elsewhere(tmp_path / "dump", embedded_postgres) as url:
        after = another(house, url)
        assert "3 messages not finished" in (said := await said_by_doctor(after))
        assert "--nothing-lost" in said
        await watch(after).look()
        await watch(after).look()
        assert [await after.status(id_) for id_ in ids.values()] == ["unknown"] * 3 + ["accepted", "delivered"]
        await after.let_time_pass(LONG)
        assert after.provider.texts() == sent, "nothing is sent a second time, nor for the first"
        assert [await after.status(id_) for id_ in ids.values()] == [
            *("sent", "unknown", "unknown", "accepted", "delivered")
        ], "what the provider has is found in its list"
        assert "not known" in (await after.delivery(ids[CALLED]))["reason"]
        assert (await after.delivery(ids[CALLED]))["next_at"] is None, "looked up a few times, then it is a person's"
        assert "3 messages not finished" in (said := await said_by_doctor(after))
        assert "2 still of unknown outcome" in said
        assert await after.count("restores") == 1
        (new,) = await after.queue("what is written from now on goes out", to=CALLED)
        await after.work_off(CALLED)
        assert await after.status(new) == "accepted"
        await after.aclose()


async def test_every_process_looks_before_it_does_anything(
    house: House, embedded_postgres: str, tmp_path: Path
) -> None:
    await watch(house).look()
    (id_,) = await house.queue("hello")
    await tool("pg_dump", "--format=custom", "--file", str(tmp_path / "dump"), house.url)
    async with restored_elsewhere(tmp_path / "dump", embedded_postgres) as url:
        settings = load({"HUB_DATABASE_URL": url, "HUB_DATA_DIR": str(tmp_path), "HUB_SECRET_KEY": "0123456789abcdef"})
        after = another(house, url)
        async with build(settings, (), only_looks=True):
            assert await after.status(id_) == "queued", "who only looks changes nothing"
        async with build(settings, ()):
            assert await after.status(id_) == "unknown"
        await after.aclose()


async def test_who_runs_on_sees_it_with_the_next_connection(house: House) -> None:
    """As after a failover: no process has ended, but its connections have."""
    eye = watch(house)
    await eye.look()
    ids = await house.queue("one", "two")
    await house.value("UPDATE database_prints SET timeline = '00000000'")
    store = Store(house.url, size=3, greet=eye.greet)

    async def ask() -> int:
        async with store.reading() as tx:
            return int(await tx.fetchval("SELECT count(*) FROM deliveries WHERE status = 'unknown'"))

    assert await asyncio.gather(*(ask() for _ in range(3))) == [2, 2, 2]
    assert await house.count("restores") == 1
    assert [await house.attempts(id_) for id_ in ids] == [["unknown"], ["unknown"]]
    await store.aclose()


async def test_a_standby_that_has_everything_costs_nothing(house: House) -> None:
    await watch(house).look()
    (id_,) = await house.queue("hello")
    await house.value("UPDATE database_prints SET timeline = '00000000'")
    await watch(house, synchronous_standby=True).look()
    assert (await house.status(id_), await house.count("restores")) == ("queued", 0)
    assert "no commit waits for a standby" in await said_by_doctor(house, synchronous_standby=True)
    await house.value("UPDATE database_prints SET timeline = '00000000', tables = '1'")
    await watch(house, synchronous_standby=True).look()
    assert await house.status(id_) == "unknown", "a dump is a dump, whatever stands by"


async def test_what_was_asked_for_before_the_restore_and_recorded_after_it_may_have_been_sent(
    house: House, embedded_postgres: str, tmp_path: Path
) -> None:
    """The broker outlived the database: whether it had been recorded and sent before, nobody knows."""
    await watch(house).look()
    await tool("pg_dump", "--format=custom", "--file", str(tmp_path / "dump"), house.url)
    sent, never = house.requested("sent before", to=WAITS), house.requested("never sent", to=CALLED)
    ahead = house.requested("by a clock that is ahead", to=LOST, accepted_at=house.clock.now() + timedelta(seconds=31))
    await house.record.handle([sent])
    await house.work_off(WAITS)
    house.clock.go_on(timedelta(seconds=30))
    async with restored_elsewhere(tmp_path / "dump", embedded_postgres) as url:
        after = another(house, url)
        await watch(after).look()
        house.clock.go_on(CLOCKS_APART)
        fresh = after.requested("asked for since", to=LATE)
        for _ in range(2):
            await after.record.handle([sent, never, ahead, fresh])
        await after.let_time_pass(LONG)
        assert house.provider.texts() == ["sent before", "asked for since"]
        statuses = [await after.status(one.id) for one in (sent, never, ahead, fresh)]
        assert statuses == ["sent", "unknown", "unknown", "accepted"]
        await after.aclose()


async def test_the_brokers_bells_for_what_was_lost_stop_nobody(house: House) -> None:
    """Else ten of them in a row would stop the router, as a fault of its own."""
    await house.staff("Mina")
    (known,) = [
        one for one in await house.record.handle([house.received()]) if isinstance(one.data, InteractionRecorded)
    ]
    lost = [replace(known, id=new_id(), data=lost_one(said(known))) for _ in range(12)]
    await house.route.handle([*lost, known])
    assert await house.count("decisions") == 1


async def test_what_was_lost_and_comes_again_is_decided_once(house: House) -> None:
    """The broker still told of an interaction that the database had lost; a second copy of it is recorded since."""
    (mina,) = await house.staff("Mina")
    (known,) = await house.record.handle([house.received("before")])
    copy = house.received("lost", sid="SMlost")
    lost = replace(said(known), interaction_id=copy.id, accepted_at=copy.time)
    await house.route.handle([known, replace(known, id=new_id(), data=lost)])
    assert await decided(house, lost) == (True, True)
    house.clock.go_on(timedelta(seconds=5))
    again = await house.record.handle([house.received("lost", sid="SMlost")])
    assert (said(again[0]).interaction_id, said(again[0]).accepted_at > lost.accepted_at) == (copy.id, True)
    await house.route.handle(again)
    assert await house.count("decisions") == 2
    assert await decided(house, lost) == (True, True)
    split = house.command(lost.conversation_id, "split", by=mina, interactions=(lost.interaction_id,))
    await house.route.handle([split])
    async with house.store.reading() as tx:
        made = (await routing.decided(tx, [split.id]))[split.id]
    assert (made["kind"], made["refused"]) == ("split", False), "a split finds it decided too"


async def decided(house: House, of: InteractionRecorded) -> tuple[bool, bool]:
    """Whether the decision is found by its cause, and among those about the conversation."""
    async with house.store.reading() as tx:
        by_cause = await routing.decided(tx, [of.interaction_id])
        about = await routing.decisions_of(tx, of.conversation_id)
    return of.interaction_id in by_cause, [row["event_id"] for row in about].count(of.interaction_id) == 1


def lost_one(known: InteractionRecorded) -> InteractionRecorded:
    return replace(known, interaction_id=new_id(), conversation_id=new_id())


async def test_a_call_that_was_under_way_does_not_bring_it_back(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """The provider says *not now* to whoever called before the restore: else that would be a reason to try again."""

    async def not_now(*_: object, **__: object) -> None:
        async with house.store.transaction() as tx:
            await restored.mark(tx, seen="a test", now=house.clock.now(), next_at=house.clock.now())
        raise Throttled("too many requests")

    (id_,) = await house.queue("hello")
    with monkeypatch.context() as patch:
        patch.setattr(house.provider, "send", not_now)
        await house.work_off(HERS)
    assert await house.status(id_) == "unknown"
    await house.let_time_pass(LONG)
    assert (await house.status(id_), house.provider.took) == ("unknown", [])


@pytest.mark.parametrize("status", ["queued", "sending"])
async def test_the_database_itself_refuses_to_send_again(house: House, status: str) -> None:
    await house.queue("hello")
    async with house.store.transaction() as tx:
        await restored.mark(tx, seen="a test", now=house.clock.now(), next_at=house.clock.now())
    with pytest.raises(asyncpg.PostgresError) as error:
        await house.value("UPDATE deliveries SET status = $1, rank = 0", status)
    assert error.value.sqlstate == "23001"


async def test_two_roles_of_which_one_may_ask_for_less(house: House) -> None:
    """What only one of them knows is no change, and is noted for both."""
    superuser = urlsplit(as_superuser(house.url))._replace(path=urlsplit(house.url).path).geturl()
    over = await asyncpg.connect(superuser)
    await over.execute("REVOKE EXECUTE ON FUNCTION pg_control_system() FROM PUBLIC")
    await over.close()
    (id_,) = await house.queue("hello")
    noted = []
    for url in (house.url, superuser, house.url):
        await Watch(url, synchronous_standby=False, now=house.clock.now).look()
        noted.append(await house.value("SELECT server FROM database_prints"))
    assert noted[0] == "-", "it may not ask"
    assert noted[1] == noted[2] != "-", "it is noted by who may, and stays"
    await house.value("UPDATE database_prints SET timeline = '-'")
    await greeted(house.url, watch(house))
    assert "-" not in (await house.rows("SELECT server, timeline FROM database_prints"))[0].values()
    assert (await house.status(id_), await house.count("restores")) == ("queued", 0)
    await house.value("UPDATE database_prints SET server = '1', tables = '1'")
    await watch(house).look()
    await Watch(superuser, synchronous_standby=False, now=house.clock.now).look()
    assert await house.count("restores") == 1, "the server it was on before is not compared with any more"


async def greeted(url: str, eye: Watch) -> None:
    store = Store(url, size=1, greet=eye.greet)
    async with store.reading() as tx:
        assert await tx.fetchval("SELECT true")
    await store.aclose()


@pytest.fixture
def as_it_was() -> Iterator[None]:
    """A command sets the logs up to its own standard output, which is gone when the test ends."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    structlog.reset_defaults()
    root.handlers[:] = handlers
    root.setLevel(level)


@pytest.mark.usefixtures("as_it_was")
@pytest.mark.parametrize("words", [["--nothing-lost", "--yes"], ["--yes"]])
async def test_the_command_is_for_when_everything_is_stopped(
    house: House, capsys: pytest.CaptureFixture[str], words: list[str]
) -> None:
    command = ["restored", "--database-url", house.url, *words]
    await house.value("INSERT INTO bus_members VALUES ('send_messages', 'this:1', now()) RETURNING 1")
    assert await asyncio.to_thread(run, command) == 1
    assert "these work on this database: this:1" in capsys.readouterr().err
    await house.value("UPDATE bus_members SET seen_at = now() - interval '1 minute' RETURNING 1")
    alone = Alone(house.url, "hub up (process 7)")
    await alone.take()
    assert await asyncio.to_thread(run, command) == 1
    assert "hub up (process 7) works on this database" in capsys.readouterr().err
    alone.end()
    assert await house.count("restores") == 0


@pytest.mark.usefixtures("as_it_was")
async def test_the_command_for_what_nobody_can_see(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    async def hub(*words: str) -> str:
        assert await asyncio.to_thread(run, ["restored", "--database-url", house.url, *words]) == 0
        return capsys.readouterr().out

    (id_,) = await house.queue("hello")
    await house.value("INSERT INTO database_prints SELECT true, 'another', '1', '1', '1'")
    assert "goes on" in await hub("--nothing-lost", "--yes")
    await watch(house).look()
    assert await house.status(id_) == "queued"
    assert "1 message not finished" in await hub("--yes")
    assert await house.status(id_) == "unknown"
    listed = await hub("--list")
    assert HERS in listed
    assert "#1 " in listed
    assert "hello" not in listed
    assert "0 messages not finished" in await hub("--yes")
