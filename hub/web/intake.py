"""What a channel says as events of ours. Pure but for the clock, which orders the history."""

from collections.abc import Callable, Mapping, Sequence

import structlog

from hub.channel import ChannelEvent, DeliveryReport, InboundMessage
from hub.events import DeliveryReported, Event, InteractionReceived, first
from hub.metrics import WEBHOOKS
from hub.model import AccountId, Channel, Clock, ContactPoint, address_of, derived_id

log = structlog.get_logger(__name__)


class Intake:
    """Makes the events of one adapter's accounts. The same report of a provider gives the same id, on every retry."""

    def __init__(self, adapter: str, channel: Channel, clock: Clock, *, is_ours: Callable[[str], bool]) -> None:
        self.adapter, self.channel, self._clock, self._is_ours = adapter, channel, clock, is_ours
        self.source = "/channels/" + adapter

    def events(self, account: AccountId, said: Sequence[ChannelEvent]) -> list[Event]:
        """One event for each thing said that we have an event for; the others are named in the log."""
        events: list[Event] = []
        for one in said:
            if isinstance(one, InboundMessage):
                events.append(self._received(account, one))
            elif not isinstance(one, DeliveryReport):
                log.error("channel_event_unhandled", adapter=self.adapter, account=account, kind=type(one).__name__)
            elif (reported := self._reported(account, one)) is not None:
                events.append(reported)
        return events

    def _received(self, account: AccountId, message: InboundMessage) -> Event:
        now = self._clock.now()
        point = message.contact_point
        if self._is_ours(point):  # one of our numbers wrote to another: recorded, and never anybody's identity
            point = ContactPoint(f"ext:sender:{address_of(point)}")
        data = InteractionReceived(
            account=account,
            channel=message.channel or self.channel,
            contact_point=point,
            our_address=message.our_address,
            provider_id=message.provider_id,
            accepted_at=now,
            text=message.text,
            media=message.media,
            provider_time=message.provider_time,
            opt_out=message.opt_out,
            raw=_plain(message.raw),
        )
        id_ = derived_id(self.adapter, account, message.provider_id)
        return first(id_, data, source=self.source, subject=point, time=now, partitionkey=point)

    def _reported(self, account: AccountId, report: DeliveryReport) -> Event | None:
        if report.status is None:
            # A word we do not know must not move a delivery: UNKNOWN would override queued and sending.
            WEBHOOKS.labels(self.adapter, "unknown_status").inc()
            word, provider_id = report.provider_status[:40], report.provider_id
            log.warning("delivery_status_unknown", adapter=self.adapter, account=account, word=word, sid=provider_id)
            return None
        now = self._clock.now()
        data = DeliveryReported(
            account=account,
            provider_id=report.provider_id,
            status=report.status,
            reported_at=now,
            message_id=report.message_id,
            provider_status=report.provider_status,
            code=report.code,
            reason=report.reason,
            raw=_plain(report.raw),
        )
        about = str(report.message_id or report.provider_id)
        id_ = derived_id(self.adapter, account, report.provider_id, report.provider_status, report.message_id)
        return first(id_, data, source=self.source, subject=about, time=now, partitionkey=about)


def _plain(raw: Mapping[str, str]) -> dict[str, str]:
    return raw if isinstance(raw, dict) else dict(raw)
