"""send_messages: hand outbound messages to their providers, in order and never silently twice.

For each contact point: claim the head of its line (the gate and ``sending`` in one commit), call the provider, write
down what came of it, and take the next. Contact points go side by side; of one contact point only one is in flight.
A claim that nobody can be working on any more has an unknown outcome, which the provider's own list settles.
"""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from hub import metrics
from hub.bootstrap import Parts
from hub.channel import Lists, OutboundMessage, Sends
from hub.delivery import outcomes
from hub.delivery import store as deliveries
from hub.delivery.gate import Waiting, obstacle
from hub.delivery.outcomes import Outcome
from hub.delivery.reconciling import settle_unknown
from hub.delivery.store import Moved
from hub.errors import DependencyAway, SendError, StoreAway
from hub.events import Event, MessageSend
from hub.live import hints
from hub.model import AccountId, ContactPoint
from hub.store import Transaction
from hub.store.gathering import Gathering
from hub.worker import Worker

log = structlog.get_logger(__name__)

SIDE_BY_SIDE = 32
TOO_LATE_TO_CALL = 30.0
"""A process frozen between claim and call must not call any more: others may have judged its claim already. Seconds."""
STILL_CALLING = timedelta(seconds=45)
"""So long after its claim another process may still be in its call. Who finds such a claim waits with the next message
to that contact point, or until the provider's list has told: else two would be in flight, and the second come first."""
SETTLE_FOR = 60.0
"""So long an answer we have is kept for a database that is away; afterwards the provider's list must tell."""


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
        self._held_back: dict[str, datetime] = {}
        self._claims: Gathering[str, Claim | None] = Gathering(self._claim)
        self._settles: Gathering[Outcome, None] = Gathering(self._settle)
        self._slots = asyncio.Semaphore(SIDE_BY_SIDE)

    async def handle(self, events: Sequence[Event]) -> Sequence[Event]:
        """Work off what waits for these contact points; nothing follows, the rows tell."""
        points = list(dict.fromkeys(e.data.contact_point for e in events if isinstance(e.data, MessageSend)))
        if not points:
            return ()
        await self._clear(points)
        tasks = [asyncio.create_task(self._work_off(point)) for point in points if self._may_begin(point)]
        if not tasks:
            return ()
        try:
            await asyncio.wait(tasks)  # all of them, whatever befalls one: what was handed over is settled
        finally:
            for task in tasks:
                task.cancel()
        for task in tasks:
            task.result()
        return ()

    async def _clear(self, points: Sequence[str]) -> None:
        """Before anything is sent: judge what another process left behind, and look up what is unknown."""
        now = self._parts.clock.now()
        moved: list[Moved] = []
        async with self._parts.store.transaction() as tx:
            left = await deliveries.abandoned(tx, points, claimed_before=now)
            if left:
                moved += await deliveries.note_abandoned(tx, left, now=now, next_at=now + outcomes.LOOK_FIRST)
                log.warning("attempts_abandoned", messages=[str(row["message_id"]) for row in left])
            await deliveries.without_receipt(tx, points, now=now)
            unknown = await deliveries.unknowns(tx, points, now=now)
        self._held_back |= {row["contact_point"]: row["started_at"] + STILL_CALLING for row in left}
        for row in unknown:
            adapter: object = self._parts.accounts.adapters.get(AccountId(row["account"]))
            lists = adapter if isinstance(adapter, Lists) else None
            if settled := await settle_unknown(self._parts.store, row, lists, now=self._parts.clock.now()):
                moved += settled
                self._held_back.pop(row["contact_point"], None)
        await self._tell(moved)

    def _may_begin(self, point: str) -> bool:
        """Whether nobody else can be calling the provider for this contact point, whatever became of their claim."""
        until = self._held_back.get(point)
        if until is not None and until > self._parts.clock.now():
            return False
        self._held_back.pop(point, None)
        return True

    async def _work_off(self, point: str) -> None:
        async with self._slots:
            while (claim := await self._claims.add(point)) is not None:
                outcome = await self._hand_over(claim)
                await self._keep_settling(outcome)
                if outcome.outcome == "postponed":
                    return

    async def _claim(self, points: Sequence[str]) -> Sequence[Claim | None]:
        """One commit: the heads of these lines, the gate, and ``sending``. Gated ones make way for the next."""
        now = self._parts.clock.now()
        failed: list[Moved] = []
        async with self._parts.store.transaction() as tx:
            free = await self._past_the_gate(tx, points, now, failed)
            ours = await deliveries.claim(tx, free, by=self._parts.process, now=now) if free else set()
        at = time.monotonic()
        await self._tell(failed)
        claims = {m.contact_point: Claim(m, m.attempts + 1, at) for m in free if m.message_id in ours}
        return [claims.get(point) for point in points]

    async def _past_the_gate(
        self, tx: Transaction, points: Sequence[str], now: datetime, failed: list[Moved]
    ) -> list[Waiting]:
        free: list[Waiting] = []
        ask = list(points)
        while ask:
            heads = await deliveries.heads(tx, ask, now=now)
            held = {m.contact_point: (m.message_id, why) for m in heads if (why := self._obstacle(m)) is not None}
            free += [message for message in heads if message.contact_point not in held]
            if held:
                failed += await deliveries.fail(tx, list(held.values()), now=now)
                log.info("messages_held_back", messages=[str(message_id) for message_id, _ in held.values()])
            ask = list(held)
        return free

    def _obstacle(self, message: Waiting) -> str | None:
        return obstacle(message, accounts=self._parts.accounts.adapters.keys())

    async def _hand_over(self, claim: Claim) -> Outcome:
        message, number, clock = claim.message, claim.number, self._parts.clock
        adapter = self._parts.accounts.adapters.get(AccountId(message.account))
        if time.monotonic() - claim.at > TOO_LATE_TO_CALL:
            return outcomes.unknown(message, number, now=clock.now(), reason="the program was stopped in between")
        if adapter is None or not isinstance(adapter, Sends):
            error = SendError("this account cannot send")
            return outcomes.refused(message, number, error, now=clock.now(), waited=timedelta(0))
        began = time.perf_counter()
        try:
            receipt = await adapter.send(_outbound(message), key=f"{message.message_id}:{number}")
        except SendError as error:
            waited = await self._waited(message)
            outcome = outcomes.refused(message, number, error, now=clock.now(), waited=waited)
        except Exception:
            log.exception("send_broke", message=str(message.message_id), account=message.account)
            outcome = outcomes.unknown(message, number, now=clock.now(), reason="an error in the adapter")
        else:
            sid, status = receipt.provider_id, receipt.status
            outcome = outcomes.accepted(message, number, provider_id=sid, status=status, now=clock.now())
        metrics.SEND_SECONDS.labels(message.account).observe(time.perf_counter() - began)
        metrics.SENDS.labels(message.account, outcome.outcome).inc()
        log.info("message_handed_over", message=str(message.message_id), outcome=outcome.outcome, code=outcome.code)
        return outcome

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
        await self._tell(moved)
        return [None] * len(settled)

    async def _tell(self, moved: Sequence[Moved]) -> None:
        await self._parts.live.hint([hints.of_delivery(one) for one in moved])


def _outbound(message: Waiting) -> OutboundMessage:
    return OutboundMessage(
        message_id=message.message_id,
        to=ContactPoint(message.contact_point),
        our_address=message.our_address,
        text=message.text,
    )


WORKER = Worker(name="send_messages", build=SendMessages, takes=(MessageSend,), batch=100)
