"""Whether a process lives and can take in; and how the whole hub fares."""

from typing import Annotated, Literal

import msgspec

from hub.web.shapes.common import AT, Shape, Time

State = Literal["ok", "warning", "failed"]


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


class Seen(Shape, frozen=True, kw_only=True):
    """One thing a check saw."""

    state: Literal["ok", "warning", "failed", "fact"]
    seen: str
    mend: Annotated[str | None, msgspec.Meta(description="What to do about it.")]


class Checked(Shape, frozen=True, kw_only=True):
    """One check: its worst finding is its state."""

    name: Annotated[str, msgspec.Meta(description="Such as `database`, `broker` or `providers`.")]
    state: State
    findings: tuple[Seen, ...]
    seconds: Annotated[float, msgspec.Meta(description="How long it took to look.")]


class HubHealth(Shape, frozen=True, kw_only=True):
    """How the hub fares, as `hub doctor` sees it; the worst check is its state."""

    state: State
    at: Time
    version: str
    checks: tuple[Checked, ...]


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

_FINE = Seen(state="ok", seen="Redis at redis.example.ir:6379/0", mend=None)
_WAITS = Seen(state="warning", seen="there is no agent yet", mend="`hub agents add NAME --team NAME` makes one")
HUB_HEALTH = HubHealth(
    state="warning",
    at=AT,
    version="0.2.0",
    checks=(
        Checked(name="redis", state="ok", findings=(_FINE,), seconds=0.004),
        Checked(name="people", state="warning", findings=(_WAITS,), seconds=0.002),
    ),
)
