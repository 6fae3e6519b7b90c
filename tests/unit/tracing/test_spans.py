"""Spans of one process: whose children they are, what they hold, and what happens without them."""

import asyncio
import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SimpleSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.sdk.trace.sampling import TraceIdRatioBased

from hub.bootstrap import build
from hub.errors import SettingsInvalid
from hub.events import DeliveryReported, Event, InteractionReceived, MessageSend, first
from hub.model import Channel, DeliveryStatus
from hub.settings import Settings
from hub.tracing import calling
from hub.tracing.context import first_span, parsed, written
from hub.tracing.export import _Patient
from hub.tracing.spans import Tracing

NOW = datetime(2026, 3, 1, tzinfo=UTC)
HERS, TEXT = "tel:+989121234567", "the-canary-text"
OUTSIDE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


class Seen(InMemorySpanExporter):
    def tracing(self, *, share: float = 1.0, trusting: bool = False) -> Tracing:
        return Tracing(SimpleSpanProcessor(self), service="peyvand-test", share=share, trusting=trusting)

    def named(self, name: str) -> list[ReadableSpan]:
        return [span for span in self.get_finished_spans() if span.name == name]

    def one(self, name: str) -> ReadableSpan:
        (span,) = self.named(name)
        return span


class Bus:
    def __init__(self) -> None:
        self.published: list[Event] = []

    async def publish(self, events: Sequence[Event]) -> None:
        self.published += events

    def ring(self, events: Sequence[Event]) -> None:
        self.published += events


class Follows:
    """Answers each event with a bell for the message of its id."""

    def __init__(self, error: BaseException | None = None) -> None:
        self.error = error

    async def handle(self, events: Sequence[Event]) -> Sequence[Event]:
        await asyncio.sleep(0)
        if self.error is not None:
            raise self.error
        said = MessageSend(message_id=events[0].id, contact_point=HERS)
        return [event.follow("send", said, subject="x", partitionkey=HERS, source="/w") for event in events]

    async def tick(self) -> Sequence[Event]:
        return ()


@pytest.fixture
def seen() -> Seen:
    return Seen()


def received(traceparent: str | None = None) -> Event:
    data = InteractionReceived(
        account="a/b", channel=Channel.SMS, contact_point=HERS, our_address="+98", provider_id="p", accepted_at=NOW,
        text=TEXT, raw={"Body": TEXT},
    )  # fmt: skip
    event = first(uuid4(), data, source="/channels/x", subject=HERS, time=NOW, partitionkey=HERS)
    return Event(**{name: getattr(event, name) for name in event.__struct_fields__} | {"traceparent": traceparent})


def reported(message: UUID | None) -> Event:
    data = DeliveryReported(
        account="a/b", provider_id="p", status=DeliveryStatus.DELIVERED, reported_at=NOW, message_id=message
    )
    return first(uuid4(), data, source="/channels/x", subject="p", time=NOW, partitionkey="p")


async def taken(
    tracing: Tracing, *events: Event, traceparent: str | None = None, name: str = "POST /in"
) -> list[Event]:
    bus = Bus()
    with tracing.request(name, traceparent, always=False) as request:
        await tracing.publisher(bus).publish(events)
        request.status = 200
    return bus.published


def parent_of(span: ReadableSpan) -> int | None:
    return span.parent.span_id if span.parent is not None else None


def ids(span: ReadableSpan) -> tuple[int, int]:
    assert span.context is not None
    return span.context.trace_id, span.context.span_id


async def test_what_follows_continues_the_trace_of_the_request(seen: Seen) -> None:
    tracing = seen.tracing()
    (event,) = await taken(tracing, received())
    (bell,) = await tracing.handler("record", Follows()).handle([event])
    await tracing.handler("send", Follows()).handle([bell])
    request, record, send = (seen.one(name) for name in ("POST /in", "record", "send"))
    assert event.traceparent is not None
    assert parsed(event.traceparent) is not None
    assert len({ids(span)[0] for span in (request, record, send)}) == 1
    assert [parent_of(span) for span in (request, record, send)] == [None, ids(request)[1], ids(record)[1]]
    assert record.attributes is not None
    assert record.attributes["peyvand.event"] == str(event.id)
    assert record.resource.attributes["service.name"] == "peyvand-test"


async def test_a_report_stands_in_the_trace_of_its_message_and_a_retry_in_that_of_the_first(seen: Seen) -> None:
    tracing, elsewhere = seen.tracing(), seen.tracing()
    event = received()
    await taken(tracing, event)
    await taken(elsewhere, event, name="retry")
    await taken(elsewhere, reported(event.id), name="report")
    await taken(elsewhere, reported(None), name="of another")
    first_one, report = seen.one("POST /in"), seen.one("report")
    assert ids(seen.one("retry"))[0] == ids(report)[0] == ids(first_one)[0] != ids(seen.one("of another"))[0]
    assert parent_of(report) == ids(first_one)[1]


async def test_a_callers_traceparent_is_continued_only_if_it_is_trusted(seen: Seen) -> None:
    await taken(seen.tracing(), received(), traceparent=OUTSIDE, name="not")
    await taken(seen.tracing(trusting=True), received(), traceparent=OUTSIDE, name="trusted")
    await taken(seen.tracing(trusting=True), received(), traceparent="00-" + "0" * 32, name="garbage")
    assert seen.one("not").parent is None
    assert ids(seen.one("trusted"))[0] == 0x4BF92F3577B34DA6A3CE929D0E0E4736
    assert parent_of(seen.one("trusted")) == 0x00F067AA0BA902B7
    assert seen.one("garbage").parent is None


async def test_a_provider_call_is_below_the_bell_or_where_the_message_began(seen: Seen) -> None:
    tracing = seen.tracing()
    (event,) = await taken(tracing, received())
    (bell,) = await tracing.handler("record", Follows()).handle([event])

    class Sends:
        async def handle(self, _: Sequence[Event]) -> Sequence[Event]:
            async def work_off() -> None:
                with calling(tracing, event.id, "a/b"):
                    pass

            await asyncio.create_task(work_off())
            return ()

    await tracing.handler("send", Sends()).handle([bell])
    assert parent_of(seen.one("provider.send")) == ids(seen.one("send"))[1]
    seen.clear()
    await Sends().handle(())  # rung for by time: the bell is in no trace
    call = seen.one("provider.send")
    assert ids(call)[0] == first_span(event.id, TraceIdRatioBased(1)).trace_id
    assert parent_of(call) == first_span(event.id, TraceIdRatioBased(1)).span_id


async def test_nothing_of_a_message_is_in_a_span_also_if_it_fails(seen: Seen) -> None:
    tracing = seen.tracing()
    (event,) = await taken(tracing, received())
    with pytest.raises(RuntimeError):
        await tracing.handler("record", Follows(RuntimeError(TEXT + HERS))).handle([event])
    with pytest.raises(RuntimeError), tracing.call(event.id, "a/b"):
        raise RuntimeError(TEXT + HERS)
    with pytest.raises(RuntimeError), tracing.request("GET /x", TEXT, always=True):
        raise RuntimeError(TEXT + HERS)
    spans = seen.get_finished_spans()
    assert [span.name for span in spans] == ["POST /in", "record", "provider.send", "GET /x"]
    assert [span.status.is_ok for span in spans] == [True, False, False, False]
    told = "".join(span.to_json() for span in spans)
    assert "canary" not in told
    assert "98912" not in told


async def test_a_share_is_of_whole_traces(seen: Seen) -> None:
    tracing, elsewhere = seen.tracing(share=0.5), seen.tracing(share=0.5)
    events = [event for _ in range(400) for event in await taken(tracing, received())]
    kept = {event.id for event in events if (event.traceparent or "").endswith("-01")}
    assert 130 < len(kept) < 270
    assert len(seen.named("POST /in")) == len(kept)
    for event in events:
        await elsewhere.handler("record", Follows()).handle([event])
        with elsewhere.call(event.id, "a/b"):
            pass
        await taken(elsewhere, reported(event.id), name="report")
    for name in ("record", "provider.send", "report"):
        assert len(seen.named(name)) == len(kept)


async def test_a_batch_gives_a_span_to_each_event_of_a_trace_and_to_no_other(seen: Seen) -> None:
    tracing = seen.tracing()
    begun = [event for _ in range(3) for event in await taken(tracing, received())]
    batch = [*begun, begun[0], received(), received("not a traceparent"), received(OUTSIDE[:-1] + "0")]
    follow = await tracing.handler("record", Follows()).handle(batch)
    assert len(seen.named("record")) == 3
    assert [event.traceparent for event in follow[4:]] == [event.traceparent for event in batch[4:]]
    assert len({event.traceparent for event in follow[:3]}) == 3
    assert hasattr(tracing.handler("record", Follows()), "tick")


async def test_a_request_that_publishes_nothing_has_a_span_only_if_wanted(seen: Seen) -> None:
    tracing = seen.tracing()
    for always in (False, True):
        with tracing.request(f"GET {always}", None, always=always) as request:
            request.status = 404
    assert [span.name for span in seen.get_finished_spans()] == ["GET True"]


async def test_beyond_a_request_events_stay_as_they_are() -> None:
    bus, event = Bus(), received()
    await Seen().tracing().publisher(bus).publish([event])
    assert bus.published == [event]


@given(st.text() | st.from_regex(r"\A[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}(-.*)?\Z"))
def test_a_traceparent_is_read_as_it_is_written_or_not_at_all(text: str) -> None:
    context = parsed(text)
    if context is not None:
        assert written(context)[3:52] == text[3:52]
        assert parsed(written(context)) == context


@pytest.mark.parametrize(
    "text", ["ff" + OUTSIDE[2:], "00-" + "0" * 32 + OUTSIDE[35:], OUTSIDE.upper(), OUTSIDE + "x", ""]
)
def test_a_malformed_traceparent_is_none(text: str) -> None:
    assert parsed(text) is None


def test_a_collector_that_is_away_is_not_waited_for_at_the_end() -> None:
    class Away(SpanExporter):
        asked = 0

        def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:  # noqa: ARG002 - it takes none
            self.asked += 1
            return SpanExportResult.FAILURE

    away = Away()
    patient = _Patient(away)
    patient.export([])
    patient.leave_at = 0.0
    for _ in range(10):
        assert patient.export([]) is SpanExportResult.FAILURE
    assert away.asked == 1


def test_off_is_off() -> None:
    code = (
        "import sys; sys.modules['opentelemetry'] = None\n"  # as if it were not installed
        "import hub.cli, hub.bootstrap, hub.web.app, workers, hub.tracing"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=60).returncode == 0
    with calling(None, uuid4(), "a/b"):
        pass


async def test_wanted_and_not_installed_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "hub.tracing.export", None)
    with pytest.raises(SettingsInvalid, match=r"HUB_OTLP_ENDPOINT: .*pip install .*locks/tracing.txt"):
        async with build(Settings(otlp_endpoint="http://127.0.0.1:4318"), ()):
            pass
