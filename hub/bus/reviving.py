"""A dead event handed to its worker once more, as a person has decided."""

from collections.abc import Iterable, Sequence
from typing import Protocol

from hub.bus.store import DeadEvent
from hub.errors import EventInvalid
from hub.events import Event, decode


class Hands(Protocol):
    """What of a bus it takes."""

    async def publish_to(self, worker: str, events: Sequence[Event]) -> None:
        """Publish to one worker alone."""


async def hand_over(bus: Hands, workers: Iterable[str], one: DeadEvent | None) -> str | None:
    """Publish it to its worker; what hinders that, if anything does.

    Before it is settled, so that a crash between repeats it, which is handled once.
    """
    if one is None or one.state != "dead":
        return "is not among the dead (any more)."
    if one.worker not in set(workers):
        return f"no worker is called {one.worker} in this version."
    try:
        await bus.publish_to(one.worker, [decode(one.body)])
    except EventInvalid as error:
        return f"this version cannot read it ({error}); another may, or drop it."
    return None
