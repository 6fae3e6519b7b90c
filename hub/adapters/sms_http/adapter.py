"""The adapter: hands messages over, and takes webhooks where the settings say how they prove themselves.

It cannot look up what became of a message whose answer was lost (``Lists``): such lists differ too much to be described
by settings, and a wrong reading would send a text twice. Such messages are shown as unknown.
Settings and secrets: docs/providers/sms-http.md.
"""

from collections.abc import Mapping, Sequence

from hub.adapters.sms_http import numbers, webhooks
from hub.adapters.sms_http.client import Answer, Client
from hub.adapters.sms_http.filling import at, number_of
from hub.adapters.sms_http.settings import Settings, read_settings
from hub.adapters.sms_http.words import refusal
from hub.channel import (
    Account,
    ChannelEvent,
    Limits,
    OutboundMessage,
    SendReceipt,
    WebhookReply,
    WebhookRequest,
    storable,
)
from hub.errors import ConfigInvalid, OutcomeUnknown, SendError, Throttled, Unavailable
from hub.model import Channel, DeliveryStatus


class SmsHttp:
    """One account at a provider. For use from one event loop; connections open with the first call."""

    name = "sms_http"
    channel = Channel.SMS

    def __init__(self, account: Account, settings: Settings) -> None:
        self._account, self._settings = account, settings
        self._client = Client(settings)
        self._secrets = {f"secret.{name}": value for name, value in settings.secrets.items()}
        self.limits: Mapping[Channel, Limits] = {Channel.SMS: Limits(max_text=settings.max_text)}

    def __repr__(self) -> str:
        return f"<{self.name} {self._account.id}>"

    def secrets(self) -> frozenset[str]:
        """All of the account's."""
        return frozenset(secret for secret in self._account.secrets.values() if secret)

    async def send(self, message: OutboundMessage, *, key: str) -> SendReceipt:
        """Ask the provider, and read its answer by the account's tables."""
        get = self._settings.get
        answer = await self._client.send(self._secrets | self._values(message, key))
        if (error := self._refusal(answer)) is not None:
            raise error
        provider_id = at(answer.document, get("answer_id"))
        if not provider_id:
            raise OutcomeUnknown("The provider's answer names no message; whether it took it is not known yet.")
        word = at(answer.document, get("answer_status")) if get("answer_status") else None
        return SendReceipt(storable(provider_id), self._settings.statuses.get(word or "", DeliveryStatus.ACCEPTED))

    def _values(self, message: OutboundMessage, key: str) -> dict[str, str]:
        get = self._settings.get
        status, secret = self._account.callback_url("status"), self._settings.secrets.get("webhook_secret", "")
        callback = webhooks.address(status, get("proof"), secret, get("proof_name"))
        return {
            "to": numbers.spell(message.to, get("number_format", "e164"), get("region")),
            "from": numbers.spelled(message.our_address, self._settings.numbers),
            "text": message.text,
            "message_id": str(message.message_id),
            "message_number": number_of(message.message_id),
            "key": key,
            "callback": f"{callback}{'&' if '?' in callback else '?'}message={message.message_id}",
        }

    def _refusal(self, answer: Answer) -> SendError | None:
        get = self._settings.get
        said = at(answer.document, get("success_path")) if get("success_path") else ""
        if 200 <= answer.status < 300 and said in get("success_values").split(","):
            return None
        code = at(answer.document, get("answer_code")) if get("answer_code") else None
        return refusal(self._settings.errors, answer.status, code, retry_after=answer.retry_after)

    async def check(self) -> str:
        """Ask ``check_url``, if there is one."""
        ours = ", ".join(self._settings.numbers.values())
        if not self._settings.get("check_url"):
            return f"The settings are whole, for {ours}; the credentials are not tried, as there is no check_url."
        answer = await self._client.check(self._secrets)
        if (error := self._refusal(answer)) is not None:
            raise _of_check(error, answer.status)
        return f"The provider takes the account's credentials, sending from {ours}."

    async def aclose(self) -> None:
        """Give back the connections."""
        await self._client.aclose()


class SmsHttpBothWays(SmsHttp):
    """With webhooks: an adapter has an ability if it has the methods."""

    def verify(self, request: WebhookRequest) -> None:
        """By what ``proof`` names."""
        webhooks.verify(request, self._settings)

    def parse(self, request: WebhookRequest) -> Sequence[ChannelEvent]:
        """Messages, or reports."""
        return webhooks.parse(request, self._settings)

    def reply(self, request: WebhookRequest, events: Sequence[ChannelEvent]) -> WebhookReply:  # noqa: ARG002 -- the same whatever it held
        """200, with the text the provider wants."""
        return WebhookReply(200, self._settings.get("reply", "ok").encode())


def _of_check(error: SendError, status: int) -> SendError:
    """What a refusal means where no message was sent."""
    if status == 408 or status >= 500:
        return Unavailable("The provider has an internal error.", code=error.code)
    if isinstance(error, OutcomeUnknown):
        return ConfigInvalid("The address answers, but not with what success_path says; look at url and check_url.")
    if status in {404, 405} or not isinstance(error, (ConfigInvalid, Throttled, Unavailable)):
        return ConfigInvalid(f"check_url is answered with {status}; look at that address.", code=error.code)
    return error


def create(account: Account) -> SmsHttp:
    """The adapter for one account; with webhooks if it has a ``proof``. Raises ``SettingsInvalid``."""
    settings = read_settings(account)
    return (SmsHttpBothWays if settings.get("proof") else SmsHttp)(account, settings)
