"""W3C Trace Context (https://www.w3.org/TR/trace-context/), and trace ids that follow from what a trace is about.

A trace's id follows from the id of the event that began it, or of the message a provider's report is about. So the
report, which comes to another process hours later and without a header, stands in the trace of its message, and a
provider's retry in the trace of the first try; nothing need be stored for it.
"""

import hashlib
import re
from uuid import UUID

from opentelemetry.sdk.trace.id_generator import RandomIdGenerator
from opentelemetry.sdk.trace.sampling import TraceIdRatioBased
from opentelemetry.trace import SpanContext, TraceFlags

_TRACEPARENT = re.compile(r"(?!ff)[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(?:-.*)?")


def parsed(traceparent: str | None) -> SpanContext | None:
    """The span a ``traceparent`` names; None if there is none or it is malformed (3.2.2.5: then it is ignored)."""
    found = _TRACEPARENT.fullmatch(traceparent) if traceparent else None
    if found is None:
        return None
    trace_id, span_id, flags = (int(part, 16) for part in found.groups())
    context = SpanContext(trace_id, span_id, is_remote=True, trace_flags=TraceFlags(flags & TraceFlags.SAMPLED))
    return context if context.is_valid else None


def written(context: SpanContext) -> str:
    """As a ``traceparent``."""
    return f"00-{context.trace_id:032x}-{context.span_id:016x}-{context.trace_flags & TraceFlags.SAMPLED:02x}"


def first_span(about: UUID, sampler: TraceIdRatioBased) -> SpanContext:
    """The span that begins the trace about this event or message, whether it has been made yet or not."""
    trace_id, span_id = _ids(about)
    sampled = trace_id & TraceIdRatioBased.TRACE_ID_LIMIT < sampler.bound
    flags = TraceFlags(TraceFlags.SAMPLED if sampled else TraceFlags.DEFAULT)
    return SpanContext(trace_id, span_id, is_remote=True, trace_flags=flags)


def _ids(about: UUID) -> tuple[int, int]:
    """Hashed: sampling looks at the last bits of a trace id, and a UUID's are not evenly spread."""
    both = hashlib.blake2b(about.bytes, digest_size=24, person=b"peyvand.trace").digest()
    return int.from_bytes(both[:16], "big") or 1, int.from_bytes(both[16:], "big") or 1


class Ids(RandomIdGenerator):
    """Random, but for the one span that ``about`` is set for. Used within one thread, without a pause in between."""

    about: UUID | None = None

    def generate_trace_id(self) -> int:
        """Of a new trace."""
        return super().generate_trace_id() if self.about is None else _ids(self.about)[0]

    def generate_span_id(self) -> int:
        """Of a new span."""
        return super().generate_span_id() if self.about is None else _ids(self.about)[1]

    def is_trace_id_random(self) -> bool:
        """Not as Trace Context, level 2, means it."""
        return False
