"""SQL of delivery. Only this package writes deliveries, attempts, receipts and provider blocks."""

from hub.delivery.store.attempts import (
    abandoned,
    absent,
    in_flight_since,
    look_again,
    note_abandoned,
    settle,
    unknowns,
)
from hub.delivery.store.blocks import Word, hear
from hub.delivery.store.moving import Moved
from hub.delivery.store.queue import (
    Queued,
    claim,
    due,
    fail,
    heads,
    open_since,
    postpone,
    queue,
    take_turn,
    without_receipt,
)
from hub.delivery.store.receipts import Receipt, note_receipts
from hub.delivery.store.sids import alone, known_provider_ids

__all__ = [
    "Moved",
    "Queued",
    "Receipt",
    "Word",
    "abandoned",
    "absent",
    "alone",
    "claim",
    "due",
    "fail",
    "heads",
    "hear",
    "in_flight_since",
    "known_provider_ids",
    "look_again",
    "note_abandoned",
    "note_receipts",
    "open_since",
    "postpone",
    "queue",
    "settle",
    "take_turn",
    "unknowns",
    "without_receipt",
]
