"""Checking a request to create a message, in Twilio's order and with Twilio's errors. Pure.

Source: https://www.twilio.com/docs/messaging/api/message-resource, "Create a Message". Fields that change nothing here
(ValidityPeriod, ProvideFeedback, MaxPrice, SmartEncoded, …) are taken and ignored.
"""

import re
from collections.abc import Sequence
from urllib.parse import urlsplit

from multidict import MultiMapping

from hub.sandbox.addresses import channel_of, is_person, is_sender, is_whatsapp
from hub.sandbox.model import Account, Draft
from hub.sandbox.opt_out import OptOuts
from hub.sandbox.refusals import Reason, TwilioRefusal
from hub.sandbox.templates import Template, find, read_variables

MAX_BODY = 1600
MAX_MEDIA = {"sms": 10, "whatsapp": 1}
"""Files in one message (https://www.twilio.com/docs/whatsapp/guidance-whatsapp-media-messages, error 21623)."""
_SERVICE = re.compile(r"MG[0-9a-fA-F]{32}")


def check_draft(
    account: Account, form: MultiMapping[str], opt_outs: OptOuts, templates: Sequence[Template] = ()
) -> Draft:
    """Give the message the form asks for. Raises TwilioRefusal."""
    service = form.get("MessagingServiceSid") or None
    template = _template(form, templates)
    to = form.get("To", "")
    draft = Draft(
        account,
        _sender(account, form.get("From", ""), service, channel_of(to)),
        to,
        form.get("Body", "") if template is None else template.render(read_variables(form.get("ContentVariables", ""))),
        messaging_service_sid=service,
        status_callback=form.get("StatusCallback") or None,
        # Of a template, the body and the files are its own.
        media_urls=tuple(form.getall("MediaUrl", [])) if template is None else (),
        content_sid=template.sid if template else None,
    )
    _check_recipient(draft)
    _check_content(draft)
    if (draft.from_, draft.to) in opt_outs:
        raise TwilioRefusal(Reason.OPTED_OUT)
    return draft


def _template(form: MultiMapping[str], templates: Sequence[Template]) -> Template | None:
    if sid := form.get("ContentSid"):
        return find(templates, sid)
    if form.get("ContentVariables"):
        raise TwilioRefusal(Reason.CONTENT_SID_REQUIRED)
    return None


def _sender(account: Account, sender: str, service: str | None, channel: str) -> str:
    if service is not None and _SERVICE.fullmatch(service) is None:
        raise TwilioRefusal(Reason.UNKNOWN_SERVICE)
    if not sender and service is not None:
        return _first([number for number in account.numbers if channel_of(number) == channel])
    if not sender:
        raise TwilioRefusal(Reason.FROM_REQUIRED)
    if not is_sender(sender):
        raise TwilioRefusal(Reason.INVALID_FROM, sender=sender)
    if sender not in account.numbers:
        reason = Reason.NO_WHATSAPP_SENDER if is_whatsapp(sender) else Reason.FROM_NOT_OURS
        raise TwilioRefusal(reason, sender=sender)
    return sender


def _first(numbers: Sequence[str]) -> str:
    if not numbers:
        raise TwilioRefusal(Reason.FROM_REQUIRED)
    return numbers[0]


def _check_recipient(draft: Draft) -> None:
    if not draft.to:
        raise TwilioRefusal(Reason.TO_REQUIRED)
    if not is_person(draft.to):
        raise TwilioRefusal(Reason.INVALID_TO, to=draft.to)
    if channel_of(draft.to) != channel_of(draft.from_):
        raise TwilioRefusal(Reason.OTHER_CHANNEL)
    if draft.to == draft.from_:
        reason = Reason.SAME_ON_CHANNEL if is_whatsapp(draft.to) else Reason.SAME_NUMBER
        raise TwilioRefusal(reason, to=draft.to)


def _check_content(draft: Draft) -> None:
    if not draft.body and not draft.media_urls:
        raise TwilioRefusal(Reason.BODY_REQUIRED)
    if len(draft.body) > MAX_BODY:
        raise TwilioRefusal(Reason.BODY_TOO_LONG)
    if len(draft.media_urls) > MAX_MEDIA[channel_of(draft.to)]:
        raise TwilioRefusal(Reason.TOO_MANY_MEDIA)
    if not all(map(_is_web_address, draft.media_urls)):
        raise TwilioRefusal(Reason.BAD_MEDIA_URL)
    callback = draft.status_callback
    if callback is not None and not _is_web_address(callback):
        raise TwilioRefusal(Reason.INVALID_CALLBACK, url=callback)


def _is_web_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname)
