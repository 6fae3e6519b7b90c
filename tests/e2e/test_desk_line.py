"""What is written at a desk whose line or hub goes away: kept, sent exactly once, shown in order.

Two desks go through each story at once, one in Persian and one in English.
"""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import aiohttp
import pytest
from playwright.async_api import Browser, Error, FilePayload, Request, Route, expect

from hub.cli.agents.people import give
from hub.model import new_id
from hub.profile import store as profile
from tests.e2e.demos import GRACE, SARA, Demo, accepted, text_to
from tests.e2e.demos import OURS as DEMO_OURS
from tests.e2e.desk import Desk
from tests.e2e.words import EN, FA, Words
from tests.faults.cluster import OURS, AgentSeat, Cluster, Urls
from tests.waiting import until

pytestmark = pytest.mark.timeout(360)

AWAY = 30.0
HELD = 10.0
"""Seconds for which an answer can be taken back."""
POSTS = "**/api/v1/conversations/*/messages"
HELLO = {"fa": "سلام، کسی هست؟", "en": "Hello, is anybody there?"}
MEANWHILE = {"fa": ["پیام نخست", "پیام دوم", "پیام سوم"], "en": ["The first one", "The second one", "The third one"]}
ANSWER = {"fa": "بله، همین حالا", "en": "Yes, right now"}
HALF = {"fa": "نیمهٔ یک جمله", "en": "Half a sentence"}
FILE: FilePayload = {"name": "map.txt", "mimeType": "text/plain", "buffer": b"first left, then right"}
ONCE = {"fa": "این یک بار می‌رسد", "en": "This arrives once"}
AFTER = {"fa": "ممنون از شما", "en": "Thank you all"}
PASSWORD = "nine blue kettles on a shelf"


@dataclass(frozen=True)
class Seat:
    """One desk with its customer, in one language."""

    words: Words
    agent: str
    password: str
    customer: str
    phone: str


@dataclass(frozen=True)
class Place:
    """Where the hub and the provider are."""

    http: aiohttp.ClientSession
    hub: str
    sandbox: str
    ours: str

    async def text(self, seat: Seat, body: str) -> None:
        """Her customer writes."""
        await text_to(self.http, self.sandbox, seat.phone, self.ours, body)

    async def sent(self, seat: Seat, body: str) -> int:
        """How often this went out to her customer."""
        return await accepted(self.http, self.sandbox, seat.phone, body)


Story = Callable[[Place, Seat, Desk], Awaitable[None]]


async def both(browser: Browser, place: Place, seats: list[Seat], *stories: Story) -> None:
    """Each of them signs in, gets a text from her customer and opens it; then the stories, at all desks at once."""

    async def one(seat: Seat) -> None:
        desk = await Desk.open(browser, place.hub, seat.words)
        await desk.sign_in(seat.agent, seat.password)
        await place.text(seat, HELLO[seat.words.language])
        await desk.open_conversation(seat.customer)
        await expect(desk.bubble(HELLO[seat.words.language])).to_have_count(1)
        for story in stories:
            await story(place, seat, desk)
        assert desk.errors == []

    await asyncio.gather(*map(one, seats))


# ── a network that goes away, an answer that gets lost ───────────────────────────────────────────────────────────────


@pytest.mark.slow
async def test_a_bad_line_loses_nothing_and_doubles_nothing(demo: Demo, chromium: Browser) -> None:
    passwords = demo.notes["passwords"]
    seats = [
        Seat(FA, "Mina", passwords["Mina"], "سارا احمدی", SARA),
        Seat(EN, "Emma", passwords["Emma"], "Grace Miller", GRACE),
    ]
    async with aiohttp.ClientSession() as http:
        place = Place(http, demo.hub, demo.phone, DEMO_OURS)
        await both(chromium, place, seats, away_for_half_a_minute, lost_on_the_way)


async def away_for_half_a_minute(place: Place, seat: Seat, desk: Desk) -> None:
    """The browser has no network for 30 s; an answer is taken back and one sent meanwhile, and the customer writes."""
    language = seat.words.language
    answer, half, meanwhile = ANSWER[language], HALF[language], MEANWHILE[language]
    await desk.mark()
    await desk.context.set_offline(True)
    gone = time.monotonic()
    await desk.write(half)
    await desk.send(at_once=False)
    await expect(desk.composer).to_have_value("")
    await expect(desk.lost).to_be_visible()
    await desk.take_back()
    await expect(desk.bubble(half)).to_have_count(0)
    await expect(desk.composer).to_have_value(half)
    await desk.answer(answer)
    await expect(desk.bubble(answer).get_by_text(seat.words.tried_again)).to_be_visible()
    await desk.attach(FILE)
    await expect(desk.attached.get_by_role("status")).to_be_visible()
    await desk.shot("6-lost")
    for body in meanwhile:
        await place.text(seat, body)
    await asyncio.sleep(AWAY - (time.monotonic() - gone))
    await expect(desk.bubble(answer)).to_have_count(1)
    await expect(desk.bubble(meanwhile[0])).to_have_count(0)
    assert await place.sent(seat, answer) == 0
    await desk.context.set_offline(False)
    await desk.delivered(answer)
    await expect(desk.bubble(meanwhile[-1])).to_have_count(1)
    await expect(desk.lost).to_have_count(0)
    assert await desk.said() == [HELLO[language], *meanwhile, answer]
    assert [await place.sent(seat, body) for body in (answer, half)] == [1, 0]
    await expect(desk.attached.get_by_role("status")).to_have_count(0)
    await expect(desk.attached.filter(has_text=FILE["name"])).to_have_count(1)
    await desk.attached.get_by_role("button").click()
    await place.text(seat, AFTER[language])
    await expect(desk.bubble(AFTER[language])).to_have_count(1)
    assert await desk.marked()


async def lost_on_the_way(place: Place, seat: Seat, desk: Desk) -> None:
    """The hub takes an answer and cannot say so; the page is loaded anew. It went out by itself after ten seconds."""
    language = seat.words.language
    answer, half = ONCE[language], HALF[language]
    keys: list[tuple[float, str]] = []
    """When each request came, and its key."""

    async def taken_but_not_told(route: Route, request: Request) -> None:
        keys.append((time.monotonic(), request.headers["idempotency-key"]))
        await route.fetch()
        with contextlib.suppress(Error):  # the test has taken it off meanwhile
            await route.abort("connectionreset")

    await desk.page.route(POSTS, taken_but_not_told)
    await desk.write(answer)
    sent = time.monotonic()
    await desk.send(at_once=False)
    await desk.write(half)
    await until(lambda: place.sent(seat, answer))
    assert keys[0][0] - sent >= HELD
    await desk.page.reload()
    await expect(desk.composer).to_have_value(half)
    await expect(desk.bubble(answer).first).to_be_visible()
    await until(lambda: asyncio.sleep(0, len(keys)), lambda count: count > 1)
    await desk.page.unroute(POSTS)
    await desk.delivered(answer)
    await expect(desk.bubble(answer).get_by_text(seat.words.tried_again)).to_have_count(0)
    assert len({key for _, key in keys}) == 1
    assert await place.sent(seat, answer) == 1
    await expect(desk.composer).to_have_value(half)


async def test_a_hub_that_cannot_say_who_is_here_is_asked_again(demo: Demo, chromium: Browser) -> None:
    desk = await Desk.open(chromium, demo.hub, EN)
    await desk.sign_in("Mina", demo.notes["passwords"]["Mina"])
    await desk.page.route("**/api/v1/me", busy)
    await desk.page.reload()
    await expect(desk.page.get_by_role("button", name="Try again")).to_be_visible()
    await desk.page.unroute("**/api/v1/me")
    await expect(desk.page.get_by_role("navigation").first).to_be_visible()
    assert desk.errors == []


async def busy(route: Route) -> None:
    problem = {"type": "urn:peyvand:unavailable", "detail": "the store is away", "status": 503}
    await route.fulfill(status=503, json=problem, content_type="application/problem+json")


# ── a hub that is killed ─────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_killed_web_process_loses_nothing_and_doubles_nothing(
    chromium: Browser, database: str, vhost: str, redis_url: str, tmp_path: Path
) -> None:
    async with (
        Cluster(Urls(database, vhost, redis_url), tmp_path, agents=2) as cluster,
        aiohttp.ClientSession() as http,
    ):
        seats = [
            await seated(cluster, cluster.seats[0], FA, "سارا احمدی", SARA),
            await seated(cluster, cluster.seats[1], EN, "Grace Miller", GRACE),
        ]
        await cluster.serve(1)
        await cluster.work(1)
        place = Place(http, cluster.public_url, cluster.sandbox, OURS)
        dead, alive = asyncio.Barrier(3), asyncio.Barrier(3)

        async def killed(place: Place, seat: Seat, desk: Desk) -> None:
            await killed_in_between(place, seat, desk, dead, alive)

        async with asyncio.TaskGroup() as group:
            group.create_task(both(chromium, place, seats, killed))
            await dead.wait()
            cluster.processes["web1"].kill()
            await alive.wait()
            cluster.processes["web1"].start()
            await cluster.ready()


async def killed_in_between(
    place: Place, seat: Seat, desk: Desk, dead: asyncio.Barrier, alive: asyncio.Barrier
) -> None:
    language = seat.words.language
    before, answer, after = ANSWER[language], HALF[language], MEANWHILE[language]
    await desk.mark()
    await desk.write(before)
    await desk.send()
    await dead.wait()  # it is killed while the first is on its way
    await expect(desk.lost).to_be_visible()
    await desk.answer(answer)
    await expect(desk.bubble(answer)).to_have_count(1)
    await alive.wait()
    await expect(desk.lost).to_have_count(0)
    await desk.delivered(answer)
    await expect(desk.bubble(before)).to_have_count(1)  # what the provider told of it may have met nobody
    await expect(desk.bubble(before).get_by_role("button")).to_have_count(0)
    for body in after:
        await place.text(seat, body)
    await expect(desk.bubble(after[-1])).to_have_count(1)
    assert await desk.said() == [HELLO[language], before, answer, *after]
    assert [await place.sent(seat, body) for body in (before, answer)] == [1, 1]
    assert await desk.marked()


async def seated(cluster: Cluster, seat: AgentSeat, words: Words, customer: str, phone: str) -> Seat:
    """The agent with a password for the desk, and a customer who is hers."""
    async with cluster.store.transaction() as tx:
        agent = UUID(seat.id)
        await give(tx, agent, seat.name, PASSWORD, by="seed")
        one = {"id": new_id(), "name": customer, "language": words.language, "owner_id": agent}
        await profile.save(tx, [{**one, "contact_points": [f"tel:{phone}"]}])
    return Seat(words, seat.name, PASSWORD, customer, phone)
