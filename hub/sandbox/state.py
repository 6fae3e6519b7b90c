"""All the sandbox remembers. Nothing here waits, opens a socket or sleeps."""

import random
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

from hub.sandbox.addresses import WHATSAPP, is_whatsapp, number_of
from hub.sandbox.faults import FAILURES, OUTSIDE_WINDOW, Fault, Faults
from hub.sandbox.model import SAMPLE_PHONES, WINDOW, Account, Draft, Media, Message, Pace, Phone, sample_account
from hub.sandbox.opt_out import OptOuts
from hub.sandbox.records import ApiRequest, Delivery, HubAnswer
from hub.sandbox.segments import count_segments
from hub.sandbox.shelf import Shelf
from hub.sandbox.templates import SAMPLE_TEMPLATES, Template

Listener = Callable[[str, dict[str, object]], None]
"""Called with the kind of a change (message, delivery, faults, webhook, reset) and what the page shows of it."""

Step = tuple[float, str, int | None]
"""Seconds to wait, the status then reached, and the error code if it failed."""

LOG_LENGTH = 100_000
FINAL = frozenset({"delivered", "read", "undelivered", "failed"})


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
        phones: Sequence[Phone] = SAMPLE_PHONES,
        templates: Sequence[Template] = SAMPLE_TEMPLATES,
        shelf: Shelf | None = None,
        url: str = "",
    ) -> None:
        """Start empty, with the sample account if none is given. `phones` are those the page offers, its own first.

        `url` is where the hub reaches it, without a slash at its end; empty: where it listens. `shelf` holds the files.

        The same `seed` gives the same sids and faults; without one they differ at every start, as they must when a
        hub that has kept its history meets a new sandbox.
        """
        seed = random.SystemRandom().getrandbits(64) if seed is None else seed
        self.accounts = {account.sid: account for account in accounts or [sample_account()]}
        self.phones = tuple(phones)
        self.templates = tuple(templates)
        self.shelf = shelf or Shelf()
        self.url = url
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

    def receive(
        self, from_: str, to: str, body: str, media: tuple[Media, ...] = (), profile_name: str = ""
    ) -> Message | None:
        """Take in a phone's message to one of our addresses; None if nobody owns `to`. The webhook is the caller's."""
        account = self.owner_of(to)
        if account is None:
            return None
        if is_whatsapp(to):
            profile_name = profile_name or self.name_of(number_of(from_))
        draft = Draft(account, from_, to, body, "inbound", media=media, profile_name=profile_name)
        message = self._new(draft, "received")
        message.sent = message.created
        self._keep(message)
        return message

    def name_of(self, number: str) -> str:
        """Whose phone it is; the number itself if nobody said."""
        return next((phone.name for phone in self.phones if phone.number == number and phone.name), number)

    def shelve(self, data: bytes, content_type: str, name: str = "") -> Media:
        """Keep a file and give what a message says of it."""
        media = Media(f"ME{self.rng.getrandbits(128):032x}", content_type, len(data), name)
        self.shelf.put(media.sid, data)
        return media

    def accept(self, draft: Draft) -> Message:
        """Accept an outbound message. From here on it counts as sent, whatever the caller is answered."""
        message = self._new(draft, "queued" if draft.messaging_service_sid is None else "accepted")
        if draft.direction == "outbound-api":
            self.accepted[draft.to, draft.body].append(message.sid)
        self._keep(message)
        return message

    def restore(self, message: Message) -> None:
        """Take in a message of an earlier life, with what it did to opt-outs."""
        self._put(message)
        if message.inbound and message.opt_out_type is not None:
            self.opt_outs.hear(message.ours, message.theirs, message.body)
        elif message.direction == "outbound-api":
            self.accepted[message.to, message.body].append(message.sid)

    def under_way(self) -> list[Message]:
        """Give the outbound messages that have not ended."""
        return [m for m in self.messages.values() if not m.inbound and m.status not in FINAL]

    def journey(self, message: Message) -> list[Step]:
        """Plan an outbound message's way, and whether it arrives."""
        speed, jitter = self.pace.speed, self.rng.uniform(0.7, 1.3)
        queue, send, deliver = (t * jitter / speed for t in (self.pace.queue, self.pace.send, self.pace.deliver))
        first: list[Step] = [(queue, "queued", None)] if message.status == "accepted" else []
        if self._outside_window(message):
            return [*first, (queue + send, "failed", OUTSIDE_WINDOW)]
        sending: list[Step] = [(queue, "sending", None), (send, "sent", None)]
        if is_whatsapp(message.to):  # it has no step of this name
            sending = [(queue + send, "sent", None)]
        rule = self.faults.fires(Fault.DELIVERY_FAILED)
        if rule is None:
            return [*first, *sending, (deliver, "delivered", None)]
        last = FAILURES[rule.error_code][0]
        # A message that fails never left Twilio; one that is undelivered got as far as the carrier.
        return [*first, *([] if last == "failed" else sending), (deliver, last, rule.error_code)]

    def window_open(self, ours: str, theirs: str) -> bool:
        """Tell whether we may write freely on WhatsApp: she wrote less than 24 hours ago, and it was not let lapse."""
        since = self.clock() - WINDOW
        return any(m.inbound and m.ours == ours and m.created > since and not m.lapsed for m in self.by_number[theirs])

    def close_window(self, ours: str, theirs: str) -> None:
        """Let the 24 hours be over now; her next message opens them again."""
        for message in self.by_number[theirs]:
            if message.inbound and message.ours == ours and not message.lapsed:
                message.lapsed = True
                self.tell("message", message.as_json())

    def see(self, ours: str, theirs: str) -> list[Message]:
        """Note that the phone shows its thread; give the messages that it had not shown before."""
        arrived = ("delivered", "read")
        new = [
            m for m in self.by_number[theirs] if not (m.inbound or m.seen) and m.ours == ours and m.status in arrived
        ]
        for message in new:
            message.seen = True
            self.tell("message", message.as_json())
        return new

    def _outside_window(self, message: Message) -> bool:
        """Tell whether WhatsApp will not carry it: no template that is approved, and no open window."""
        if not is_whatsapp(message.to) or self.window_open(message.ours, message.theirs):
            return False
        return not any(one.sid == message.content_sid and one.approved for one in self.templates)

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

    def phone_messages(self, number: str, limit: int) -> list[Message]:
        """Give the last `limit` messages of the phone with this number, on every channel, oldest first."""
        both = [m for address in (number, WHATSAPP + number) for m in self.by_number[address] if m.theirs == address]
        return sorted(both, key=lambda m: m.created)[-limit:]

    def log_delivery(self, delivery: Delivery) -> None:
        """Keep one attempt to post a webhook."""
        self.deliveries.append(delivery)
        self.tell("delivery", delivery.as_json())

    def reset(self) -> None:
        """Forget everything but accounts and listeners."""
        for kept in (self.messages, self.by_number, self.accepted, self.totals, self.deliveries, self.requests):
            kept.clear()
        self.shelf.keep_only(())
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
        prefix = "MM" if draft.media_urls or draft.media else "SM"
        return Message(
            sid=f"{prefix}{self.rng.getrandbits(128):032x}",
            account_sid=draft.account.sid,
            direction=draft.direction,
            from_=draft.from_,
            to=draft.to,
            body=draft.body,
            status=status,
            num_segments=1 if is_whatsapp(draft.to) else count_segments(draft.body),
            created=created,
            updated=created,
            messaging_service_sid=draft.messaging_service_sid,
            status_callback=draft.status_callback,
            media_urls=draft.media_urls,
            media=draft.media,
            content_sid=draft.content_sid,
            profile_name=draft.profile_name,
        )

    def _later_than_last(self) -> datetime:
        """Tell the time, a microsecond after the last message's at least: threads are shown by it."""
        now = self.clock()
        if self.messages:
            last = self.messages[next(reversed(self.messages))].created
            return max(now, last + timedelta(microseconds=1))
        return now

    def _keep(self, message: Message) -> None:
        self._put(message)
        self.tell("message", message.as_json())

    def _put(self, message: Message) -> None:
        self.messages[message.sid] = message
        self.by_number[message.from_].append(message)
        self.by_number[message.to].append(message)
        self.totals[message.direction] += 1
