"""notify_agents: tells an agent whose desk is closed what became hers and what her customers wrote, by Web Push.

It looks at the rows, not at events: whoever is not connected, holds a conversation and allowed it in a browser is told
of what is newer than her desk. A notice lost with this process is sent again by the next; one too many replaces the
other in the browser.
"""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import msgspec
import structlog

from hub import logs
from hub.bootstrap import Parts
from hub.errors import FetchDenied, FetchError, FetchFailed, LiveAway, SettingsInvalid
from hub.events import Event
from hub.metrics import PUSHES
from hub.organisation.pushing import patience, store
from hub.organisation.pushing.encryption import Keys, base64url, encrypted
from hub.organisation.pushing.vapid import Key
from hub.organisation.signing.store import Lasts
from hub.routing.presence import Heartbeats
from hub.store import Row
from hub.worker import Worker

log = structlog.get_logger(__name__)

AT_ONCE, SLOTS, WITHIN = 64, 16, 5.0
"""Notices of one look, how many of them are on their way at once, and the seconds that each may take."""
QUIET = timedelta(seconds=30)
"""After Redis was away or emptied, and at the start: by then every open desk has said again that it is there, which it
does every 15 s and a round (``hub.web.rounds``)."""
QUOTED = 120
"""Characters of what a customer wrote, where that is quoted at all."""
_GONE = frozenset({404, 410})
"""The subscription is no more (RFC 8030, 7.3)."""


class Notice(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the browser gets, encrypted. ``kind``: it became hers, or its customer wrote."""

    kind: str
    conversation: str
    number: int
    channel: str
    customer: str | None
    language: str | None
    text: str | None = None


class NotifyAgents:
    """Looks every other second. Held by one process at a time."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        settings = parts.settings
        self._lasts = Lasts(timedelta(hours=settings.sign_in_idle_hours), timedelta(days=settings.sign_in_days))
        self._slots = asyncio.Semaphore(SLOTS)
        self._key: Key | None = None
        self._epoch = ""
        self._certain_from: datetime | None = None

    async def tick(self) -> Sequence[Event]:
        """Tell whoever is to be told now. Nothing follows."""
        if not self._parts.settings.push_services:
            return ()
        now = self._parts.clock.now()
        beats = await self._beats(now)
        if beats is None:
            return ()
        oldest = now - self._parts.plan.connected_within
        connected = {agent for agent, at in beats.at.items() if at > oldest}
        async with self._parts.store.reading() as tx:
            rows = await store.due(
                tx,
                lasts=self._lasts,
                connected=connected,
                beats=beats.at,
                texts=self._parts.settings.push_texts,
                now=now,
                limit=AT_ONCE,
            )
        if rows and (key := await self._own()) is not None:
            ends = await asyncio.gather(*(self._tell(row, key, now) for row in rows), return_exceptions=True)
            for error in ends:
                if error is not None:  # only now, when none of them is under way any more
                    raise error
        return ()

    async def _beats(self, now: datetime) -> Heartbeats | None:
        """Whose desk was heard when; nothing while that is not sure: unknown is not absent."""
        try:
            beats = await self._parts.live.heartbeats()
        except LiveAway:
            self._certain_from = now + QUIET
            return None
        if beats.epoch != self._epoch or self._certain_from is None:
            self._epoch, self._certain_from = beats.epoch, now + QUIET
        return beats if now >= self._certain_from else None

    async def _own(self) -> Key | None:
        if self._key is None:
            try:
                async with self._parts.store.transaction() as tx:
                    self._key = await store.key(tx, self._parts.sealer)
            except SettingsInvalid as error:
                log.error("push_key_unreadable", reason=str(error))  # noqa: TRY400 - what it says is all there is
        return self._key

    async def _tell(self, row: Row, key: Key, now: datetime) -> None:
        async with self._slots:
            outcome, reason, next_at = "sent", "", None
            try:
                await self._send(row, key, now)
            except FetchDenied as error:
                outcome, reason = "gone" if error.status in _GONE else "refused", str(error)
            except FetchError as error:
                asked = error.retry_after if isinstance(error, FetchFailed) else None
                next_at = patience.again(row["tries"] + 1, news=row["news"], now=self._now(), asked=asked)
                outcome, reason = "postponed" if error.retryable and next_at else "refused", str(error)
                next_at = next_at if error.retryable else None
            except Exception as error:  # noqa: BLE001 - one that nobody foresaw must not hold up the others
                outcome, reason = "refused", logs.shown(error)
            await self._note(row, outcome, next_at)
        PUSHES.labels(outcome).inc()
        if outcome != "sent":
            ids = {"sign_in": str(row["sign_in"]), "conversation": str(row["conversation_id"])}
            log.warning("push_not_taken", outcome=outcome, reason=reason, **ids)

    async def _send(self, row: Row, key: Key, now: datetime) -> None:
        endpoint = row["endpoint"]
        left = row["news"] + patience.NEWS_LASTS - now
        headers = {
            "Authorization": key.authorization(endpoint, contact=self._contact(), now=now),
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "TTL": str(max(60, int(left.total_seconds()))),
            "Urgency": "high",
            "Topic": base64url(row["conversation_id"].bytes),  # a newer one replaces it where it still waits
        }
        body = encrypted(msgspec.json.encode(self._notice(row)), Keys(row["p256dh"], row["auth"]))
        await self._parts.fetcher.post(
            endpoint, origins=self._parts.push_origins, headers=headers, body=body, within=WITHIN
        )

    def _notice(self, row: Row) -> Notice:
        quoted = " ".join((row["text"] or "").split())[:QUOTED]
        return Notice(
            kind="given" if row["given"] else "wrote",
            conversation=str(row["conversation_id"]),
            number=row["number"],
            channel=row["channel"],
            customer=row["customer_name"],
            language=row["language"],
            text=quoted or None,
        )

    def _contact(self) -> str:
        """Whom a push service may turn to (RFC 8292, 2.1): the address the world knows us by."""
        url = self._parts.settings.base_url
        return url if urlsplit(url).scheme == "https" else f"mailto:hub@{urlsplit(url).hostname}"

    async def _note(self, row: Row, outcome: str, next_at: datetime | None) -> None:
        async with self._parts.store.transaction() as tx:
            if outcome == "gone":
                await store.unsubscribe(tx, row["sign_in"], endpoint=row["endpoint"])
            else:
                await store.told(tx, row, now=self._now(), tries=row["tries"] + 1, next_at=next_at)

    def _now(self) -> datetime:
        return self._parts.clock.now()


WORKER = Worker(name="notify_agents", build=NotifyAgents, every=2.0)
