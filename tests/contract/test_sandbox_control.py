"""The sandbox's own API and its page, as a browser or a test would use them."""

import asyncio
import json
import re
from base64 import b64encode
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urljoin

import aiohttp
import pytest

from hub.sandbox import Pace, RunningSandbox, Sandbox, running_sandbox
from hub.sandbox.model import Draft

OURS, SARA = "+12025550100", "+989121234567"


@pytest.fixture
async def box() -> AsyncIterator[RunningSandbox]:
    async with running_sandbox(Sandbox(seed=1, pace=Pace(speed=100))) as box:
        yield box


@pytest.fixture
async def http(box: RunningSandbox) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(box.url) as session:
        yield session


async def call(http: aiohttp.ClientSession, method: str, path: str, body: Any = None) -> tuple[int, Any]:
    async with http.request(method, f"/sandbox/api/{path}", json=body) as response:
        return response.status, await response.json(content_type=None)


async def test_a_text_says_what_the_hub_answered(http: aiohttp.ClientSession) -> None:
    status, message = await call(http, "POST", "texts", {"from": SARA, "to": OURS, "body": "سلام"})
    assert status == 201
    assert message["hub"] == {"taken": False, "status": None, "ms": 0.0, "error": "no_webhook_url", "attempts": 0}
    await call(http, "PUT", "webhook", {"url": "http://127.0.0.1:9/"})
    _, again = await call(http, "POST", f"texts/{message['sid']}/deliver", {"times": 2})
    assert [a["error"] for a in again["answers"]] == ["connection_refused"] * 2
    _, log = await call(http, "GET", f"deliveries?sid={message['sid']}")
    assert [row["attempt"] for row in log["deliveries"]] == [1, 2, 1, 2]
    _, thread = await call(http, "GET", "messages?phone=%2B989121234567&number=%2B12025550100")
    assert [m["body"] for m in thread["messages"]] == ["سلام"]


async def test_counts_tell_how_often_each_text_was_accepted(http: aiohttp.ClientSession, box: RunningSandbox) -> None:
    account = next(iter(box.sandbox.accounts.values()))
    headers = {"Authorization": "Basic " + b64encode(f"{account.sid}:{account.auth_token}".encode()).decode()}
    for body in ("a", "b", "a"):
        form = {"To": SARA, "From": OURS, "Body": body}
        await http.post(f"/2010-04-01/Accounts/{account.sid}/Messages.json", data=form, headers=headers)
    _, counts = await call(http, "GET", "counts")
    assert {(c["to"], c["body"]): c["accepted"] for c in counts["counts"]} == {(SARA, "a"): 2, (SARA, "b"): 1}
    assert counts["most"] == 2
    _, one = await call(http, "GET", "counts?body=b")
    assert len(one["counts"]) == 1
    _, requests = await call(http, "GET", "requests")
    assert [(r["status"], r["sid"] is not None) for r in requests["requests"]] == [(201, True)] * 3
    await call(http, "POST", "settle", {})
    _, state = await call(http, "GET", "state")
    assert (state["pending"], state["totals"]) == (0, {"outbound-api": 3})
    await call(http, "POST", "reset", {})
    assert (await call(http, "GET", "counts"))[1]["counts"] == []


async def test_no_token_is_shown(http: aiohttp.ClientSession, box: RunningSandbox) -> None:
    _, state = await call(http, "GET", "state")
    account = next(iter(box.sandbox.accounts.values()))
    assert account.sid in json.dumps(state)
    assert account.auth_token not in json.dumps(state)


async def test_faults_are_set_changed_and_cleared(http: aiohttp.ClientSession) -> None:
    _, faults = await call(http, "PUT", "faults", {"api_429": {"next": 3}, "callback_late": {"probability": 0.5}})
    assert (faults["api_429"]["next"], faults["callback_late"]["delay_s"]) == (3, 10.0)
    await call(http, "PATCH", "faults", {"api_429": None, "api_503": {"probability": 1}})
    _, faults = await call(http, "GET", "faults")
    assert [name for name, f in faults.items() if f["next"] or f["probability"]] == ["api_503", "callback_late"]
    _, faults = await call(http, "PUT", "faults", {})
    assert not [name for name, f in faults.items() if f["next"] or f["probability"]]


@pytest.mark.parametrize(
    ("asked", "status", "words"),
    (
        (("POST", "texts", {"from": "0912", "to": OURS, "body": "x"}), 422, "from is no telephone number"),
        (("POST", "texts", {"from": SARA, "to": "+12025559999", "body": "x"}), 404, "nobody owns"),
        (("POST", "texts", {"from": SARA, "to": OURS}), 422, "body is empty"),
        (("POST", "texts", {"from": SARA, "to": OURS, "body": "x" * 1601}), 422, "body is too long"),
        (("POST", "texts", [1]), 400, "no object"),
        (("POST", "texts/SM1/deliver", {}), 404, "no such text"),
        (("GET", "messages?number=1"), 422, "missing"),
        (("GET", "deliveries?limit=x"), 422, "limit"),
        (("PUT", "faults", {"api_418": {}}), 422, "no fault is called api_418"),
        (("PUT", "faults", {"api_429": {"probability": 2}}), 422, "between 0 and 1"),
        (("PUT", "faults", {"api_429": {"often": 2}}), 422, "unknown often"),
        (("PUT", "faults", {"delivery_failed": {"next": 1, "error_code": 1}}), 422, "error_code"),
        (("PUT", "webhook", {"url": "http://x/", "account": "AC0"}), 404, "no such account"),
        (("GET", "nothing"), 404, "Not Found"),
        (("POST", "texts", {"from": SARA, "to": "whatsapp:+982100003030", "body": "x"}), 422, "different channels"),
        (("POST", "texts", {"from": SARA, "to": OURS, "media": ["http://x/1.jpg"]}), 422, "media[0] is no object"),
        (("POST", "read", {"phone": SARA}), 422, "number is missing"),
        (("POST", "read", {"phone": SARA, "number": OURS, "receipts": 1}), 422, "receipts"),
        (("POST", "window", {"phone": SARA, "number": OURS}), 422, "no window"),
        (("POST", "window", {"phone": f"whatsapp:{SARA}", "number": OURS}), 422, "no window"),
        (("GET", "media/ME1"), 404, "no such file"),
    ),
)
async def test_a_mistake_is_told_and_how_to_mend_it(
    http: aiohttp.ClientSession, asked: tuple[Any, ...], status: int, words: str
) -> None:
    answered, problem = await call(http, *asked)
    assert answered == problem["status"] == status
    assert words in problem["title"]
    assert problem["detail"]


async def test_a_foreign_page_cannot_text(http: aiohttp.ClientSession, box: RunningSandbox) -> None:
    body = json.dumps({"from": SARA, "to": OURS, "body": "x"})
    async with http.post("/sandbox/api/texts", data=body, headers={"Content-Type": "text/plain"}) as response:
        assert response.status == 415
    assert not box.sandbox.messages


async def test_changes_are_told_as_they_happen(http: aiohttp.ClientSession, box: RunningSandbox) -> None:
    async with asyncio.timeout(5), http.get("/sandbox/api/live") as live:
        assert live.content_type == "text/event-stream"
        await live.content.readuntil(b"\n\n")
        await asyncio.sleep(0.05)
        await box.text(SARA, OURS, "سلام")
        event = (await live.content.readuntil(b"\n\n")).decode()
        assert event.startswith("event: message\ndata: ")
        assert json.loads(event.partition("data: ")[2])["body"] == "سلام"


async def test_the_page_is_served_with_all_its_files_and_needs_nobody_else(http: aiohttp.ClientSession) -> None:
    async with http.get("/") as response:
        assert response.status == 200
        assert "default-src 'none'" in response.headers["Content-Security-Policy"]
        assert "unsafe-inline" not in response.headers["Content-Security-Policy"]
        page = await response.text()
    assert not re.findall(r"<script(?![^>]*src=)|<style|\son\w+=|\sstyle=|https?://", page)
    files, seen = re.findall(r'(?:src|href)="(/[^"#]+)"', page), set[str]()
    assert files
    while files:
        seen.add(path := files.pop())
        async with http.get(path) as response:
            assert response.status == 200, path
            imported = re.findall(r'^import .* from "([^"]+)";$', await response.text(), re.MULTILINE)
        files += {urljoin(path, one) for one in imported} - seen
    assert "/static/words/fa.js" in seen


async def test_every_fault_has_its_words_in_both_languages(http: aiohttp.ClientSession) -> None:
    _, faults = await call(http, "GET", "faults")
    for language in ("en", "fa"):
        async with http.get(f"/static/words/{language}.js") as response:
            words = await response.text()
        assert not [name for name in faults if f'{name}: ["' not in words]


@pytest.mark.parametrize("theirs", (SARA, f"whatsapp:{SARA}"))
async def test_the_24_hours_end_for_a_phone_with_or_without_its_channel(
    http: aiohttp.ClientSession, box: RunningSandbox, theirs: str
) -> None:
    ours = "whatsapp:+982100003030"
    await call(http, "POST", "texts", {"from": f"whatsapp:{SARA}", "to": ours, "body": "hello"})
    assert box.sandbox.window_open(ours, f"whatsapp:{SARA}")
    assert await call(http, "POST", "window", {"phone": theirs, "number": ours}) == (200, {"open": False})
    assert not box.sandbox.window_open(ours, f"whatsapp:{SARA}")


async def test_a_phone_is_shown_what_passed_on_every_channel_and_what_it_has_read(
    http: aiohttp.ClientSession, box: RunningSandbox
) -> None:
    theirs, ours = f"whatsapp:{SARA}", "whatsapp:+982100003030"
    await call(http, "POST", "texts", {"from": SARA, "to": OURS, "body": "by text"})
    _, there = await call(http, "POST", "texts", {"from": theirs, "to": ours, "body": "by WhatsApp"})
    _, shown = await call(http, "GET", "messages?phone=%2B989121234567")
    assert [(m["body"], m["channel"]) for m in shown["messages"]] == [("by text", "sms"), ("by WhatsApp", "whatsapp")]
    (account,) = box.sandbox.accounts.values()
    answer = box.sandbox.accept(Draft(account, ours, theirs, "hello"))
    assert await call(http, "POST", "read", {"phone": theirs, "number": ours}) == (200, {"new": 0}), "not there yet"
    box.sandbox.move(answer, "delivered")
    assert await call(http, "POST", "read", {"phone": theirs, "number": ours}) == (200, {"new": 1})
    assert answer.status == "read"
    assert await call(http, "POST", "window", {"phone": theirs, "number": ours}) == (200, {"open": False})
    assert box.sandbox.messages[there["sid"]].lapsed
    assert not box.sandbox.window_open(ours, theirs)


async def test_closing_waits_for_nobody(box: RunningSandbox, http: aiohttp.ClientSession) -> None:
    async with running_sandbox() as other, aiohttp.ClientSession(other.url) as session:
        live = await session.get("/sandbox/api/live")
        started = asyncio.get_running_loop().time()
    assert asyncio.get_running_loop().time() - started < 1
    live.close()
