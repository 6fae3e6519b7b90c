"""Promise 11: over a whole journey, with failing handlers and adapters, no text and no secret is in any log line."""

import asyncio
import io
import json
import logging
import sys
from collections.abc import Iterator

import asyncpg
import pytest
import structlog

from hub import logs
from hub.bus import store as bus_store
from tests.integration.web.conftest import HERS, OURS, World

CANARY = "canary 🐤 my card is 6037-9911"


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """Everything that is logged, at every level, in production's form."""
    root = logging.getLogger()
    handlers, level, known = root.handlers[:], root.level, dict(logs._secrets)
    lines = io.StringIO()
    monkeypatch.setattr(logs, "_all_shown", logs._all_shown)  # and as it was afterwards
    with monkeypatch.context() as here:
        here.setattr(sys, "stderr", lines)
        logs.configure(form="json", level=logging.DEBUG)
    structlog.configure(cache_logger_on_first_use=False)  # what others log with afterwards is theirs
    yield lines
    structlog.reset_defaults()
    root.handlers[:] = handlers
    root.setLevel(level)
    logs._secrets.clear()
    logs._secrets.update(known)


async def test_no_line_of_a_whole_journey_repeats_what_was_said(
    said: io.StringIO, site: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await site.text(text=CANARY)
    one = await site.conversation()
    path = f"/conversations/{one['id']}"
    assert (await site.call("Mina", "POST", f"{path}/messages", {"text": CANARY})).status == 201
    assert (await site.call("Mina", "POST", f"{path}/notes", {"text": CANARY})).status == 201
    assert (await site.call("Mina", "POST", f"{path}/messages", {"text": CANARY * 200})).status == 422

    def fault(*_: object, **__: object) -> None:
        # As asyncpg does: the argument stands in the error, and in the frame.
        raise asyncpg.DataError(f"invalid input for query argument $3: {CANARY!r}")

    monkeypatch.setattr("hub.history.store.go_on", fault)
    await site.text("M2", text=CANARY)
    for _ in range(300):
        async with site.parts.store.reading() as tx:
            if await bus_store.dead(tx):
                break
        await asyncio.sleep(0.02)
    monkeypatch.setattr(type(site.adapter), "parse", fault)
    assert (await site.webhook({"kind": "message", "id": "M3", "from": HERS, "to": OURS, "text": CANARY})).status == 500
    monkeypatch.setattr("hub.web.messages._by_person", fault)
    assert (await site.call("Mina", "POST", "/messages", {"to": HERS, "from": OURS, "text": CANARY})).status == 500
    lines = said.getvalue()
    events = {json.loads(line)["event"] for line in lines.splitlines() if line.startswith("{")}
    assert {"taken_in", "batch_done", "event_failed", "event_dead", "webhook_unreadable", "request_failed"} <= events
    for canary in (
        "canary",
        "6037",
        "\\ud83d",
        "🐤",
        "open sesame",
        site.tokens["Mina"],
        site.parts.settings.secret_key,
    ):
        assert canary not in lines, canary


async def test_one_message_can_be_followed_by_its_id(said: io.StringIO, site: World) -> None:
    await site.text()
    await site.conversation()
    await asyncio.sleep(0.2)
    lines = [json.loads(line) for line in said.getvalue().splitlines() if line.startswith("{")]
    (taken,) = [line for line in lines if line["event"] == "taken_in"]
    (id_,) = taken["events"]
    workers = [line["worker"] for line in lines if line["event"] == "batch_done" and id_ in line["correlationids"]]
    assert workers == ["record_interactions", "route_conversations"]
