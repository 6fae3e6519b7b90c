"""Promise 11: over a whole journey, with failing handlers and adapters, no text and no secret is in any log line."""

import io
import json
import logging
import sys
from collections.abc import Iterator
from typing import Any

import asyncpg
import pytest
import structlog

from hub import logs
from tests.integration.web.conftest import HERS, OURS, World
from tests.waiting import until

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
    await until(lambda: _events(said), lambda events: "event_dead" in events)
    monkeypatch.setattr(type(site.adapter), "parse", fault)
    assert (await site.webhook({"kind": "message", "id": "M3", "from": HERS, "to": OURS, "text": CANARY})).status == 500
    monkeypatch.setattr("hub.web.messages._by_person", fault)
    assert (await site.call("Mina", "POST", "/messages", {"to": HERS, "from": OURS, "text": CANARY})).status == 500
    awaited = {"taken_in", "batch_done", "event_failed", "event_dead", "webhook_unreadable", "request_failed"}
    await until(lambda: _events(said), lambda events: awaited <= events)
    lines = said.getvalue()
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


async def _events(said: io.StringIO) -> set[str]:
    return {line["event"] for line in _lines(said)}


def _lines(said: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in said.getvalue().splitlines() if line.startswith("{")]


async def test_one_message_can_be_followed_by_its_id(said: io.StringIO, site: World) -> None:
    await site.text()
    await site.conversation()
    (taken,) = [line for line in _lines(said) if line["event"] == "taken_in"]
    (id_,) = taken["events"]

    async def workers() -> list[str]:
        done = [line for line in _lines(said) if line["event"] == "batch_done"]
        return [line["worker"] for line in done if id_ in line["correlationids"]]

    found = await until(workers, lambda found: len(found) == 2)
    assert found == ["record_interactions", "route_conversations"]
