"""Whether a process lives and can take in."""

from typing import Literal

from hub.web.shapes.common import Shape


class Alive(Shape, frozen=True, kw_only=True):
    """The process answers."""

    status: Literal["alive"] = "alive"


class Broker(Shape, frozen=True, kw_only=True):
    """The broker as this process sees it."""

    ready: bool
    reason: str


class SpoolState(Shape, frozen=True, kw_only=True):
    """The spool on this process's disk."""

    writable: bool
    events: int


class Ready(Shape, frozen=True, kw_only=True):
    """Whether this process can take in, and by what."""

    ready: bool
    takes_in_by: Literal["broker", "spool"] | None
    broker: Broker
    spool: SpoolState | None


ALIVE = Alive()
READY = Ready(
    ready=True,
    takes_in_by="broker",
    broker=Broker(ready=True, reason=""),
    spool=SpoolState(writable=True, events=0),
)
NOT_READY = Ready(
    ready=False,
    takes_in_by=None,
    broker=Broker(ready=False, reason="no connection to RabbitMQ"),
    spool=SpoolState(writable=False, events=0),
)
