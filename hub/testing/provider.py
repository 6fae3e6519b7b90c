"""A provider in memory that takes, refuses, loses and lists messages as it is told. Imported by tests only."""

import asyncio
from collections import Counter, deque
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from enum import Enum
from types import MappingProxyType

from hub.channel import FileRequest, Limits, OutboundMessage, SendReceipt, SentMessage
from hub.errors import OutcomeUnknown, SendError
from hub.model import Channel, ContactPoint, DeliveryStatus


class Does(Enum):
    """What it does with one call, besides raising a given ``SendError`` before it takes anything."""

    TAKE = "take"
    LOSE = "lose"
    """The request never arrives; the caller's time runs out."""
    TAKE_AND_LOSE = "take and lose"
    """It takes the message, and the answer never arrives."""
    HANG = "hang"
    """It takes the message, and answers once ``go_on`` is set."""
    BREAK = "break"
    """The adapter itself has a fault."""


class MemoryProvider:
    """``will`` lines up what the next calls meet; afterwards it takes everything. ``took`` is what it has taken.

    Customers' files are kept at ``keeps_files_at``, an origin of this machine.
    """

    name = "memory"
    channel = Channel.SMS
    limits: Mapping[Channel, Limits] = MappingProxyType(
        {
            Channel.SMS: Limits(max_text=1600, max_media=10, max_media_bytes=5_000_000),
            Channel.WHATSAPP: Limits(
                max_text=1600, max_media=1, max_media_bytes=16_000_000, window=timedelta(hours=24)
            ),
        }
    )

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._plan: deque[Does | SendError] = deque()
        self.took: list[SentMessage] = []
        self.handed: list[OutboundMessage] = []
        self.keys: list[str] = []
        self.calls: list[str] = []
        self.most_at_once: Counter[str] = Counter()
        self._in_flight: Counter[str] = Counter()
        self.called = asyncio.Event()
        self.go_on = asyncio.Event()
        self.list_fails: SendError | None = None
        self.keeps_files_at = "http://127.0.0.1:9"

    def will(self, *plan: Does | SendError) -> None:
        """Meet the next calls so."""
        self._plan.extend(plan)

    def texts(self) -> list[str]:
        """What it took, in order."""
        return [one.text for one in self.took]

    async def send(self, message: OutboundMessage, *, key: str) -> SendReceipt:
        """One message."""
        self.calls.append(message.text)
        self._in_flight[message.to] += 1
        self.most_at_once[message.to] = max(self.most_at_once[message.to], self._in_flight[message.to])
        self.called.set()
        try:
            await asyncio.sleep(0)
            return await self._meet(self._plan.popleft() if self._plan else Does.TAKE, message, key)
        finally:
            self._in_flight[message.to] -= 1

    async def _meet(self, met: Does | SendError, message: OutboundMessage, key: str) -> SendReceipt:
        if isinstance(met, SendError):
            raise met
        if met is Does.BREAK:
            message_ = "the adapter has a fault"
            raise ZeroDivisionError(message_)
        if met is Does.LOSE:
            raise OutcomeUnknown("the provider did not answer")
        receipt = self._take(message, key)
        if met is Does.TAKE_AND_LOSE:
            raise OutcomeUnknown("the provider did not answer")
        if met is Does.HANG:
            await self.go_on.wait()
        return receipt

    def _take(self, message: OutboundMessage, key: str) -> SendReceipt:
        self.keys.append(key)
        self.handed.append(message)
        sid = f"SM{len(self.took):03}"
        self.took.append(
            SentMessage(
                provider_id=sid,
                to=message.to,
                our_address=message.our_address,
                text=message.text,
                created_at=self._now(),
                status=DeliveryStatus.SENT,
            )
        )
        return SendReceipt(sid)

    async def sent_to(self, to: ContactPoint, *, our_address: str, since: datetime) -> Sequence[SentMessage]:
        """Its list, newest first."""
        if self.list_fails is not None:
            raise self.list_fails
        ours = [one for one in self.took if (one.to, one.our_address) == (to, our_address) and one.created_at >= since]
        return ours[::-1]

    def file_request(self, url: str) -> FileRequest:
        """With a header that goes nowhere else."""
        headers = {"X-Secret": "canary"} if url.startswith(self.keeps_files_at + "/") else {}
        return FileRequest(url=url, headers=headers, origins=(self.keeps_files_at,), private=True)

    def secrets(self) -> frozenset[str]:
        """It has none."""
        return frozenset()

    async def check(self) -> str:
        """Always well."""
        return "a provider in memory"

    async def aclose(self) -> None:
        """Nothing to give back."""
