"""A publisher that keeps what it is given, and can be away."""

import asyncio
from collections.abc import Sequence

from hub.errors import BrokerAway
from hub.events import Event


class KeptEvents:
    """``taken`` is in order. While ``away`` it refuses; while ``hanging`` it answers nothing, as during an alarm."""

    def __init__(self) -> None:
        self.taken: list[Event] = []
        self.rung: list[Event] = []
        self.away = False
        self.hanging = False

    async def publish(self, events: Sequence[Event]) -> None:
        """Keep them, or raise ``BrokerAway``."""
        if self.hanging:
            await asyncio.Event().wait()
        if self.away:
            raise BrokerAway("away for this test")
        self.taken.extend(events)

    def ring(self, events: Sequence[Event]) -> None:
        """Keep them apart, unless away."""
        if not self.away:
            self.rung.extend(events)

    def accepting(self) -> bool:
        """Whether it is there."""
        return not self.away
