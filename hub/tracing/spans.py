"""The spans there are: a request taken in, an event in a worker, a call to a provider.

They hold ids and fixed words alone (promise 11): never a text, a number, a header, a path or an error's own words.
"""

import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

import msgspec
from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.sampling import ParentBased, TraceIdRatioBased
from opentelemetry.trace import Span, SpanContext, SpanKind, Status, StatusCode

from hub.events import DeliveryReported, Event, MessageSend
from hub.tracing.context import Ids, first_span, parsed, written


class Publisher(Protocol):
    """What ``Tracing.publisher`` stands before."""

    async def publish(self, events: Sequence[Event]) -> None:
        """Return once all are durable."""

    def ring(self, events: Sequence[Event]) -> None:
        """Publish without a promise."""


class Handler(Protocol):
    """What ``Tracing.handler`` stands before."""

    async def handle(self, events: Sequence[Event]) -> Sequence[Event]:
        """Commit, and return what follows."""


@dataclass(slots=True)
class Request:
    """A request under way. Its span is made when something is published, for only then it is known what it is about."""

    name: str
    began: int
    incoming: SpanContext | None
    span: Span | None = None
    status: int = 0


_request: ContextVar[Request | None] = ContextVar("request", default=None)
_messages: ContextVar[Mapping[UUID, Span]] = ContextVar("messages", default={})  # noqa: B039 - it is only read
"""The spans of the batch in hand, by the message each is a bell for."""


class Tracing:
    """One process's. ``share`` of all traces is kept, 0 to 1; ``trusting``: a caller's ``traceparent`` is continued."""

    def __init__(self, processor: SpanProcessor, *, service: str, share: float = 1.0, trusting: bool = False) -> None:
        self._sampler, self._ids, self._trusting = TraceIdRatioBased(share), Ids(), trusting
        provider = TracerProvider(
            sampler=ParentBased(self._sampler),
            resource=Resource.create({"service.name": service}),
            id_generator=self._ids,
            shutdown_on_exit=False,
        )
        provider.add_span_processor(processor)
        self._tracer = provider.get_tracer("peyvand")

    @contextmanager
    def request(self, name: str, traceparent: str | None, *, always: bool) -> Iterator[Request]:
        """Around one request; ``always``: it has a span also if nothing is published in it."""
        one = Request(name, time.time_ns(), parsed(traceparent) if self._trusting else None)
        token = _request.set(one)
        try:
            yield one
        finally:
            _request.reset(token)
            if one.span is None and always:
                one.span = self._begin(one, None)
            if one.span is not None:
                one.span.set_attribute("http.response.status_code", one.status or 500)
                if not one.status or one.status >= 500:
                    one.span.set_status(Status(StatusCode.ERROR))
                one.span.end()

    def publisher(self, publisher: Publisher) -> "TracedPublisher":
        """It, with each first event in the trace of its request."""
        return TracedPublisher(self, publisher)

    def handler(self, worker: str, handler: Handler) -> "TracedHandler":
        """It, with a span for each event of a trace."""
        return TracedHandler(self, worker, handler)

    def stamped(self, events: Sequence[Event]) -> Sequence[Event]:
        """The events with the ``traceparent`` of the request that publishes them, if one does."""
        request = _request.get()
        if request is None or not events:
            return events
        if request.span is None:
            request.span = self._begin(request, events[0])
        return [_under(request.span, event) if event.traceparent is None else event for event in events]

    @contextmanager
    def call(self, message_id: UUID, account: str) -> Iterator[None]:
        """A provider's call, below the bell that led to it, or where the message's trace begins."""
        bell = _messages.get().get(message_id)
        parent = first_span(message_id, self._sampler) if bell is None else bell.get_span_context()
        said = {"peyvand.message": str(message_id), "peyvand.account": account}
        span = self._tracer.start_span("provider.send", _below(parent), SpanKind.CLIENT, said)
        with ended([span]):
            yield

    def received(self, event: Event, worker: str, of: int) -> Span | None:
        """A span for an event in a batch ``of`` so many; None if its trace is not kept, or it is in none."""
        parent = parsed(event.traceparent)
        if parent is None or not parent.trace_flags.sampled:
            return None
        said: dict[str, Any] = {"messaging.batch.message_count": of, **_said(event)}
        return self._tracer.start_span(worker, _below(parent), SpanKind.CONSUMER, said)

    def _begin(self, request: Request, event: Event | None) -> Span:
        said: dict[str, Any] = {"http.route": request.name, **({} if event is None else _said(event))}
        parent = request.incoming
        if parent is None and event is not None and (message := _reported(event)) is not None:
            parent = first_span(message, self._sampler)
        self._ids.about = event.correlationid if event is not None and parent is None else None
        try:
            context = Context() if parent is None else _below(parent)
            return self._tracer.start_span(request.name, context, SpanKind.SERVER, said, start_time=request.began)
        finally:
            self._ids.about = None


class TracedPublisher:
    """``behind`` is the publisher that does the work."""

    def __init__(self, tracing: Tracing, behind: Publisher) -> None:
        self._tracing, self.behind = tracing, behind

    async def publish(self, events: Sequence[Event]) -> None:
        """Return once all are durable."""
        await self.behind.publish(self._tracing.stamped(events))

    def ring(self, events: Sequence[Event]) -> None:
        """Publish without a promise."""
        self.behind.ring(self._tracing.stamped(events))


class TracedHandler:
    """A worker's handler. What follows from an event continues its span; a tick is handed on as it is."""

    def __init__(self, tracing: Tracing, worker: str, handler: Handler) -> None:
        self._tracing, self._worker, self._handler = tracing, worker, handler

    def __getattr__(self, name: str) -> Any:
        return getattr(self._handler, name)

    async def handle(self, events: Sequence[Event]) -> Sequence[Event]:
        """As the handler does."""
        spans: dict[UUID, Span] = {}
        for event in events:
            if event.id not in spans and (span := self._tracing.received(event, self._worker, len(events))):
                spans[event.id] = span
        if not spans:
            return await self._handler.handle(events)
        bells = {e.data.message_id: spans[e.id] for e in events if isinstance(e.data, MessageSend) and e.id in spans}
        token = _messages.set(bells)
        try:
            with ended(spans.values()):
                follow = await self._handler.handle(events)
        finally:
            _messages.reset(token)
        return [_under(spans.get(event.causationid), event) if event.causationid else event for event in follow]


@contextmanager
def ended(spans: Collection[Span]) -> Iterator[None]:
    """End them all; of an error only its kind is told."""
    try:
        yield
    except BaseException as error:
        for span in spans:
            span.set_status(Status(StatusCode.ERROR, type(error).__name__))
        raise
    finally:
        for span in spans:
            span.end()


def _under(span: Span | None, event: Event) -> Event:
    if span is None:
        return event
    return msgspec.structs.replace(event, traceparent=written(span.get_span_context()))


def _below(parent: SpanContext) -> Context:
    return trace.set_span_in_context(trace.NonRecordingSpan(parent), Context())


def _reported(event: Event) -> UUID | None:
    return event.data.message_id if isinstance(event.data, DeliveryReported) else None


def _said(event: Event) -> dict[str, str]:
    return {
        "peyvand.event": str(event.id),
        "peyvand.type": event.type,
        "peyvand.correlation": str(event.correlationid),
    }
