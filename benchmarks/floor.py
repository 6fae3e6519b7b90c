"""The floor: the least code that does the same durable work with the same libraries and services. Nothing of a hub.

webhook → confirmed, persistent publish → 204; consume a batch → one INSERT, one commit → one ack → one WebSocket.
Runs as two processes, ``python -m benchmarks.floor web|worker``, as the hub does.
"""

import argparse
import asyncio
import itertools
import os
import time
from collections.abc import Sequence
from typing import Any
from urllib.parse import parse_qsl

import aio_pika
import asyncpg
import orjson
import uvloop
from aio_pika.abc import AbstractIncomingMessage
from aiohttp import web

TABLE = """
CREATE TABLE floor_history (seq bigint, id text NOT NULL, tenant text NOT NULL, customer text NOT NULL,
    channel text NOT NULL, at timestamptz NOT NULL DEFAULT now(), event jsonb NOT NULL, PRIMARY KEY (id));
CREATE INDEX ON floor_history (tenant, customer, at)
"""
INSERT = """
INSERT INTO floor_history (seq, id, tenant, customer, channel, event)
SELECT * FROM unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::text[], $6::jsonb[])
"""
AMQP, DATABASE, QUEUE = "FLOOR_AMQP_URL", "FLOOR_DATABASE_URL", "FLOOR_QUEUE"
"""Variables of the environment: where the floor finds its broker, its database and its queue."""

Row = tuple[int, str, str, str, str, str]


class Web:
    """Webhook → confirmed publish → 204."""

    def __init__(self, exchange: aio_pika.abc.AbstractExchange, queue: str) -> None:
        self._exchange, self._queue, self._numbers = exchange, queue, itertools.count()

    async def take(self, request: web.Request) -> web.Response:
        """One webhook."""
        form = dict(parse_qsl((await request.read()).decode(), keep_blank_values=True))
        body = orjson.dumps(self._event(form))
        message = aio_pika.Message(
            body, delivery_mode=aio_pika.DeliveryMode.PERSISTENT, content_type="application/json"
        )
        await self._exchange.publish(message, self._queue)
        return web.Response(status=204)

    def _event(self, form: dict[str, str]) -> dict[str, Any]:
        return {
            "seq": next(self._numbers),
            "id": form["MessageSid"],
            "type": "interaction.inbound",
            "channel": "sms",
            "tenant": "acme",
            "customer": form["From"],
            "provider": "twilio",
            "to": form["To"],
            "body": form["Body"],
            "geo": [form["FromCity"], form["FromZip"], form["FromCountry"]],
            "queue": "support",
            "skills": ["en"],
            "attempt": 1,
            "account": form["AccountSid"],
            "received": time.time(),
        }


class Worker:
    """Batch → commit → ack → one frame a message to each WebSocket."""

    def __init__(self, *, batch: int, linger: float) -> None:
        self._batch, self._linger = batch, linger
        self.arrived: asyncio.Queue[AbstractIncomingMessage] = asyncio.Queue()
        self._sockets: set[web.WebSocketResponse] = set()

    async def run(self, insert: Any) -> None:
        """For ever, with a prepared INSERT. One statement is one transaction is one commit."""
        while True:
            batch = await self._gathered()
            rows = [_row(message.body) for message in batch]
            await insert.fetch(*map(list, zip(*rows, strict=True)))
            await batch[-1].ack(multiple=True)
            for socket in self._sockets:
                for row in rows:
                    await socket.send_str(row[5])

    async def _gathered(self) -> Sequence[AbstractIncomingMessage]:
        batch = [await self.arrived.get()]
        deadline = time.monotonic() + self._linger
        while len(batch) < self._batch:
            if not self.arrived.empty():
                batch.append(self.arrived.get_nowait())
                continue
            left = deadline - time.monotonic()
            if left <= 0:
                break
            try:
                batch.append(await asyncio.wait_for(self.arrived.get(), left))
            except TimeoutError:
                break
        return batch

    async def agent(self, request: web.Request) -> web.WebSocketResponse:
        """One agent's socket."""
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self._sockets.add(socket)
        try:
            async for _ in socket:
                continue
        finally:
            self._sockets.discard(socket)
        return socket


def _row(body: bytes) -> Row:
    event = orjson.loads(body)
    return event["seq"], event["id"], event["tenant"], event["customer"], event["channel"], body.decode()


async def _web(port: int) -> None:
    connection = await aio_pika.connect(os.environ[AMQP])
    handler = Web((await connection.channel()).default_exchange, os.environ[QUEUE])
    await _serve(web.post("/webhooks/sms", handler.take), port)


async def _worker(port: int, *, batch: int, linger: float) -> None:
    worker = Worker(batch=batch, linger=linger)
    connection = await aio_pika.connect(os.environ[AMQP])
    channel = await connection.channel()
    await channel.set_qos(prefetch_count=2 * batch)
    queue = await channel.get_queue(os.environ[QUEUE])

    async def came(message: AbstractIncomingMessage) -> None:
        worker.arrived.put_nowait(message)

    await queue.consume(came)
    database = await asyncpg.connect(os.environ[DATABASE])
    insert = await database.prepare(INSERT)
    tasks = [
        asyncio.create_task(worker.run(insert)),
        asyncio.create_task(_serve(web.get("/agent", worker.agent), port)),
    ]
    ended, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    await ended.pop()


async def _serve(route: web.RouteDef, port: int) -> None:
    app = web.Application()
    app.add_routes([route])
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    await asyncio.Event().wait()


def main() -> None:
    """One of the two processes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("role", choices=("web", "worker"))
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--batch", type=int, default=200)
    parser.add_argument("--linger", type=float, default=0.005, help="seconds")
    given = parser.parse_args()
    work = _web(given.port) if given.role == "web" else _worker(given.port, batch=given.batch, linger=given.linger)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(work)


if __name__ == "__main__":
    main()
