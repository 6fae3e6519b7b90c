"""All the sandbox remembers. Nothing here waits, opens a socket or sleeps."""

import random
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

from hub.sandbox.faults import FAILURES, Fault, Faults
from hub.sandbox.model import Account, ApiRequest, Delivery, Draft, HubAnswer, Message, Pace, sample_account
from hub.sandbox.opt_out import OptOuts
from hub.sandbox.segments import count_segments

Listener = Callable[[str, dict[str, object]], None]
"""Called with the kind of a change (message, delivery, faults, webhook, reset) and what the page shows of it."""

Step = tuple[float, str, int | None]
"""Seconds to wait, the status then reached, and the error code if it failed."""

LOG_LENGTH = 100_000


def now_utc() -> datetime:
    """Tell the time."""
    return datetime.now(UTC)


class Sandbox:
    """A provider's state: accounts, messages, opt-outs, faults, and records of what passed between it and the hub."""

    def __init__(
        self,
        accounts: Sequence[Account] | None = None,
        *,
        seed: int | None = None,
        clock: Callable[[], datetime] = now_utc,
        pace: Pace | None = None,
    ) -> None:
        """Start empty, with the sample account if none is given.

        The same `seed` gives the same sids and faults; without one they differ at every start, as they must when a
        hub that has kept its history meets a new sandbox.
        """
        seed = random.SystemRandom().getrandbits(64) if seed is None else seed
        self.accounts = {account.sid: account for account in accounts or [sample_account()]}
        self.clock = clock
        self.pace = pace or Pace()
        self.rng = random.Random(seed)  # noqa: S311  made-up ids, nothing secret
        self.faults = Faults(seed)
        self.opt_outs = OptOuts()
        self.messages: dict[str, Message] = {}
        self.by_number: defaultdict[str, list[Message]] = defaultdict(list)
        self.accepted: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
        self.totals: Counter[str] = Counter()
        self.deliveries: deque[Delivery] = deque(maxlen=LOG_LENGTH)
        self.requests: deque[ApiRequest] = deque(maxlen=LOG_LENGTH)
        self.listeners: set[Listener] = set()

    def owner_of(self, number: str) -> Account | None:
        """Find the account that owns `number`."""
        return next((a for a in self.accounts.values() if number in a.numbers), None)

    def receive(self, from_: str, to: str, body: str, media_urls: tuple[str, ...] = ()) -> Message | None:
        """Take in a phone's text to one of our numbers; None if nobody owns `to`. The webhook is the caller's."""
        account = self.owner_of(to)
        if account is None:
            return None
        message = self._new(Draft(account, from_, to, body, "inbound", media_urls=media_urls), "received")
        message.sent = message.created
        self._keep(message)
        return message

    def accept(self, draft: Draft) -> Message:
        """Accept an outbound message. From here on it counts as sent, whatever the caller is answered."""
        message = self._new(draft, "queued" if draft.messaging_service_sid is None else "accepted")
        if draft.direction == "outbound-api":
            self.accepted[draft.to, draft.body].append(message.sid)
        self._keep(message)
        return message

    def journey(self, message: Message) -> list[Step]:
        """Plan an outbound message's way, and whether it arrives."""
        speed, jitter = self.pace.speed, self.rng.uniform(0.7, 1.3)
        queue, send, deliver = (t * jitter / speed for t in (self.pace.queue, self.pace.send, self.pace.deliver))
        first: list[Step] = [(queue, "queued", None)] if message.status == "accepted" else []
        sending: list[Step] = [(queue, "sending", None), (send, "sent", None)]
        rule = self.faults.fires(Fault.DELIVERY_FAILED)
        if rule is None:
            return [*first, *sending, (deliver, "delivered", None)]
        last = FAILURES[rule.error_code][0]
        # A message that fails never left Twilio; one that is undelivered got as far as the carrier.
        return [*first, *([] if last == "failed" else sending), (deliver, last, rule.error_code)]

    def move(self, message: Message, status: str, error_code: int | None = None) -> None:
        """Set a message's status and tell the listeners."""
        message.status = status
        message.updated = self.clock()
        if status == "sent":
            message.sent = message.updated
        if error_code is not None:
            message.error_code = error_code
            message.error_message = FAILURES[error_code][1]
        self.tell("message", message.as_json())

    def refuse_reply(self, message: Message) -> None:
        """Mark a reply by TwiML as failed because its recipient has opted out."""
        message.error_code, message.error_message = 21610, "Attempt to send to unsubscribed recipient"
        self.move(message, "failed")

    def answered(self, message: Message, answer: HubAnswer) -> None:
        """Keep what the hub answered to an inbound text, and tell the listeners."""
        message.hub = answer
        self.tell("message", message.as_json())

    def thread(self, phone: str, number: str, limit: int) -> list[Message]:
        """Give the last `limit` messages between a phone and one of our numbers, oldest first."""
        both = [m for m in self.by_number[phone] if m.theirs == phone and m.ours == number]
        return both[-limit:]

    def log_delivery(self, delivery: Delivery) -> None:
        """Keep one attempt to post a webhook."""
        self.deliveries.append(delivery)
        self.tell("delivery", delivery.as_json())

    def reset(self) -> None:
        """Forget everything but accounts and listeners."""
        for kept in (self.messages, self.by_number, self.accepted, self.totals, self.deliveries, self.requests):
            kept.clear()
        self.opt_outs.clear()
        self.faults.clear()
        self.tell("reset", {})

    def tell(self, kind: str, data: dict[str, object]) -> None:
        """Tell every listener of a change."""
        for listener in tuple(self.listeners):
            listener(kind, data)

    def new_token(self) -> str:
        """Make an idempotency token in the form of a version-4 UUID."""
        bits = f"{self.rng.getrandbits(128):032x}"
        return f"{bits[:8]}-{bits[8:12]}-4{bits[13:16]}-a{bits[17:20]}-{bits[20:]}"

    def _new(self, draft: Draft, status: str) -> Message:
        created = self._later_than_last()
        prefix = "MM" if draft.media_urls else "SM"
        return Message(
            sid=f"{prefix}{self.rng.getrandbits(128):032x}",
            account_sid=draft.account.sid,
            direction=draft.direction,
            from_=draft.from_,
            to=draft.to,
            body=draft.body,
            status=status,
            num_segments=count_segments(draft.body),
            created=created,
            updated=created,
            messaging_service_sid=draft.messaging_service_sid,
            status_callback=draft.status_callback,
            media_urls=draft.media_urls,
        )

    def _later_than_last(self) -> datetime:
        """Tell the time, a microsecond after the last message's at least: threads are shown by it."""
        now = self.clock()
        if self.messages:
            last = self.messages[next(reversed(self.messages))].created
            return max(now, last + timedelta(microseconds=1))
        return now

    def _keep(self, message: Message) -> None:
        self.messages[message.sid] = message
        self.by_number[message.from_].append(message)
        self.by_number[message.to].append(message)
        self.totals[message.direction] += 1
        self.tell("message", message.as_json())
