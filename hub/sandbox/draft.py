"""Checking a request to create a message, in Twilio's order and with Twilio's errors. Pure.

Source: https://www.twilio.com/docs/messaging/api/message-resource, "Create a Message". Fields that change nothing here
(ValidityPeriod, ProvideFeedback, MaxPrice, SmartEncoded, …) are taken and ignored.
"""

import re
from collections.abc import Sequence
from urllib.parse import urlsplit

from multidict import MultiMapping

from hub.sandbox.model import Account, Draft, is_e164, is_sender
from hub.sandbox.opt_out import OptOuts
from hub.sandbox.refusals import Reason, TwilioRefusal

MAX_BODY = 1600
_SERVICE = re.compile(r"MG[0-9a-fA-F]{32}")


def check_draft(account: Account, form: MultiMapping[str], opt_outs: OptOuts) -> Draft:
    """Give the message the form asks for. Raises TwilioRefusal."""
    service = form.get("MessagingServiceSid") or None
    draft = Draft(
        account,
        _sender(account, form.get("From", ""), service),
        form.get("To", ""),
        form.get("Body", ""),
        messaging_service_sid=service,
        status_callback=form.get("StatusCallback") or None,
        media_urls=tuple(form.getall("MediaUrl", [])),
    )
    _check_recipient(draft)
    _check_content(draft)
    if (draft.from_, draft.to) in opt_outs:
        raise TwilioRefusal(Reason.OPTED_OUT)
    return draft


def _sender(account: Account, sender: str, service: str | None) -> str:
    if service is not None and _SERVICE.fullmatch(service) is None:
        raise TwilioRefusal(Reason.UNKNOWN_SERVICE)
    if not sender and service is not None:
        return _first(account.numbers)
    if not sender:
        raise TwilioRefusal(Reason.FROM_REQUIRED)
    if not is_sender(sender):
        raise TwilioRefusal(Reason.INVALID_FROM, sender=sender)
    if sender not in account.numbers:
        raise TwilioRefusal(Reason.FROM_NOT_OURS, sender=sender)
    return sender


def _first(numbers: Sequence[str]) -> str:
    if not numbers:
        raise TwilioRefusal(Reason.FROM_REQUIRED)
    return numbers[0]


def _check_recipient(draft: Draft) -> None:
    if not draft.to:
        raise TwilioRefusal(Reason.TO_REQUIRED)
    if not is_e164(draft.to):
        raise TwilioRefusal(Reason.INVALID_TO, to=draft.to)
    if draft.to == draft.from_:
        raise TwilioRefusal(Reason.SAME_NUMBER, to=draft.to)


def _check_content(draft: Draft) -> None:
    if not draft.body and not draft.media_urls:
        raise TwilioRefusal(Reason.BODY_REQUIRED)
    if len(draft.body) > MAX_BODY:
        raise TwilioRefusal(Reason.BODY_TOO_LONG)
    callback = draft.status_callback
    if callback is not None and not _is_web_address(callback):
        raise TwilioRefusal(Reason.INVALID_CALLBACK, url=callback)


def _is_web_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname)
