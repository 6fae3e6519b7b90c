"""AsyncAPI 3.0 from the registry of events, the workers' table and the frames of the live connection.

https://www.asyncapi.com/docs/reference/specification/v3.0.0
"""

from collections.abc import Iterable, Mapping, Sequence
from importlib.metadata import version
from typing import Any

import msgspec

from hub.event_examples import FULLEST, event
from hub.events import MAX_EVENT_BYTES, TYPE_OF, Data, Event, encode
from hub.web.callers import PROTOCOL
from hub.web.described.schemas import example, schemas, text
from hub.web.route import API
from hub.web.shapes.live import SENT, TAKEN, Frame
from hub.worker import Worker

ABOUT = f"""\
What travels on the bus, and the live connection of desks. Events have the envelope of CloudEvents 1.0 and are at most
{MAX_EVENT_BYTES // 1024} KiB. A broker message is a batch of them (a JSON list, `application/cloudevents-batch+json`).
Each worker has its queues, one a shard; an event goes to the shard that the CRC-32 of its `partitionkey` names, modulo
the number of shards, of every worker that takes its type, and keeps its order there. The queues belong to the workers:
whoever else consumes from them takes their events away. Read the history over HTTP, or the live connection."""

LIVE = "live"


def document(workers: Sequence[Worker]) -> dict[str, Any]:
    """The whole description, with the queues of these workers."""
    fed = [worker for worker in workers if worker.takes]
    places, components = schemas([Event, *TYPE_OF, *map(type, (*SENT, *TAKEN))])
    del components["Data"]  # the base of all data; of each message it stands which
    messages = {TYPE_OF[type(data)]: _event_message(data, places) for data in FULLEST}
    messages |= {_frame_name(one): _frame_message(one, places) for one in (*SENT, *TAKEN)}
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Peyvand",
            "version": version("peyvand"),
            "description": ABOUT.replace("\n", " "),
            "license": {"name": "Apache-2.0"},
        },
        "defaultContentType": "application/json",
        "servers": _servers(),
        "channels": {**{worker.name: _queue(worker) for worker in fed}, LIVE: _live()},
        "operations": {**_of_queues(fed), **_of_live()},
        "components": {
            "messages": messages,
            "schemas": components | {"Event": _envelope(components["Event"])},
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer", "description": "As for the HTTP API; see there."}
            },
        },
    }


def _servers() -> dict[str, Any]:
    return {
        "broker": {
            "host": "{host}",
            "protocol": "amqp",
            "protocolVersion": "0.9.1",
            "description": "RabbitMQ, of `HUB_AMQP_URL`. With the embedded bus the queues are rows in PostgreSQL.",
            "variables": {"host": {"default": "localhost:5672"}},
        },
        "hub": {
            "host": "{host}",
            "protocol": "wss",
            "description": "The hub itself; `ws` where nothing in front of it speaks TLS.",
            "variables": {"host": {"default": "hub.example.ir"}},
            "security": [{"$ref": "#/components/securitySchemes/token"}],
        },
    }


# ── the bus ──────────────────────────────────────────────────────────────────────────────────────────────────────


def _queue(worker: Worker) -> dict[str, Any]:
    shards = [str(shard) for shard in range(worker.shards)]
    return {
        "address": f"{{prefix}}.{worker.name}.{{shard}}",
        "title": worker.name,
        "description": f"The {worker.shards} queues of the worker {worker.name}, one a shard.",
        "servers": [{"$ref": "#/servers/broker"}],
        "parameters": {
            "prefix": {"default": "hub", "description": "`HUB_BUS_PREFIX`."},
            "shard": {"enum": shards, "description": f"CRC-32 of the event's `partitionkey`, modulo {worker.shards}."},
        },
        "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in _taken(worker)},
        "bindings": {
            "amqp": {"is": "queue", "queue": {"durable": True, "exclusive": False, "autoDelete": False}},
        },
    }


def _taken(worker: Worker) -> list[str]:
    return [TYPE_OF[data] for data in worker.takes]


def _of_queues(workers: Iterable[Worker]) -> dict[str, Any]:
    operations: dict[str, Any] = {}
    for worker in workers:
        messages = [{"$ref": f"#/channels/{worker.name}/messages/{name}"} for name in _taken(worker)]
        channel = {"$ref": f"#/channels/{worker.name}"}
        operations[f"{worker.name}.receive"] = {
            "action": "receive",
            "channel": channel,
            "summary": f"The worker {worker.name} takes them in batches, and acknowledges last.",
            "messages": messages,
        }
        operations[f"{worker.name}.send"] = {
            "action": "send",
            "channel": channel,
            "summary": "Whoever makes such an event publishes it here, and waits for the broker's confirm.",
            "messages": messages,
        }
    return operations


def _event_message(data: Data, places: Mapping[Any, dict[str, Any]]) -> dict[str, Any]:
    kind, name = type(data), TYPE_OF[type(data)]
    payload = {"allOf": [places[Event], {"properties": {"type": {"const": name}, "data": places[kind]}}]}
    return {
        "name": name,
        "title": name,
        "summary": text(kind.__doc__ or ""),
        "contentType": "application/cloudevents+json",
        "payload": payload,
        "examples": [{"name": "fullest", "payload": msgspec.json.decode(encode(event(data)))}],
    }


def _envelope(schema: dict[str, Any]) -> dict[str, Any]:
    """The envelope without the base of all data, which stands for any."""
    properties = schema["properties"] | {"data": {"type": "object"}}
    return schema | {"properties": properties}


# ── the live connection ──────────────────────────────────────────────────────────────────────────────────────────


def _live() -> dict[str, Any]:
    names = [_frame_name(one) for one in (*SENT, *TAKEN)]
    return {
        "address": f"{API}/live",
        "title": "The live connection",
        "description": (
            "A WebSocket of JSON texts: a snapshot, then hints, and a digest every 15 s that heals a lost hint. "
            f"Nothing is replayed. A browser offers the subprotocols `{PROTOCOL}` and `bearer.<token>`. Closed with "
            "1001 when the process stops (connect anew) and with 1008 when the token has ended."
        ),
        "servers": [{"$ref": "#/servers/hub"}],
        "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in names},
        "bindings": {"ws": {"method": "GET"}},
    }


def _of_live() -> dict[str, Any]:
    def operation(action: str, summary: str, frames: Sequence[Frame]) -> dict[str, Any]:
        messages = [{"$ref": f"#/channels/{LIVE}/messages/{_frame_name(one)}"} for one in frames]
        return {"action": action, "channel": {"$ref": f"#/channels/{LIVE}"}, "summary": summary, "messages": messages}

    return {
        f"{LIVE}.send": operation("send", "What a desk gets.", SENT),
        f"{LIVE}.receive": operation("receive", "What a desk may send.", TAKEN),
    }


def _frame_name(one: Frame) -> str:
    """By its tag; where a desk says one with the same tag as it gets, the two are told apart."""
    tag = type(one).__struct_config__.tag
    kinds = [type(other) for other in (*SENT, *TAKEN) if type(other).__struct_config__.tag == tag]
    return f"live.{tag}" if len(kinds) == 1 else f"live.{tag}.{'send' if type(one) is kinds[0] else 'receive'}"


def _frame_message(one: Frame, places: Mapping[Any, dict[str, Any]]) -> dict[str, Any]:
    return {
        "name": _frame_name(one),
        "title": str(type(one).__struct_config__.tag),
        "summary": text(type(one).__doc__ or ""),
        "contentType": "application/json",
        "payload": places[type(one)],
        "examples": [{"payload": example(one)}],
    }
