"""What the bus tells whoever counts: bootstrap puts Prometheus behind it, tests put lists behind it."""

from collections.abc import Callable
from dataclasses import dataclass


def _ignore(*_: object) -> None:
    """Nobody counts."""


@dataclass(slots=True, kw_only=True)
class BusMetrics:
    """Callables, each called at most once per broker message or batch, never per event. Seconds are floats."""

    published: Callable[[str, int, float], None] = _ignore
    """``(lane, events, seconds)``: one broker message was confirmed."""
    publish_failed: Callable[[str, int], None] = _ignore
    """``(lane, events)``: not confirmed; it may have landed all the same."""
    bells_dropped: Callable[[int], None] = _ignore
    """``(events)``: rung while too many were waiting or the broker was away."""
    handled: Callable[[str, int, float], None] = _ignore
    """``(worker, events, seconds)``: one call of the handler that went well."""
    aged: Callable[[str, float], None] = _ignore
    """``(worker, seconds)``: how long ago the oldest event of a batch that is done now was made."""
    retried: Callable[[str], None] = _ignore
    """``(worker)``: a batch is kept because a dependency is away, or an event gets another try."""
    dead: Callable[[str], None] = _ignore
    """``(worker)``: an event went to ``dead_events``."""
    acked: Callable[[str, int], None] = _ignore
    """``(lane, broker messages)``."""
    spooled: Callable[[int], None] = _ignore
    """``(events)``: durable on the disk because the broker did not take them."""
