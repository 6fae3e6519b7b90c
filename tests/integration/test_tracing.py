"""One trace over the real RabbitMQ: web and workers apart, and a collector of the test's own."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from hub.bootstrap import Parts, build, handler_of
from hub.settings import Settings, load
from hub.store import migrate
from hub.web.app import build_app
from tests.integration.web.conftest import HERS, OURS, PUBLIC, World, _people
from workers import WORKERS

CANARY = "canary-of-the-text"
DONE = Counter(record_interactions=2, route_conversations=3, send_messages=1, track_deliveries=2)
"""Spans of workers in the end; of routing also one for the taking over."""
ROUTE = "/api/v1/conversations/{id}/messages"


class Collector:
    """OTLP over HTTP; keeps the spans, each with the service it is of."""

    def __init__(self) -> None:
        self.spans: list[tuple[str, Span]] = []
        self.raw = b""

    async def take(self, request: web.Request) -> web.Response:
        self.raw += (body := await request.read())
        for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
            said = {one.key: one.value.string_value for one in resource.resource.attributes}
            self.spans += [(said["service.name"], span) for scope in resource.scope_spans for span in scope.spans]
        return web.Response(content_type="application/x-protobuf")

    def named(self, name: str, trace: bytes = b"") -> list[Span]:
        return [span for _, span in self.spans if span.name == name and span.trace_id.startswith(trace)]

    def of(self, trace: bytes) -> set[tuple[str, str]]:
        return {(service, span.name) for service, span in self.spans if span.trace_id == trace}


@pytest.fixture
async def collector() -> AsyncIterator[tuple[Collector, str]]:
    collecting, app = Collector(), web.Application()
    app.router.add_post("/v1/traces", collecting.take)
    async with TestServer(app) as server:
        yield collecting, str(server.make_url(""))


@pytest.fixture
async def settings(database: str, vhost: str, redis_url: str, bus_prefix: str, tmp_path: Path) -> Settings:
    await migrate.migrate(database)
    given = {
        "HUB_DATABASE_URL": database, "HUB_AMQP_URL": vhost, "HUB_REDIS_URL": redis_url, "HUB_PUBLIC_URL": PUBLIC,
        "HUB_BUS_PREFIX": bus_prefix.rstrip("."), "HUB_DATA_DIR": str(tmp_path), "HUB_SECRET_KEY": "c2VjcmV0" * 5,
    }  # fmt: skip
    return replace(load(given), adapters={"sms_fake": "tests.integration.web.fake_sms:create"})


@asynccontextmanager
async def working(settings: Settings) -> AsyncIterator[Parts]:
    """The workers, with a bus and tracing of their own: nothing but the services joins them to the web."""
    async with build(settings, WORKERS, command="hub work") as parts:
        await parts.bus.start()
        tasks = [asyncio.create_task(parts.bus.run(one, handler_of(one, parts))) for one in WORKERS]
        try:
            yield parts
        finally:
            await parts.bus.drain()
            await asyncio.wait(tasks)


@asynccontextmanager
async def hub(settings: Settings) -> AsyncIterator[World]:
    async with AsyncExitStack() as stack:
        parts = await stack.enter_async_context(build(settings, WORKERS, spool=True, command="hub serve"))
        people = await _people(parts)
        await parts.refresh_accounts()
        await parts.bus.start()
        await stack.enter_async_context(working(settings))
        app = build_app(parts)
        client: TestClient[Any, Any] = await stack.enter_async_context(TestClient(TestServer(app)))
        yield World(parts, client, app, *people)


async def until(there: Callable[[], object]) -> None:
    async with asyncio.timeout(60):
        while not there():
            await asyncio.sleep(0.05)


async def journey(world: World) -> str:
    """She writes, Mina answers, the provider reports: the id of Mina's message."""
    await world.text(text=CANARY)
    one = await world.conversation()
    path = f"/conversations/{one['id']}/messages"
    headers = {"traceparent": "00-" + "a" * 32 + "-" + "b" * 16 + "-01", "Idempotency-Key": "one"}
    async with asyncio.timeout(60):  # on a slow machine routing may need more time than a request waits
        while (response := await world.call("Mina", "POST", path, {"text": CANARY}, headers=headers)).status == 503:
            await asyncio.sleep(0.1)
    assert response.status in {201, 202}, await response.text()
    message = str((await response.json())["id"])
    for word in ("sent", "delivered"):
        said = {"kind": "report", "id": "x", "word": word, "message": message}
        assert (await world.webhook(said)).status == 200
    return message


async def test_what_came_of_one_message_is_one_trace_over_processes(
    settings: Settings, collector: tuple[Collector, str]
) -> None:
    collecting, url = collector
    async with hub(replace(settings, otlp_endpoint=url)) as world:
        await journey(world)
        await until(lambda: Counter(span.name for _, span in collecting.spans) >= DONE)
    (arrival,) = (span for span in collecting.named("POST /channels/{channel}/{provider}") if not span.parent_span_id)
    assert collecting.of(arrival.trace_id) == {
        ("peyvand-serve", "POST /channels/{channel}/{provider}"), ("peyvand-work", "record_interactions"),
        ("peyvand-work", "route_conversations"),
    }  # fmt: skip
    (record,) = collecting.named("record_interactions", arrival.trace_id)
    (route,) = collecting.named("route_conversations", arrival.trace_id)
    assert (record.parent_span_id, route.parent_span_id) == (arrival.span_id, record.span_id)

    asked = collecting.named(f"POST {ROUTE}")[-1]
    assert collecting.of(asked.trace_id) == {
        ("peyvand-serve", f"POST {ROUTE}"), ("peyvand-work", "record_interactions"),
        ("peyvand-work", "route_conversations"), ("peyvand-work", "send_messages"), ("peyvand-work", "provider.send"),
        ("peyvand-serve", "POST /channels/{channel}/{provider}"), ("peyvand-work", "track_deliveries"),
    }  # fmt: skip
    (record,) = collecting.named("record_interactions", asked.trace_id)
    (send,) = collecting.named("send_messages", asked.trace_id)
    (call,) = collecting.named("provider.send", asked.trace_id)
    reports = collecting.named("POST /channels/{channel}/{provider}", asked.trace_id)
    tracked = collecting.named("track_deliveries", asked.trace_id)
    assert (record.parent_span_id, send.parent_span_id, call.parent_span_id) == (
        asked.span_id, record.span_id, send.span_id,
    )  # fmt: skip
    assert {span.parent_span_id for span in reports} == {asked.span_id}
    assert {span.parent_span_id for span in tracked} == {span.span_id for span in reports}
    for never in (CANARY, HERS[1:], OURS[1:], "open sesame", *world.tokens.values()):
        assert never.encode() not in collecting.raw


async def test_without_a_collector_nothing_waits_and_nothing_fails(
    settings: Settings, collector: tuple[Collector, str], unused_tcp_port: int
) -> None:
    async with hub(replace(settings, otlp_endpoint=f"http://127.0.0.1:{unused_tcp_port}")) as world:
        await journey(world)
        assert (await world.client.get("/readyz")).status == 200
    collecting, url = collector
    async with build(replace(settings, otlp_endpoint=url), WORKERS, command="hub serve") as parts:
        assert parts.tracing is not None
        with parts.tracing.request("at the very end", None, always=True):
            pass
    assert [span.name for _, span in collecting.spans] == ["at the very end"]
