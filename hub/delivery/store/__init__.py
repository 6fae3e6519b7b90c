"""SQL of delivery. Only this package writes deliveries, attempts, receipts, provider blocks and what windows need."""

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
from hub.delivery.store.books import passed, statuses
from hub.delivery.store.moving import Moved
from hub.delivery.store.queue import (
    CLOCKS_APART,
    FRONT,
    Place,
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
from hub.delivery.store.templates import keep_templates, templates, templates_seen
from hub.delivery.store.windows import heard, heard_at, note_heard

__all__ = [
    "CLOCKS_APART",
    "FRONT",
    "Moved",
    "Place",
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
    "heard",
    "heard_at",
    "in_flight_since",
    "keep_templates",
    "known_provider_ids",
    "look_again",
    "note_abandoned",
    "note_heard",
    "note_receipts",
    "open_since",
    "passed",
    "postpone",
    "queue",
    "settle",
    "statuses",
    "take_turn",
    "templates",
    "templates_seen",
    "unknowns",
    "without_receipt",
]
