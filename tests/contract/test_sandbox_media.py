"""Pictures and files at the sandbox, both ways, as Twilio keeps and fetches them; and the ways in which that fails."""

import asyncio
import json
from base64 import b64encode
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from hub.sandbox import Fault, Sandbox, running_sandbox, sample_account
from hub.sandbox.fetching import MAX_BYTES, Fetcher
from hub.sandbox.kept import keep
from hub.sandbox.model import WHATSAPP_SENDERS, Message
from hub.sandbox.shelf import Shelf
from tests.contract.twilio_world import World, world

OURS, SARA = "+12025550100", "+989121234567"
(OURS_WA,) = WHATSAPP_SENDERS
SARA_WA = f"whatsapp:{SARA}"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256))

# Twilio's client (9.13) still uses what aiohttp 3.14 has marked for removal in 4.
pytestmark = [
    pytest.mark.filterwarnings("ignore:BasicAuth is deprecated:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:The 'auth' parameter is deprecated:DeprecationWarning"),
]

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


@pytest.fixture
async def here() -> AsyncIterator[World]:
    async with world() as made:
        yield made


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


def keys(here: World) -> dict[str, str]:
    (account,) = here.box.sandbox.accounts.values()
    return {"Authorization": "Basic " + b64encode(f"{account.sid}:{account.auth_token}".encode()).decode()}


def file(data: bytes = PNG, kind: str = "image/png", name: str = "") -> dict[str, str]:
    return {"content_type": kind, "data": b64encode(data).decode(), "name": name}


async def picture(here: World, *, to: str = OURS, from_: str = SARA) -> tuple[Message, str]:
    media = here.box.sandbox.shelve(PNG, "image/png", "cat.png")
    message = await here.box.text(from_, to, "", (media,))
    return message, here.hub.forms[-1]["MediaUrl0"]


@asynccontextmanager
async def serving(answer: Answer) -> AsyncIterator[str]:
    app = web.Application()
    app.router.add_get("/{path:.*}", answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


async def test_a_picture_asks_for_credentials_then_sends_elsewhere(here: World, http: aiohttp.ClientSession) -> None:
    message, url = await picture(here)
    form = here.hub.forms[-1]
    assert message.sid.startswith("MM")
    assert (form["NumMedia"], form["MediaContentType0"]) == ("1", "image/png")
    assert url == f"{here.box.url}{message.uri}/Media/{message.media[0].sid}"
    async with http.get(url, allow_redirects=False) as response:
        assert response.status == 401
    async with http.get(url, headers=keys(here), allow_redirects=False) as response:
        assert response.status == 307
        away = response.headers["Location"]
    assert away.startswith(f"{here.box.url}/media/")
    async with http.get(away) as response:
        assert (response.status, response.content_type, await response.read()) == (200, "image/png", PNG)
    async with http.get(f"{here.box.url}/media/guessed") as response:
        assert response.status == 404


async def test_twilios_client_lists_and_deletes_what_a_message_holds(here: World, http: aiohttp.ClientSession) -> None:
    message, url = await picture(here)
    (one,) = await here.twilio.messages(message.sid).media.list_async()
    assert (one.parent_sid, one.content_type) == (message.sid, "image/png")
    assert (await here.twilio.messages(message.sid).media(one.sid).fetch_async()).sid == one.sid
    assert await here.twilio.messages(message.sid).media(one.sid).delete_async()
    async with http.get(url, headers=keys(here)) as response:
        assert response.status == 404


async def test_the_phones_send_several_by_text_and_one_by_whatsapp(here: World, http: aiohttp.ClientSession) -> None:
    async def post(**body: Any) -> tuple[int, Any]:
        async with http.post(f"{here.box.url}/sandbox/api/texts", json=body) as response:
            return response.status, await response.json(content_type=None)

    pdf = file(b"%PDF-1.7", "application/pdf", "فاکتور.pdf")
    status, message = await post(**{"from": SARA, "to": OURS, "media": [file(), pdf]})
    assert status == 201
    assert [one["name"] for one in message["media"]] == ["", "فاکتور.pdf"]
    assert here.hub.forms[-1]["MediaContentType1"] == "application/pdf"
    status, _ = await post(**{"from": SARA_WA, "to": OURS_WA, "name": "Sara", "body": "این", "media": [file()]})
    form = here.hub.forms[-1]
    assert (status, form["ProfileName"], form["MessageType"]) == (201, "Sara", "image")
    async with http.get(f"{here.box.url}/sandbox/api/media/{message['media'][0]['sid']}") as response:
        assert await response.read() == PNG
        assert "default-src 'none'" in response.headers["Content-Security-Policy"]
    assert (await post(**{"from": SARA, "to": OURS, "media": [file()] * 11}))[0] == 422
    assert (await post(**{"from": SARA_WA, "to": OURS_WA, "media": [file()] * 2}))[0] == 422
    assert (await post(**{"from": SARA, "to": OURS_WA, "media": [file()]}))[0] == 422
    for wrong in ({"content_type": "image"}, {"data": "§"}, {"data": ""}, {"content_type": 1}):
        status, problem = await post(**{"from": SARA, "to": OURS, "media": [file() | wrong]})
        assert (status, bool(problem["detail"])) == (422, True), wrong
    large = json.dumps({"from": SARA, "to": OURS, "media": [file(bytes(16 * 1024**2 + 1))]}).encode()
    as_json = {"Content-Type": "application/json"}
    async with http.post(f"{here.box.url}/sandbox/api/texts", data=BytesIO(large), headers=as_json) as response:
        assert (response.status, (await response.json(content_type=None))["title"]) == (413, "the files are too large")


@pytest.mark.parametrize(("to", "from_"), ((SARA, OURS), (SARA_WA, OURS_WA)))
async def test_the_sandbox_fetches_what_the_hub_wants_sent(here: World, to: str, from_: str) -> None:
    async def give(request: web.Request) -> web.StreamResponse:
        if request.path == "/moved":
            raise web.HTTPFound("/cat.png")
        return web.Response(body=PNG, content_type="image/png")

    await here.box.text(to, from_, "hello")
    async with serving(give) as url:
        sent = await here.twilio.messages.create_async(to=to, from_=from_, media_url=[f"{url}/moved"])
        await here.box.settle()
    message = here.box.sandbox.messages[sent.sid]
    assert (sent.num_media, message.status) == ("1", "delivered")
    (media,) = message.media
    assert here.box.sandbox.shelf.get(media.sid) == PNG
    assert (media.content_type, media.size) == ("image/png", len(PNG))


async def endless(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": "image/png"})
    await response.prepare(request)
    while True:
        await response.write(bytes(262_144))


async def too_large(request: web.Request) -> web.StreamResponse:
    return web.Response(body=bytes(MAX_BYTES + 1), content_type="image/png")


async def silent(request: web.Request) -> web.StreamResponse:
    await asyncio.sleep(30)
    return web.Response()


async def a_page(request: web.Request) -> web.StreamResponse:
    return web.Response(text="<p>no</p>", content_type="text/html")


async def nothing(request: web.Request) -> web.StreamResponse:
    return web.Response(body=b"", content_type="image/png")


async def missing(request: web.Request) -> web.StreamResponse:
    raise web.HTTPNotFound


@pytest.mark.parametrize(
    ("answer", "sms", "whatsapp"),
    (
        (missing, 11200, 63019),
        (nothing, 11200, 63019),
        (a_page, 12300, 63021),
        (endless, 30019, 63019),
        (too_large, 30019, 63019),
        (silent, 11200, 63019),
    ),
)
async def test_what_cannot_be_fetched_fails_the_message(here: World, answer: Answer, sms: int, whatsapp: int) -> None:
    patience_s = 0.3 if answer is silent else 30
    here.box.network._fetcher = Fetcher(here.box.sandbox, here.box.network._poster._session, patience_s=patience_s)
    async with serving(answer) as url:
        for to, from_, code in ((SARA, OURS, sms), (SARA_WA, OURS_WA, whatsapp)):
            sent = await here.twilio.messages.create_async(
                to=to, from_=from_, body="x", media_url=[url], status_callback=here.status_url
            )
            await here.box.settle()
            failed = await here.twilio.messages(sent.sid).fetch_async()
            assert (failed.status, failed.error_code) == ("failed", code)
    assert here.statuses() == ["failed", "failed"]


async def test_the_fault_of_a_missing_or_a_moved_picture(here: World, http: aiohttp.ClientSession) -> None:
    _, url = await picture(here)
    here.box.sandbox.faults.set(Fault.MEDIA_404, next=1)
    async with http.get(url, headers=keys(here)) as response:
        assert response.status == 404
    here.box.sandbox.faults.set(Fault.MEDIA_ELSEWHERE, next=1)
    async with http.get(url, headers=keys(here), allow_redirects=False) as response:
        assert response.status == 307
        assert not response.headers["Location"].startswith(here.box.url)


async def test_the_fault_of_a_web_page_said_to_be_a_picture(here: World, http: aiohttp.ClientSession) -> None:
    _, url = await picture(here)
    here.box.sandbox.faults.set(Fault.MEDIA_WRONG_TYPE, next=1)
    async with http.get(url, headers=keys(here)) as response:
        assert response.content_type == "image/jpeg"
        assert b"<!doctype html>" in await response.read()


async def test_the_faults_of_a_slow_and_of_an_endless_picture(here: World, http: aiohttp.ClientSession) -> None:
    _, url = await picture(here)
    here.box.sandbox.faults.set(Fault.MEDIA_SLOW, next=1, delay_s=0.4)
    started = asyncio.get_running_loop().time()
    async with http.get(url, headers=keys(here)) as response:
        assert await response.read() == PNG
    assert asyncio.get_running_loop().time() - started >= 0.4
    here.box.sandbox.faults.set(Fault.MEDIA_ENDLESS, next=1)
    async with http.get(url, headers=keys(here)) as response:
        assert len(await response.content.readexactly(1024**2)) == 1024**2


async def test_a_hub_that_has_enough_of_an_endless_picture_is_no_error(caplog: pytest.LogCaptureFixture) -> None:
    async with world() as here:
        _, url = await picture(here)
        here.box.sandbox.faults.set(Fault.MEDIA_ENDLESS, next=1)
        async with aiohttp.ClientSession() as http:
            response = await http.get(url, headers=keys(here))
            await response.content.readexactly(1024**2)
            await asyncio.sleep(0.2)  # until the sandbox waits for us to read on; sooner, there is less to show
            response.close()
    assert not [record for record in caplog.records if record.name == "aiohttp.server"]


async def test_pictures_are_there_after_a_restart_and_their_addresses_hold(tmp_path: Path) -> None:
    def opened() -> Sandbox:
        made = Sandbox([sample_account()], shelf=Shelf(tmp_path / "media"))
        keep(made, tmp_path / "sandbox.jsonl")
        return made

    async with running_sandbox(opened()) as box:
        message = await box.text(SARA, OURS, "", (box.sandbox.shelve(PNG, "image/png"),))
        forgotten = box.sandbox.shelve(PNG, "image/png")
    async with running_sandbox(opened()) as again, aiohttp.ClientSession(again.url) as http:
        assert again.sandbox.thread(SARA, OURS, 9)[0].media == message.media
        assert again.sandbox.shelf.get(forgotten.sid) is None
        (account,) = again.sandbox.accounts.values()
        auth = aiohttp.encode_basic_auth(account.sid, account.auth_token)
        async with http.get(f"{message.uri}/Media/{message.media[0].sid}", headers={"Authorization": auth}) as response:
            assert await response.read() == PNG
        again.sandbox.reset()
        assert not list((tmp_path / "media").iterdir())
