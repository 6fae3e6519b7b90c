"""Files of messages: taken in, sent out by a link that is its own proof, and never served as what could run."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from hub.channel import OutboundMessage
from hub.errors import StoreAway
from hub.media import store as media
from hub.media.content import kind_of
from hub.store import blobs
from hub.web import files
from tests.integration.web.conftest import OURS, World
from tests.waiting import until

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(40)
HTML = b"<html><script>alert(document.domain)</script>"


async def upload(world: World, who: str, body: Any = PNG, *, name: str = "pic.png", key: str | None = None) -> Any:
    headers = {"Authorization": f"Bearer {world.tokens[who]}"} | ({"Idempotency-Key": key} if key else {})
    return await world.client.post(f"/api/v1/files?name={name}", data=body, headers=headers)


async def uploaded(world: World, who: str, body: bytes = PNG, **more: Any) -> str:
    response = await upload(world, who, body, **more)
    assert response.status == 201, await response.text()
    return str((await response.json())["id"])


async def sent(world: World) -> OutboundMessage:
    return (await until(lambda: asyncio.sleep(0, world.adapter.sent)))[-1]


async def test_a_file_goes_out_by_a_link_that_the_provider_can_open(site: World) -> None:
    await site.text()
    conversation = await site.conversation()
    file = await uploaded(site, "Mina")
    path = f"/conversations/{conversation['id']}/messages"
    answered = await site.call("Mina", "POST", path, {"text": "look", "files": [file]})
    assert answered.status == 201, await answered.text()
    message = await sent(site)
    (one,) = message.media
    assert (message.text, one.content_type) == ("look", "image/png")
    link = "/files/" + one.url.rpartition("/files/")[2]
    opened = await site.client.get(link)
    assert (opened.status, await opened.read()) == (200, PNG)
    assert opened.headers["Content-Type"] == "image/png"
    assert (await site.client.head(link)).status == 200
    assert (await site.client.get(link[:-1] + ("A" if link[-1] != "A" else "B"))).status == 404
    said = await answered.json()
    shown = (await site.get("Mina", f"/conversations/{conversation['id']}/interactions"))["items"][-1]
    assert shown["media"] == [
        {
            "position": 0,
            "status": "stored",
            "name": "pic.png",
            "content_type": "image/png",
            "size": len(PNG),
            "reason": None,
        }
    ]
    taken = await site.call("Mina", "GET", f"/interactions/{said['id']}/media/0")
    assert await taken.read() == PNG


async def keep(world: World, body: bytes, *, name: str | None = None) -> str:
    """A file of an interaction, as fetch_media keeps it."""
    await world.text()
    conversation = await world.conversation()
    item = (await world.get("admin", f"/conversations/{conversation['id']}/interactions"))["items"][0]
    async with world.parts.store.transaction() as tx:
        hash_ = await blobs.put(tx, body, content_type=kind_of(body, said="text/html"))
        await media.came(
            tx,
            [media.Came(interaction_id=item["id"], position=0, account="x", url="x", said_type="text/html")],
            now=world.parts.clock.now(),
        )
        await media.stored(tx, item["id"], 0, hash_)
        await tx.execute("UPDATE media SET name = $1", name)
    return f"/interactions/{item['id']}/media/0"


async def test_what_could_run_is_served_as_bytes_that_cannot(site: World) -> None:
    path = await keep(site, HTML, name='خطر"; filename=x.html')
    response = await site.call("Mina", "GET", path)
    assert (response.status, await response.read()) == (200, HTML)
    headers = response.headers
    assert headers["Content-Type"] == "application/octet-stream"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Disposition"].startswith('attachment; filename="')
    assert headers["Content-Disposition"].count('"') == 2
    assert "sandbox" in headers["Content-Security-Policy"]
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"


async def test_who_may_see_a_file(site: World) -> None:
    path = await keep(site, PNG)
    assert (await site.call("Mina", "GET", path)).status == 200
    assert (await site.call("marketer", "GET", path)).status == 403
    assert (await site.call(None, "GET", path)).status == 401
    assert (await site.call("Mina", "GET", path[:-1] + "1")).status == 404
    assert (await site.call("Mina", "GET", path[:-1] + "x")).status == 422


async def test_a_file_that_has_not_come_yet_says_so(site: World) -> None:
    path = await keep(site, PNG)
    async with site.parts.store.transaction() as tx:
        await tx.execute("UPDATE media SET status = 'waiting', hash = NULL")
    response = await site.call("Mina", "GET", path)
    assert response.status == 404
    assert "not been fetched" in (await response.json())["detail"]


async def test_the_same_key_is_the_same_file_and_another_file_is_refused(edge: World) -> None:
    first, again = await uploaded(edge, "Mina", key="k1"), await uploaded(edge, "Mina", key="k1")
    assert first == again
    assert (await upload(edge, "Mina", PNG + b"x", key="k1")).status == 422
    assert (await upload(edge, "Mina", PNG, key="k1", name="other.png")).status == 422


@pytest.mark.parametrize(
    ("files", "where"),
    [
        (["6f1c0c1e-7b0a-5d7a-9a53-0f8f6a1d9f10"], "$.files[0]"),
        (["mine", "alis"], "$.files[1]"),
        (["mine", "mine", "mine"], "$.files"),
        (["large"], "$.files"),
    ],
)
async def test_files_that_cannot_go_are_refused(edge: World, files: list[str], where: str) -> None:
    known = {
        "mine": await uploaded(edge, "supervisor"),
        "alis": await uploaded(edge, "Mina"),
        "large": await uploaded(edge, "supervisor", PNG + bytes(2000)),
    }
    said = {"to": "+989121234567", "from": OURS, "files": [known.get(one, one) for one in files]}
    response = await edge.call("supervisor", "POST", "/messages", said)
    assert response.status == 422
    assert (await response.json())["where"] == where


async def test_too_large_or_empty_is_refused(edge: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MOST", 100_000)
    assert (await upload(edge, "Mina", bytes(100_001))).status == 413
    assert (await upload(edge, "Mina", b"")).status == 422
    assert (await upload(edge, "Mina", bytes(100_000))).status == 201


async def test_a_body_that_breaks_off_leaves_nothing(edge: World) -> None:
    async def broken() -> Any:
        yield PNG
        raise ConnectionResetError

    with pytest.raises((aiohttp.ClientError, ConnectionResetError)):
        await upload(edge, "Mina", broken())
    async with edge.parts.store.reading() as tx:
        assert await tx.fetchval("SELECT count(*) FROM files") == 0


class Slow:
    """A body whose first piece has been sent, and whose second waits until it is let go."""

    def __init__(self, first: bytes) -> None:
        self._first, self.goes_on = first, asyncio.Event()

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield self._first
        await self.goes_on.wait()
        yield b"y"


async def test_what_fills_the_room_is_taken_and_the_rest_told_to_come_again(edge: World) -> None:
    body = Slow(PNG)
    first = [asyncio.create_task(upload(edge, "Mina", body)) for _ in range(4)]
    await until(lambda: asyncio.sleep(0, edge.site.room.left), lambda left: left == 0)
    refused = await upload(edge, "Mina")
    assert (refused.status, refused.headers["Retry-After"]) == (503, "5")
    assert (await refused.json())["type"] == "urn:peyvand:problem:busy"
    body.goes_on.set()
    assert [(await one).status for one in first] == [201] * 4
    assert edge.site.room.left == files.AT_ONCE
    assert (await upload(edge, "Mina")).status == 201


async def test_a_slow_upload_is_told_so(edge: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "_PATIENCE", 0.2)
    body = Slow(PNG)
    asyncio.get_running_loop().call_later(2.0, body.goes_on.set)
    refused = await upload(edge, "Mina", body)
    assert (refused.status, (await refused.json())["type"]) == (408, "urn:peyvand:problem:too-slow")
    assert edge.site.room.left == files.AT_ONCE


async def test_a_large_file_is_served_whole_a_piece_at_a_time(site: World, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = PNG + bytes(range(256)) * 40
    monkeypatch.setattr(files, "_PIECE", 1000)
    path = await keep(site, whole)
    response = await site.call("Mina", "GET", path)
    assert (response.status, await response.read()) == (200, whole)
    assert int(response.headers["Content-Length"]) == len(whole)


async def test_a_database_that_goes_in_mid_file_ends_the_connection(
    site: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    path, piece = await keep(site, PNG + bytes(5000)), blobs.piece

    async def away(tx: Any, hash_: bytes, begin: int, length: int) -> Any:
        if begin:
            raise StoreAway("x")
        return await piece(tx, hash_, begin, length)

    monkeypatch.setattr(files, "_PIECE", 1000)
    monkeypatch.setattr(blobs, "piece", away)
    response = await site.call("Mina", "GET", path)
    with pytest.raises(aiohttp.ClientPayloadError):
        await response.read()
    assert not [one for one in caplog.records if one.levelname == "ERROR"], "that is no fault of the program"


async def test_an_upload_may_go_for_a_day_and_under_its_key_for_another(edge: World) -> None:
    file = await uploaded(edge, "supervisor", key="k")
    said = {"to": "+989121234567", "from": OURS, "files": [file]}
    edge.site.outcomes.patience = 0
    async with edge.parts.store.transaction() as tx:
        await tx.execute("UPDATE files SET uploaded_at = uploaded_at - interval '25 hours'")
    refused = await edge.call("supervisor", "POST", "/messages", said)
    assert (refused.status, (await refused.json())["where"]) == (422, "$.files[0]")
    assert await uploaded(edge, "supervisor", key="k") == file
    assert (await edge.call("supervisor", "POST", "/messages", said)).status == 202
