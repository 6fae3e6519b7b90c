"""The engine: what happens to a conversation, by semantics A and B. Pure; time comes in as ``now``.

``recorded`` (somebody wrote), ``command`` (a person's wish), ``due`` (its time has come) and ``seats_changed`` change
the board and collect what changed. How a conversation finds its agent is in ``search``.
"""

import heapq
from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from hub.events import ConversationCommand, InteractionRecorded
from hub.model import ConversationStatus, derived_id
from hub.routing import commands
from hub.routing.board import Board, Conversation, Seat
from hub.routing.changes import Changes
from hub.routing.decisions import Decision, Kind, Passed
from hub.routing.ranking import order
from hub.routing.search import Search
from hub.routing.times import next_time, reply_due


class Engine:
    """Decides over one board. One instance a router; not safe for two threads, and needs not be."""

    def __init__(self, board: Board) -> None:
        self.board = board
        self.changes = Changes()
        self.search = Search(self)
        self._freed: set[UUID] = set()

    def taken(self, now: datetime) -> Changes:
        """What changed since the last call. Who has room now is served first."""
        self._serve_freed(now)
        changes, self.changes = self.changes, Changes()
        self.board.forget_resolved(changes.conversations.values())
        return changes

    # ── what comes in ───────────────────────────────────────────────────────────────────────────────────────────

    def recorded(self, cause: UUID, data: InteractionRecorded, now: datetime) -> None:
        """An interaction stands in the history; ``board`` already holds its conversation."""
        conversation = self.board.conversations[data.conversation_id]
        if data.direction == "inbound":
            self._customer_wrote(conversation, cause, data.accepted_at, now)
        elif data.direction == "outbound":
            self._organisation_wrote(conversation, cause, data, now)
        else:
            self._keep(conversation, cause, now, why="a note was written")
        self._serve_freed(now)

    def command(self, cause: UUID, data: ConversationCommand, now: datetime) -> None:
        """A person's wish; leaves a decision that bears the command's id, done or refused."""
        self._saw(data.by_agent, now, now)
        commands.obey(self, cause, data, now)
        self._serve_freed(now)

    def due(self, conversation_id: UUID, now: datetime) -> None:
        """A bell for this conversation. Does what its time has come for, if it has."""
        conversation = self.board.conversations.get(conversation_id)
        if conversation is None or conversation.next_at is None or conversation.next_at > now:
            return
        if conversation.status is ConversationStatus.SNOOZED:
            self._wake(conversation, None, now, why="its time came")
        elif conversation.in_line:
            self.search.go_on(conversation, now)
        elif conversation.waiting_since is not None:
            self._reply_time(conversation, now)
        else:
            self._quiet_time(conversation, now)
        self._serve_freed(now)

    def seats_changed(self, seats: Iterable[Seat], now: datetime) -> None:
        """Presence or configuration of these agents changed."""
        seats = list(seats)
        for seat in seats:  # all of them first, so that none is chosen who has just left
            self.board.ranking.changed(seat)
        for seat in seats:
            if seat.present:
                self._freed.add(seat.agent_id)
                continue
            for waiting in self.board.line.waiting_for(seat.agent_id):
                self.search.go_on(waiting, now, why="is not there any more")
            if seat.gone:
                self._take_back_all(seat, now)

    def configuration_changed(self, now: datetime) -> None:
        """Agents, teams or accounts changed: whoever waits may be served by somebody now."""
        self.seats_changed(list(self.board.seats.values()), now)
        for waiting in list(self.board.conversations.values()):
            if waiting.in_line and waiting.team_id is None and self.board.account_teams.get(waiting.account):
                self.search.go_on(waiting, now)

    # ── a customer or the organisation wrote ────────────────────────────────────────────────────────────────────

    def _customer_wrote(self, conversation: Conversation, cause: UUID, at: datetime, now: datetime) -> None:
        # Also a message older than the last answer was not seen when that was written: it comes after it in the queue.
        conversation.last_inbound_at = max(conversation.last_inbound_at or at, at)
        self._waits_since(conversation, min(conversation.waiting_since or at, at))
        if conversation.status is not ConversationStatus.OPEN:
            self._wake(conversation, cause, now, why="the customer wrote")
        elif (seat := self.board.seat(conversation.assignee_id)) is not None and not seat.gone:
            self._goes_on(conversation, seat, cause, now)
        elif conversation.assignee_id is not None:
            self.take_back(conversation, now, why="is gone", cause=cause)
        elif conversation.in_line:
            self._keep(conversation, cause, now, why="the customer wrote again; it keeps its place in line")
        else:
            self.search.begin(conversation, now, cause=cause)

    def _waits_since(self, conversation: Conversation, at: datetime) -> None:
        """The first unanswered message, from which its place in line follows."""
        conversation.waiting_since, conversation.due = at, at + self.board.plan.targets[conversation.priority]
        if conversation.in_line:
            self.board.wait(conversation)

    def _goes_on(self, conversation: Conversation, seat: Seat, cause: UUID, now: datetime) -> None:
        """The assignee is there: it weighs again, even above capacity, and the reply deadline runs."""
        rules = self.board.plan.rules(conversation.channel)
        if conversation.weight != rules.weight:
            self.board.weigh(conversation, rules.weight)
        conversation.reply_due = conversation.reply_due or reply_due(conversation, rules, now)
        self.rearm(conversation, now)
        self._keep(conversation, cause, now, why=f"the customer wrote; it stays with {seat.name}")

    def _wake(self, conversation: Conversation, cause: UUID | None, now: datetime, *, why: str) -> None:
        """Snoozed or resolved becomes open: back with the same assignee if present, else routed."""
        was_resolved = conversation.status is ConversationStatus.RESOLVED
        conversation.status = ConversationStatus.OPEN
        conversation.snoozed_until = conversation.resolved_at = conversation.outcome = None
        seat = self.board.seat(conversation.assignee_id)
        if seat is not None and seat.present and (not was_resolved or self._has_room(seat, conversation)):
            kind = Kind.REOPENED if was_resolved else Kind.WOKEN
            told = f"{why}; it is open and back with {seat.name}"
            self.back_with(conversation, seat, cause, now, kind=kind, why=told)
            return
        passed: tuple[Passed, ...] = ()
        if conversation.assignee_id is not None:
            missing = "is full" if seat is not None and seat.present else "is not there"
            passed = (Passed(0, "assignee", f"had it and {missing}", self.board.name(conversation.assignee_id)),)
        if was_resolved:
            conversation.assignee_id = None
        elif conversation.assignee_id is not None:
            self.let_go(conversation, now)
        if conversation.waiting_since is not None:
            self.search.begin(conversation, now, cause=cause, passed=passed)
        else:
            self.search.for_team(conversation, now, cause=cause, why=why)

    def _has_room(self, seat: Seat, conversation: Conversation) -> bool:
        return seat.has_room(self.board.plan.rules(conversation.channel).size)

    def back_with(
        self, conversation: Conversation, seat: Seat, cause: UUID | None, now: datetime, *, kind: Kind, why: str
    ) -> None:
        """Open again, and the assignee's as before."""
        conversation.status, conversation.snoozed_until = ConversationStatus.OPEN, None
        if kind is Kind.REOPENED:
            conversation.assignee_id = None  # noted since the resolution, but holding nothing
            self.hold(conversation, seat, now)
        else:
            rules = self.board.plan.rules(conversation.channel)
            self.board.weigh(conversation, rules.weight)
            conversation.reply_due = reply_due(conversation, rules, now)
        self.rearm(conversation, now)
        self.decide(conversation, kind, now, cause=cause, why=why)

    def _organisation_wrote(
        self, conversation: Conversation, cause: UUID, data: InteractionRecorded, now: datetime
    ) -> None:
        person = data.agent_id is not None or data.by_person
        if conversation.status is ConversationStatus.RESOLVED:
            if not person or data.accepted_at <= (conversation.resolved_at or now):
                self._keep(conversation, cause, now, why="it stays resolved")  # automatic, or an answer recorded late
                return
            conversation.status, conversation.resolved_at = ConversationStatus.OPEN, None
            conversation.assignee_id = conversation.outcome = None
        if data.agent_id is not None:
            self._agent_wrote(conversation, data.agent_id, data.accepted_at, now)
        if person:
            self._answered(conversation, data.accepted_at)
        self.rearm(conversation, now)
        name = self.board.name(data.agent_id) if data.agent_id else "the organisation"
        if data.resolve:
            self.resolve(conversation, cause, now, why=f"{name} answered and closed it")
        elif not person:
            self._keep(conversation, cause, now, why=f"{name} wrote")
        else:
            rest = "a later message waits" if conversation.waiting_since else "it waits on the customer"
            self.decide(conversation, Kind.ANSWERED, now, cause=cause, why=f"{name} answered; {rest}")

    def _agent_wrote(self, conversation: Conversation, agent_id: UUID, at: datetime, now: datetime) -> None:
        """Whoever answers what nobody holds, holds it."""
        seat = self._saw(agent_id, at, now)
        if seat is not None and not seat.gone and conversation.assignee_id is None:
            self.hold(conversation, seat, now)
        conversation.last_agent_id = agent_id

    def _saw(self, agent_id: UUID | None, at: datetime, now: datetime) -> Seat | None:
        """Who writes or commands is there, which says as much as a heartbeat."""
        seat = self.board.seat(agent_id)
        if seat is not None:
            seat.seen_at = max(seat.seen_at or at, at)
            seat.gone = seat.gone and now - seat.seen_at >= self.board.plan.gone_after
        return seat

    def _answered(self, conversation: Conversation, at: datetime) -> None:
        """Only a person's answer clears ``waiting_since``; what came after the answer still waits."""
        conversation.last_answer_at = max(conversation.last_answer_at or at, at)
        last = conversation.last_inbound_at
        if last is None or last <= conversation.last_answer_at:
            conversation.waiting_since = conversation.due = conversation.reply_due = None
        elif conversation.waiting_since is not None and conversation.waiting_since <= at:
            self._waits_since(conversation, last)
        if conversation.in_line and conversation.waiting_since is None:
            self.leave_line(conversation)

    def _keep(self, conversation: Conversation, cause: UUID, now: datetime, *, why: str) -> None:
        """Nothing changes hands. Also this is a decision, so that the event decides nothing if it comes again."""
        self.decide(conversation, Kind.KEPT, now, cause=cause, why=why)

    # ── time passed ─────────────────────────────────────────────────────────────────────────────────────────────

    def _reply_time(self, conversation: Conversation, now: datetime) -> None:
        if conversation.reply_due is not None and conversation.reply_due <= now:
            self.take_back(conversation, now, why="did not answer in time")
            return
        self.rearm(conversation, now)
        self.changes.touch(conversation, cause=None, kind="reply_warning")

    def _quiet_time(self, conversation: Conversation, now: datetime) -> None:
        """Waiting on the customer: first it weighs nothing, much later it is resolved as idle."""
        if not conversation.weight:
            conversation.outcome = conversation.outcome or "idle"
            self.resolve(conversation, None, now, why="nobody wrote for a long time, so it is resolved")
            return
        rules = self.board.plan.rules(conversation.channel)
        self.weigh_nothing(conversation)
        conversation.next_at = now + max(rules.idle_after - rules.weightless_after, rules.weightless_after)
        self.changes.touch(conversation, cause=None)

    def weigh_nothing(self, conversation: Conversation) -> None:
        """While it waits on somebody else it takes none of its assignee's capacity."""
        self.board.weigh(conversation, 0)
        if conversation.assignee_id is not None:
            self._freed.add(conversation.assignee_id)

    def _take_back_all(self, seat: Seat, now: datetime) -> None:
        for conversation_id in sorted(seat.holds):
            conversation = self.board.conversations[conversation_id]
            if conversation.waiting_since is not None and conversation.status is ConversationStatus.OPEN:
                self.take_back(conversation, now, why="is gone")

    # ── what the others build on ────────────────────────────────────────────────────────────────────────────────

    def hold(self, conversation: Conversation, seat: Seat, now: datetime) -> None:
        """The agent becomes the assignee; whoever held it before does so no more."""
        if conversation.assignee_id is not None:
            self.let_go(conversation, now)
        rules = self.board.plan.rules(conversation.channel)
        self.leave_line(conversation)
        conversation.left_out = set()
        conversation.assignee_id = seat.agent_id
        conversation.weight = 0
        seat.holds.add(conversation.id)
        seat.last_assigned_at = now.timestamp()
        self.board.weigh(conversation, rules.weight)
        conversation.reply_due = reply_due(conversation, rules, now)
        self.changes.start(conversation, seat.agent_id, now)
        self.rearm(conversation, now)

    def leave_line(self, conversation: Conversation) -> None:
        """It waits for nobody any more."""
        if conversation.in_line:
            self.changes.left_line.add(conversation.id)
        self.board.line.remove(conversation)
        conversation.step_until = conversation.waits_for = None

    def let_go(self, conversation: Conversation, now: datetime) -> Seat | None:
        """Nobody holds it any more; gives back the load in the same commit."""
        seat = self.board.seat(conversation.assignee_id)
        self.changes.end(conversation, now)
        if seat is not None:
            self.board.weigh(conversation, 0)
            seat.holds.discard(conversation.id)
            self._freed.add(seat.agent_id)
        conversation.assignee_id = conversation.reply_due = None
        conversation.weight = 0
        return seat

    def take_back(self, conversation: Conversation, now: datetime, *, why: str, cause: UUID | None = None) -> None:
        """From a silent or absent assignee, on to whoever comes after the owner; that agent is left out."""
        held_by = conversation.assignee_id
        self.let_go(conversation, now)
        if held_by is not None:
            conversation.left_out.add(held_by)
        self.search.after_owner(conversation, now, cause=cause, taken_from=held_by, why=why)

    def resolve(self, conversation: Conversation, cause: UUID | None, now: datetime, *, why: str) -> None:
        """It is over. The assignee stays noted, for the day it is opened again, but holds nothing."""
        held_by = conversation.assignee_id
        if held_by is not None:
            self.let_go(conversation, now)
        conversation.status = ConversationStatus.RESOLVED
        conversation.assignee_id, conversation.resolved_at = held_by, now
        conversation.waiting_since = conversation.due = conversation.reply_due = conversation.snoozed_until = None
        self.leave_line(conversation)
        conversation.next_at = None
        self.decide(conversation, Kind.RESOLVED, now, cause=cause, why=why)

    def _serve_freed(self, now: datetime) -> None:
        """Who has room takes the earliest due they may take, the least laden agent first, until nobody can.

        After each event, not only after the batch: whoever comes next must not overtake those who wait.
        """
        if not self._freed:
            return
        seats = [seat for agent_id in self._freed if (seat := self.board.seat(agent_id)) is not None]
        self._freed.clear()
        heap = [(order(seat), seat.agent_id) for seat in seats]
        heapq.heapify(heap)
        while heap:
            seat = self.board.seats[heapq.heappop(heap)[1]]
            if self.search.serve(seat, now):
                heapq.heappush(heap, (order(seat), seat.agent_id))

    def rearm(self, conversation: Conversation, now: datetime) -> None:
        """Set when something happens next."""
        conversation.next_at = next_time(conversation, self.board.plan.rules(conversation.channel), now)

    def decide(
        self,
        conversation: Conversation,
        kind: Kind,
        now: datetime,
        *,
        cause: UUID | None,
        why: str = "",
        passed: Sequence[Passed] = (),
        agent_id: UUID | None = None,
        tell: Iterable[UUID | None] = (),
    ) -> None:
        """Write the decision down and tell of it."""
        self.changes.touch(conversation, cause=cause, also=tell)
        agent = agent_id or conversation.assignee_id
        decision = Decision(
            event_id=self._decision_id(cause, conversation),
            conversation_id=conversation.id,
            at=now,
            kind=kind,
            plan_version=self.board.plan.version,
            step=conversation.step,
            agent_id=agent,
            team_id=conversation.team_id,
            passed=passed,
            why=why,
            next_at=conversation.next_at,
        )
        self.changes.decisions[decision.event_id] = decision

    def refuse(self, cause: UUID, data: ConversationCommand, why: str, now: datetime) -> None:
        """A command that cannot be done: nothing changes, and whoever waits for it is told why."""
        conversation = self.board.conversations.get(data.conversation_id)
        self.changes.decisions[cause] = Decision(
            event_id=cause,
            conversation_id=data.conversation_id,
            at=now,
            kind=Kind.REFUSED,
            plan_version=self.board.plan.version,
            agent_id=data.by_agent,
            why=why,
            refused=True,
        )
        version = conversation.version if conversation else 0
        self.changes.tell(data.conversation_id, version, cause=cause, audience=(data.by_agent,))

    def _decision_id(self, cause: UUID | None, conversation: Conversation) -> UUID:
        """The cause's own id for the first conversation it decides, else one that follows from the version."""
        before = self.changes.decisions.get(cause) if cause else None
        if cause is not None and (before is None or before.conversation_id == conversation.id):
            return cause
        return derived_id("decision", conversation.id, conversation.version)
