"""Customers who write: signed webhooks as Twilio sends them, and a ledger of what was answered 2xx, in that order.

A number's next message goes out only after its last one's 2xx. What gets no 2xx is sent again with the same MessageSid
until it does: a message answered by nothing is not *taken in*, and one taken in twice must still be one.
"""

import asyncio
import hashlib
import random
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

import aiohttp
from twilio.request_validator import RequestValidator

from tests.faults.cluster import ACCOUNT, OURS

PATH = "/channels/sms/twilio"
AGAIN = 0.2
WITH_FILE = 0.1
"""Of so many messages a file is part."""
REPEATED = 0.03
"""Share of messages that come once more after their 2xx, as after an answer that was lost on its way."""


@dataclass
class Ledger:
    """What was taken in: by number, the MessageSids in the order of their 2xx."""

    taken: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    answers: Counter[str] = field(default_factory=Counter)
    """How requests ended: a status, or the kind of error."""
    seconds: list[float] = field(default_factory=list)
    """From the first try of a message to its 2xx."""

    @property
    def count(self) -> int:
        """Messages taken in."""
        return sum(map(len, self.taken.values()))

    @property
    def resent(self) -> int:
        """Requests that got no 2xx."""
        return sum(count for answer, count in self.answers.items() if not answer.startswith("2"))


@dataclass
class Load:
    """``messages`` from ``numbers`` over ``seconds``, by seeded dice, to webs in turn."""

    webs: Sequence[str]
    public_url: str
    messages: int
    numbers: int
    seconds: float
    seed: int = 1
    first_number: int = 0
    ledger: Ledger = field(default_factory=Ledger)

    def __post_init__(self) -> None:
        self._validator = RequestValidator(ACCOUNT.auth_token)

    async def run(self) -> Ledger:
        """Until every message is taken in."""
        timeout = aiohttp.ClientTimeout(total=15)  # Twilio's
        connector = aiohttp.TCPConnector(limit=0)
        async with aiohttp.ClientSession(timeout=timeout, connector=connector) as session:
            began = time.monotonic()
            shares = [self.messages // self.numbers + (n < self.messages % self.numbers) for n in range(self.numbers)]
            async with asyncio.TaskGroup() as group:
                for number, share in enumerate(shares, self.first_number):
                    group.create_task(self._customer(session, number, share, began))
        return self.ledger

    async def _customer(self, session: aiohttp.ClientSession, number: int, share: int, began: float) -> None:
        dice = random.Random(f"{self.seed}:{number}")
        phone = phone_of(number)
        for place, at in enumerate(sorted(dice.uniform(0, self.seconds) for _ in range(share))):
            await asyncio.sleep(max(0.0, began + at - time.monotonic()))
            sid = sid_of(self.seed, number, place)
            file = dice.random() < WITH_FILE
            body, headers = self.signed(message(sid, phone, f"{number} wrote {place}: سلام", file=file))
            started = time.monotonic()
            while not await self.post(session, dice.choice(self.webs), body, headers):
                await asyncio.sleep(AGAIN)
            self.ledger.seconds.append(time.monotonic() - started)
            self.ledger.taken[phone].append(sid)
            if dice.random() < REPEATED:
                await self.post(session, dice.choice(self.webs), body, headers)

    def signed(self, form: dict[str, str]) -> tuple[bytes, dict[str, str]]:
        """Body and headers of a webhook, as Twilio makes them."""
        headers = {
            "Content-Type": "application/x-www-form-urlencoded; charset=UTF-8",
            "X-Twilio-Signature": self._validator.compute_signature(self.public_url + PATH, form),
        }
        return urlencode(form).encode(), headers

    async def post(self, session: aiohttp.ClientSession, web: str, body: bytes, headers: dict[str, str]) -> bool:
        """Whether it was answered 2xx."""
        try:
            async with session.post(web + PATH, data=body, headers=headers) as answer:
                await answer.read()
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            self.ledger.answers[type(error).__name__] += 1
            return False
        self.ledger.answers[str(answer.status)] += 1
        return 200 <= answer.status < 300


def phone_of(number: int) -> str:
    """The number of a customer, in E.164 form."""
    return f"+98912{number:07d}"


def sid_of(seed: int, number: int, place: int) -> str:
    """A MessageSid that only depends on these."""
    return "SM" + hashlib.sha256(f"{seed}:{number}:{place}".encode()).hexdigest()[:32]


def message(sid: str, phone: str, text: str, *, file: bool = False) -> dict[str, str]:
    """The form of an incoming text (https://www.twilio.com/docs/messaging/guides/webhook-request).

    Its ``file`` is at an address that is not the provider's, so it ends as one that cannot be fetched.
    """
    picture = {"NumMedia": "1", "MediaUrl0": "https://example.com/1.png", "MediaContentType0": "image/png"}
    return {
        "MessageSid": sid,
        "SmsSid": sid,
        "SmsMessageSid": sid,
        "AccountSid": ACCOUNT.sid,
        "From": phone,
        "To": OURS,
        "Body": text,
        "NumMedia": "0",
        "NumSegments": "1",
        "SmsStatus": "received",
        "ApiVersion": "2010-04-01",
        **(picture if file else {}),
    }
