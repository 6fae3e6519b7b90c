"""The fields Twilio posts to the hub. Pure.

Sources: https://www.twilio.com/docs/messaging/guides/webhook-request and …/track-outbound-message-status.
"""

from collections.abc import Mapping

from hub.sandbox.model import API_VERSION, Message

_COUNTRIES: Mapping[str, str] = {
    "+98": "IR",
    "+971": "AE",
    "+90": "TR",
    "+49": "DE",
    "+44": "GB",
    "+33": "FR",
    "+1": "US",
}


def country_of(number: str) -> str:
    """Give the ISO 3166 code of a number's country, empty if the sandbox does not know it (as Twilio leaves it)."""
    return next((code for prefix, code in _COUNTRIES.items() if number.startswith(prefix)), "")


def inbound_form(message: Message) -> dict[str, str]:
    """Give the fields of the webhook for an incoming text."""
    form = {
        "ToCountry": country_of(message.to),
        "ToState": "",
        "SmsMessageSid": message.sid,
        "NumMedia": str(len(message.media_urls)),
        "ToCity": "",
        "FromZip": "",
        "SmsSid": message.sid,
        "FromState": "",
        "SmsStatus": "received",
        "FromCity": "",
        "Body": message.body,
        "FromCountry": country_of(message.from_),
        "To": message.to,
        "ToZip": "",
        "NumSegments": str(message.num_segments),
        "MessageSid": message.sid,
        "AccountSid": message.account_sid,
        "From": message.from_,
        "ApiVersion": API_VERSION,
    }
    if message.messaging_service_sid:
        form["MessagingServiceSid"] = message.messaging_service_sid
    if message.opt_out_type:
        form["OptOutType"] = message.opt_out_type
    for index, url in enumerate(message.media_urls):
        form |= {f"MediaUrl{index}": url, f"MediaContentType{index}": "image/jpeg"}
    return form


def status_form(message: Message) -> dict[str, str]:
    """Give the fields of the status callback for the message as it stands now."""
    form = {
        "SmsSid": message.sid,
        "SmsStatus": message.status,
        "MessageStatus": message.status,
        "To": message.to,
        "MessageSid": message.sid,
        "AccountSid": message.account_sid,
        "From": message.from_,
        "ApiVersion": API_VERSION,
    }
    if message.messaging_service_sid:
        form["MessagingServiceSid"] = message.messaging_service_sid
    if message.error_code is not None:
        form["ErrorCode"] = str(message.error_code)
    if message.status in {"delivered", "undelivered"}:
        form["RawDlrDoneDate"] = message.updated.strftime("%y%m%d%H%M")
    return form
