"""The adapter: SMS, MMS and WhatsApp. Receives webhooks, hands over messages, lists what was sent, and templates.

Settings of an account: ``account_sid``; ``numbers``, ours, comma separated, ``whatsapp:+…`` for a WhatsApp sender;
``api_url`` (Twilio's own if empty);
``connect_timeout`` and ``total_timeout`` in seconds (5 and 10). Secrets: ``auth_token``, and ``auth_token_previous``
while tokens are rotated: webhooks signed with either are taken, sending uses the new one.
"""

import hmac
import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from twilio.base import values
from twilio.request_validator import RequestValidator

from hub.adapters.sms_twilio import lists
from hub.adapters.sms_twilio.addresses import spell_pair
from hub.adapters.sms_twilio.client import HttpClient, client_of
from hub.adapters.sms_twilio.files import request_for
from hub.adapters.sms_twilio.form import read_form, signed_urls
from hub.adapters.sms_twilio.lists import GARBLED
from hub.adapters.sms_twilio.parse import is_status, read_inbound, read_report
from hub.adapters.sms_twilio.settings import Settings, read_settings
from hub.adapters.sms_twilio.words import STATUSES, of_one_sender
from hub.channel import (
    Account,
    ChannelEvent,
    DeliveryReport,
    FileRequest,
    InboundMessage,
    Limits,
    OutboundMessage,
    SendReceipt,
    SentMessage,
    Template,
    WebhookReply,
    WebhookRequest,
)
from hub.errors import ConfigInvalid, MessageInvalid, OutcomeUnknown, Rejected, WebhookRejected
from hub.model import Channel, ContactPoint, DeliveryStatus

# What Twilio documents: TwiML for a message (empty: say nothing), a bare 200 for a status report.
_SAY_NOTHING = WebhookReply(200, b'<?xml version="1.0" encoding="UTF-8"?><Response></Response>', "text/xml")
_NOTED = WebhookReply(200)

# Body and number of files: https://www.twilio.com/docs/messaging/api/message-resource; WhatsApp takes one file of up to
# 16 MB (https://www.twilio.com/docs/whatsapp/guidance-whatsapp-media-messages) and free text for 24 hours.
LIMITS: Mapping[Channel, Limits] = {
    Channel.SMS: Limits(max_text=1600, max_media=10, max_media_bytes=5_000_000),
    Channel.WHATSAPP: Limits(max_text=1600, max_media=1, max_media_bytes=16_000_000, window=timedelta(hours=24)),
}


class SmsTwilio:
    """One account at Twilio. For use from one event loop; connections open with the first call."""

    name = "sms_twilio"
    channel = Channel.SMS
    limits: Mapping[Channel, Limits] = LIMITS

    def __init__(self, account: Account, settings: Settings) -> None:
        self._account, self._settings = account, settings
        tokens = (settings.auth_token, settings.auth_token_previous)
        self._validators = tuple(RequestValidator(token) for token in tokens if token)
        self._http = HttpClient(connect_timeout=settings.connect_timeout, total_timeout=settings.total_timeout)
        self._client = client_of(
            self._http, account_sid=settings.account_sid, auth_token=settings.auth_token, api_url=settings.api_url
        )
        self._twilio = self._client.api.account

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
        """Create a message whose status reports will carry our id.

        One of several numbers that is refused is ``Rejected``: for ``ConfigInvalid`` the others would have to wait.
        """
        callback = self._account.callback_url("status")
        to, ours = spell_pair(message.to, message.our_address)
        try:
            created = await self._twilio.messages.create_async(
                to=to,
                from_=ours,
                media_url=[media.url for media in message.media] or values.unset,
                status_callback=f"{callback}{'&' if '?' in callback else '?'}message={message.message_id}",
                **_said(message),
            )
            sid = created.sid
        except ConfigInvalid as error:
            if of_one_sender(error) and set(self._settings.numbers) - {message.our_address.removeprefix("tel:")}:
                raise Rejected(error.reason, code=error.code) from error
            raise
        except GARBLED:
            sid = None
        if not isinstance(sid, str) or not sid:
            raise OutcomeUnknown("Twilio's answer names no message; whether it took it is not known yet.")
        return SendReceipt(sid, STATUSES.get(str(created.status), DeliveryStatus.ACCEPTED))

    async def sent_to(self, to: ContactPoint, *, our_address: str, since: datetime) -> Sequence[SentMessage]:
        """Newest first, back to ``since``."""
        return await lists.sent_to(self._client, to, our_address=our_address, since=since)

    async def booked(self, *, since: datetime, until: datetime) -> Sequence[InboundMessage | DeliveryReport]:
        """What Twilio dates between these times."""
        return await lists.booked(self._client, self._settings.api_url, since=since, until=until)

    def file_request(self, url: str) -> FileRequest:
        """With the account's credentials where Twilio's API keeps the file; what it leads to takes none."""
        return request_for(url, self._settings)

    async def templates(self) -> Sequence[Template]:
        """Those of the account that have a text."""
        return await lists.templates(self._client)

    async def check(self) -> str:
        """Fetch the account."""
        try:
            account = await self._twilio.fetch_async()
        except (*GARBLED, Rejected, MessageInvalid):
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


def _said(message: OutboundMessage) -> dict[str, Any]:
    """What is sent: a template with its variables, or the text."""
    if message.template is not None:
        return {"content_sid": message.template.id, "content_variables": json.dumps(message.template.variables)}
    return {"body": message.text or values.unset}
