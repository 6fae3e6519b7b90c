"""track_deliveries: what providers report of our messages. Statuses only climb, in any order they come."""

from collections.abc import Sequence

from hub import metrics
from hub.bootstrap import Parts
from hub.delivery import store as deliveries
from hub.delivery.store import Receipt
from hub.events import DeliveryReported, Event
from hub.live import hints
from hub.worker import Worker


class TrackDeliveries:
    """Handles ``DeliveryReported``."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    async def handle(self, events: Sequence[Event]) -> Sequence[Event]:
        """Note every report, move what climbs, tell the desks."""
        receipts = [_receipt(event, event.data) for event in events if isinstance(event.data, DeliveryReported)]
        async with self._parts.store.transaction() as tx:
            moved = await deliveries.note_receipts(tx, receipts, now=self._parts.clock.now())
        for receipt in receipts:
            metrics.RECEIPTS.labels(receipt.status).inc()
        await self._parts.live.hint([hints.of_delivery(one) for one in moved])
        return ()


def _receipt(event: Event, data: DeliveryReported) -> Receipt:
    return Receipt(
        event_id=event.id,
        account=data.account,
        provider_id=data.provider_id,
        message_id=data.message_id,
        status=data.status,
        provider_status=data.provider_status,
        code=data.code,
        reason=data.reason,
        reported_at=data.reported_at,
        raw=data.raw,
    )


WORKER = Worker(name="track_deliveries", build=TrackDeliveries, takes=(DeliveryReported,))
