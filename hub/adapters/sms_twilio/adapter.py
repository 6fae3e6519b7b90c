"""The adapter: receives webhooks, hands over messages, lists what was sent.

Settings of an account: ``account_sid``; ``numbers``, ours, comma separated; ``api_url`` (Twilio's own if empty);
``connect_timeout`` and ``total_timeout`` in seconds (5 and 10). Secrets: ``auth_token``, and ``auth_token_previous``
while tokens are rotated: webhooks signed with either are taken, sending uses the new one.
"""

import asyncio
import hmac
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from twilio.base import values
from twilio.base.exceptions import TwilioException
from twilio.request_validator import RequestValidator

from hub.adapters.sms_twilio.client import HttpClient, account_of
from hub.adapters.sms_twilio.form import read_form, signed_urls
from hub.adapters.sms_twilio.parse import is_status, read_inbound, read_report
from hub.adapters.sms_twilio.settings import Settings, read_settings
from hub.adapters.sms_twilio.words import STATUSES
from hub.channel import (
    Account,
    ChannelEvent,
    Limits,
    OutboundMessage,
    SendReceipt,
    SentMessage,
    WebhookReply,
    WebhookRequest,
)
from hub.errors import ConfigInvalid, OutcomeUnknown, Unavailable, WebhookRejected
from hub.model import Channel, ContactPoint, DeliveryStatus, sender_address

# What Twilio documents: TwiML for a message (empty: say nothing), a bare 200 for a status report.
_SAY_NOTHING = WebhookReply(200, b'<?xml version="1.0" encoding="UTF-8"?><Response></Response>', "text/xml")
_NOTED = WebhookReply(200)

_LIST_MARGIN = timedelta(minutes=5)  # Twilio's clock may differ from ours, and its list is to the second
_LIST_SECONDS = 30.0
# What the package raises on JSON that is none, or not Twilio's.
_GARBLED = (TwilioException, ValueError, TypeError, AttributeError, KeyError, RecursionError)


class SmsTwilio:
    """One account at Twilio. For use from one event loop; connections open with the first call."""

    name = "sms_twilio"
    channel = Channel.SMS
    limits = Limits(max_text=1600, max_media=10)

    def __init__(self, account: Account, settings: Settings) -> None:
        self._account, self._settings = account, settings
        tokens = (settings.auth_token, settings.auth_token_previous)
        self._validators = tuple(RequestValidator(token) for token in tokens if token)
        self._http = HttpClient(connect_timeout=settings.connect_timeout, total_timeout=settings.total_timeout)
        self._twilio = account_of(
            self._http, account_sid=settings.account_sid, auth_token=settings.auth_token, api_url=settings.api_url
        )

    def __repr__(self) -> str:
        return f"<{self.name} {self._account.id}>"

    def secrets(self) -> frozenset[str]:
        """Both tokens."""
        return frozenset(secret for secret in self._account.secrets.values() if secret)

    def verify(self, request: WebhookRequest) -> None:
        """Twilio's signature over our public URL and the form, by either token, and the account's own SID.

        JSON, which Twilio signs in another way and never sends for messages, has no ``AccountSid`` here and is refused.
        """
        signature = request.headers.get("x-twilio-signature", "")
        form = read_form(request.body)
        if not signature:
            raise WebhookRejected("the request has no X-Twilio-Signature")
        if form.first("AccountSid") != self._settings.account_sid:
            raise WebhookRejected("the request is not for this Twilio account")
        try:
            signed = self._is_signed(request.url, form, signature.encode("utf-8", "surrogateescape"))
        except ValueError as error:
            raise WebhookRejected("the request's address cannot be read") from error
        if not signed:
            raise WebhookRejected("the signature is wrong; it must be for our public URL, by the account's auth token")

    def _is_signed(self, url: str, form: Any, signature: bytes) -> bool:
        # `validate` of the package computes two spellings in every case: asking for one at a time costs a quarter.
        return any(
            hmac.compare_digest(validator.compute_signature(spelling, form).encode(), signature)
            for spelling in signed_urls(url)
            for validator in self._validators
        )

    def parse(self, request: WebhookRequest) -> Sequence[ChannelEvent]:
        """One message, one delivery report, or nothing."""
        event = read_report(request) if is_status(request.url) else read_inbound(request.body)
        return () if event is None else (event,)

    def reply(self, request: WebhookRequest, events: Sequence[ChannelEvent]) -> WebhookReply:  # noqa: ARG002 -- the same whatever it held
        """Empty TwiML for a message, 200 for a report."""
        return _NOTED if is_status(request.url) else _SAY_NOTHING

    async def send(self, message: OutboundMessage, *, key: str) -> SendReceipt:  # noqa: ARG002 -- Twilio takes no idempotency key
        """Create a message whose status reports will carry our id."""
        callback = self._account.callback_url("status")
        try:
            created = await self._twilio.messages.create_async(
                to=_number(message.to),
                from_=_number(message.our_address),
                body=message.text or values.unset,
                media_url=[media.url for media in message.media] or values.unset,
                status_callback=f"{callback}{'&' if '?' in callback else '?'}message={message.message_id}",
            )
            sid = created.sid
        except _GARBLED:
            sid = None
        if not isinstance(sid, str) or not sid:
            raise OutcomeUnknown("Twilio's answer names no message; whether it took it is not known yet.")
        return SendReceipt(sid, STATUSES.get(str(created.status), DeliveryStatus.ACCEPTED))

    async def sent_to(self, to: ContactPoint, *, our_address: str, since: datetime) -> Sequence[SentMessage]:
        """Newest first, back to ``since``. Asked without a date, since Twilio's date filter goes by day of sending."""
        horizon = since - _LIST_MARGIN
        found: list[SentMessage] = []
        try:
            async with asyncio.timeout(_LIST_SECONDS):
                listed = await self._twilio.messages.stream_async(to=_number(to), from_=_number(our_address))
                async for record in listed:
                    if _last_touched(record) < horizon:
                        break
                    found.append(_sent(record))
        except TimeoutError:
            raise Unavailable("Twilio's list of sent messages took too long.") from None
        except _GARBLED:
            raise Unavailable("Twilio's list of sent messages cannot be read.") from None
        return found

    async def check(self) -> str:
        """Fetch the account."""
        try:
            account = await self._twilio.fetch_async()
        except _GARBLED:
            raise ConfigInvalid("The address answers, but not as Twilio does; look at HUB_TWILIO_API_URL.") from None
        if account.status != "active":
            raise ConfigInvalid(f"The Twilio account is {account.status}; Twilio's console says why.")
        numbers = ", ".join(self._settings.numbers) or "no number yet; set HUB_TWILIO_NUMBERS"
        return f"The Twilio account “{account.friendly_name}” is active, sending from {numbers}."

    async def aclose(self) -> None:
        """Give back the connections."""
        await self._http.aclose()


def create(account: Account) -> SmsTwilio:
    """The adapter for one account. Raises ``SettingsInvalid``."""
    return SmsTwilio(account, read_settings(account))


def _number(point: str) -> str:
    """``tel:+98…`` as +98…, ``ext:sender:BANK`` as BANK."""
    return point.rpartition(":")[2]


def _last_touched(record: Any) -> datetime:
    # Whether the list goes by creation or by sending is not documented; the later of both is safe in either order.
    dates = [date for date in (record.date_created, record.date_sent) if date is not None]
    return max(dates, default=datetime.now(UTC))


def _sent(record: Any) -> SentMessage:
    return SentMessage(
        provider_id=record.sid,
        to=sender_address(record.to or ""),
        our_address=sender_address(record.from_ or ""),
        text=record.body or "",
        created_at=record.date_created or _last_touched(record),
        # It stands in Twilio's list, so Twilio took it, whatever the word.
        status=STATUSES.get(str(record.status), DeliveryStatus.ACCEPTED),
        code=None if record.error_code is None else str(record.error_code),
    )
