"""The fields Twilio posts to the hub. Pure.

Sources: https://www.twilio.com/docs/messaging/guides/webhook-request and …/track-outbound-message-status.
"""

import json
from collections.abc import Mapping

from hub.sandbox.addresses import is_whatsapp, number_of
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


def inbound_form(message: Message, base_url: str) -> dict[str, str]:
    """Give the fields of the webhook for an incoming message; its files are below `base_url`."""
    form = {
        "SmsMessageSid": message.sid,
        "NumMedia": str(message.num_media),
        "SmsSid": message.sid,
        "SmsStatus": "received",
        "Body": message.body,
        "To": message.to,
        "NumSegments": str(message.num_segments),
        "MessageSid": message.sid,
        "AccountSid": message.account_sid,
        "From": message.from_,
        "ApiVersion": API_VERSION,
    }
    form |= _profile(message) if is_whatsapp(message.from_) else _geography(message)
    if message.messaging_service_sid:
        form["MessagingServiceSid"] = message.messaging_service_sid
    if message.opt_out_type:
        form["OptOutType"] = message.opt_out_type
    for index, media in enumerate(message.media):
        form[f"MediaUrl{index}"] = f"{base_url}{message.uri}/Media/{media.sid}"
        form[f"MediaContentType{index}"] = media.content_type
    return form


def _geography(message: Message) -> dict[str, str]:
    """Give what Twilio knows of the two numbers: here, their countries."""
    unknown = dict.fromkeys(("ToState", "ToCity", "ToZip", "FromState", "FromCity", "FromZip"), "")
    return {**unknown, "ToCountry": country_of(message.to), "FromCountry": country_of(message.from_)}


def _profile(message: Message) -> dict[str, str]:
    """Give what comes with WhatsApp only (https://www.twilio.com/docs/messaging/guides/webhook-request)."""
    person = {"ProfileName": message.profile_name, "WaId": number_of(message.from_).removeprefix("+")}
    return {
        **person,
        "MessageType": _message_type(message),
        "ReferralNumMedia": "0",
        "ChannelMetadata": json.dumps({"type": "whatsapp", "data": {"context": person}}),
    }


def _message_type(message: Message) -> str:
    if not message.media:
        return "text"
    kind = message.media[0].content_type.partition("/")[0]
    return kind if kind in {"image", "audio", "video"} else "document"


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
    return form | (_channel(message) if is_whatsapp(message.to) else _receipt(message))


def _receipt(message: Message) -> dict[str, str]:
    """Give what the carrier said, if it said anything."""
    if message.status not in {"delivered", "undelivered"}:
        return {}
    return {"RawDlrDoneDate": message.updated.strftime("%y%m%d%H%M")}


def _channel(message: Message) -> dict[str, str]:
    """Give what comes with WhatsApp's receipts."""
    form = {"ChannelPrefix": "whatsapp", "ChannelToAddress": number_of(message.to)}
    if message.status in {"delivered", "read"}:
        form["EventType"] = message.status.upper()
    if message.error_message:
        form["ChannelStatusMessage"] = message.error_message
    return form
