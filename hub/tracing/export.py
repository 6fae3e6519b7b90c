"""Spans on their way to a collector: in the background, in batches, and given up rather than waited for."""

import asyncio
import logging
import time
from collections.abc import Sequence
from urllib.parse import urlsplit

import structlog
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult

log = structlog.get_logger(__name__)

KEPT = 8192
"""Spans that wait for the collector; beyond that the oldest are dropped."""
TIMEOUT = 2.0
LEAVE = 1.0
"""Seconds at the end of the process in which another batch is begun."""
_SAY_EVERY = 60.0


class Export:
    """Sends what ends to ``endpoint`` by OTLP over HTTP; without a path that is ``/v1/traces``."""

    def __init__(self, endpoint: str) -> None:
        logging.getLogger("opentelemetry").setLevel(logging.CRITICAL)  # we say once that the collector is away
        whole = endpoint if urlsplit(endpoint).path.strip("/") else endpoint.rstrip("/") + "/v1/traces"
        self._exporter = _Patient(OTLPSpanExporter(endpoint=whole, timeout=TIMEOUT))
        self.processor = BatchSpanProcessor(self._exporter, max_queue_size=KEPT, schedule_delay_millis=1000)

    async def aclose(self) -> None:
        """Send what is left, for at most a few seconds."""
        self._exporter.leave_at = time.monotonic() + LEAVE
        await asyncio.to_thread(self.processor.shutdown)


class _Patient(SpanExporter):
    """Says when the collector goes and is back, and does not stay for it at the end."""

    def __init__(self, exporter: SpanExporter) -> None:
        self._exporter = exporter
        self._lost, self._said = 0, 0.0
        self.leave_at: float | None = None

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """Runs in a thread of its own."""
        if self.leave_at is not None and (self._lost or time.monotonic() > self.leave_at):
            return SpanExportResult.FAILURE
        result = self._exporter.export(spans)
        if result is not SpanExportResult.SUCCESS:
            self._away(len(spans))
        elif self._lost:
            log.warning("tracing_back", spans_lost=self._lost)
            self._lost, self._said = 0, 0.0
        return result

    def shutdown(self) -> None:
        """Give back connections."""
        self._exporter.shutdown()

    def _away(self, spans: int) -> None:
        self._lost += spans
        if not self._said or time.monotonic() - self._said > _SAY_EVERY:
            self._said = time.monotonic()
            log.warning("tracing_away", spans_lost=self._lost)
