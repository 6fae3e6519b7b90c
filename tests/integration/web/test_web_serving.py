"""Running it: a taken port is said, and stopping finishes what is under way."""

import asyncio
import time
from collections.abc import Sequence

import aiohttp
import pytest

from hub.errors import SettingsInvalid
from hub.events import Event
from hub.web.app import serve
from tests.integration.web.conftest import HERS, OURS, PUBLIC, Recorder, World
from tests.services import free_port


class Slow(Recorder):
    """Confirms after a while, as a broker under load does."""

    def __init__(self) -> None:
        super().__init__()
        self.begun = asyncio.Event()

    async def publish(self, events: Sequence[Event]) -> None:
        self.begun.set()
        await asyncio.sleep(0.5)
        await super().publish(events)


async def test_stopping_finishes_what_is_under_way_and_closes_desks_with_1001(edge: World) -> None:
    edge.parts.publisher = slow = Slow()
    port, stopping = free_port(), asyncio.Event()
    serving = asyncio.create_task(serve(edge.parts, host="127.0.0.1", port=port, reuse_port=True, stopping=stopping))
    async with aiohttp.ClientSession(f"http://127.0.0.1:{port}") as session:
        await _until_it_answers(session)
        protocols = ("peyvand.v1", f"bearer.{edge.tokens['Mina']}")
        desk = await session.ws_connect("/api/v1/live", protocols=protocols)
        assert (await desk.receive_json())["type"] == "snapshot"
        said = {"said": [{"kind": "message", "id": "M1", "from": HERS, "to": OURS, "text": "x"}]}
        headers = {"X-Word": f"open sesame {PUBLIC}/channels/sms/fake"}
        webhook = asyncio.create_task(session.post("/channels/sms/fake", json=said, headers=headers))
        await slow.begun.wait()
        began = time.monotonic()
        stopping.set()
        closed = await desk.receive()
        assert (closed.type, desk.close_code) == (aiohttp.WSMsgType.CLOSE, 1001)
        assert (await webhook).status == 200
        await serving
        assert time.monotonic() - began < 5
        with pytest.raises(aiohttp.ClientConnectorError):
            await session.get("/healthz")
    assert len(slow.batches) == 1


async def test_a_taken_port_says_so(edge: World) -> None:
    port, stopping = free_port(), asyncio.Event()
    stopping.set()
    server = await asyncio.start_server(lambda _, __: None, "127.0.0.1", port)
    try:
        with pytest.raises(SettingsInvalid, match=rf"cannot listen on 127\.0\.0\.1:{port} .*choose another"):
            await serve(edge.parts, host="127.0.0.1", port=port, reuse_port=False, stopping=stopping)
    finally:
        server.close()
        await server.wait_closed()


async def _until_it_answers(session: aiohttp.ClientSession) -> None:
    while True:
        try:
            async with session.get("/healthz") as response:
                assert response.status == 200
                return
        except aiohttp.ClientConnectorError:
            await asyncio.sleep(0.02)
