"""Whatever happens, in whatever order: what must always be true of the board (promises 4 and 5)."""

import copy
from dataclasses import fields
from datetime import datetime, timedelta
from typing import ClassVar
from uuid import UUID

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from hub.model import ConversationStatus, Presence
from hub.routing.board import Board, Conversation, Seat
from hub.routing.decisions import Decision, Kind
from hub.routing.engine import Engine
from hub.routing.plan import Plan, Pool
from tests.unit.routing.office import ACCOUNT, OFFERING, PLAN, TEAM, Office, status

NAMES = ("Mina", "Ali", "Sara")
AUTOMATIC = {Kind.ASSIGNED, Kind.REOPENED}
agents = st.sampled_from(NAMES)
which = st.integers(0, 5)
seconds = st.integers(-600, 0)


class Routing(RuleBasedStateMachine):
    """Room for three of up to six conversations, so that the line is used."""

    plan: ClassVar[Plan] = PLAN

    @initialize()
    def begin(self) -> None:
        self.office = Office(plan=self.plan)
        for name, capacity in zip(NAMES, (30, 15, 0), strict=True):
            self.office.hire(name, capacity=capacity)
        self.office.seated()
        self.versions: dict[UUID, int] = {}
        self.told: dict[UUID, Decision] = {}
        self.past: list[tuple[Conversation, UUID, datetime, str | None]] = []

    def one(self, number: int) -> Conversation:
        known = list(self.office.stored.values())
        if number < len(known):
            return known[number]
        owner = NAMES[number] if number < 2 else None
        return self.office.open(owner=owner, last="Sara" if number == 3 else None)

    def done(self, *, by: Conversation | None = None) -> None:
        """The batch ends; what a person placed by hand may pass capacity."""
        changes = self.office.commit()
        for decision in changes.decisions.values():
            assert decision.event_id not in self.told, "each event decides once"
            self.told[decision.event_id] = decision
        for one in changes.started.values():
            automatic = [d for d in changes.decisions.values() if d.conversation_id == one.conversation_id]
            if by is None and any(d.kind in AUTOMATIC for d in automatic):
                seat = self.office.board.seats[one.agent_id]
                assert seat.load[Pool.WRITTEN] <= seat.capacity[Pool.WRITTEN]
                assert seat.present
        for offer in changes.offered.values():
            seat = self.office.board.seats[offer.agent_id]
            assert seat.load[Pool.WRITTEN] <= seat.capacity[Pool.WRITTEN]
            assert seat.present

    @rule(number=which, late=seconds)
    def customer_writes(self, number: int, late: int) -> None:
        self.office.now += timedelta(seconds=1)
        one, at = self.one(number), self.office.now + timedelta(seconds=late)
        event = self.office.inbound(one, at=at)
        self.past.append((one, event, at, None))
        self.done()

    @rule(number=which, by=agents, late=seconds, resolve=st.booleans())
    def agent_answers(self, number: int, by: str, late: int, resolve: bool) -> None:  # noqa: FBT001 - drawn
        self.office.now += timedelta(seconds=1)
        one, at = self.one(number), self.office.now + timedelta(seconds=late)
        event = self.office.answer(one, by, at=at, resolve=resolve)
        self.past.append((one, event, at, by))
        self.done(by=one)

    @rule(number=which)
    def organisation_writes(self, number: int) -> None:
        self.office.answer(self.one(number), None)
        self.done()

    @rule(number=which, command=st.sampled_from(["accept", "decline", "resolve", "reopen"]), by=agents)
    def command(self, number: int, command: str, by: str) -> None:
        self.office.now += timedelta(seconds=1)
        one = self.one(number)
        cause = self.office.command(one, command, by=by)
        self.done(by=one)
        assert cause in self.told, "every command gets its answer"

    @rule(number=which, to=agents)
    def assigned(self, number: int, to: str) -> None:
        one = self.one(number)
        self.office.command(one, "assign", to_agent=to, may_take=True)
        self.done(by=one)

    @rule(number=which)
    def handed_to_the_team(self, number: int) -> None:
        self.office.command(self.one(number), "assign", to_team=TEAM, may_take=True)
        self.done()

    @rule(number=which, by=agents, minutes=st.integers(1, 100))
    def snoozed(self, number: int, by: str, minutes: int) -> None:
        one = self.one(number)
        self.office.command(one, "snooze", by=by, until=self.office.now + timedelta(minutes=minutes))
        self.done(by=one)

    @rule(name=agents, how=st.sampled_from(["here", "away", "reloading", "gone"]))
    def presence_changes(self, name: str, how: str) -> None:
        declared = "away" if how == "away" else "available"
        self.office.presence(name, connected=how in {"here", "away"}, gone=how == "gone", declared=declared)
        self.done()

    @rule(minutes=st.sampled_from([0.4, 1, 3, 6, 16, 31, 300, 4400]))
    def time_passes(self, minutes: float) -> None:
        self.office.wait(timedelta(minutes=minutes))

    @precondition(lambda self: self.past)
    @rule(data=st.data())
    def an_old_event_comes_again_in_the_engine(self, data: st.DataObject) -> None:
        """The worker drops it, since its decision is there: every event of the past must have one."""
        _, event, _, _ = data.draw(st.sampled_from(self.past))
        assert event in self.told

    @invariant()
    def load_is_the_sum_of_what_is_held(self) -> None:
        board = self.office.board
        for seat in board.seats.values():
            held = [c for c in board.conversations.values() if c.assignee_id == seat.agent_id]
            offered = [c for c in board.conversations.values() if c.offered_to == seat.agent_id]
            assert (seat.holds, seat.offered) == ({c.id for c in held}, {c.id for c in offered})
            assert seat.load[Pool.WRITTEN] == sum(c.weight for c in (*held, *offered))
            assert seat.present or not offered
            assert seat.load[Pool.LIVE] == 0

    @invariant()
    def the_line_holds_who_waits_in_order_of_due(self) -> None:
        board = self.office.board
        waiting = [c for c in board.conversations.values() if c.in_line and c.offered_to is None]
        assert {c.id for c in board.line} == {c.id for c in waiting}
        assert len(board.line) == len(waiting)
        for target in {c.waits_for for c in waiting if c.waits_for}:
            line = board.line.waiting_for(target)
            assert line == sorted((c for c in waiting if c.waits_for == target), key=lambda c: (c.due, c.id))

    @invariant()
    def nobody_is_forgotten(self) -> None:
        for one in self.office.board.conversations.values():
            assert status(one) is not ConversationStatus.RESOLVED, "nothing resolved stays in memory"
            assert one.next_at is not None or one.version == 0
            if one.offered_to is not None:
                assert (one.assignee_id, one.in_line, one.next_at) == (None, True, one.offered_until)
            if one.waiting_since is None:
                assert not one.in_line
                continue
            assert one.due == one.waiting_since + PLAN.targets[one.priority]
            if one.assignee_id is None:
                assert one.in_line, "unanswered, so held or in line"
            elif one.status is ConversationStatus.OPEN:
                assert one.reply_due is not None
                assert not one.in_line
                assert not self.office.board.seats[one.assignee_id].gone

    @invariant()
    def an_agent_with_room_leaves_nobody_waiting(self) -> None:
        for seat in self.office.board.seats.values():
            if seat.present:
                assert self.office.board.line.next_for(seat) is None

    @invariant()
    def versions_only_rise(self) -> None:
        for one in self.office.stored.values():
            assert one.version >= self.versions.get(one.id, 0)
            assert one.stored_version == one.version, "every change was written"
            self.versions[one.id] = one.version

    @invariant()
    def a_new_board_from_the_rows_is_the_same(self) -> None:
        board, fresh = self.office.board, Board(PLAN)
        fresh.team_names, fresh.account_teams = board.team_names, {ACCOUNT: TEAM}
        for seat in board.seats.values():
            fresh.seats[seat.agent_id] = _as_read(seat)
        for one in self.office.stored.values():
            if one.version and status(one) is not ConversationStatus.RESOLVED:
                fresh.put(copy.copy(one))
        Engine(fresh).configuration_changed(self.office.now)
        for id_, seat in board.seats.items():
            assert _told(seat) == _told(fresh.seats[id_])
        assert {c.id for c in fresh.line} == {c.id for c in board.line}
        for one in fresh.conversations.values():
            assert all(getattr(one, f.name) == getattr(board.conversations[one.id], f.name) for f in fields(one))


def _as_read(seat: Seat) -> Seat:
    fresh = Seat(seat.agent_id, seat.name, seat.capacity, seat.teams, seat.active, Presence(seat.declared))
    fresh.connected, fresh.gone, fresh.seen_at = seat.connected, seat.gone, seat.seen_at
    return fresh


def _told(seat: Seat) -> tuple[dict[Pool, int], set[UUID], set[UUID]]:
    return seat.load, seat.holds, seat.offered


class Offering(Routing):
    """The same where conversations are offered."""

    plan = OFFERING


TestRouting, TestOffering = Routing.TestCase, Offering.TestCase
TestRouting.settings = TestOffering.settings = settings(
    max_examples=60, stateful_step_count=30, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
