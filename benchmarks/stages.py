"""What each stage of the journey costs: CPU and elapsed µs a message, measured in this process."""

import itertools
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import cast

import msgspec

from benchmarks import letters, seeding
from benchmarks.letters import Letters
from benchmarks.places import Place
from hub.bootstrap import Parts, build
from hub.channel import InboundMessage, Receives, WebhookRequest
from hub.events import Event, InteractionRecorded, decode, encode, pack, unpack
from hub.live import Hint
from hub.model import AccountId
from hub.settings import load
from hub.web.intake import Intake
from workers import WORKERS
from workers.record_interactions import RecordInteractions
from workers.route_conversations import RouteConversations

MESSAGES = 2_000
BATCHES = (1, 10, 100)

Cost = tuple[float, float]
"""CPU and elapsed µs a message."""


async def stages(place: Place) -> list[tuple[str, Cost]]:
    """``(stage, CPU, elapsed)``, µs a message. Record and route are on real servers, whose own CPU is not counted."""
    settings = load(
        {
            "HUB_DATABASE_URL": place.database_url,
            "HUB_AMQP_URL": place.servers.amqp_url,
            "HUB_REDIS_URL": place.servers.redis_url,
            "HUB_BUS_PREFIX": place.prefix,
            "HUB_PUBLIC_URL": letters.PUBLIC_URL,
            "HUB_SECRET_KEY": seeding.SECRET_KEY,
        }
    )
    async with build(settings, WORKERS) as parts:
        requests = _requests(MESSAGES)
        found, events = _at_the_edge(parts, requests)
        return found + await _behind(parts, events)


def _requests(count: int) -> list[WebhookRequest]:
    made = itertools.islice(iter(Letters(10, for_hub=True)), count)
    return [_request(letter.bytes) for letter in made]


def _request(raw: bytes) -> WebhookRequest:
    head, _, body = raw.partition(b"\r\n\r\n")
    lines = [line.partition(": ") for line in head.decode().split("\r\n")[1:]]
    return WebhookRequest(
        "POST", letters.PUBLIC_URL + "/channels/sms/twilio", {name.lower(): value for name, _, value in lines}, body
    )


def _at_the_edge(parts: Parts, requests: Sequence[WebhookRequest]) -> tuple[list[tuple[str, Cost]], list[Event]]:
    account = AccountId(letters.ACCOUNT)
    adapter = parts.accounts.adapters[account]
    assert isinstance(adapter, Receives)
    intake = Intake(adapter.name, adapter.channel, parts.clock, is_ours=lambda _: False)
    said: list[InboundMessage] = []
    verify = _each(requests, adapter.verify)
    parse = _each(requests, lambda request: said.extend(cast("Sequence[InboundMessage]", adapter.parse(request))))
    events: list[Event] = []
    make = _each(said, lambda one: events.extend(intake.events(account, [one])))
    bodies: list[bytes] = []
    write = _each(events, lambda event: bodies.append(encode(event)))
    packed = pack(bodies)
    read = _each(list(unpack(packed)), decode)
    hint = Hint(kind="conversation", id=events[0].id, version=1, cause=events[0].id, agents=(events[0].id,))
    tell = _each(events, lambda _: msgspec.json.encode(hint))
    named = {
        "verify the signature (reads the form)": verify,
        "parse": parse,
        "make the event": make,
        "encode": write,
        "decode in the worker": read,
        "encode one hint": tell,
    }
    return list(named.items()), events


async def _behind(parts: Parts, events: Sequence[Event]) -> list[tuple[str, Cost]]:
    record, route = RecordInteractions(parts), RouteConversations(parts)
    await route.handle([])
    warm, events = events[:100], events[100:]
    for event in warm:
        await route.handle(await record.handle([event]))
    found = []
    share = len(events) // len(BATCHES)
    for place, size in enumerate(BATCHES):
        some = events[place * share : (place + 1) * share]
        follows: list[Event] = []
        recording = await _batches(some, size, record.handle, follows)
        mine = [event for event in follows if isinstance(event.data, InteractionRecorded)]
        routing = await _batches(mine, size, route.handle, [])
        found += [(f"record, {size} at a time", recording), (f"route and hint, {size} at a time", routing)]
    return found


def _each(items: Sequence[object], do: Callable[..., object]) -> Cost:
    began = _now()
    for item in items:
        do(item)
    return _spent(began, len(items))


async def _batches(
    events: Sequence[Event],
    size: int,
    handle: Callable[[Sequence[Event]], Awaitable[Sequence[Event]]],
    follows: list[Event],
) -> Cost:
    began = _now()
    for at in range(0, len(events), size):
        follows.extend(await handle(events[at : at + size]))
    return _spent(began, len(events))


def _now() -> Cost:
    return time.process_time(), time.perf_counter()


def _spent(began: Cost, messages: int) -> Cost:
    cpu, elapsed = _now()
    return (cpu - began[0]) / messages * 1e6, (elapsed - began[1]) / messages * 1e6
