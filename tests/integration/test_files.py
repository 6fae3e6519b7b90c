"""Files that customers send: fetched from the provider's hosts alone, kept once, never lost, never given away."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from hub.errors import StoreAway
from hub.events import Event, Media, MediaFetch
from hub.media import store as media
from hub.media.patience import TRIES
from hub.model import new_id
from hub.store import Row, blobs
from tests.integration.house import ACCOUNT, House
from workers.fetch_media import FetchMedia

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(40)


class Keeper:
    """The provider's file server: ``gives`` by path, and what it was ``asked``."""

    def __init__(self) -> None:
        self.gives: dict[str, dict[str, Any]] = {}
        self.asked: list[tuple[str, str | None]] = []

    async def handle(self, request: web.Request) -> web.Response:
        self.asked.append((request.path, request.headers.get("X-Secret")))
        return web.Response(**self.gives.get(request.path, {"status": 404}))


@pytest.fixture
async def keeper(house: House) -> AsyncIterator[Keeper]:
    keeper, app = Keeper(), web.Application()
    app.router.add_get("/{path:.*}", keeper.handle)
    async with TestServer(app) as server:
        house.provider.keeps_files_at = f"http://{server.host}:{server.port}"
        yield keeper


def picture(house: House, *paths: str, said: str = "image/png", **more: Any) -> Event:
    files = tuple(Media(url=house.provider.keeps_files_at + path, content_type=said) for path in paths)
    return house.received("look", media=files, **more)


async def fetch(house: House, *events: Event) -> None:
    await FetchMedia(house.parts).handle(events)


async def take_in(house: House, event: Event) -> list[Event]:
    return [one for one in await house.take_in(event) if isinstance(one.data, MediaFetch)]


async def bells(house: House) -> list[Event]:
    return [event for event in await house.time.tick() if isinstance(event.data, MediaFetch)]


async def kept(house: House) -> list[Row]:
    return await house.rows(
        "SELECT m.*, b.content_type, b.body FROM media m LEFT JOIN blobs b USING (hash) ORDER BY 1, 2"
    )


async def test_a_file_is_brought_home(house: House, keeper: Keeper) -> None:
    keeper.gives["/1"] = {"body": PNG, "content_type": "image/png"}
    event = picture(house, "/1")
    await fetch(house, *await take_in(house, event))
    (row,) = await kept(house)
    assert (row["status"], row["content_type"], bytes(row["body"])) == ("stored", "image/png", PNG)
    assert bytes(row["hash"]) == hashlib.sha256(PNG).digest()
    assert row["url"] is None, "an address that may hold a secret is not kept"
    assert keeper.asked == [("/1", "canary")]
    assert [hint.id for hint in house.live.told if hint.kind == "media"] == [event.id]


async def test_the_same_event_again_fetches_nothing_twice_and_rings_the_same(house: House, keeper: Keeper) -> None:
    keeper.gives["/1"] = {"body": PNG}
    event = picture(house, "/1", "/1")
    rung = await take_in(house, event)
    assert await take_in(house, event) == rung
    await fetch(house, *rung)
    await fetch(house, *rung)
    assert len(await kept(house)) == 2
    assert await house.count("blobs") == 1
    assert len(keeper.asked) == 2


async def test_where_it_leads_is_asked_once_more_without_the_secret(house: House, keeper: Keeper) -> None:
    keeper.gives["/1"] = {"status": 307, "headers": {"Location": "/cdn/1?sig=x"}}
    keeper.gives["/cdn/1"] = {"body": PNG}
    await fetch(house, *await take_in(house, picture(house, "/1")))
    (row,) = await kept(house)
    assert row["status"] == "stored"
    assert [path for path, _ in keeper.asked] == ["/1", "/cdn/1"]


@pytest.mark.parametrize("there", ["/1", "http://127.0.0.1:9/x", "https://evil.example/x", "file:///etc/passwd"])
async def test_no_further_and_nowhere_else(house: House, keeper: Keeper, there: str) -> None:
    keeper.gives["/1"] = {"status": 302, "headers": {"Location": there}}
    await fetch(house, *await take_in(house, picture(house, "/1")))
    (row,) = await kept(house)
    assert (row["status"], row["next_at"]) == ("failed", None)
    assert len(keeper.asked) <= 2


async def test_an_address_that_is_not_the_providers_is_never_asked(house: House, keeper: Keeper) -> None:
    event = house.received("x", media=(Media(url="http://127.0.0.1:5432/", content_type="image/png"),))
    await fetch(house, *await take_in(house, event))
    (row,) = await kept(house)
    assert row["status"] == "failed"
    assert "not one of the provider's" in row["reason"]
    assert not keeper.asked


async def test_what_is_gone_has_failed_and_says_why(house: House, keeper: Keeper) -> None:
    keeper.gives["/gone"] = {"status": 410}
    await fetch(house, *await take_in(house, picture(house, "/gone")))
    (row,) = await kept(house)
    assert (row["status"], row["next_at"]) == ("failed", None)
    assert "410" in row["reason"]
    assert len(keeper.asked) == 1


async def test_a_no_that_may_pass_is_asked_again(house: House, keeper: Keeper) -> None:
    statuses = (401, 403, 404)
    keeper.gives = {f"/{one}": {"status": one} for one in statuses}
    event = picture(house, *keeper.gives)
    await fetch(house, *await take_in(house, event))
    assert [row["status"] for row in await kept(house)] == ["waiting"] * 3
    keeper.gives = {path: {"body": PNG} for path in keeper.gives}
    house.clock.go_on(timedelta(minutes=2))
    await fetch(house, *await bells(house))
    assert [row["status"] for row in await kept(house)] == ["stored"] * 3


async def test_an_error_nobody_foresaw_is_a_try_of_that_file_alone(
    house: House, keeper: Keeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    keeper.gives["/2"] = {"body": PNG}
    whole = house.parts.fetcher.fetch

    async def breaks(url: str, **more: Any) -> Any:
        if url.endswith("/1"):
            raise OverflowError("secret")
        return await whole(url, **more)

    monkeypatch.setattr(house.parts.fetcher, "fetch", breaks)
    (bell,) = await take_in(house, picture(house, "/1", "/2"))
    for _ in range(TRIES):
        await fetch(house, bell)
        house.clock.go_on(timedelta(hours=5))
    bad, good = await kept(house)
    assert (bad["status"], bad["tries"], good["status"]) == ("failed", TRIES, "stored")
    assert "secret" not in bad["reason"]


async def test_a_database_that_is_away_is_no_try(house: House, keeper: Keeper, monkeypatch: pytest.MonkeyPatch) -> None:
    async def away(*_: object, **__: object) -> None:
        raise StoreAway("x")

    keeper.gives["/1"] = {"body": PNG}
    (bell,) = await take_in(house, picture(house, "/1"))
    with monkeypatch.context() as broken:
        broken.setattr(blobs, "put", away)
        with pytest.raises(StoreAway):
            await fetch(house, bell)
    (row,) = await kept(house)
    assert (row["status"], row["tries"]) == ("waiting", 0)


async def test_an_account_that_cannot_be_used_uses_up_no_tries(house: House, keeper: Keeper) -> None:
    keeper.gives["/1"] = {"body": PNG}
    (bell,) = await take_in(house, picture(house, "/1"))
    house.parts.accounts.adapters = {}
    await fetch(house, bell)
    (row,) = await kept(house)
    assert (row["status"], row["tries"]) == ("waiting", 0)
    assert "hub doctor" in row["reason"]
    house.parts.accounts.adapters = {ACCOUNT: house.provider}
    house.clock.go_on(timedelta(minutes=6))
    await fetch(house, *await bells(house))
    assert [row["status"] for row in await kept(house)] == ["stored"]


async def test_what_has_failed_may_be_asked_for_once_more(house: House, keeper: Keeper) -> None:
    event = picture(house, "/1")
    for status in (503, 410):
        keeper.gives["/1"] = {"status": status}
        await fetch(house, *await take_in(house, event))
        house.clock.go_on(timedelta(minutes=1))
    async with house.store.transaction() as tx:
        assert [row["interaction_id"] for row in await media.failures(tx, limit=9)] == [event.id]
        assert await media.ask_again(tx, [new_id()], now=house.clock.now()) == []
        assert await media.ask_again(tx, [event.id], now=house.clock.now()) == [event.id]
        assert await media.ask_again(tx, None, now=house.clock.now()) == []
    keeper.gives["/1"] = {"status": 503}
    await fetch(house, *await bells(house))
    assert [row["status"] for row in await kept(house)] == ["waiting"], "it is a round of tries, not one"
    keeper.gives["/1"] = {"body": PNG}
    house.clock.go_on(timedelta(minutes=1))
    await fetch(house, *await bells(house))
    assert [row["status"] for row in await kept(house)] == ["stored"]
    versions = [hint.version for hint in house.live.told if hint.kind == "media"]
    assert versions == sorted(set(versions)), "desks look at no older version"


async def test_a_provider_that_is_down_is_asked_again_when_the_clock_rings(house: House, keeper: Keeper) -> None:
    keeper.gives["/1"] = {"status": 503}
    await fetch(house, *await take_in(house, picture(house, "/1")))
    (row,) = await kept(house)
    assert row["status"] == "waiting"
    assert row["next_at"] > house.clock.now()
    keeper.gives["/1"] = {"body": PNG}
    house.clock.go_on(timedelta(seconds=30))
    rung = await bells(house)
    assert len(rung) == 1
    await fetch(house, *rung)
    assert [row["status"] for row in await kept(house)] == ["stored"]
    assert not await bells(house)


async def test_it_is_given_up_in_the_end(house: House, keeper: Keeper) -> None:
    keeper.gives["/1"] = {"status": 500}
    (bell,) = await take_in(house, picture(house, "/1"))
    for _ in range(TRIES + 3):
        await fetch(house, bell)
        house.clock.go_on(timedelta(hours=5))
    (row,) = await kept(house)
    assert (row["status"], row["tries"]) == ("failed", TRIES)
    assert len(keeper.asked) == TRIES


async def test_a_page_that_calls_itself_a_picture_is_bytes_of_no_kind(house: House, keeper: Keeper) -> None:
    keeper.gives["/1"] = {"body": b"<html><script>alert(1)</script>", "content_type": "image/png"}
    await fetch(house, *await take_in(house, picture(house, "/1")))
    (row,) = await kept(house)
    assert row["content_type"] == "application/octet-stream"


async def test_bytes_that_nothing_names_are_swept_after_a_day_and_others_never(house: House, keeper: Keeper) -> None:
    keeper.gives["/1"] = {"body": PNG}
    await fetch(house, *await take_in(house, picture(house, "/1")))
    async with house.store.transaction() as tx:
        await tx.execute("INSERT INTO blobs (hash, content_type, size, body) VALUES (sha256('x'), 'x', 1, 'x')")
        hash_ = await tx.fetchval("SELECT hash FROM blobs WHERE content_type = 'x'")
        await media.upload(tx, house.team, hash_=hash_, name="x", by=house.team)
        await tx.execute("UPDATE blobs SET stored_at = now() - interval '23 hours'")
    await FetchMedia(house.parts).tick()
    assert await house.count("blobs") == 2
    async with house.store.transaction() as tx:
        await tx.execute("UPDATE blobs SET stored_at = stored_at - interval '1 day'")
        await tx.execute("UPDATE files SET uploaded_at = uploaded_at - interval '7 days'")
    await FetchMedia(house.parts).tick()
    assert await house.count("files") == 1, "a message that names it may wait for days to be recorded"
    async with house.store.transaction() as tx:
        await tx.execute("UPDATE files SET uploaded_at = uploaded_at - interval '2 days'")
    await FetchMedia(house.parts).tick()
    assert await house.count("files") == 0
    assert [row["content_type"] for row in await house.rows("SELECT content_type FROM blobs")] == ["image/png"]


async def uploaded(house: House, *, days: int = 9) -> UUID:
    """A file that was uploaded so long ago."""
    file_id = new_id()
    async with house.store.transaction() as tx:
        hash_ = await blobs.put(tx, PNG, content_type="image/png")
        await media.upload(tx, file_id, hash_=hash_, name="a.png", by=house.team)
        await tx.execute("UPDATE files SET uploaded_at = uploaded_at - make_interval(days => $1)", days)
        await tx.execute("UPDATE blobs SET stored_at = stored_at - make_interval(days => $1)", days)
    return file_id


def goes(house: House, file_id: UUID) -> list[media.Goes]:
    return [media.Goes(interaction_id=house.team, position=0, account=ACCOUNT, file_id=file_id)]


async def test_uploaded_again_it_is_young_again(house: House) -> None:
    file_id = await uploaded(house, days=2)
    async with house.store.transaction() as tx:
        assert not await media.uploaded(tx, [file_id], by=house.team, now=house.clock.now())
        hash_ = await blobs.put(tx, PNG, content_type="image/png")
        await media.upload(tx, file_id, hash_=hash_, name="a.png", by=house.team)
        assert await media.uploaded(tx, [file_id], by=house.team, now=house.clock.now())


async def test_a_file_that_goes_while_it_is_to_be_swept_stays(house: House) -> None:
    file_id = await uploaded(house)
    async with house.store.transaction() as tx:
        await media.goes(tx, goes(house, file_id))
        async with asyncio.timeout(20):
            await FetchMedia(house.parts).tick()  # passes by what is locked, and waits for nobody
    assert [row["status"] for row in await kept(house)] == ["stored"]
    await FetchMedia(house.parts).tick()
    assert [bytes(row["body"]) for row in await kept(house)] == [PNG]


async def test_a_file_that_goes_after_the_sweep_began_is_a_failed_one(house: House) -> None:
    file_id = await uploaded(house)

    async def record() -> None:
        async with house.store.transaction() as tx:
            await media.goes(tx, goes(house, file_id))

    async with house.store.transaction() as tx:
        assert (await media.sweep(tx, now=house.clock.now(), limit=200)).count == 2
        recorded = asyncio.create_task(record())
        await house.until_somebody_waits()
    await recorded
    assert [(row["status"], row["reason"]) for row in await kept(house)] == [
        ("failed", "the file is not there any more")
    ]


async def test_an_upload_during_the_sweep_is_there_afterwards(house: House) -> None:
    file_id = await uploaded(house)

    async def again() -> None:
        async with house.store.transaction() as tx:
            hash_ = await blobs.put(tx, PNG, content_type="image/png")
            await media.upload(tx, file_id, hash_=hash_, name="a.png", by=house.team)

    async with house.store.transaction() as tx:
        await media.sweep(tx, now=house.clock.now(), limit=200)
        renewed = asyncio.create_task(again())
        await house.until_somebody_waits()
    await renewed
    await FetchMedia(house.parts).tick()
    assert (await house.count("files"), await house.count("blobs")) == (1, 1)


async def test_the_sweep_goes_on_until_nothing_is_left(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workers.fetch_media.SWEPT_AT_ONCE", 2)
    for _ in range(5):
        await uploaded(house)
    async with house.store.transaction() as tx:
        await tx.execute(
            "INSERT INTO blobs (hash, content_type, size, body, stored_at)"
            " SELECT sha256(n::text::bytea), 'x', 1, 'x', now() - interval '9 days' FROM generate_series(1, 7) n"
        )
    await FetchMedia(house.parts).tick()
    assert (await house.count("files"), await house.count("blobs")) == (0, 0)
