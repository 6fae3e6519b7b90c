"""How the hub fares, by the API: what the doctor sees, in bounded time, without secrets, whatever is away."""

import asyncio
import time
from dataclasses import replace
from typing import Any

import pytest

from hub.checks import everything
from hub.errors import ConfigInvalid
from hub.organisation import store
from hub.organisation.signing import store as signing
from tests.integration.web.conftest import World
from tests.integration.web.fake_sms import FakeSms
from tests.services import free_port

NAMES = ["database", "broker", "redis", "work", "providers", "people", "data_folder", "restores", "web"]


async def _health(world: World) -> tuple[dict[str, Any], dict[str, Any]]:
    said = await world.get("admin", "/health")
    assert list(said["checks"][0]) == ["name", "state", "findings", "seconds"]
    return said, {one["name"]: one for one in said["checks"]}


def _lines(check: dict[str, Any]) -> dict[str, str]:
    return {one["seen"]: one["mend"] for one in check["findings"] if one["state"] in {"warning", "failed"}}


async def test_every_check_is_there_and_the_worst_is_the_whole(site: World) -> None:
    said, checks = await _health(site)
    assert list(checks) == NAMES
    worst = next(state for state in ("failed", "warning", "ok") if state in {one["state"] for one in said["checks"]})
    assert said["state"] == worst != "failed"
    assert checks["web"]["state"] == "ok"
    assert "sms_fake/default: It is made up." in [one["seen"] for one in checks["providers"]["findings"]]
    assert "the team Sales has no agent: what goes to it waits" not in _lines(checks["people"])
    assert (await site.call("supervisor", "GET", "/health")).status == 403
    assert (await site.call(None, "GET", "/health")).status == 401


async def test_what_an_account_lacks_is_said_with_its_mend(edge: World, monkeypatch: pytest.MonkeyPatch) -> None:
    async def refuses(_: FakeSms) -> str:
        raise ConfigInvalid("the provider does not know the word open sesame")

    monkeypatch.setattr(FakeSms, "check", refuses)
    said, checks = await _health(edge)
    assert (said["state"], checks["providers"]["state"]) == ("failed", "failed")
    seen = "sms_fake/default: the provider does not know the word [redacted]"
    assert seen in _lines(checks["providers"])

    async def fails(_: FakeSms) -> str:
        raise KeyError("open sesame")

    monkeypatch.setattr(FakeSms, "check", fails)
    _, checks = await _health(edge)
    failed = "sms_fake/default: the adapter sms_fake failed with KeyError, in test_web_health.py:"
    assert any(line.startswith(failed) for line in _lines(checks["providers"]))


async def test_an_answer_comes_while_broker_and_redis_are_away(edge: World) -> None:
    nowhere = f"127.0.0.1:{free_port()}"
    edge.parts.settings = replace(
        edge.parts.settings,
        amqp_url=f"amqp://hub:very-secret-word@{nowhere}/",
        redis_url=f"redis://:very-secret-word@{nowhere}/0",
    )
    said, checks = await _health(edge)
    assert "very-secret-word" not in str(said)
    assert (checks["broker"]["state"], checks["redis"]["state"]) == ("failed", "failed")
    assert checks["database"]["state"] != "failed"
    assert all("start it, or mend HUB_" in mend for mend in _lines(checks["broker"]).values())


async def test_a_service_that_never_answers_holds_the_others_up_no_longer_than_agreed(
    edge: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = asyncio.Event()

    async def silent(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await done.wait()
        writer.close()

    monkeypatch.setattr(everything, "WITHIN", 0.5)
    server = await asyncio.start_server(silent, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    edge.parts.settings = replace(edge.parts.settings, amqp_url=f"amqp://127.0.0.1:{port}/")
    began = time.monotonic()
    _, checks = await _health(edge)
    done.set()
    server.close()
    await server.wait_closed()
    assert time.monotonic() - began < 3
    assert _lines(checks["broker"]) == {"no answer within 0.5 s": "is it overloaded? Try again"}
    assert checks["redis"]["state"] == "ok"


async def test_who_can_sign_in_by_a_password_needs_no_token(edge: World) -> None:
    async with edge.parts.store.transaction() as tx:
        for token in await store.tokens(tx):
            if token["role"] == "agent":
                await store.revoke(tx, token["id"])
    _, checks = await _health(edge)
    assert "Mina has neither password nor token, so she cannot sign in" in _lines(checks["people"])
    async with edge.parts.store.transaction() as tx:
        await signing.set_password(tx, edge.agents["Mina"], "hashed", by="a test")
    _, checks = await _health(edge)
    assert "Mina has neither password nor token, so she cannot sign in" not in _lines(checks["people"])
