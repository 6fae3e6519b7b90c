"""Twilio's own lists: what it took from us for one number, what passed in a time, and templates.

Source: https://www.twilio.com/docs/messaging/api/message-resource, "Read multiple Message resources".
"""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from twilio.base.exceptions import TwilioException
from twilio.rest import Client

from hub.adapters.sms_twilio.addresses import read_pair, spell_pair
from hub.adapters.sms_twilio.templates import read_template
from hub.adapters.sms_twilio.words import STATUSES, reason_of
from hub.channel import DeliveryReport, InboundMessage, SentMessage, Template
from hub.errors import Unavailable
from hub.events import Media
from hub.model import ContactPoint, DeliveryStatus

_MARGIN = timedelta(minutes=5)  # Twilio's clock may differ from ours, and its list is to the second
_SECONDS = 30.0
_BOOK_SECONDS = 600.0
_PAGE = 1000
# What the package raises on JSON that is none, or not Twilio's.
GARBLED = (TwilioException, ValueError, TypeError, AttributeError, KeyError, RecursionError)


async def sent_to(client: Client, to: ContactPoint, *, our_address: str, since: datetime) -> Sequence[SentMessage]:
    """Newest first, back to ``since``. Asked without a date, since Twilio's date filter goes by day of sending."""
    horizon = since - _MARGIN
    hers, ours = spell_pair(to, our_address)
    found: list[SentMessage] = []
    try:
        async with asyncio.timeout(_SECONDS):
            async for record in await client.api.account.messages.stream_async(to=hers, from_=ours):
                if _last_touched(record) < horizon:
                    break
                found.append(_sent(record))
    except TimeoutError:
        raise Unavailable("Twilio's list of sent messages took too long.") from None
    except GARBLED:
        raise Unavailable("Twilio's list of sent messages cannot be read.") from None
    return found


async def booked(
    client: Client, api_url: str, *, since: datetime, until: datetime
) -> Sequence[InboundMessage | DeliveryReport]:
    """Everything that Twilio dates between these times. What it has not sent yet has no date, and is not there.

    Asked by whole days, since that is how Twilio documents its filter.
    """
    found: list[InboundMessage | DeliveryReport] = []
    first, last = _midnight(since), _midnight(until) + timedelta(days=1)
    try:
        async with asyncio.timeout(_BOOK_SECONDS):
            async for record in await client.api.account.messages.stream_async(
                date_sent_after=first, date_sent_before=last, page_size=_PAGE
            ):
                if record.date_sent is None or not since <= record.date_sent < until:
                    continue
                if record.direction == "inbound":
                    found.append(_inbound(record, await _media(record, api_url)))
                else:
                    found.append(_report(record))
    except TimeoutError:
        raise Unavailable("Twilio's list of messages took too long.") from None
    except GARBLED:
        raise Unavailable("Twilio's list of messages cannot be read.") from None
    return found


async def templates(client: Client) -> Sequence[Template]:
    """Those of Twilio's Content API that have a text of their own."""
    try:
        async with asyncio.timeout(_SECONDS):
            listed = [one async for one in await client.content.v1.content_and_approvals.stream_async()]
    except TimeoutError:
        raise Unavailable("Twilio's list of templates took too long.") from None
    except GARBLED:
        raise Unavailable("Twilio's list of templates cannot be read.") from None
    return [found for one in listed if (found := read_template(one)) is not None]


def _midnight(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def _last_touched(record: Any) -> datetime:
    # Whether the list goes by creation or by sending is not documented; the later of both is safe in either order.
    dates = [date for date in (record.date_created, record.date_sent) if date is not None]
    return max(dates, default=datetime.now(UTC))


def _sent(record: Any) -> SentMessage:
    pair = read_pair(record.to or "", record.from_ or "")
    return SentMessage(
        provider_id=record.sid,
        to=pair.hers,
        our_address=pair.ours,
        text=record.body or "",
        created_at=record.date_created or _last_touched(record),
        # It stands in Twilio's list, so Twilio took it, whatever the word.
        status=STATUSES.get(str(record.status), DeliveryStatus.ACCEPTED),
        code=_code(record),
    )


def _inbound(record: Any, media: Sequence[Media]) -> InboundMessage:
    pair = read_pair(record.from_ or "", record.to or "")
    return InboundMessage(
        provider_id=record.sid,
        contact_point=pair.hers,
        our_address=pair.ours,
        channel=pair.channel,
        text=(record.body or "").replace("\0", "\N{REPLACEMENT CHARACTER}"),
        raw={"MessageSid": record.sid, "From": record.from_ or "", "To": record.to or "", "Read": "from Twilio's list"},
        media=tuple(media),
        provider_time=record.date_sent,
    )


async def _media(record: Any, api_url: str) -> Sequence[Media]:
    if not int(record.num_media or 0):
        return ()
    listed = await record.media.list_async()
    return [
        Media(api_url + one.uri.removesuffix(".json"), one.content_type or "application/octet-stream") for one in listed
    ]


def _report(record: Any) -> DeliveryReport:
    code = _code(record)
    return DeliveryReport(
        provider_id=record.sid,
        status=STATUSES.get(str(record.status)),
        provider_status=str(record.status),
        raw={"MessageSid": record.sid, "MessageStatus": str(record.status), "Read": "from Twilio's list"},
        code=code,
        reason=reason_of(code),
        contact_point=read_pair(record.to or "", record.from_ or "").hers,
        provider_time=record.date_sent,
    )


def _code(record: Any) -> str | None:
    return None if record.error_code is None else str(record.error_code)
