"""What an agent types: where it goes, and that she is told when it goes nowhere."""

from collections.abc import Callable
from typing import Any

import aiohttp
import click
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from hub.cli.agents.api import Api, NotServed, Unreachable
from hub.cli.agents.typed import HELP, Hands
from hub.cli.agents.view import View
from tests.services import free_port
from tests.unit.cli.test_view import conversation, shown, view


class Hub(Api):
    """Stands for a hub behind the network: notes what it is asked, and may be away."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, Any, str]] = []
        self.away = self.cut = False
        self.answer: Callable[[], Any] = lambda: {"decision": {}}

    async def _ask(self, method: str, path: str, *, headers: dict[str, str] | None = None, **more: Any) -> Any:
        del method
        if self.away:
            raise Unreachable("the hub does not answer: is it running?")
        if self.cut:
            raise Unreachable("the hub does not answer (no answer in time): is it running?", perhaps=True)
        self.asked.append((path, more.get("json"), (headers or {})["Idempotency-Key"]))
        return self.answer()


class Desk:
    """An agent's hands, and what they were told."""

    def __init__(self, seen: View) -> None:
        self.hub, self.said, self.gone_since = Hub(), list[str](), False
        self.hands = Hands(self.hub, seen, [], lambda line: self.said.append(click.unstyle(line)), self._refresh)

    async def _refresh(self, id_: str) -> None:
        """Nothing changed meanwhile; or the hub has gone since."""
        del id_
        if self.gone_since:
            raise Unreachable("the hub does not answer: is it running?")

    async def types(self, line: str) -> str:
        """What she is told."""
        self.said.clear()
        await self.hands.do(line)
        return " ".join(self.said)


@pytest.fixture
def desk() -> Desk:
    seen = view()
    list(seen.take(conversation("c-1"), []))
    return Desk(seen)


async def test_what_is_typed_while_the_hub_is_away_is_said_to_be_unsent_and_sent_once_when_asked(desk: Desk) -> None:
    desk.hub.away = True
    told = await desk.types("on its way")
    assert told.strip().startswith("NOT SENT: the hub does not answer")
    assert "/again" in told
    assert "NOT SENT" in await desk.types("and paid")
    (first, second) = (one.key for one in desk.hands.unsent)
    assert "NOT SENT" in await desk.types("/again"), "both are kept"
    desk.hub.away = False
    assert await desk.types("/again") == ""
    assert [(body["text"], key) for _, body, key in desk.hub.asked] == [("on its way", first), ("and paid", second)]
    assert "Nothing is kept" in await desk.types("/again")


async def test_an_answer_that_is_refused_is_kept_and_named_until_it_is_sent_or_forgotten(desk: Desk) -> None:
    def resolved() -> Any:
        raise click.ClickException("it is resolved; reopen it, then answer")

    desk.hub.away = True
    await desk.types("as you wish")
    desk.hub.away, desk.hub.answer = False, resolved
    for typed in ("/again", "/again", "#1 and more"):
        told = await desk.types(typed)
        assert "#1 NOT SENT: it is resolved" in told
        assert "as you wish" in told or "and more" in told
    desk.hub.asked.clear()
    desk.hub.answer = lambda: {"decision": {}}
    await desk.types("/again")
    assert [body["text"] for _, body, _ in desk.hub.asked] == ["as you wish", "and more"]
    desk.hub.away = True
    await desk.types("never mind")
    assert "1 left unsent" in await desk.types("/forget")
    assert desk.hands.unsent == []


async def test_a_command_while_the_hub_is_away_is_said_not_to_be_done(desk: Desk) -> None:
    desk.hub.away = True
    assert (await desk.types("/resolve")).strip().startswith("Not done: the hub does not answer")


async def test_what_may_have_come_there_is_not_said_to_be_unsent(desk: Desk) -> None:
    desk.hub.cut = True
    assert (await desk.types("on its way")).strip().startswith("PERHAPS NOT SENT: the hub does not answer")
    assert (await desk.types("/resolve")).strip().startswith("Perhaps not done: the hub does not answer")
    desk.hub.cut, desk.hub.away = False, True
    assert "PERHAPS NOT SENT" in await desk.types("/again"), "the first time may have done it"
    desk.hub.away = False
    (kept,) = desk.hands.unsent
    assert await desk.types("/again") == ""
    assert [key for _, _, key in desk.hub.asked] == [kept.key]


async def test_what_was_done_is_not_said_to_be_undone_when_it_cannot_be_shown(desk: Desk) -> None:
    desk.hub.away = True
    await desk.types("one")
    await desk.types("two")
    desk.hub.away, desk.gone_since = False, True
    list(desk.hands.view.take(conversation("c-2", assignee_id=None), []))
    for line in ("/accept 2", "/resolve 2", "/reopen 2", "/again", "#1 three"):
        told = await desk.types(line)
        assert "The hub has it" in told
        assert "not done" not in told.lower()
        assert "not sent" not in told.lower()
    assert desk.hands.unsent == []


async def test_a_hub_that_was_never_reached_has_nothing() -> None:
    async with aiohttp.ClientSession() as session:
        with pytest.raises(Unreachable) as refused:
            await Api(session, f"http://127.0.0.1:{free_port()}", "pv_x").post("/x", {})
    assert not refused.value.perhaps


@pytest.mark.parametrize("status", [None, 503, 401], ids=["cut again", "away", "token ended"])
async def test_a_connection_that_was_cut_may_have_brought_it_there(status: int | None) -> None:
    """Also when the second try is refused for certain: the first may have done it."""
    keys: list[str] = []

    async def handler(request: web.Request) -> web.Response:
        keys.append(request.headers["Idempotency-Key"])
        assert request.transport is not None
        if status is None or len(keys) == 1:
            request.transport.close()
        return web.json_response({}, status=status or 200)

    app = web.Application()
    app.router.add_post("/api/v1/x", handler)
    async with TestServer(app) as server, aiohttp.ClientSession() as session:
        with pytest.raises(NotServed) as lost:
            await Api(session, str(server.make_url("")).rstrip("/"), "pv_x").post("/x", {})
    assert lost.value.perhaps
    assert len(keys) == 2
    assert len(set(keys)) == 1


async def test_accepting_says_so_when_there_is_nothing_to_take(desk: Desk) -> None:
    assert "It is yours already. What you type goes to #1 now" in await desk.types("/accept 1")
    assert "Nothing waits to be taken" in await desk.types("/accept")
    for id_ in ("c-2", "c-3"):
        list(desk.hands.view.take(conversation(id_, assignee_id=None), []))
    assert "Which one? #2, #3 wait" in await desk.types("/accept")
    assert [path for path, _, _ in desk.hub.asked] == ["/conversations/c-1/accept"]


async def test_what_is_not_decided_yet_is_said(desk: Desk) -> None:
    desk.hub.answer = lambda: {"id": "e-1", "state": "pending"}
    assert "not done it yet" in await desk.types("/resolve")


def test_where_one_is_after_a_conversation_ended_is_said() -> None:
    mine = view()
    list(mine.take(conversation("c-1"), []))
    list(mine.take(conversation("c-2"), []))
    first = shown(mine.take(conversation("c-1", status="resolved", waiting_since=None), []))
    assert first[-1].strip() == "What you type goes to #2 now, \u2068مریم\u2069."
    second = shown(mine.take(conversation("c-2", status="resolved", waiting_since=None), []))
    assert second[-1].strip() == "What you type goes to nobody now: no conversation is yours."


def test_help_says_whose_the_numbers_are() -> None:
    assert "Numbers are this terminal's own" in HELP


async def test_accept_and_decline_mean_what_is_offered(desk: Desk) -> None:
    """Not what waits for anybody, nor, where nothing is offered, somebody else's."""
    offered = {"offered_to": "a-1", "offered_until": "2026-03-21T12:00:00+00:00"}
    list(desk.hands.view.take(conversation("c-2", assignee_id=None), []))
    list(desk.hands.view.take(conversation("c-3", assignee_id=None, **offered), []))
    await desk.types("/decline")
    await desk.types("/accept")
    assert [path for path, _, _ in desk.hub.asked] == ["/conversations/c-3/decline", "/conversations/c-3/accept"]
    list(desk.hands.view.take(conversation("c-4", assignee_id=None, **offered), []))
    assert await desk.types("/decline") == "     Which one? #3, #4 wait: give its number."
    await desk.types("/decline 4")
    assert desk.hub.asked[-1][0] == "/conversations/c-4/decline"
