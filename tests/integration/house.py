"""A hub without its bus: the store, the workers' handlers and the world around them, handled step by step."""

import tomllib
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any, Self
from uuid import UUID, uuid4

from hub.bootstrap import Accounts, Parts
from hub.bus.contract import Topology
from hub.bus.embedded import EmbeddedBus
from hub.channel import Adapter
from hub.events import (
    ConversationCommand,
    DeliveryReported,
    Event,
    InteractionReceived,
    InteractionRecorded,
    MessageRequested,
    MessageSend,
    NoteWritten,
    first,
)
from hub.fetching import Fetcher
from hub.live import Hint, RedisLive
from hub.model import AccountId, Channel, DeliveryStatus, Presence, derived_id, new_id
from hub.organisation import accounts
from hub.organisation import store as organisation
from hub.organisation.sealing import Sealer
from hub.routing.plan_file import load
from hub.settings import Settings
from hub.store import Row, Store, migrate
from hub.testing.clock import HandClock
from hub.testing.provider import MemoryProvider
from tests.waiting import until
from workers import WORKERS
from workers.keep_time import KeepTime
from workers.record_interactions import RecordInteractions
from workers.route_conversations import RouteConversations
from workers.send_messages import SendMessages
from workers.track_deliveries import TrackDeliveries

ACCOUNT = AccountId("sms_twilio/default")
OURS = "tel:+14155550199"
HERS = "tel:+989121234567"
ROUTING = tomllib.loads((Path(__file__).parents[2] / "config" / "routing.toml").read_text(encoding="utf-8"))


def said(event: Event) -> InteractionRecorded:
    """What a recorded interaction says."""
    assert isinstance(event.data, InteractionRecorded)
    return event.data


class Hints(RedisLive):
    """The stand-in of one process, which also remembers what was told."""

    def __init__(self) -> None:
        super().__init__("")
        self.told: list[Hint] = []

    async def hint(self, hints: Sequence[Hint]) -> None:
        self.told += hints


class House:
    """Built once a test on one database; ``another`` gives a second process on the same one."""

    def __init__(self, url: str, *, clock: HandClock | None = None, provider: MemoryProvider | None = None) -> None:
        self.url = url
        self.clock = clock or HandClock()
        self.provider = provider or MemoryProvider(self.clock.now)
        self.store = Store(url)
        self.live = Hints()
        adapters: dict[AccountId, Adapter] = {ACCOUNT: self.provider}
        bus = EmbeddedBus(Topology(WORKERS), self.store)
        self.parts = Parts(
            settings=Settings(),
            store=self.store,
            bus=bus,
            publisher=bus,
            live=self.live,
            fetcher=Fetcher(),
            plan=load(ROUTING),
            sealer=Sealer("0123456789abcdef"),
            accounts=Accounts(adapters=adapters),
            clock=self.clock,
            process=f"test:{uuid4().hex}",
        )
        self.record = RecordInteractions(self.parts)
        self.route = RouteConversations(self.parts)
        self.send = SendMessages(self.parts)
        self.track = TrackDeliveries(self.parts)
        self.time = KeepTime(self.parts)
        self.team = derived_id("team", "Support")

    @classmethod
    @asynccontextmanager
    async def on(cls, url: str) -> AsyncIterator[Self]:
        """On an empty database."""
        await migrate.migrate(url)
        house = cls(url)
        try:
            async with house.store.transaction() as tx:
                await accounts.save(tx, house.account())
            yield house
        finally:
            await house.aclose()

    def another(self) -> "House":
        """Another process on the same database, with the same time and provider."""
        other = House(self.url, clock=self.clock, provider=self.provider)
        other.live = other.parts.live = self.live
        other.route = RouteConversations(other.parts)
        return other

    async def aclose(self) -> None:
        await self.live.aclose()
        await self.store.aclose()

    async def staff(self, *names: str, capacity: int = 100) -> list[UUID]:
        """A team with these agents, all there, and the account whose conversations are theirs."""
        ids = [derived_id("agent", name) for name in names]
        async with self.store.transaction() as tx:
            await organisation.add_team(tx, self.team, "Support")
            for id_, name in zip(ids, names, strict=True):
                await organisation.add_agent(tx, id_, name=name, teams=[self.team], written_capacity=capacity)
                await organisation.declare(tx, id_, Presence.AVAILABLE, reason="", by="test")
            await accounts.save(tx, replace(self.account(), team_id=self.team))
        await self.live.beat(ids)
        return ids

    @staticmethod
    def account() -> accounts.AccountRow:
        """The one account, whose adapter is the provider in memory."""
        return accounts.AccountRow(
            id=ACCOUNT, adapter="memory", channel="sms", settings={}, sealed=b"", addresses=(OURS,)
        )

    # ── events ──────────────────────────────────────────────────────────────────────────────────────────────────

    def received(self, text: str = "hello", *, sid: str | None = None, of: str = HERS, **more: Any) -> Event:
        now = self.clock.now()
        sid = sid or f"SM{new_id().hex}"
        given: dict[str, Any] = {"accepted_at": now, "raw": {"Body": text}, "channel": Channel.SMS, "our_address": OURS}
        data = InteractionReceived(
            account=ACCOUNT,
            contact_point=of,
            provider_id=sid,
            text=text,
            **(given | more),
        )
        id_ = derived_id("sms_twilio", "default", sid)
        return first(id_, data, source="/test", subject=of, time=now, partitionkey=of)

    def requested(self, text: str = "hi", *, to: str = HERS, **more: Any) -> Event:
        now = self.clock.now()
        given: dict[str, Any] = {"accepted_at": now, "channel": Channel.SMS, "our_address": OURS}
        data = MessageRequested(account=ACCOUNT, contact_point=to, text=text, **(given | more))
        return first(new_id(), data, source="/test", subject=to, time=now, partitionkey=to)

    def note(self, conversation: UUID, text: str = "she sounds cross") -> Event:
        now = self.clock.now()
        data = NoteWritten(conversation_id=conversation, agent_id=None, accepted_at=now, text=text)
        return first(new_id(), data, source="/test", subject=HERS, time=now, partitionkey=HERS)

    def command(self, conversation: UUID, command: Any, *, by: UUID | None = None, **more: Any) -> Event:
        now = self.clock.now()
        data = ConversationCommand(conversation_id=conversation, command=command, by_agent=by, at=now, **more)
        key = str(conversation)
        return first(new_id(), data, source="/test", subject=key, time=now, partitionkey=key)

    def reported(self, status: DeliveryStatus, sid: str, *, message: UUID | None, **more: Any) -> Event:
        now = self.clock.now()
        given: dict[str, Any] = {"reported_at": now} | more
        data = DeliveryReported(account=ACCOUNT, provider_id=sid, status=status, message_id=message, **given)
        return first(new_id(), data, source="/test", subject=sid, time=now, partitionkey=sid)

    # ── what stands in the database ─────────────────────────────────────────────────────────────────────────────

    async def rows(self, sql: str, *given: object) -> list[Row]:
        async with self.store.reading() as tx:
            return list(await tx.fetch(sql, *given))

    async def value(self, sql: str, *given: object) -> Any:
        async with self.store.reading() as tx:
            return await tx.fetchval(sql, *given)

    async def count(self, table: str) -> int:
        return int(await self.value(f"SELECT count(*) FROM {table}"))  # noqa: S608 - a literal of a test

    async def until_somebody_waits(self) -> None:
        """Until somebody waits for what another transaction holds."""
        await until(lambda: self.value("SELECT count(*) FROM pg_locks WHERE NOT granted"))

    # ── steps ───────────────────────────────────────────────────────────────────────────────────────────────────

    async def take_in(self, *events: Event) -> list[Event]:
        """Record these, and hand routing what follows; what follows besides."""
        follow = list(await self.record.handle(events))
        if for_routing := [event for event in follow if isinstance(event.data, InteractionRecorded)]:
            await self.route.handle(for_routing)
        return [event for event in follow if event not in for_routing]

    async def queue(self, *texts: str, to: str = HERS) -> list[UUID]:
        """Messages that wait to go out; their ids."""
        events = [self.requested(text, to=to) for text in texts]
        await self.record.handle(events)
        return [event.id for event in events]

    def bell(self, to: str = HERS) -> Event:
        data = MessageSend(message_id=new_id(), contact_point=to)
        return first(new_id(), data, source="/test", subject=to, time=self.clock.now(), partitionkey=to)

    async def work_off(self, to: str = HERS) -> None:
        """One bell for the sender."""
        await self.send.handle([self.bell(to)])

    async def let_time_pass(self, by: timedelta) -> None:
        """Second by second would take long: in steps of ten, with the clockwork's bells for the sender."""
        end = self.clock.now() + by
        while self.clock.now() < end:
            self.clock.go_on(min(timedelta(seconds=10), end - self.clock.now()))
            bells = [event for event in await self.time.tick() if isinstance(event.data, MessageSend)]
            if bells:
                await self.send.handle(bells)

    async def delivery(self, message: UUID) -> Row:
        (row,) = await self.rows("SELECT * FROM deliveries WHERE message_id = $1", message)
        return row

    async def status(self, message: UUID) -> str:
        return str((await self.delivery(message))["status"])

    async def attempts(self, message: UUID) -> list[str]:
        rows = await self.rows("SELECT outcome FROM attempts WHERE message_id = $1 ORDER BY number", message)
        return [row["outcome"] for row in rows]
