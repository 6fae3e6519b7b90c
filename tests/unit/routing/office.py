"""An office to route in: agents, a team, customers who write, and a clock. No database; the engine alone."""

import tomllib
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal
from uuid import UUID

from hub.events import ConversationCommand, InteractionRecorded
from hub.model import Channel, ConversationStatus, Presence, derived_id
from hub.routing.board import Board, Conversation, Seat
from hub.routing.changes import Changes
from hub.routing.decisions import Decision
from hub.routing.engine import Engine
from hub.routing.plan import Plan, Pool
from hub.routing.plan_file import load

START = datetime(2026, 3, 21, 9, 0, tzinfo=UTC)
CONFIG = Path(__file__).parents[3] / "config" / "routing.toml"
ACCOUNT = "sms_twilio/default"
TEAM = derived_id("team", "Support")


def config() -> dict[str, Any]:
    return tomllib.loads(CONFIG.read_text(encoding="utf-8"))


def offering() -> Plan:
    """The shipped plan, but that text messages are offered."""
    given = config()
    given["channels"]["sms"]["hand_over"] = "offer"
    return load(given)


PLAN: Plan = load(config())
OFFERING: Plan = offering()


def minutes(n: float) -> timedelta:
    return timedelta(minutes=n)


class Office:
    """``names`` are there and free. What the worker keeps in PostgreSQL is in ``stored``."""

    def __init__(self, *names: str, plan: Plan = PLAN) -> None:
        self.now = START
        self.board = Board(plan)
        self.board.team_names[TEAM] = "Support"
        self.board.account_teams[ACCOUNT] = TEAM
        self.engine = Engine(self.board)
        self.stored: dict[UUID, Conversation] = {}
        self.decisions: list[Decision] = []
        self.changes = Changes()
        self._events = 0
        for name in names:
            self.hire(name)
        self.seated()

    def hire(self, name: str, *, capacity: int = 100, present: bool = True, teams: Sequence[UUID] = (TEAM,)) -> Seat:
        points = dict.fromkeys(Pool, capacity)
        seat = Seat(derived_id("agent", name), name, points, frozenset(teams), declared=Presence.AVAILABLE)
        seat.connected, seat.seen_at = present, self.now
        self.board.seats[seat.agent_id] = seat
        return seat

    def seated(self) -> None:
        """What the worker does when the configuration changed."""
        self.board.ranking.rebuild(list(self.board.seats.values()))
        self.engine.configuration_changed(self.now)
        self.commit()

    def __getitem__(self, name: str) -> Seat:
        return self.board.seats[derived_id("agent", name)]

    def holder(self, conversation: Conversation) -> str | None:
        return self.board.name(conversation.assignee_id) if conversation.assignee_id else None

    def load(self, name: str) -> int:
        """What an agent holds of written conversations, in points."""
        return self[name].load[Pool.WRITTEN]

    def open(
        self, *, owner: str | None = None, last: str | None = None, channel: Channel = Channel.SMS
    ) -> Conversation:
        one = Conversation(derived_id("conversation", len(self.stored)), derived_id("customer"), channel, ACCOUNT)
        one.owner_id = self[owner].agent_id if owner else None
        one.last_agent_id = self[last].agent_id if last else None
        self.stored[one.id] = one
        return one

    def inbound(self, one: Conversation, *, at: datetime | None = None, again: UUID | None = None) -> UUID:
        return self._recorded(one, "inbound", at=at, again=again)

    def answer(
        self,
        one: Conversation,
        by: str | None,
        *,
        at: datetime | None = None,
        resolve: bool = False,
        again: UUID | None = None,
    ) -> UUID:
        agent = self[by].agent_id if by else None
        return self._recorded(one, "outbound", at=at, agent=agent, resolve=resolve, again=again)

    def note(self, one: Conversation) -> UUID:
        return self._recorded(one, "internal", at=None)

    def _recorded(
        self,
        one: Conversation,
        direction: Literal["inbound", "outbound", "internal"],
        *,
        at: datetime | None,
        agent: UUID | None = None,
        resolve: bool = False,
        again: UUID | None = None,
        by_person: bool = False,
    ) -> UUID:
        data = InteractionRecorded(
            interaction_id=again or self._event_id(),
            conversation_id=one.id,
            customer_id=one.customer_id,
            channel=one.channel,
            direction=direction,
            contact_point="tel:+989121234567",
            account=ACCOUNT,
            accepted_at=at or self.now,
            agent_id=agent,
            resolve=resolve,
            by_person=by_person,
        )
        self._bring(one)
        self.engine.recorded(data.interaction_id, data, self.now)
        return data.interaction_id

    def command(self, one: Conversation, command: Any, *, by: str | None = None, **more: Any) -> UUID:
        cause = self._event_id()
        agent = self[by].agent_id if by else None
        for key in ("to_agent",):
            if key in more:
                more[key] = self[more[key]].agent_id
        data = ConversationCommand(conversation_id=one.id, command=command, by_agent=agent, **({"at": self.now} | more))
        self._bring(one)
        self.engine.command(cause, data, self.now)
        return cause

    def presence(self, name: str, *, connected: bool = True, gone: bool = False, declared: str = "available") -> None:
        seat = self[name]
        seat.connected, seat.gone, seat.declared = connected, gone, Presence(declared)
        self.engine.seats_changed([seat], self.now)

    def wait(self, by: timedelta) -> None:
        """Time passes; every bell rings when it is due, as keep_time would. Whose desk is open is heard of."""
        until = self.now + by
        while due := [c for c in self.board.conversations.values() if c.next_at is not None and c.next_at <= until]:
            first = min(due, key=lambda one: (one.next_at, one.id))
            self.now = max(self.now, first.next_at or self.now)
            self.beat()
            before = first.next_at
            self.engine.due(first.id, self.now)
            self.commit()
            assert first.next_at != before, "a bell must move the time, or it rings for ever"
        self.now = until

    def beat(self) -> None:
        for seat in self.board.seats.values():
            if seat.connected:
                seat.seen_at = self.now

    def commit(self) -> Changes:
        """The end of a batch."""
        changes = self.changes = self.engine.taken(self.now)
        for one in changes.conversations.values():
            one.stored_version = one.version
        self.board.forget_resolved(list(self.board.conversations.values()))
        self.decisions += changes.decisions.values()
        return changes

    def sentence(self) -> str:
        """How the last decision reads."""
        return self.decisions[-1].sentence()

    def refused(self, cause: UUID) -> str | None:
        """Why a command was refused, or nothing if it was done."""
        (decision,) = [one for one in self.decisions if one.event_id == cause]
        return decision.why if decision.refused else None

    def _bring(self, one: Conversation) -> None:
        if one.id not in self.board.conversations:
            self.board.put(one)

    def _event_id(self) -> UUID:
        self._events += 1
        return derived_id("event", self._events)


def waiting(one: Conversation) -> bool:
    return one.status is ConversationStatus.OPEN and one.assignee_id is None and one.in_line


def status(one: Conversation) -> ConversationStatus:
    """Its status now; a call, so that no reader believes it stays what it was."""
    return one.status
