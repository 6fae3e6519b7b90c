"""An agent's terminal: what is shown of what arrives, and to whom plain text goes."""

from typing import Any

import click
import pytest

from hub.cli.agents.view import View

ME, OTHER = "a-1", "a-2"
NOON = "2026-03-21T12:00:00+00:00"


def conversation(id_: str = "c-1", **changes: Any) -> dict[str, Any]:
    base = {
        "id": id_,
        "version": 1,
        "status": "open",
        "assignee_id": ME,
        "waiting_since": NOON,
        "reply_due": NOON,
        "customer_name": "مریم",
        "contact_point": "tel:+989121234567",
    }
    return base | changes


def message(id_: str, text: str, direction: str = "inbound", **changes: Any) -> dict[str, Any]:
    base = {"id": id_, "text": text, "direction": direction, "accepted_at": NOON, "delivery": None, "media": None}
    return base | {"delivery_reason": None} | changes


def view() -> View:
    made = View()
    made.agent = {"id": ME, "name": "Mina"}
    return made


def shown(lines: Any) -> list[str]:
    return [click.unstyle(line) for line in lines]


def test_what_arrives_is_shown_once_with_a_number_and_becomes_the_current_one() -> None:
    mine = view()
    assert mine.prompt() == "Mina> "
    first = shown(mine.take(conversation(), [message("m-1", "خوبی")]))
    assert "#1" in first[0]
    assert "yours; answer by" in first[0]
    assert "◀ \u2068خوبی\u2069" in first[1]
    assert mine.prompt() == "Mina #1> "
    assert shown(mine.take(conversation(), [message("m-1", "خوبی")])) == []


def test_ticks_climb_and_a_failure_says_why() -> None:
    mine = view()
    out = message("m-2", "hi", "outbound", delivery="queued")
    assert "…" in shown(mine.take(conversation(), [out]))[1]
    assert shown(mine.take(conversation(), [out | {"delivery": "sending"}])) == []
    assert "✓ sent" in shown(mine.take(conversation(), [out | {"delivery": "sent"}]))[0]
    assert "✓✓ delivered" in shown(mine.take(conversation(), [out | {"delivery": "delivered"}]))[0]
    failed = shown(mine.take(conversation(), [out | {"delivery": "failed", "delivery_reason": "switched off"}]))
    assert "✗ failed: switched off" in failed[0]


def test_one_that_waits_can_be_read_before_it_is_taken_and_a_colleagues_is_quiet() -> None:
    mine = view()
    waiting = shown(mine.take(conversation(assignee_id=None), [message("m-1", "hello")]))
    assert "/accept takes it" in waiting[0]
    assert "hello" in waiting[1]
    assert mine.current is None
    assert shown(mine.take(conversation("c-2", assignee_id=OTHER), [message("m-9", "not hers")])) == []
    taken = shown(mine.take(conversation(assignee_id=OTHER), [message("m-1", "hello"), message("m-3", "again")]))
    assert taken == [line for line in taken if "held by a colleague" in line]
    assert len(taken) == 1


def test_text_stays_with_the_current_conversation_until_it_is_done() -> None:
    mine = view()
    list(mine.take(conversation("c-1"), []))
    list(mine.take(conversation("c-2"), []))
    assert mine.prompt() == "Mina #1> "
    done = shown(mine.take(conversation("c-1", status="resolved", waiting_since=None), []))
    assert "resolved" in done[0]
    assert mine.prompt() == "Mina #2> "
    assert mine.numbered(2) == "c-2"
    assert mine.numbered(7) is None


def test_what_went_away_is_said_once() -> None:
    mine = view()
    list(mine.take(conversation(), []))
    assert "went to somebody else" in shown(mine.gone("c-1"))[0]
    assert shown(mine.gone("c-1")) == []
    assert mine.current is None
    assert shown(mine.listed()) == ["Nothing is open. What arrives shows by itself."]


def test_a_text_cannot_steer_the_terminal_and_keeps_its_lines() -> None:
    lines = shown(view().take(conversation(), [message("m-1", "a\x1b[2Jb\nc")]))
    assert lines[1].endswith("◀ a[2Jb\n           c")


FILE = {"position": 0, "status": "stored", "name": None, "content_type": "image/png", "size": 63270, "reason": None}


@pytest.mark.parametrize(
    ("file", "says"),
    [
        (FILE, "[image/png, 62 KB]"),
        (FILE | {"name": "رسید.png", "size": 10}, "[\u2068رسید.png\u2069, image/png, 1 KB]"),
        (FILE | {"status": "waiting", "size": None}, "[image/png, on its way from the provider]"),
        (FILE | {"status": "failed", "reason": "It is gone (404)."}, "could not be fetched: It is gone (404).]"),
    ],
)
def test_a_file_is_said_also_where_there_is_no_text(file: dict[str, Any], says: str) -> None:
    line = shown(view().take(conversation(), [message("m-9", "", media=[file])]))[1]
    assert says in line
    assert "(no text)" not in line


def test_whatsapp_is_marked() -> None:
    assert "+989121234567 on WhatsApp ──" in shown(view().take(conversation(channel="whatsapp"), []))[0]


def test_a_file_that_has_come_is_said() -> None:
    mine, waiting = view(), FILE | {"status": "waiting", "size": None}
    mine.take(conversation(), [])
    assert "on its way" in shown(mine.take(conversation(), [message("m-9", "", media=[waiting])]))[-1]
    assert "[image/png, 62 KB]" in shown(mine.take(conversation(), [message("m-9", "", media=[FILE])]))[-1]
    assert shown(mine.take(conversation(), [message("m-9", "", media=[FILE])])) == []


def test_what_is_offered_can_be_read_and_says_until_when() -> None:
    mine = view()
    state = conversation(assignee_id=None, offered_to=ME, offered_until=NOON)
    lines = shown(mine.take(state, [message("m-1", "hello")]))
    assert "offered to you; /accept takes it until" in lines[0]
    assert "hello" in lines[1]
    assert (mine.offered(), mine.waiting(), mine.current) == (["c-1"], ["c-1"], None)
    (gone,) = shown(mine.take(state | {"offered_to": OTHER, "version": 2}, []))
    assert gone.endswith("offered to a colleague")
    assert (mine.offered(), mine.waiting()) == ([], [])
