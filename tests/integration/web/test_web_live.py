"""The live connection: snapshot, hints, digest; each sees what is theirs; a slow desk never slows the others."""

import asyncio
import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest

from hub.conversations import store as conversations
from hub.errors import StoreAway
from hub.events import AgentsChanged
from hub.live import Hint
from hub.model import new_id
from hub.organisation import store as organisation
from hub.web import live, rounds
from hub.web.rounds import Rounds
from tests.integration.web.conftest import World
from tests.waiting import PATIENCE, until

Socket = aiohttp.ClientWebSocketResponse


@asynccontextmanager
async def desk(world: World, who: str) -> AsyncIterator[Socket]:
    protocols = ("peyvand.v1", f"bearer.{world.tokens[who]}")
    async with world.client.ws_connect("/api/v1/live", protocols=protocols) as socket:
        assert socket.protocol == "peyvand.v1"
        yield socket


async def heard(socket: Socket, **wanted: Any) -> Any:
    """The next frame that is as wanted."""
    async with asyncio.timeout(PATIENCE):
        while True:
            frame = await socket.receive_json()
            if wanted.items() <= frame.items():
                return frame


def digest(*pairs: tuple[str, int]) -> str:
    value = 0
    for id_, version in pairs:
        value ^= zlib.crc32(f"{id_}:{version}".encode())
    return f"{value:08x}"


async def test_a_desk_hears_of_what_happens_and_the_digest_agrees(site: World) -> None:
    async with desk(site, "Mina") as mina, desk(site, "supervisor") as lead, desk(site, "Stranger") as stranger:
        first = await heard(mina, type="snapshot")
        assert (first["conversations"], first["complete"], first["agent"]["name"]) == ([], True, "Mina")
        assert (await heard(lead, type="snapshot"))["agent"] is None
        await heard(stranger, type="snapshot")
        await site.text()
        one = await site.conversation()
        for socket in (mina, lead):
            hint = await heard(socket, type="hint", kind="conversation", id=one["id"])
            assert hint.keys() <= {"type", "kind", "id", "version", "cause", "conversation"}
        one = await site.conversation()
        await site.sign()
        for socket in (mina, lead):
            said = await heard(socket, type="digest")
            assert (said["count"], said["sum"]) == (1, digest((one["id"], one["version"])))
        await mina.send_json({"type": "resync"})
        again = await heard(mina, type="snapshot")
        assert again["conversations"] == [{"id": one["id"], "version": one["version"]}]
        seen = []
        while (frame := await stranger.receive_json())["type"] != "digest":
            seen.append(frame["type"])
        assert (seen, frame["count"], frame["sum"]) == ([], 0, "00000000")


async def test_what_has_not_changed_is_told_again_without_being_read(
    site: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await site.text()
    one = await site.conversation()
    read: list[str] = []
    for module, name in ((conversations, "alive"), (conversations, "alive_for"), (rounds, "close_ended")):
        monkeypatch.setattr(module, name, _counting(getattr(module, name), read))
    async with desk(site, "Mina") as mina, desk(site, "supervisor") as lead:
        await heard(mina, type="snapshot")
        await heard(lead, type="snapshot")
        read.clear()
        ours = Rounds(site.site)
        for again in range(3):
            await ours.look_again()
            await site.sign(ours)
            for socket in (mina, lead):
                said = await heard(socket, type="digest")
                assert (said["count"], said["sum"]) == (1, digest((one["id"], one["version"]))), again
        assert sorted(read) == ["alive", "alive_for", "close_ended"]
        await site.call("admin", "POST", f"/conversations/{one['id']}/resolve")
        await site.sign(ours)
        assert (await heard(mina, type="digest"))["count"] == (await heard(lead, type="digest"))["count"] == 0
        assert sorted(read) == ["alive", "alive", "alive_for", "alive_for", "close_ended"]


def _counting(function: Any, read: list[str]) -> Any:
    async def counted(*args: Any, **named: Any) -> Any:
        read.append(function.__name__)
        return await function(*args, **named)

    return counted


async def test_connecting_is_a_heartbeat_and_rings_for_the_router(edge: World, monkeypatch: pytest.MonkeyPatch) -> None:
    rung: list[Any] = []
    monkeypatch.setattr(edge.parts.bus, "ring", rung.extend)
    async with desk(edge, "Mina") as mina:
        await heard(mina, type="snapshot")
        beats = await edge.parts.live.heartbeats()
        assert list(beats.at) == [edge.agents["Mina"]]
        (event,) = rung
        assert isinstance(event.data, AgentsChanged)
        assert event.data.agent_ids == (edge.agents["Mina"],)
        async with desk(edge, "Mina") as second:
            await heard(second, type="snapshot")
            assert len(rung) == 1
        await Rounds(edge.site).sign()
        assert (await edge.parts.live.heartbeats()).at[edge.agents["Mina"]] > beats.at[edge.agents["Mina"]]


@pytest.mark.parametrize(
    ("hint", "who"),
    [
        ({"team": "team"}, {"Mina", "Ali", "supervisor"}),
        ({"agents": "Ali"}, {"Ali", "supervisor"}),
        ({"agents": "Stranger", "team": "team"}, {"Mina", "Ali", "Stranger", "supervisor"}),
        ({}, {"supervisor"}),
    ],
)
async def test_hints_go_to_whom_they_concern(edge: World, hint: dict[str, str], who: set[str]) -> None:
    people = ("Mina", "Ali", "Stranger", "supervisor")
    async with desk(edge, "Mina") as a, desk(edge, "Ali") as b, desk(edge, "Stranger") as c, desk(edge, "admin") as d:
        sockets = dict(zip(people, (a, b, c, d), strict=True))
        for socket in sockets.values():
            await heard(socket, type="snapshot")
        id_ = new_id()
        agents = (edge.agents[hint["agents"]],) if "agents" in hint else ()
        team = edge.team if "team" in hint else None
        await edge.parts.live.hint([Hint(kind="conversation", id=id_, version=3, agents=agents, team=team)])
        await edge.parts.live.hint(
            [Hint(kind="end", id=id_, version=3, team=edge.team, agents=(*edge.agents.values(),))]
        )
        got = set()
        for name, socket in sockets.items():
            frames = [await heard(socket, type="hint")]
            while frames[-1]["kind"] != "end":
                frames.append(await heard(socket, type="hint"))
            if frames[0]["kind"] == "conversation":
                assert frames[0] == {"type": "hint", "kind": "conversation", "id": str(id_), "version": 3}
                got.add(name)
        assert got == who


async def test_who_may_not_open_it(edge: World) -> None:
    for protocols, status in (((), 401), (("peyvand.v1", "bearer.pv_no"), 401)):
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await edge.client.ws_connect("/api/v1/live", protocols=protocols)
        assert refused.value.status == status
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await edge.client.ws_connect(f"/api/v1/live?token={edge.tokens['admin']}")
    assert refused.value.status == 401
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        async with desk(edge, "marketer"):
            raise AssertionError
    assert refused.value.status == 403


async def test_an_ended_token_closes_its_desks_and_changed_teams_give_a_new_snapshot(edge: World) -> None:
    async with desk(edge, "Mina") as mina, desk(edge, "Ali") as ali:
        await heard(mina, type="snapshot")
        await heard(ali, type="snapshot")
        tokens = {one["name"]: one["id"] for one in (await edge.get("admin", "/tokens"))["items"]}
        said = asyncio.create_task(mina.receive())
        assert (await edge.call("admin", "DELETE", f"/tokens/{tokens['Mina']}")).status == 204
        async with edge.parts.store.transaction() as tx:
            await organisation.set_teams(tx, edge.agents["Ali"], [edge.other_team])
        asked = asyncio.create_task(Rounds(edge.site).look_again())
        closed = await said
        assert (closed.type, mina.close_code) == (aiohttp.WSMsgType.CLOSE, 1008)
        assert (await heard(ali, type="snapshot"))["agent"]["teams"] == [str(edge.other_team)]
        await asked


async def test_who_comes_back_before_the_process_forgot_her_is_closed_again(edge: World) -> None:
    ours = Rounds(edge.site)
    for again in (False, True):
        async with desk(edge, "Mina") as mina:  # the second time by what the process remembers of the first
            await heard(mina, type="snapshot")
            if not again:
                async with edge.parts.store.transaction() as tx:
                    await tx.execute("UPDATE tokens SET revoked_at = now() WHERE agent_id = $1", edge.agents["Mina"])
            said = asyncio.create_task(mina.receive())
            await ours.look_again()
            async with asyncio.timeout(PATIENCE):
                assert ((await said).type, mina.close_code) == (aiohttp.WSMsgType.CLOSE, 1008)


async def test_a_fault_nobody_foresaw_ends_a_desk_and_shows_nothing(
    edge: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(data: str) -> None:
        raise ZeroDivisionError(data)

    async with desk(edge, "Mina") as mina:
        await heard(mina, type="snapshot")
        monkeypatch.setattr(live, "_asked", broken)
        await mina.send_str("a customer's words")
        async with asyncio.timeout(PATIENCE):
            assert ((await mina.receive()).type, mina.close_code) == (aiohttp.WSMsgType.CLOSE, 1011)
    written = "".join(capsys.readouterr())
    assert "desk_failed" in written
    assert "a customer's words" not in written


async def test_nonsense_from_a_desk_is_answered_and_does_no_harm(edge: World) -> None:
    async with desk(edge, "Mina") as mina:
        await heard(mina, type="snapshot")
        for said in ("{", '{"type": 1}', '{"type": "delete everything"}', '"x"'):
            await mina.send_str(said)
            assert (await heard(mina, type="problem"))["where"] == "$.type"
        await mina.send_str('{"type":"resync"}' + " " * 5000)
        closed = await mina.receive()
        assert (closed.type, mina.close_code) == (aiohttp.WSMsgType.CLOSE, 1009)


async def test_a_desk_that_does_not_read_is_told_to_resync_and_slows_nobody(edge: World) -> None:
    async with desk(edge, "admin") as slow, desk(edge, "supervisor") as quick:
        await heard(slow, type="snapshot")
        await heard(quick, type="snapshot")
        connection = slow._response.connection
        assert connection is not None
        assert isinstance(connection.transport, asyncio.ReadTransport)
        connection.transport.pause_reading()
        hints = [Hint(kind="conversation", id=new_id(), version=n, cause=new_id()) for n in range(250)]
        told = [(str(hint.id), hint.version) for hint in hints]
        for _ in range(240):
            edge.site.desks.take(hints)
            async with asyncio.timeout(PATIENCE):
                frames = [await quick.receive_json() for _ in hints]
            assert [(frame.get("id"), frame.get("version")) for frame in frames] == told
        connection.transport.resume_reading()
        await heard(slow, type="resync_needed")


async def test_going_away_is_1001(edge: World) -> None:
    async with desk(edge, "Mina") as mina:
        await heard(mina, type="snapshot")
        stopping = asyncio.create_task(live.close_all(edge.app))
        assert (await mina.receive()).type is aiohttp.WSMsgType.CLOSE
        await stopping
        assert mina.close_code == 1001


async def test_a_desk_that_answers_no_ping_is_gone_and_one_that_does_stays(edge: World) -> None:
    ours = Rounds(edge.site)
    async with desk(edge, "Mina") as mina, desk(edge, "Ali") as ali:
        for socket in (mina, ali):
            await heard(socket, type="snapshot")
        answering = asyncio.create_task(heard(mina, type="never"))  # who reads answers pings, as a browser does
        (hers,) = [one for one in edge.site.desks if one.caller.agent_id == edge.agents["Mina"]]
        for _ in range(3):
            await ours.sign()
            await until(lambda: asyncio.sleep(0, hers._unanswered), lambda unanswered: not unanswered)
        await until(lambda: asyncio.sleep(0, list(edge.site.desks)), lambda desks: desks == [hers])
        assert not answering.done()
        answering.cancel()


async def test_while_there_can_be_no_digest_a_desk_hears_that_we_are_there(
    edge: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_: Any, **__: Any) -> None:
        raise StoreAway("PostgreSQL does not answer")

    async with desk(edge, "Mina") as mina:
        await heard(mina, type="snapshot")
        monkeypatch.setattr(conversations, "alive_for_print", away)
        await edge.sign()
        await heard(mina, type="ping")
