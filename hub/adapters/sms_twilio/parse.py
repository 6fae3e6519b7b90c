"""What a webhook of Twilio says. Pure and total.

Sources: https://www.twilio.com/docs/messaging/guides/webhook-request and
https://www.twilio.com/docs/messaging/guides/track-outbound-message-status.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from itertools import count
from typing import Literal
from urllib.parse import parse_qs
from uuid import UUID

from hub.adapters.sms_twilio.addresses import read_pair
from hub.adapters.sms_twilio.form import fields
from hub.adapters.sms_twilio.words import STATUSES, reason_of
from hub.channel import DeliveryReport, InboundMessage, WebhookRequest
from hub.events import Media
from hub.model import WHATSAPP, sender_address

_OPT_OUTS: dict[str, Literal["STOP", "START", "HELP"]] = {"STOP": "STOP", "START": "START", "HELP": "HELP"}


def is_status(url: str) -> bool:
    """Whether the webhook is ``…/status``, and so about a message of ours."""
    return url.partition("#")[0].partition("?")[0].endswith("/status")


def read_inbound(body: bytes) -> InboundMessage | None:
    """The message a form holds, its parts already joined by Twilio; ``None`` if it lacks id, sender or recipient."""
    form = fields(body)
    sid, sender, ours = form.get("MessageSid"), form.get("From"), form.get("To")
    if not sid or not sender or not ours:
        return None
    pair = read_pair(sender, ours)
    return InboundMessage(
        provider_id=sid,
        contact_point=pair.hers,
        our_address=pair.ours,
        channel=pair.channel,
        text=form.get("Body", ""),
        raw=form,
        media=_media(form),
        opt_out=_OPT_OUTS.get(form.get("OptOutType", "")),
    )


def read_report(request: WebhookRequest) -> DeliveryReport | None:
    """The status a form holds; ``None`` if it lacks id or status. Our own id is in the URL we gave with the message."""
    form = fields(request.body)
    sid, word, to = form.get("MessageSid"), form.get("MessageStatus"), form.get("To")
    if not sid or not word:
        return None
    return DeliveryReport(
        provider_id=sid,
        status=STATUSES.get(word),
        provider_status=word,
        raw=form,
        message_id=_message_id(request.url),
        code=form.get("ErrorCode") or None,
        reason=reason_of(form.get("ErrorCode") or None),
        contact_point=sender_address(to.removeprefix(WHATSAPP)) if to else None,
        provider_time=_done_date(form.get("RawDlrDoneDate", "")),
    )


def _media(form: Mapping[str, str]) -> tuple[Media, ...]:
    if form.get("NumMedia", "0") == "0":
        return ()
    found: list[Media] = []
    for number in count():
        url = form.get(f"MediaUrl{number}")
        if not url:
            break
        found.append(Media(url, form.get(f"MediaContentType{number}") or "application/octet-stream"))
    return tuple(found)


def _message_id(url: str) -> UUID | None:
    query = url.partition("#")[0].partition("?")[2]
    try:
        return UUID(parse_qs(query)["message"][0])
    except (KeyError, ValueError):
        return None


def _done_date(text: str) -> datetime | None:
    """``YYMMDDhhmm`` as the carrier gave it; Twilio names no zone, so it is read as UTC."""
    try:
        return datetime.strptime(text, "%y%m%d%H%M").replace(tzinfo=UTC)
    except ValueError:
        return None
