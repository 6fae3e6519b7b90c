"""An agent whose desk is closed is told by Web Push, if she allowed it in a browser that is still signed in."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from hub.model import derived_id
from hub.organisation.signing import store as signing
from hub.testing.clock import HandClock
from tests.integration.browsers import Browser, PushService, push_service
from tests.integration.web.conftest import OURS, PUBLIC, World
from tests.waiting import until
from workers import notify_agents

SHE = "tel:+989121234567"


@dataclass
class Told:
    """Mina's browser, the push service, the worker, and a conversation of hers."""

    world: World
    service: PushService
    clock: HandClock
    worker: Any
    browser: Browser = field(default_factory=Browser)
    cookies: dict[str, str] = field(default_factory=dict)
    conversation: UUID = field(default_factory=lambda: derived_id("conversation", 1))

    async def sign_in(self, name: str) -> str:
        async with self.world.parts.store.transaction() as tx:
            _, cookie = await signing.add_sign_in(
                tx, self.world.agents[name], address="127.0.0.1", agent_string="a browser"
            )
        return cookie

    async def ask(self, cookie: str, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        headers = {"Cookie": f"__Host-peyvand={cookie}", "Origin": PUBLIC, "X-Peyvand": "desk"}
        answer = await self.world.client.request(method, f"/api/v1{path}", json=body, headers=headers)
        return answer.status, await answer.json() if answer.status != 204 else None

    async def subscribe(self, cookie: str, browser: Browser | None = None, *, at: str = "/box/1") -> None:
        browser = browser or self.browser
        body = {"endpoint": self.service.origin + at, "p256dh": browser.p256dh, "auth": browser.auth}
        assert await self.ask(cookie, "PUT", "/me/push", body) == (204, None)

    async def held_by(self, name: str) -> None:
        """The conversation becomes hers just now, and (as the worker sees it) its customer wrote just now."""
        now, agent = self.clock.now(), self.world.agents[name]
        async with self.world.parts.store.transaction() as tx:
            await tx.execute(_STATE, self.conversation, agent, now)
            await tx.execute(_HELD, derived_id("assignment", now), self.conversation, agent, now)

    async def writes(self) -> None:
        async with self.world.parts.store.transaction() as tx:
            await tx.execute(
                "UPDATE conversation_states SET waiting_since = $1, last_inbound_at = $1", self.clock.now()
            )

    async def seen(self, at: datetime) -> None:
        """Her sign-ins were used then."""
        async with self.world.parts.store.transaction() as tx:
            await tx.execute("UPDATE sign_ins SET seen_at = $1", at)

    async def look(self, later: float = 2) -> list[dict[str, Any]]:
        """What the browser got by the worker's look some seconds later."""
        self.clock.go_on(timedelta(seconds=later))
        await self.worker.tick()
        return self.service.read(self.browser)

    async def subscriptions(self) -> int:
        async with self.world.parts.store.reading() as tx:
            return int(await tx.fetchval("SELECT count(*) FROM push_subscriptions"))


_STATE = """
INSERT INTO conversation_states (conversation_id, version, status, assignee_id, waiting_since, last_inbound_at)
VALUES ($1, 1, 'open', $2, $3, $3)
"""
_HELD = "INSERT INTO assignments (id, conversation_id, agent_id, started_at) VALUES ($1, $2, $3, $4)"


@pytest.fixture
async def told(edge: World) -> AsyncIterator[Told]:
    clock = HandClock(datetime.now(UTC))
    async with push_service() as service:
        edge.parts.clock = clock
        edge.parts.settings = replace(edge.parts.settings, push_services=(service.origin,))
        one = Told(edge, service, clock, notify_agents.WORKER.build(edge.parts))
        await one.worker.tick()
        clock.go_on(notify_agents.QUIET)
        await _conversation(one)
        yield one


async def _conversation(one: Told) -> None:
    customer, text = derived_id("customer", 1), derived_id("text", 1)
    async with one.world.parts.store.transaction() as tx:
        await tx.execute("INSERT INTO customers (id, name) VALUES ($1, 'Sara')", customer)
        await tx.execute(
            "INSERT INTO conversations (id, customer_id, channel, account, contact_point, our_address, opened_at)"
            " VALUES ($1, $2, 'sms', 'sms_fake/default', $3, $4, now())",
            *(one.conversation, customer, SHE, f"tel:{OURS}"),
        )
        await tx.execute(
            "INSERT INTO interactions (event_id, customer_id, conversation_id, channel, direction, contact_point,"
            " our_address, account, accepted_at) VALUES ($1, $2, $3, 'sms', 'inbound', $4, $5, $6, now())",
            *(text, customer, one.conversation, SHE, f"tel:{OURS}", "sms_fake/default"),
        )
        await tx.execute(
            "INSERT INTO interaction_contents (recorded_at, event_id, text)"
            " SELECT recorded_at, event_id, 'my\n card  is lost' FROM interactions WHERE event_id = $1",
            text,
        )


async def test_she_is_told_who_and_by_what_channel_and_not_what_was_said(told: Told) -> None:
    cookie = await told.sign_in("Mina")
    await told.ask(cookie, "PATCH", "/me", {"language": "fa"})
    await told.subscribe(cookie)
    assert await told.look() == [], "nothing is new"
    await told.held_by("Mina")
    await told.worker.tick()
    ((path, headers, body),) = told.service.taken
    assert (path, headers["TTL"][:2], headers["Urgency"]) == ("/box/1", "17", "high"), "nearly half an hour"
    assert len(headers["Topic"]) <= 32, "RFC 8030, 5.4"
    assert headers["Authorization"].endswith((await told.ask(cookie, "GET", "/push-key"))[1]["key"])
    assert b"Sara" not in body
    (said,) = told.service.read(told.browser)
    assert said == {
        "kind": "given",
        "conversation": str(told.conversation),
        "number": 1,
        "channel": "sms",
        "customer": "Sara",
        "language": "fa",
    }
    assert await told.look(70) == [], "once is enough"


async def test_what_she_wrote_is_quoted_only_where_a_setting_allows_it(told: Told) -> None:
    told.world.parts.settings = replace(told.world.parts.settings, push_texts=True)
    await told.subscribe(await told.sign_in("Mina"))
    told.clock.go_on(timedelta(seconds=1))
    await told.held_by("Mina")
    assert [one["text"] for one in await told.look()] == ["my card is lost"]


async def test_at_most_one_a_minute_about_a_conversation(told: Told) -> None:
    await told.subscribe(await told.sign_in("Mina"))
    told.clock.go_on(timedelta(seconds=1))
    await told.held_by("Mina")
    assert [one["kind"] for one in await told.look()] == ["given"]
    for _ in range(5):
        await told.writes()
        assert await told.look(5) == []
    assert [one["kind"] for one in await told.look(40)] == ["wrote"], "all of it, once the minute is over"
    assert await told.look(70) == []


async def test_whose_desk_is_open_is_not_told_and_later_only_of_what_came_after(told: Told) -> None:
    await told.subscribe(await told.sign_in("Mina"))
    told.clock.go_on(timedelta(seconds=1))
    await told.held_by("Mina")
    beats = await told.world.parts.live.heartbeats()
    heard = {told.world.agents["Mina"]: told.clock.now() + timedelta(seconds=1)}

    async def heartbeats() -> Any:
        return replace(beats, at=heard)

    told.world.parts.live.heartbeats = heartbeats  # type: ignore[method-assign]
    assert await told.look(2) == []
    assert await told.look(120) == [], "she saw it before she closed the desk"
    await told.writes()
    assert [one["kind"] for one in await told.look()] == ["wrote"]


async def test_what_she_has_read_is_no_news_also_when_redis_has_forgotten_her_desk(told: Told) -> None:
    cookie = await told.sign_in("Mina")
    await told.subscribe(cookie)
    told.clock.go_on(timedelta(seconds=1))
    await told.held_by("Mina")
    await told.writes()
    await told.seen(told.clock.now())
    assert await told.look() == [], "she used this browser after that"
    await told.writes()
    async with told.world.parts.store.transaction() as tx:
        read = "INSERT INTO read_marks (conversation_id, agent_id, read_to) VALUES ($1, $2, $3)"
        await tx.execute(read, told.conversation, told.world.agents["Mina"], told.clock.now())
    assert await told.look() == [], "she has read it, maybe at another machine"
    await told.writes()
    assert [one["kind"] for one in await told.look()] == ["wrote"]


async def test_while_it_is_unknown_who_is_there_nobody_is_told(told: Told) -> None:
    await told.subscribe(await told.sign_in("Mina"))
    told.clock.go_on(timedelta(seconds=1))
    await told.held_by("Mina")
    beats = await told.world.parts.live.heartbeats()

    async def emptied() -> Any:
        return replace(beats, epoch="another")

    told.world.parts.live.heartbeats = emptied  # type: ignore[method-assign]
    assert await told.look() == []
    assert len(await told.look(notify_agents.QUIET.total_seconds() + 5)) == 1


async def test_several_browsers_and_only_those_that_are_signed_in(told: Told) -> None:
    first, second, other = [await told.sign_in(name) for name in ("Mina", "Mina", "Ali")]
    phone, alis = Browser(), Browser()
    await told.subscribe(first)
    await told.subscribe(second, phone, at="/box/2")
    await told.subscribe(other, alis, at="/box/3")
    told.clock.go_on(timedelta(seconds=1))
    await told.held_by("Mina")
    told.clock.go_on(timedelta(seconds=1))
    await told.worker.tick()
    assert sorted(path for path, *_ in told.service.taken) == ["/box/1", "/box/2"]
    told.service.taken.clear()
    assert await told.ask(second, "POST", "/sign-out") == (204, None)
    await told.writes()
    assert len(await told.look(70)) == 1
    assert await told.ask(first, "POST", "/sign-out-everywhere") == (204, None)
    await told.writes()
    assert await told.look(70) == []
    assert await told.subscriptions() == 1, "Ali's"


async def test_who_signs_in_at_the_same_browser_takes_it_over(told: Told) -> None:
    mina, ali = await told.sign_in("Mina"), await told.sign_in("Ali")
    await told.subscribe(mina)
    await told.subscribe(ali)
    told.clock.go_on(timedelta(seconds=1))
    await told.held_by("Mina")
    assert await told.look() == [], "what is Mina's is not shown where Ali sits"
    assert await told.ask(ali, "DELETE", "/me/push") == (204, None)
    assert (await told.ask(ali, "DELETE", "/me/push"))[0] == 404


@pytest.mark.parametrize("status", [404, 410])
async def test_a_subscription_that_is_gone_is_forgotten(told: Told, status: int) -> None:
    await told.subscribe(await told.sign_in("Mina"))
    told.clock.go_on(timedelta(seconds=1))
    await told.held_by("Mina")
    told.service.answers = [status]
    await told.look()
    assert await told.subscriptions() == 0
    assert await told.look(70) == []


async def test_a_service_that_is_busy_or_slow_is_asked_again_until_it_is_no_news_any_more(
    told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    await told.subscribe(await told.sign_in("Mina"))
    told.clock.go_on(timedelta(seconds=1))
    await told.held_by("Mina")
    told.service.answers = [503, 429]
    await told.look()
    assert await told.look(5) == []
    assert told.service.answers == [429], "ten seconds later, and not before"
    assert await told.look(6) == await told.look(20) == [], "then it was asked to wait for thirty"
    assert len(await told.look(12)) == 1
    monkeypatch.setattr(notify_agents, "WITHIN", 0.1)
    told.service.slow = 0.5
    await told.writes()
    asked: list[int] = []

    async def look() -> datetime | None:
        await told.look(60)
        async with told.world.parts.store.reading() as tx:
            (row,) = await tx.fetch("SELECT tries, next_at FROM push_notices")
        asked.append(row["tries"])
        next_at: datetime | None = row["next_at"]
        return next_at

    await until(look, lambda next_at: next_at is None)
    assert 5 < max(asked) < 15
    assert await told.subscriptions() == 1


async def test_what_a_service_refuses_is_not_repeated_and_no_log_names_the_address(
    told: Told, capsys: pytest.CaptureFixture[str]
) -> None:
    await told.subscribe(await told.sign_in("Mina"), at="/box/s3cr3t")
    told.clock.go_on(timedelta(seconds=1))
    await told.held_by("Mina")
    told.service.answers = [413]
    await told.look()
    assert await told.look(70) == []
    logged = capsys.readouterr().out
    assert "push_not_taken" in logged
    assert "s3cr3t" not in logged


@pytest.mark.parametrize(
    ("body", "where"),
    [
        ({"endpoint": "https://evil.example/x"}, "$.endpoint"),
        ({"endpoint": "http://127.0.0.1:1/x"}, "$.endpoint"),
        ({"endpoint": "https://fcm.googleapis.com@evil.example/x"}, "$.endpoint"),
        ({"endpoint": "x" * 2001}, "$.endpoint"),
        ({"p256dh": "A" * 87}, "$.p256dh"),
        ({"auth": "A" * 24}, "$.auth"),
        ({"agent_id": "x"}, "$.agent_id"),
    ],
)
async def test_only_what_is_a_subscription_is_taken(told: Told, body: dict[str, str], where: str) -> None:
    cookie = await told.sign_in("Mina")
    right = {"endpoint": f"{told.service.origin}/x", "p256dh": told.browser.p256dh, "auth": told.browser.auth}
    status, said = await told.ask(cookie, "PUT", "/me/push", right | body)
    assert (status, said["where"]) == (422, where)
    assert await told.subscriptions() == 0


async def test_the_key_is_made_once_kept_sealed_and_the_same_in_every_process(told: Told) -> None:
    cookie = await told.sign_in("Mina")
    keys = {json.dumps(await told.ask(cookie, "GET", "/push-key")) for _ in range(3)}
    assert len(keys) == 1
    async with told.world.parts.store.reading() as tx:
        (sealed,) = [row["sealed"] for row in await tx.fetch("SELECT sealed FROM push_key")]
    assert told.world.parts.sealer.open(sealed).keys() == {"key"}


async def test_switched_off_nobody_is_told_and_the_desk_knows(told: Told) -> None:
    cookie = await told.sign_in("Mina")
    await told.subscribe(cookie)
    told.clock.go_on(timedelta(seconds=1))
    await told.held_by("Mina")
    told.world.parts.settings = replace(told.world.parts.settings, push_services=())
    assert await told.look() == []
    assert await told.ask(cookie, "GET", "/push-key") == (200, {"key": None})
    body = {"endpoint": "https://fcm.googleapis.com/x", "p256dh": told.browser.p256dh, "auth": told.browser.auth}
    assert (await told.ask(cookie, "PUT", "/me/push", body))[0] == 409


async def test_a_real_push_service_is_asked_by_https_at_a_public_address_alone(told: Told) -> None:
    """Whoever names an address of this machine by a permitted name gets nothing sent there."""
    told.world.parts.settings = replace(told.world.parts.settings, push_services=("https://.push.example",))

    async def here(*_: Any) -> list[str]:
        return ["127.0.0.1"]

    told.world.parts.fetcher._resolve = here
    cookie = await told.sign_in("Mina")
    body = {"endpoint": "https://a.push.example/x", "p256dh": told.browser.p256dh, "auth": told.browser.auth}
    assert await told.ask(cookie, "PUT", "/me/push", body) == (204, None)
    told.clock.go_on(timedelta(seconds=1))
    await told.held_by("Mina")
    await told.look()
    async with told.world.parts.store.reading() as tx:
        assert await tx.fetchval("SELECT next_at FROM push_notices") is not None, "a name may get a right address yet"
    assert told.service.taken == []
