"""The web over an embedded PostgreSQL, the embedded bus and the real workers, with a made-up provider."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, cast
from uuid import UUID

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from hub.bootstrap import Parts, build
from hub.events import Event
from hub.model import AccountId, Role, new_id
from hub.organisation import accounts, store
from hub.settings import load
from hub.store import migrate
from hub.web import rounds
from hub.web.app import build_app
from hub.web.call import SITE, Site
from hub.web.rounds import Rounds
from hub.worker import Handler
from tests.integration.web.fake_sms import FakeSms
from tests.waiting import until
from workers import WORKERS

OURS = "+982100000000"
SECOND = "+982100000001"
HERS = "+989121234567"
PUBLIC = "https://hub.example.test"
PATIENCE = 30.0
"""Seconds for which a request waits for its outcome, also on a slow machine. A test that wants 202 has less of it."""


class Recorder:
    """A publisher that keeps what it is given, and raises what it is told to."""

    def __init__(self) -> None:
        self.batches: list[list[Event]] = []
        self.error: Exception | None = None

    async def publish(self, events: Sequence[Event]) -> None:
        if self.error is not None:
            raise self.error
        self.batches.append(list(events))

    def ring(self, events: Sequence[Event]) -> None:
        self.batches.append(list(events))


@dataclass
class World:
    """One running site, its people and their tokens."""

    parts: Parts
    client: TestClient[Any, Any]
    app: web.Application
    tokens: dict[str, str]
    team: UUID
    other_team: UUID
    agents: dict[str, UUID]
    recorder: Recorder = field(default_factory=Recorder)

    @property
    def site(self) -> Site:
        return self.app[SITE]

    @property
    def adapter(self) -> FakeSms:
        adapter = self.parts.accounts.adapters[AccountId("sms_fake/default")]
        assert isinstance(adapter, FakeSms)
        return adapter

    async def call(
        self, who: str | None, method: str, path: str, json: Any = None, *, headers: Mapping[str, str] | None = None
    ) -> aiohttp.ClientResponse:
        """An API request of somebody's; ``path`` below ``/api/v1``."""
        said = dict(headers or {})
        if who is not None:
            said["Authorization"] = f"Bearer {self.tokens[who]}"
        return await self.client.request(method, "/api/v1" + path, json=json, headers=said)

    async def sign(self, rounds: Rounds | None = None) -> None:
        """Every desk hears its digest now, also one whose reader has not come to the last ping yet."""
        for desk in self.site.desks:
            desk.heard()
        await (rounds or Rounds(self.site)).sign()

    async def get(self, who: str, path: str) -> Any:
        response = await self.call(who, "GET", path)
        assert response.status == 200, await response.text()
        return await response.json()

    async def webhook(
        self, *said: Mapping[str, str], word: str = "open sesame", path: str = "/channels/sms/fake", **more: Any
    ) -> aiohttp.ClientResponse:
        """A webhook as the made-up provider sends it."""
        headers = {"X-Word": f"{word} {PUBLIC}{path}"}
        return await self.client.post(path, json={"said": list(said), **more}, headers=headers)

    async def text(self, id_: str = "M1", *, sender: str = HERS, text: str = "سلام", to: str = OURS) -> None:
        response = await self.webhook({"kind": "message", "id": id_, "from": sender, "to": to, "text": text})
        assert response.status == 200, await response.text()

    async def conversation(self, who: str = "admin", *, sender: str = HERS, **wanted: Any) -> Any:
        """The conversation with that customer, once it is routed and as wanted."""

        async def look() -> Any:
            return (await self.get(who, "/conversations?limit=200"))["items"]

        def fits(one: Any) -> bool:
            hers = one["contact_point"] == "tel:" + sender
            return bool(hers and one["team_id"] and wanted.items() <= one.items())

        return next(filter(fits, await until(look, lambda items: any(map(fits, items)))))


@asynccontextmanager
async def world(
    url: str, folder: Path, *, working: bool, settings: Mapping[str, str] | None = None
) -> AsyncIterator[World]:
    await migrate.migrate(url)
    given = load(
        {
            **(settings or {}),
            "HUB_DATABASE_URL": url,
            "HUB_DATA_DIR": str(folder),
            "HUB_PUBLIC_URL": PUBLIC,
            "HUB_SECRET_KEY": "c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2U=",
        }
    )
    given = replace(given, adapters={"sms_fake": "tests.integration.web.fake_sms:create"})
    async with build(given, WORKERS) as parts, contextlib.AsyncExitStack() as stack:
        people = await _people(parts)
        await parts.refresh_accounts()
        recorder = Recorder()
        if working:
            await parts.bus.start()
            tasks = [asyncio.create_task(parts.bus.run(one, cast("Handler", one.build(parts)))) for one in WORKERS]
            stack.push_async_callback(_stop, parts, tasks)
        else:
            parts.publisher = recorder
        app = build_app(parts)
        app[SITE].outcomes.patience = PATIENCE
        client = await stack.enter_async_context(resting(TestClient(TestServer(app))))
        yield World(parts, client, app, *people, recorder)


@asynccontextmanager
async def resting(client: TestClient[Any, Any]) -> AsyncIterator[TestClient[Any, Any]]:
    """A web process without rounds of its own: a test makes them itself."""
    with pytest.MonkeyPatch.context() as patch:
        for period in ("SIGN_EVERY", "FRESH"):
            patch.setattr(rounds, period, 3600.0)
        await client.start_server()
    async with client:
        yield client


async def _stop(parts: Parts, tasks: Sequence["asyncio.Task[None]"]) -> None:
    await parts.bus.drain()
    await asyncio.wait(tasks)


async def _people(parts: Parts) -> tuple[dict[str, str], UUID, UUID, dict[str, UUID]]:
    team, other_team = new_id(), new_id()
    agents = {name: new_id() for name in ("Mina", "Ali", "Stranger")}
    tokens: dict[str, str] = {}
    async with parts.store.transaction() as tx:
        await store.add_team(tx, team, "Support")
        await store.add_team(tx, other_team, "Sales")
        for name, agent_id in agents.items():
            await store.add_agent(tx, agent_id, name=name, teams=[other_team if name == "Stranger" else team])
            _, tokens[name] = await store.add_token(tx, name=name, role=Role.AGENT, agent_id=agent_id)
        for role in (Role.SUPERVISOR, Role.MARKETER, Role.ADMIN):
            _, tokens[role] = await store.add_token(tx, name=role, role=role)
        for name, addresses in (("default", [OURS]), ("second", [SECOND])):
            row = accounts.AccountRow(
                id=f"sms_fake/{name}",
                adapter="sms_fake",
                channel="sms",
                settings={"colour": "green"},
                sealed=parts.sealer.seal({"word": "open sesame" if name == "default" else "second word"}),
                addresses=["tel:" + address for address in addresses],
                team_id=team,
            )
            await accounts.save(tx, row)
    return tokens, team, other_team, agents


@pytest.fixture
async def site(migrated_database: str, tmp_path: Path) -> AsyncIterator[World]:
    """The whole way: web, embedded bus, all workers."""
    async with world(migrated_database, tmp_path, working=True) as one:
        yield one


@pytest.fixture
async def edge(migrated_database: str, tmp_path: Path) -> AsyncIterator[World]:
    """The web alone; what it publishes is kept in ``recorder``."""
    async with world(migrated_database, tmp_path, working=False) as one:
        yield one
