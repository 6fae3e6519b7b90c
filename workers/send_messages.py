"""send_messages: hand outbound messages to their providers, in order and never silently twice.

For each contact point: claim the head of its line (the gate and ``sending`` in one commit), call the provider, write
down what came of it, and take the next. Contact points go side by side; of one contact point only one is in flight.
A claim that nobody can be working on any more has an unknown outcome, which the provider's own list settles.
"""

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
import structlog

from hub import logs, metrics
from hub.bootstrap import Parts
from hub.channel import OutboundMessage, Sends
from hub.delivery import outcomes
from hub.delivery import store as deliveries
from hub.delivery.gate import Waiting, doubt, obstacle
from hub.delivery.outcomes import Outcome
from hub.delivery.reconciling import settle_unknown
from hub.delivery.store import Moved
from hub.errors import DependencyAway, SendError, StoreAway
from hub.events import Event, Media, MessageSend, TemplateUse
from hub.live import hints
from hub.media.links import Link, path_of
from hub.model import AccountId, ContactPoint, channel_at
from hub.organisation import accounts
from hub.store import Row, Transaction
from hub.store.gathering import Gathering
from hub.tracing import calling
from hub.worker import Worker

log = structlog.get_logger(__name__)

SIDE_BY_SIDE = 32
TOO_LATE_TO_CALL = 30.0
"""A process frozen between claim and call must not call any more: others may have judged its claim already. Seconds."""
SETTLE_FOR = 60.0
"""So long an answer we have is kept for a database that is away; afterwards the provider's list must tell."""
AT_MOST = 20
"""So many messages of one contact point go out in one batch; the rest get a bell, so that nobody keeps a batch long."""
LOOKED_UP = 5
"""So many of one contact point's unknown outcomes are looked up in one batch; the rest are rung for again."""
LINK_LASTS = timedelta(days=1)
"""So long a provider may fetch a file that goes with a message: it queues, and tries again."""
UNUSABLE = "the account it should go out from cannot be used here now; `hub doctor` says why"
SOURCE = "/workers/send_messages"


@dataclass(frozen=True, slots=True)
class Claim:
    """A message that is ours to hand over now. ``at`` is monotonic time."""

    message: Waiting
    number: int
    at: float


class SendMessages:
    """Handles ``MessageSend``, the bell for one contact point."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._claims: Gathering[str, Claim | None] = Gathering(self._claim)
        self._settles: Gathering[Outcome, None] = Gathering(self._settle)
        self._slots = asyncio.Semaphore(SIDE_BY_SIDE)

    async def handle(self, events: Sequence[Event]) -> Sequence[Event]:
        """Work off what waits for these contact points; bells for those at which more waits."""
        bells = {e.data.contact_point: e for e in events if isinstance(e.data, MessageSend)}
        if not bells:
            return ()
        unknown = await self._judge(list(bells))
        tasks = [asyncio.create_task(self._work_off(point, unknown.get(point, ()))) for point in bells]
        try:
            await asyncio.wait(tasks)  # all of them, whatever befalls one: what was handed over is settled
        finally:
            for task in tasks:
                task.cancel()
        more = [task.result() for task in tasks]
        return [_again(bell) for bell, left in zip(bells.values(), more, strict=True) if left]

    async def _judge(self, points: Sequence[str]) -> dict[str, list[Row]]:
        """Before anything is sent: what another process left behind is unknown; what must be looked up, by point."""
        now = self._parts.clock.now()
        moved: list[Moved] = []
        async with self._parts.store.transaction() as tx:
            left = await deliveries.abandoned(tx, points, claimed_before=now)
            if left:
                moved += await deliveries.note_abandoned(tx, left, now=now, next_at=now + outcomes.LOOK_FIRST)
                log.warning("attempts_abandoned", messages=[str(row["message_id"]) for row in left])
            await deliveries.without_receipt(tx, points, now=now)
            unknown: dict[str, list[Row]] = {}
            for row in await deliveries.unknowns(tx, points, now=now, each=LOOKED_UP):
                unknown.setdefault(row["contact_point"], []).append(row)
        await self._tell(moved)
        return unknown

    async def _work_off(self, point: str, unknown: Sequence[Row]) -> bool:
        """Look up, then send; whether more may wait there."""
        async with self._slots:
            for row in unknown:
                adapter = self._parts.accounts.adapters.get(AccountId(row["account"]))
                await self._tell(await settle_unknown(self._parts.store, row, adapter, now=self._parts.clock.now()))
            for _ in range(AT_MOST):
                if (claim := await self._claims.add(point)) is None:
                    return False
                outcome = await self._hand_over(claim)
                await self._keep_settling(outcome)
                if outcome.outcome == "postponed":
                    return False
        return True

    async def _claim(self, points: Sequence[str]) -> Sequence[Claim | None]:
        """One commit: the heads of these lines, the gate, and ``sending``. Gated ones make way for the next."""
        now = self._parts.clock.now()
        held: list[Moved] = []
        async with self._parts.store.transaction() as tx:
            free = await self._past_the_gate(tx, points, now, held)
            ours = await deliveries.claim(tx, free, by=self._parts.process, now=now) if free else set()
        at = time.monotonic()
        await self._tell(held)
        claims = {m.contact_point: Claim(m, m.attempts + 1, at) for m in free if m.message_id in ours}
        return [claims.get(point) for point in points]

    async def _past_the_gate(
        self, tx: Transaction, points: Sequence[str], now: datetime, held: list[Moved]
    ) -> list[Waiting]:
        free: list[Waiting] = []
        ask = list(points)
        while ask:
            heads = await deliveries.heads(tx, ask, now=now)
            obstacles = [(message, self._obstacle(message, now)) for message in heads]
            failed = {m.contact_point: (m.message_id, why) for m, why in obstacles if why is not None}
            free += [message for message in heads if message.contact_point not in failed]
            if failed:
                held += await deliveries.fail(tx, list(failed.values()), now=now)
                log.info("messages_held_back", messages=[str(message_id) for message_id, _ in failed.values()])
            ask = list(failed)
        return await self._without_the_waiting(tx, free, now, held)

    def _obstacle(self, message: Waiting, now: datetime) -> str | None:
        adapter = self._parts.accounts.adapters.get(AccountId(message.account))
        if adapter is None:
            return obstacle(message, window=None, now=now)
        limits = adapter.limits[channel_at(message.our_address, adapter.channel)]
        return obstacle(message, window=limits.window, now=now)

    async def _without_the_waiting(
        self, tx: Transaction, messages: Sequence[Waiting], now: datetime, held: list[Moved]
    ) -> list[Waiting]:
        """Put back, for a minute, what cannot go out through no fault of its own."""
        until = now + outcomes.POSTPONED
        wait: dict[UUID, str] = {}
        for message in messages:
            if AccountId(message.account) not in self._parts.accounts.adapters:
                wait[message.message_id] = UNUSABLE
            elif (why := doubt(message, now=now)) is not None:
                wait[message.message_id] = why
            elif message.account_paused is not None and not await deliveries.take_turn(
                tx, message.account, now=now, next_at=until
            ):
                wait[message.message_id] = message.account_paused
        if wait:
            held += await deliveries.postpone(tx, list(wait.items()), now=now, next_at=until)
            log.warning("messages_postponed", messages=[str(message_id) for message_id in wait])
        return [message for message in messages if message.message_id not in wait]

    async def _hand_over(self, claim: Claim) -> Outcome:
        message, number, clock = claim.message, claim.number, self._parts.clock
        adapter = self._parts.accounts.adapters.get(AccountId(message.account))
        if time.monotonic() - claim.at > TOO_LATE_TO_CALL:
            return outcomes.unknown(message, number, now=clock.now(), reason="the program was stopped in between")
        if adapter is None:
            return outcomes.postponed(message, number, now=clock.now(), reason=UNUSABLE)
        if not isinstance(adapter, Sends):
            error = SendError("this account cannot send")
            return outcomes.refused(message, number, error, now=clock.now(), waited=timedelta(0))
        began = time.perf_counter()
        try:
            with calling(self._parts.tracing, message.message_id, message.account):
                receipt = await adapter.send(self._outbound(message), key=f"{message.message_id}:{number}")
        except SendError as error:
            waited = await self._waited(message)
            outcome = outcomes.refused(message, number, error, now=clock.now(), waited=waited)
        except Exception as error:  # noqa: BLE001 - whatever an adapter raises, its message may have left
            ids = {"message": str(message.message_id), "account": message.account}
            log.error("send_broke", **ids, error=logs.shown(error), trace=logs.trace(error))  # noqa: TRY400 - see there
            outcome = outcomes.unknown(message, number, now=clock.now(), reason="an error in the adapter")
        else:
            sid, status = receipt.provider_id, receipt.status
            outcome = outcomes.accepted(message, number, provider_id=sid, status=status, now=clock.now())
        metrics.SEND_SECONDS.labels(message.account).observe(time.perf_counter() - began)
        metrics.SENDS.labels(message.account, outcome.outcome).inc()
        log.info("message_handed_over", message=str(message.message_id), outcome=outcome.outcome, code=outcome.code)
        return outcome

    def _outbound(self, message: Waiting) -> OutboundMessage:
        return OutboundMessage(
            message_id=message.message_id,
            to=ContactPoint(message.contact_point),
            our_address=message.our_address,
            text=message.text,
            media=tuple(self._open_to_the_provider(message, file) for file in message.files or ()),
            template=msgspec.convert(message.template, TemplateUse | None),
        )

    def _open_to_the_provider(self, message: Waiting, file: Mapping[str, Any]) -> Media:
        """A file of ours at an address that the provider, and nobody else, knows for a day."""
        link = Link(message.message_id, file["position"], self._parts.clock.now() + LINK_LASTS)
        url = self._parts.settings.base_url + path_of(link, self._parts.sealer.sign)
        return Media(url=url, content_type=file["content_type"])

    async def _waited(self, message: Waiting) -> timedelta:
        try:
            async with self._parts.store.reading() as tx:
                since = await deliveries.open_since(tx, message.message_id)
        except StoreAway:
            return timedelta(0)
        return self._parts.clock.now() - since if since is not None else timedelta(0)

    async def _keep_settling(self, outcome: Outcome) -> None:
        """An answer from the provider is precious: kept while the database is away, for a while."""
        deadline = time.monotonic() + SETTLE_FOR
        while True:
            try:
                return await self._settles.add(outcome)
            except DependencyAway:
                if time.monotonic() > deadline:
                    raise
                await asyncio.sleep(0.5)

    async def _settle(self, settled: Sequence[Outcome]) -> Sequence[None]:
        async with self._parts.store.transaction() as tx:
            moved = await deliveries.settle(tx, settled, now=self._parts.clock.now())
            await self._pause_accounts(tx, settled)
        await self._tell(moved)
        return [None] * len(settled)

    async def _pause_accounts(self, tx: Transaction, settled: Sequence[Outcome]) -> None:
        """An account the provider refuses is paused; one it answers again, if only about a message, goes on."""
        until = self._parts.clock.now() + outcomes.POSTPONED
        tried = [one for one in settled if one.message.account_paused is not None and not one.pauses]
        taken = {one.message.account for one in tried if one.outcome in {"accepted", "refused"}}
        refused = {one.message.account: one for one in settled if one.pauses and one.message.account not in taken}
        for account, one in sorted(refused.items()):
            reason = f"the provider refuses this account: {one.reason}"
            if await accounts.pause(tx, account, reason, until=until):
                log.error("account_paused", account=account, code=one.code, reason=one.reason)
        for account in sorted(taken):
            if await accounts.resume(tx, account):
                log.warning("account_resumed", account=account)

    async def _tell(self, moved: Sequence[Moved]) -> None:
        await self._parts.live.hint([hints.of_delivery(one) for one in moved])


def _again(bell: Event) -> Event:
    """Another bell for the same contact point."""
    return bell.follow("more", bell.data, subject=bell.subject, partitionkey=bell.partitionkey, source=SOURCE)


WORKER = Worker(name="send_messages", build=SendMessages, takes=(MessageSend,), batch=100)
