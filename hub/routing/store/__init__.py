"""SQL of routing: the board's rows, the fence, and what a batch writes."""

from hub.routing.store.fence import (
    read_anew,
    take_fence,
)
from hub.routing.store.reading import (
    Recorded,
    Versions,
    alive,
    decided,
    decisions_of,
    due,
    further,
    last_assigned,
    missed,
    seats,
    some,
    teams,
    unrouted,
    versions,
)
from hub.routing.store.writing import (
    hands_over,
    write,
)

__all__ = [
    "Recorded",
    "Versions",
    "alive",
    "decided",
    "decisions_of",
    "due",
    "further",
    "hands_over",
    "last_assigned",
    "missed",
    "read_anew",
    "seats",
    "some",
    "take_fence",
    "teams",
    "unrouted",
    "versions",
    "write",
]
