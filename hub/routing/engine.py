"""The engine: what happens to a conversation, by semantics A and B. Pure; time comes in as ``now``.

``recorded`` (somebody wrote), ``command`` (a person's wish), ``due`` (its time has come) and ``seats_changed`` change
the board and collect what changed. What can be done to a conversation is in ``moves``, how it finds its agent in
``search``.
"""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from hub.events import ConversationCommand, InteractionRecorded
from hub.model import ConversationStatus
from hub.routing import commands, unanswered
from hub.routing.board import Board, Conversation, Seat
from hub.routing.changes import Changes
from hub.routing.decisions import Kind, Passed
from hub.routing.moves import Moves
from hub.routing.offers import HEARD, MOST_MISSED, Outcome
from hub.routing.rearranging.facts import Facts
from hub.routing.search import Search
from hub.routing.times import reply_due

NOT_THERE = "is not there any more"


class Engine:
    """Decides over one board. One instance a router; not safe for two threads, and needs not be."""

    def __init__(self, board: Board) -> None:
        self.board = board
        self.moves = Moves(board)
        self.search = Search(self.moves)

    def taken(self, now: datetime) -> Changes:
        """What changed since the last call. Who has room now is served first."""
        self.search.serve_freed(now)
        return self.moves.taken()

    # ── what comes in ───────────────────────────────────────────────────────────────────────────────────────────

    def recorded(self, cause: UUID, data: InteractionRecorded, now: datetime) -> None:
        """An interaction stands in the history; ``board`` already holds its conversation."""
        conversation = self.board.shown(data.conversation_id)
        if data.direction == "inbound":
            self._customer_wrote(conversation, cause, data.accepted_at, now)
        elif data.direction == "outbound":
            self._organisation_wrote(conversation, cause, data, now)
        else:
            self.moves.keep(conversation, cause, now, why="a note was written")
        self.search.serve_freed(now)

    def command(self, cause: UUID, data: ConversationCommand, now: datetime, facts: Facts | None = None) -> None:
        """A person's wish; leaves a decision that bears the command's id, done or refused.

        ``facts``: of a split, a join or an undo, what the history says.
        """
        self._saw(data.by_agent, now, now)
        commands.obey(self, cause, data, now, facts)
        self.search.serve_freed(now)

    def due(self, conversation_id: UUID, now: datetime) -> None:
        """A bell for this conversation. Does what its time has come for, if it has."""
        conversation = self.board.conversations.get(conversation_id)
        if conversation is None or conversation.next_at is None or conversation.next_at > now:
            return
        if conversation.status is ConversationStatus.SNOOZED:
            self._wake(conversation, None, now, why="its time came")
        elif conversation.offered_to is not None:
            self._offer_ran_out(conversation, conversation.offered_to, now)
        elif conversation.in_line:
            self.search.go_on(conversation, now)
        elif conversation.waiting_since is not None:
            self._reply_time(conversation, now)
        else:
            self._quiet_time(conversation, now)
        self.search.serve_freed(now)

    def seats_changed(self, seats: Iterable[Seat], now: datetime) -> None:
        """Presence or configuration of these agents changed."""
        seats = list(seats)
        for seat in seats:  # all of them first, so that none is chosen who has just left
            self.board.ranking.changed(seat)
        for seat in seats:
            if seat.present:
                self.moves.freed.add(seat.agent_id)
                continue
            for waiting in self.board.line.waiting_for(seat.agent_id):
                self.search.go_on(waiting, now, why=NOT_THERE)
            for conversation_id in sorted(seat.offered):
                offered = self.board.conversations[conversation_id]
                self.search.not_accepted(offered, Outcome.WITHDRAWN, now, why=NOT_THERE)
            if seat.gone:
                self._take_back_all(seat, now)

    def configuration_changed(self, now: datetime) -> None:
        """Agents, teams or accounts changed: whoever waits may be served by somebody now."""
        self.seats_changed(list(self.board.seats.values()), now)
        for waiting in list(self.board.conversations.values()):
            in_line = waiting.in_line and waiting.offered_to is None
            if in_line and waiting.team_id is None and self.board.account_teams.get(waiting.account):
                self.search.go_on(waiting, now)

    # ── a customer or the organisation wrote ────────────────────────────────────────────────────────────────────

    def _customer_wrote(self, conversation: Conversation, cause: UUID, at: datetime, now: datetime) -> None:
        # Also a message older than the last answer was not seen when that was written: it comes after it in the queue.
        conversation.last_inbound_at = max(conversation.last_inbound_at or at, at)
        conversation.unanswered = unanswered.with_one(conversation.unanswered, at)
        self.moves.wait_since(conversation, min(conversation.waiting_since or at, at))
        if conversation.status is not ConversationStatus.OPEN:
            self._wake(conversation, cause, now, why="the customer wrote")
        elif (seat := self.board.seat(conversation.assignee_id)) is not None and not seat.gone:
            self._goes_on(conversation, seat, cause, now)
        elif conversation.assignee_id is not None:
            self.search.take_back(conversation, now, why="is gone", cause=cause)
        elif conversation.in_line:
            self.moves.keep(conversation, cause, now, why="the customer wrote again; it keeps its place in line")
        else:
            self.search.begin(conversation, now, cause=cause)

    def _goes_on(self, conversation: Conversation, seat: Seat, cause: UUID, now: datetime) -> None:
        """The assignee is there: it weighs again, even above capacity, and the reply deadline runs."""
        rules = self.board.plan.rules(conversation.channel)
        if conversation.weight != rules.weight:
            self.board.weigh(conversation, rules.weight)
        conversation.reply_due = conversation.reply_due or reply_due(conversation, rules, now)
        self.moves.rearm(conversation, now)
        self.moves.keep(conversation, cause, now, why=f"the customer wrote; it stays with {seat.name}")

    def _wake(self, conversation: Conversation, cause: UUID | None, now: datetime, *, why: str) -> None:
        """Snoozed or resolved becomes open: back with the same assignee if present, else routed."""
        was_resolved = conversation.status is ConversationStatus.RESOLVED
        conversation.status = ConversationStatus.OPEN
        conversation.snoozed_until = conversation.resolved_at = conversation.outcome = None
        seat = self.board.seat(conversation.assignee_id)
        if seat is not None and seat.present and (not was_resolved or self._has_room(seat, conversation)):
            kind = Kind.REOPENED if was_resolved else Kind.WOKEN
            told = f"{why}; it is open and back with {seat.name}"
            self.moves.back_with(conversation, seat, cause, now, kind=kind, why=told)
            return
        passed: tuple[Passed, ...] = ()
        if conversation.assignee_id is not None:
            missing = "is full" if seat is not None and seat.present else "is not there"
            passed = (Passed(0, "assignee", f"had it and {missing}", self.board.name(conversation.assignee_id)),)
        if was_resolved:
            conversation.assignee_id = None
        elif conversation.assignee_id is not None:
            self.moves.let_go(conversation, now)
        if conversation.waiting_since is not None:
            self.search.begin(conversation, now, cause=cause, passed=passed)
        else:
            self.search.for_team(conversation, now, cause=cause, why=why)

    def _has_room(self, seat: Seat, conversation: Conversation) -> bool:
        return seat.has_room(self.board.plan.rules(conversation.channel).size)

    def _organisation_wrote(
        self, conversation: Conversation, cause: UUID, data: InteractionRecorded, now: datetime
    ) -> None:
        person = data.agent_id is not None or data.by_person
        if conversation.status is ConversationStatus.RESOLVED:
            if not person or data.accepted_at <= (conversation.resolved_at or now):
                if person:
                    _note_answer(conversation, data.agent_id, data.accepted_at)
                self.moves.keep(conversation, cause, now, why="it stays resolved")
                return
            conversation.status, conversation.resolved_at = ConversationStatus.OPEN, None
            conversation.assignee_id = conversation.outcome = None
        if data.agent_id is not None:
            self._agent_wrote(conversation, data.agent_id, data.accepted_at, now)
        if person:
            _note_answer(conversation, data.agent_id, data.accepted_at)
            self.moves.end_wait(conversation, cause, data.agent_id, data.accepted_at)
            self._answered(conversation, data.accepted_at, now)
        self.moves.rearm(conversation, now)
        name = self.board.name(data.agent_id) if data.agent_id else "the organisation"
        if data.resolve and not conversation.unanswered and _handed_since(conversation, data.accepted_at) is None:
            self.moves.resolve(conversation, cause, now, why=f"{name} answered and closed it")
        elif not person:
            self.moves.keep(conversation, cause, now, why=f"{name} wrote")
        else:
            rest = "a later message waits" if conversation.waiting_since else "it waits on the customer"
            self.moves.decide(conversation, Kind.ANSWERED, now, cause=cause, why=f"{name} answered; {rest}")

    def _agent_wrote(self, conversation: Conversation, agent_id: UUID, at: datetime, now: datetime) -> None:
        """Whoever answers what nobody holds, holds it; not who answered just before it was handed on."""
        seat = self._saw(agent_id, at, now)
        if seat is None or seat.gone or _handed_since(conversation, at) is not None:
            return
        if conversation.assignee_id is None:
            self.moves.hold(conversation, seat, now)

    def _saw(self, agent_id: UUID | None, at: datetime, now: datetime) -> Seat | None:
        """Who writes or commands is there, which says as much as a heartbeat."""
        seat = self.board.seat(agent_id)
        if seat is not None:
            seat.seen_at = max(seat.seen_at or at, at)
            seat.gone = seat.gone and now - seat.seen_at >= self.board.plan.gone_after
        return seat

    def _answered(self, conversation: Conversation, at: datetime, now: datetime) -> None:
        """Only a person's answer clears ``waiting_since``; what came after the answer still waits."""
        conversation.unanswered = unanswered.without_answered(conversation.unanswered, at)
        if not conversation.unanswered and (handed := _handed_since(conversation, at)) is not None:
            self.moves.wait_since(conversation, handed)
        elif not conversation.unanswered:
            self.moves.wait_no_more(conversation)
            self.moves.leave_line(conversation, now)
        elif conversation.waiting_since is not None and conversation.waiting_since <= at:
            self.moves.wait_since(conversation, conversation.unanswered[0])
            if conversation.reply_due is not None:
                within = self.board.plan.rules(conversation.channel).reply_within
                conversation.reply_due = max(conversation.reply_due, conversation.unanswered[0] + within)

    # ── time passed ─────────────────────────────────────────────────────────────────────────────────────────────

    def _offer_ran_out(self, conversation: Conversation, asked: UUID, now: datetime) -> None:
        """On to the next. Who lets one after the other pass is not there, whatever she said (semantics A5)."""
        seat = self.board.seat(asked)
        if seat is None or seat.seen_at is None or now - seat.seen_at > HEARD:
            self.search.not_accepted(conversation, Outcome.WITHDRAWN, now, why="was not reached")
            return
        if seat.missed + 1 >= MOST_MISSED:
            self.moves.send_away(seat)  # first, so that it is not offered to her again
        self.search.not_accepted(conversation, Outcome.EXPIRED, now, why="did not accept it in time")
        if not seat.present:
            self.seats_changed([seat], now)

    def _reply_time(self, conversation: Conversation, now: datetime) -> None:
        if conversation.reply_due is not None and conversation.reply_due <= now:
            self.search.take_back(conversation, now, why="did not answer in time")
            return
        self.moves.rearm(conversation, now)
        self.moves.changes.touch(conversation, cause=None, kind="reply_warning")

    def _quiet_time(self, conversation: Conversation, now: datetime) -> None:
        """Waiting on the customer: first it weighs nothing, much later it is resolved as idle."""
        if not conversation.weight:
            conversation.outcome = conversation.outcome or "idle"
            self.moves.resolve(conversation, None, now, why="nobody wrote for a long time, so it is resolved")
            return
        rules = self.board.plan.rules(conversation.channel)
        self.moves.weigh_nothing(conversation)
        conversation.next_at = now + max(rules.idle_after - rules.weightless_after, rules.weightless_after)
        self.moves.changes.touch(conversation, cause=None)

    def _take_back_all(self, seat: Seat, now: datetime) -> None:
        for conversation_id in sorted(seat.holds):
            conversation = self.board.conversations[conversation_id]
            if conversation.waiting_since is not None and conversation.status is ConversationStatus.OPEN:
                self.search.take_back(conversation, now, why="is gone")


def _handed_since(conversation: Conversation, at: datetime) -> datetime | None:
    """When it was handed to the team for which it waits, if that was after ``at``."""
    handed = conversation.handed_at
    return handed if conversation.in_line and handed is not None and handed >= at else None


def _note_answer(conversation: Conversation, agent_id: UUID | None, at: datetime) -> None:
    """The newest answer and who wrote it, as the history has them; one that is recorded late may be neither."""
    if conversation.last_answer_at is None or at >= conversation.last_answer_at:
        conversation.last_answer_at, conversation.last_agent_id = at, agent_id or conversation.last_agent_id
