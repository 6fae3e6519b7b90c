"""What an agent's terminal knows and shows. Pure: answers of the API go in, lines come out.

Every conversation has a small number for as long as the terminal is open, so that it can be answered by typing.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import click

from hub.cli.tables import isolated, plain
from hub.routing.offers import AWAY_REASON

Json = Mapping[str, Any]

_TICKS = {
    "queued": "…",
    "sending": "…",
    "accepted": "…",
    "unknown": "?",
    "sent": "✓",
    "delivered": "✓✓",
    "read": "✓✓",
    "undelivered": "✗",
    "failed": "✗",
}
_CHANNELS = {"whatsapp": " on WhatsApp"}
"""What stands behind the number; a text message needs no mark."""
_WORTH_TELLING = frozenset({"sent", "delivered", "read", "undelivered", "failed", "unknown"})


@dataclass(slots=True)
class Shown:
    """One conversation as far as it has been shown. ``deliveries`` is message → the status last told."""

    number: int
    state: Json
    told: set[str] = field(default_factory=set)
    deliveries: dict[str, str] = field(default_factory=dict)
    files: dict[str, list[str]] = field(default_factory=dict)


class View:
    """Everything one agent sees."""

    def __init__(self) -> None:
        self.agent: Json = {}
        self.known: dict[str, Shown] = {}
        self.current: str | None = None

    def prompt(self) -> str:
        """``Mina #2> ``: who types, and to which conversation plain text goes."""
        shown = self.known.get(self.current or "")
        return f"{self.agent.get('name', '')}{f' #{shown.number}' if shown else ''}> "

    def numbered(self, number: int) -> str | None:
        """The id of the conversation with this number."""
        return next((id_ for id_, one in self.known.items() if one.number == number), None)

    def mine(self, id_: str) -> bool:
        """Whether she holds it now."""
        return self._holds(self.known[id_].state)

    def take(self, state: Json, interactions: Sequence[Json]) -> Iterator[str]:
        """What is new of a conversation, as lines."""
        id_ = state["id"]
        shown = self.known.get(id_)
        before = shown.state if shown else None
        if shown is None:
            shown = self.known[id_] = Shown(len(self.known) + 1, state)
        shown.state = state
        yield from self._changes(before, shown)
        if self._holds(state) or self._may_take(state):
            yield from self._news(shown, interactions)
        yield from self._chosen(id_)

    def gone(self, id_: str) -> Iterator[str]:
        """It is not hers to see any more."""
        shown = self.known.get(id_)
        if shown is not None and self._holds(shown.state):
            yield self._head(shown, "went to somebody else")
        elif shown is not None and self._offered(shown.state):
            yield self._head(shown, "is offered to you no more")
        if shown is not None:
            gone = {"assignee_id": None, "offered_to": None, "status": "resolved", "waiting_since": None}
            shown.state = {**shown.state, **gone}
        yield from self._chosen(id_)

    def declared(self, agent: Json) -> Iterator[str]:
        """Her own row, and a line if she counts as away who did not say so."""
        before, self.agent = self.agent, agent
        missed = agent["declared"] == "away" and agent["reason"] == AWAY_REASON
        if missed and before and before["declared"] != "away":
            yield click.style("     You let two offers pass, so you are away now: /available, on again.", fg="yellow")

    def listed(self) -> Iterator[str]:
        """Every conversation that is not done, one line each."""
        alive = [one for one in self.known.values() if one.state["status"] != "resolved"]
        if not alive:
            yield "Nothing is open. What arrives shows by itself."
        for one in alive:
            yield self._head(one, self._standing(one.state))

    def _holds(self, state: Json) -> bool:
        return bool(self.agent) and state["assignee_id"] == self.agent["id"]

    def _offered(self, state: Json) -> bool:
        return bool(self.agent) and state.get("offered_to") == self.agent["id"]

    def _may_take(self, state: Json) -> bool:
        """Whether it waits for whoever takes it, or for her to accept it."""
        free = state["assignee_id"] is None and (state.get("offered_to") is None or self._offered(state))
        return bool(free and state["waiting_since"])

    def _changes(self, before: Json | None, shown: Shown) -> Iterator[str]:
        """A line if it is new, came, went, or was closed."""
        state = shown.state
        was = None if before is None else (self._standing(before).split(";")[0], before.get("offered_until"))
        now = (self._standing(state).split(";")[0], state.get("offered_until"))
        if was == now or (before is None and state["status"] == "resolved"):
            return
        if before is None and not self._holds(state) and state["assignee_id"] is not None:
            return  # a colleague's
        yield self._head(shown, self._standing(state))

    def _standing(self, state: Json) -> str:
        if state["status"] == "resolved":
            return "resolved"
        if self._holds(state):
            until = f"; answer by {_time(state['reply_due'])}" if state.get("reply_due") else ""
            return f"yours{until}"
        if state["assignee_id"] is not None:
            return "held by a colleague"
        if self._offered(state):
            return f"offered to you; /accept takes it until {_second(state['offered_until'])}, /decline passes it on"
        if state.get("offered_to") is not None:
            return "offered to a colleague"
        return "waits in line; /accept takes it" if state["waiting_since"] else "open"

    def _news(self, shown: Shown, interactions: Sequence[Json]) -> Iterator[str]:
        for one in interactions:
            status, files = one.get("delivery") or "", [_file(file) for file in one.get("media") or ()]
            before, shown.files[one["id"]] = shown.files.get(one["id"], files), files
            if one["id"] not in shown.told:
                shown.told.add(one["id"])
                shown.deliveries[one["id"]] = status
                yield self._line(one, shown)
            elif status != shown.deliveries[one["id"]]:
                shown.deliveries[one["id"]] = status
                if status in _WORTH_TELLING:
                    yield click.style(f"     {_tick(one)}  {_beginning(one['text'])}", dim=True)
            if files != before:
                yield f"  #{shown.number} {_time(one['accepted_at'])} ◀ its file is here: {'  '.join(files)}"

    def _line(self, one: Json, shown: Shown) -> str:
        arrow = {"inbound": "◀", "outbound": "▶"}.get(one["direction"], "✎")
        mark = f"  {_tick(one)}" if one["direction"] == "outbound" and one.get("delivery") else ""
        files = [_file(file) for file in one.get("media") or ()]
        text = "\n           ".join(isolated(part) for part in str(one["text"] or "").splitlines())
        said = "  ".join(part for part in (text, *files) if part) or "(no text)"
        line = f"  #{shown.number} {_time(one['accepted_at'])} {arrow} {said}"
        return click.style(line, bold=one["direction"] == "inbound") + mark

    def _head(self, shown: Shown, what: str) -> str:
        name = isolated(shown.state.get("customer_name") or "New customer")
        point = plain(str(shown.state["contact_point"])).partition(":")[2]
        channel = _CHANNELS.get(str(shown.state.get("channel")), "")
        return click.style(f"── #{shown.number} {name} {point}{channel} ── {what}", fg="cyan")

    def _chosen(self, changed: str) -> Iterator[str]:
        """Choose, and say it if what she types goes somewhere else from now on."""
        before = self.current
        self._choose(changed)
        if before is not None and before != self.current:
            yield f"     {self.whereabouts()}"

    def whereabouts(self) -> str:
        """Where plain text goes, as a sentence."""
        shown = self.known.get(self.current or "")
        if shown is None:
            return "What you type goes to nobody now: no conversation is yours."
        name = isolated(shown.state.get("customer_name") or "the new customer")
        return f"What you type goes to #{shown.number} now, {name}."

    def waiting(self) -> list[str]:
        """The ids of those that wait for somebody to take them."""
        return [id_ for id_, one in self.known.items() if self._may_take(one.state)]

    def offered(self) -> list[str]:
        """The ids of those that wait for her to accept them."""
        return [id_ for id_, one in self.known.items() if self._offered(one.state)]

    def _choose(self, changed: str) -> None:
        """Plain text goes to the conversation one was at, else to the one that came last."""
        if self.current is None or not self.mine(self.current):
            mine = [id_ for id_ in (changed, *reversed(self.known)) if self.mine(id_) and not self._done(id_)]
            self.current = mine[0] if mine else None
        elif self._done(self.current):
            self.current = None
            self._choose(changed)

    def _done(self, id_: str) -> bool:
        return bool(self.known[id_].state["status"] == "resolved")


def _file(file: Json) -> str:
    kind = plain(str(file["content_type"]))
    if file["status"] == "failed":
        return f"[a file that could not be fetched: {plain(str(file['reason']))}]"
    if file["status"] == "waiting":
        return f"[{kind}, on its way from the provider]"
    name = f"{isolated(file['name'])}, " if file["name"] else ""
    return f"[{name}{kind}, {max(1, round(file['size'] / 1024)):,} KB]"


def _tick(one: Json) -> str:
    status = str(one.get("delivery") or "")
    reason = f": {plain(one['delivery_reason'])}" if one.get("delivery_reason") else ""
    return f"{_TICKS.get(status, '')} {status}{reason}"


def _beginning(text: str | None, length: int = 40) -> str:
    line = plain(text or "")
    return isolated(line if len(line) <= length else line[: length - 1] + "…")


def _second(given: str) -> str:
    return f"{datetime.fromisoformat(given).astimezone():%H:%M:%S}"


def _time(given: str) -> str:
    """The wall clock here; with the day if that is another."""
    moment = datetime.fromisoformat(given).astimezone()
    today = datetime.now().astimezone().date()
    return f"{moment:%H:%M}" if moment.date() == today else f"{moment:%d.%m. %H:%M}"
