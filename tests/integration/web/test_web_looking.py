"""Who looks at a conversation or types in it, over real sockets of two web processes."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer

from hub.conversations import store as conversations
from hub.model import new_id
from hub.web import looking
from hub.web.app import build_app
from tests.integration.web.conftest import World
from tests.integration.web.test_web_live import Socket, desk, heard
from tests.waiting import PATIENCE, until


@asynccontextmanager
async def beside(world: World) -> AsyncIterator[World]:
    """Another web process of the same hub."""
    app = build_app(world.parts)
    async with TestClient(TestServer(app)) as client:
        yield replace(world, app=app, client=client)


async def _looks(socket: Socket, conversation: str | None, **more: Any) -> None:
    await socket.send_json({"type": "looking", "conversation": conversation, **more})


def _looking(world: World, conversation: str) -> int:
    """How many desks of this process look there."""
    return sum(str(one.looks_at) == conversation for one in world.site.desks)


async def test_two_at_different_processes_see_each_other_come_type_and_go(site: World) -> None:
    await site.text()
    id_ = (await site.conversation())["id"]
    async with beside(site) as other, desk(site, "Mina") as mina:
        async with desk(other, "Ali") as ali:
            await _looks(mina, id_)
            await until(lambda: asyncio.sleep(0, bool(other.site.lookers._heard)))
            await _looks(ali, id_)
            said = {"type": "looking", "conversation": id_, "agent": str(site.agents["Mina"]), "name": "Mina"}
            assert await heard(ali, type="looking") == said | {"state": "looking"}
            her = said | {"agent": str(site.agents["Ali"]), "name": "Ali"}
            assert await heard(mina, type="looking") == her | {"state": "looking"}
            await _looks(mina, id_, typing=True)
            assert await heard(ali, type="looking") == said | {"state": "typing"}
            await _looks(mina, None)
            assert await heard(ali, type="looking") == said | {"state": "left"}
            await _looks(mina, id_)
            await heard(ali, type="looking", state="looking")
        assert await heard(mina, type="looking", state="left") == her | {"state": "left"}, "her desk was closed"


async def test_who_may_not_see_it_neither_looks_nor_hears(site: World) -> None:
    await site.text()
    id_ = (await site.conversation())["id"]
    async with desk(site, "Mina") as mina, desk(site, "Stranger") as stranger, desk(site, "supervisor") as lead:
        for socket in (mina, stranger, lead):
            await heard(socket, type="snapshot")
        for conversation in (id_, str(new_id())):
            await _looks(stranger, conversation)
            assert (await heard(stranger, type="problem"))["where"] == "$.conversation"
        await _looks(lead, id_)
        await until(lambda: asyncio.sleep(0, _looking(site, id_) == 1))
        await _looks(mina, id_)
        assert (await heard(lead, type="looking"))["name"] == "Mina", "a token of no agent looks on"
        await stranger.send_json({"type": "resync"})
        await mina.send_json({"type": "resync"})
        for socket in (stranger, mina):
            frame = await socket.receive_json(timeout=PATIENCE)
            while frame["type"] != "snapshot":
                assert frame["type"] != "looking", frame
                frame = await socket.receive_json(timeout=PATIENCE)


async def test_who_was_mentioned_looks_too(site: World) -> None:
    await site.text()
    id_ = (await site.conversation())["id"]
    async with site.parts.store.transaction() as tx:
        sql = (
            "INSERT INTO mentions (interaction_id, agent_id, conversation_id, mentioned_at) VALUES ($1, $2, $3, now())"
        )
        for _ in range(2):
            await tx.execute(sql, new_id(), site.agents["Stranger"], id_)
        row = await conversations.who_sees(tx, (await tx.fetchval("SELECT id FROM conversations")))
    assert row is not None
    assert row["mentioned"] == [site.agents["Stranger"]]
    async with desk(site, "Mina") as mina, desk(site, "Stranger") as stranger:
        await _looks(mina, id_)
        await until(lambda: asyncio.sleep(0, _looking(site, id_) == 1))
        await _looks(stranger, id_, typing=True)
        assert await heard(mina, type="looking", name="Stranger", state="typing")
        assert await heard(stranger, type="looking", name="Mina", state="looking")


async def test_a_process_that_dies_leaves_nobody_looking_for_ever(site: World, monkeypatch: pytest.MonkeyPatch) -> None:
    await site.text()
    id_ = (await site.conversation())["id"]
    monkeypatch.setattr(looking, "LASTS", 0.0)
    async with beside(site) as other, desk(site, "Mina") as mina, desk(other, "Ali") as ali:
        await _looks(mina, id_)
        await until(lambda: asyncio.sleep(0, _looking(site, id_) == 1))
        await _looks(ali, id_)
        await heard(mina, type="looking", state="looking")
        await site.site.lookers.sweep()  # nothing came from the other meanwhile
        assert (await heard(mina, type="looking", state="left"))["name"] == "Ali"
        assert not site.site.lookers._heard
