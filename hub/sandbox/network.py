"""The pretended mobile network: carries texts between phones and the hub, and tells the hub what became of them."""

import asyncio
from collections.abc import Coroutine

import aiohttp
import structlog

from hub.logs import shown, trace
from hub.sandbox.addresses import is_whatsapp
from hub.sandbox.faults import Fault, Rule
from hub.sandbox.fetching import Fetcher
from hub.sandbox.forms import inbound_form, status_form
from hub.sandbox.model import Account, Draft, Media, Message
from hub.sandbox.records import Delivery, HubAnswer
from hub.sandbox.state import Sandbox
from hub.sandbox.twiml import Reply, TwimlUnreadable, read_replies
from hub.sandbox.webhooks import Outcome, Poster, Webhook
from hub.waiting import cancelled

log = structlog.get_logger()

# What Twilio tells the fallback URL about the first one (https://www.twilio.com/docs/api/errors/11200, /11205).
_HTTP_FAILURE, _CONNECTION_FAILURE = "11200", "11205"


class Network:
    """Moves messages. One per running sandbox; `aclose` ends all that is under way."""

    def __init__(self, sandbox: Sandbox, session: aiohttp.ClientSession) -> None:
        """Carry messages for `sandbox`, posting through `session`."""
        self.sandbox = sandbox
        self._poster = Poster(sandbox, session)
        self._fetcher = Fetcher(sandbox, session)
        self._callbacks: dict[str, Callbacks] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def pending(self) -> int:
        """How many messages and callbacks are still under way."""
        return len(self._tasks)

    async def settle(self) -> None:
        """Wait until nothing is under way."""
        while self._tasks:
            await asyncio.wait(self._tasks)

    async def aclose(self) -> None:
        """Stop everything under way and wait for its end."""
        await cancelled(self._tasks)

    async def text(
        self, from_: str, to: str, body: str, media: tuple[Media, ...] = (), profile_name: str = ""
    ) -> Message | None:
        """Send a phone's message; returns once the hub has answered its webhook. None if nobody owns `to`."""
        message = self.sandbox.receive(from_, to, body, media, profile_name)
        if message is None:
            return None
        if not is_whatsapp(to):  # Twilio's own handling of STOP is one of texts
            self._hear_opt_out(message)
        await self.deliver(message)
        if self.sandbox.faults.fires(Fault.WEBHOOK_DUPLICATE):
            self._spawn(self._again(message))
        return message

    def _hear_opt_out(self, message: Message) -> None:
        message.opt_out_type, answer = self.sandbox.opt_outs.hear(message.to, message.from_, message.body)
        account = self.sandbox.accounts[message.account_sid]
        if answer is not None:
            # Twilio's own confirmation passes its own block.
            self.carry(self.sandbox.accept(Draft(account, message.to, message.from_, answer, "outbound-reply")))

    def read(self, ours: str, theirs: str, *, receipts: bool = True) -> int:
        """Show a thread on the phone; give how many messages were new. With `receipts` WhatsApp tells the hub so."""
        new = self.sandbox.see(ours, theirs)
        for message in new:
            if receipts and is_whatsapp(message.to) and message.status == "delivered":
                self.sandbox.move(message, "read")
                self._reports_of(message).report(last=True)
                del self._callbacks[message.sid]
        return len(new)

    async def deliver(self, message: Message, *, fault: str | None = None) -> HubAnswer:
        """Post an inbound text's webhook, to the fallback too if need be, and send what the hub replies."""
        account = self.sandbox.accounts[message.account_sid]
        url = account.webhook_for(message.to)
        if url is None:
            answer = HubAnswer(None, 0.0, "no_webhook_url", 0)
            self.sandbox.answered(message, answer)
            return answer
        if self.sandbox.faults.fires(Fault.WEBHOOK_LOST):
            return self._lose(message, url)
        bad = self.sandbox.faults.fires(Fault.WEBHOOK_BAD_SIGNATURE) is not None
        struck = Fault.WEBHOOK_BAD_SIGNATURE.value if bad else fault
        hook = Webhook(
            "inbound", message, account, inbound_form(message, self.sandbox.url), self.sandbox.new_token(), bad, struck
        )
        answer, outcome = await self._poster.post(hook, url)
        if outcome.error and account.fallback_url:
            answer, outcome = await self._fall_back(hook, url, account.fallback_url, outcome)
        self.sandbox.answered(message, answer)
        if not outcome.error:
            self._reply(message, account, outcome)
        return answer

    def _lose(self, message: Message, url: str) -> HubAnswer:
        """Keep an inbound message as received and post nothing, to the fallback neither."""
        now, lost = self.sandbox.clock(), Fault.WEBHOOK_LOST.value
        delivery = Delivery(now, "inbound", message.sid, message.status, url, 0, None, 0.0, fault=lost)
        self.sandbox.log_delivery(delivery)
        answer = HubAnswer(None, 0.0, lost, 0)
        self.sandbox.answered(message, answer)
        return answer

    def carry(self, message: Message) -> None:
        """Start an accepted outbound message on its way."""
        self._spawn(self._carry(message))

    async def _again(self, message: Message) -> None:
        await self.deliver(message, fault=Fault.WEBHOOK_DUPLICATE.value)

    async def _fall_back(self, hook: Webhook, url: str, fallback: str, failed: Outcome) -> tuple[HubAnswer, Outcome]:
        code = _CONNECTION_FAILURE if failed.status is None else _HTTP_FAILURE
        form = {**hook.form, "ErrorCode": code, "ErrorUrl": url}
        again = Webhook("fallback", hook.message, hook.account, form, hook.token, hook.bad_signature, hook.fault)
        return await self._poster.post(again, fallback)

    def _reply(self, message: Message, account: Account, outcome: Outcome) -> None:
        try:
            replies = read_replies(outcome.content_type, outcome.text)
        except TwimlUnreadable:
            log.warning("sandbox_twiml_unreadable", sid=message.sid, content_type=outcome.content_type)
            return
        for reply in replies:
            self._send_reply(message, account, reply)

    def _send_reply(self, message: Message, account: Account, reply: Reply) -> None:
        draft = Draft(
            account,
            reply.from_ or message.to,
            reply.to or message.from_,
            reply.body,
            "outbound-reply",
            status_callback=reply.status_callback,
            media_urls=reply.media_urls,
        )
        answer = self.sandbox.accept(draft)
        if (answer.from_, answer.to) in self.sandbox.opt_outs:
            self.sandbox.refuse_reply(answer)
        else:
            self.carry(answer)

    async def _carry(self, message: Message) -> None:
        callbacks = self._reports_of(message)
        failed = await self._fetcher.fetch(message)
        journey = self.sandbox.journey(message) if failed is None else [(0.0, "failed", failed)]
        for step, (wait, status, error_code) in enumerate(journey, start=1):
            await asyncio.sleep(wait)
            self.sandbox.move(message, status, error_code)
            callbacks.report(last=step == len(journey))
        if not is_whatsapp(message.to):  # what can still be read will tell more
            self._callbacks.pop(message.sid, None)

    def _reports_of(self, message: Message) -> "Callbacks":
        """Give the message's callbacks: one after another, however far apart their causes."""
        return self._callbacks.setdefault(message.sid, Callbacks(self, message))

    async def post_status(self, hook: Webhook, url: str, *, after: asyncio.Task[None] | None, wait: float) -> None:
        """Post one status callback once `after` is done and `wait` seconds have passed."""
        if after is not None:
            await asyncio.wait([after])
        await asyncio.sleep(wait)
        await self._poster.post(hook, url)

    def spawn_status(
        self, hook: Webhook, url: str, *, after: asyncio.Task[None] | None = None, wait: float = 0.0
    ) -> asyncio.Task[None]:
        """Post one status callback in a task of its own."""
        return self._spawn(self.post_status(hook, url, after=after, wait=wait))

    def _spawn(self, work: Coroutine[object, object, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)
        return task

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()):
            log.error("sandbox_task_failed", error=shown(error), trace=trace(error))


class Callbacks:
    """The status callbacks of one message: one after another, except where a fault says otherwise.

    The first status of a message is in the API's answer and gets no callback
    (https://www.twilio.com/docs/messaging/guides/outbound-message-status-in-status-callbacks).
    """

    def __init__(self, network: Network, message: Message) -> None:
        """Report on `message` through `network`."""
        self._network = network
        self._message = message
        self._tail: asyncio.Task[None] | None = None
        self._held: list[Webhook] = []

    def report(self, *, last: bool) -> None:
        """Tell the hub the message's present status; `last` if none follows."""
        url = self._message.status_callback
        if url is None:
            return
        faults = self._network.sandbox.faults
        if faults.fires(Fault.CALLBACK_LOST):
            self._lose(url)
            return
        if not last and faults.fires(Fault.CALLBACK_REORDERED):
            self._held.append(self._hook(Fault.CALLBACK_REORDERED))
            return
        late = faults.fires(Fault.CALLBACK_LATE)
        self._post(self._hook(Fault.CALLBACK_LATE if late else None), url, late)
        if faults.fires(Fault.CALLBACK_DUPLICATE):
            self._post(self._hook(Fault.CALLBACK_DUPLICATE), url, None)
        while self._held:
            self._post(self._held.pop(), url, None)

    def _post(self, hook: Webhook, url: str, late: Rule | None) -> None:
        if late is not None:
            self._network.spawn_status(hook, url, wait=late.delay_s)
        else:
            self._tail = self._network.spawn_status(hook, url, after=self._tail)

    def _hook(self, fault: Fault | None) -> Webhook:
        sandbox, message = self._network.sandbox, self._message
        account = sandbox.accounts[message.account_sid]
        name = fault.value if fault else None
        return Webhook("status", message, account, status_form(message), sandbox.new_token(), fault=name)

    def _lose(self, url: str) -> None:
        sandbox, message = self._network.sandbox, self._message
        now, lost = sandbox.clock(), Fault.CALLBACK_LOST.value
        sandbox.log_delivery(Delivery(now, "status", message.sid, message.status, url, 0, None, 0.0, fault=lost))
