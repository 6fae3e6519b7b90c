"""The ladder of delivery: receipts come late, twice and out of order, so a status only climbs. Pure."""

from hub.model import DeliveryStatus

RANK = {
    DeliveryStatus.QUEUED: 0,
    DeliveryStatus.SENDING: 10,
    DeliveryStatus.UNKNOWN: 15,
    DeliveryStatus.ACCEPTED: 20,
    DeliveryStatus.SENT: 30,
    DeliveryStatus.DELIVERED: 40,
    DeliveryStatus.UNDELIVERED: 40,
    DeliveryStatus.FAILED: 40,
    DeliveryStatus.READ: 50,
}
"""Up to 15 a message may still be queued again; from 20 on the provider has it. Of equal ranks the first stays."""

FINAL = frozenset({DeliveryStatus.UNDELIVERED, DeliveryStatus.FAILED, DeliveryStatus.READ})


def climbs(current: DeliveryStatus, reported: DeliveryStatus) -> bool:
    """Whether ``reported`` takes the place of ``current``. What failed for good is never read."""
    return current not in FINAL and RANK[reported] > RANK[current]
