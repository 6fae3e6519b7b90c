"""HUB_SPOOL=off: while the broker is away the provider hears 503, and what it sends again is taken in. Ring 2."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import cast

import aiohttp
import pytest
from aiohttp.test_utils import TestClient, TestServer
from twilio.request_validator import RequestValidator
from yarl import URL

from hub.bootstrap import Parts, build
from hub.settings import load
from hub.store import migrate
from hub.testing.wire import Wire
from hub.web.app import build_app
from hub.worker import Handler
from workers import WORKERS
from workers.record_interactions import WORKER

SID, TOKEN, PUBLIC, PATH = "AC" + "1" * 32, "2" * 32, "https://hub.example.ir", "/channels/sms/twilio"
FORM = {
    "AccountSid": SID,
    "MessageSid": "SM" + "3" * 32,
    "From": "+989121234567",
    "To": "+14155550199",
    "Body": "سلام",
    "NumMedia": "0",
}


@pytest.fixture
async def wire(vhost: str) -> AsyncIterator[tuple[Wire, str]]:
    """A wire to the broker, and the broker's URL by it."""
    amqp = URL(vhost)
    made = Wire(amqp.host or "127.0.0.1", amqp.port or 5672)
    yield made, str(amqp.with_host("127.0.0.1").with_port(await made.open()))
    await made.close()


async def connected(parts: Parts) -> None:
    """As ``hub serve`` does: again and again until the broker is there."""
    async with asyncio.timeout(60):
        while not parts.bus.accepting():
            with contextlib.suppress(Exception):
                await parts.bus.start()
            await asyncio.sleep(0.2)


async def test_the_broker_away_is_503_and_the_providers_retry_is_taken_in_once(
    wire: tuple[Wire, str], database: str, bus_prefix: str, tmp_path: Path
) -> None:
    line, amqp = wire
    line.cut()
    await migrate.migrate(database)
    settings = load(
        {
            "HUB_DATABASE_URL": database,
            "HUB_AMQP_URL": amqp,
            "HUB_BUS_PREFIX": bus_prefix.rstrip("."),
            "HUB_DATA_DIR": str(tmp_path),
            "HUB_PUBLIC_URL": PUBLIC,
            "HUB_SECRET_KEY": "0123456789abcdef",
            "HUB_SPOOL": "off",
            "HUB_TWILIO_ACCOUNT_SID": SID,
            "HUB_TWILIO_AUTH_TOKEN": TOKEN,
            "HUB_TWILIO_NUMBERS": FORM["To"],
        }
    )
    headers = {"X-Twilio-Signature": RequestValidator(TOKEN).compute_signature(PUBLIC + PATH, FORM)}
    async with build(settings, WORKERS, spool=True) as parts, TestClient(TestServer(build_app(parts))) as web:

        async def sent() -> aiohttp.ClientResponse:
            return await web.post(PATH, data=FORM, headers=headers)

        answer = await sent()
        assert (answer.status, answer.headers["Retry-After"]) == (503, "5")
        assert (await web.get("/readyz")).status == 503
        assert not (tmp_path / "spool").exists()
        line.mend()
        await connected(parts)
        assert [(await sent()).status for _ in range(2)] == [200, 200]
        assert (await web.get("/readyz")).status == 200
        recording = asyncio.create_task(parts.bus.run(WORKER, cast("Handler", WORKER.build(parts))))
        async with asyncio.timeout(60), parts.store.reading() as tx:
            while not await tx.fetchval("SELECT count(*) FROM interactions"):
                await asyncio.sleep(0.05)
        await parts.bus.drain()
        await asyncio.wait([recording])
        async with parts.store.reading() as tx:
            assert await tx.fetchval("SELECT count(*) FROM interactions") == 1
