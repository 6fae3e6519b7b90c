"""The moves: what can be done to a conversation on the board. Pure.

Each keeps line, seats and ranking in step with the conversation, and notes in ``changes`` what must be written.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from hub.events import ConversationCommand
from hub.model import ConversationStatus, Presence, derived_id
from hub.routing.board import Board, Conversation, Seat
from hub.routing.changes import Changes, Wait
from hub.routing.decisions import Decision, Kind, Passed
from hub.routing.offers import Outcome
from hub.routing.times import next_time, reply_due


class Moves:
    """Who holds what, who waits since when, and what is written down of it."""

    def __init__(self, board: Board) -> None:
        self.board = board
        self.changes = Changes()
        self.freed: set[UUID] = set()
        """Agents who may have more room than before, and are to be served."""

    def taken(self) -> Changes:
        """What changed since the last call."""
        changes, self.changes = self.changes, Changes()
        self.board.forget_resolved(changes.conversations.values())
        return changes

    def wait_since(self, conversation: Conversation, at: datetime) -> None:
        """The first unanswered message, from which its place in line follows."""
        conversation.waiting_since, conversation.due = at, at + self.board.plan.targets[conversation.priority]
        if conversation.in_line:
            self.board.wait(conversation)

    def wait_no_more(self, conversation: Conversation) -> None:
        """Nothing of hers is unanswered."""
        conversation.waiting_since = conversation.due = conversation.reply_due = None
        conversation.unanswered = ()

    def end_wait(self, conversation: Conversation, answer: UUID, agent_id: UUID | None, at: datetime) -> None:
        """Note how long she waited for this answer, if it is one to something she wrote."""
        since = conversation.unanswered[0] if conversation.unanswered else None
        if since is not None and since <= at:
            reply_by = since + self.board.plan.rules(conversation.channel).reply_within
            wait = Wait(answer, conversation.id, conversation.team_id, agent_id, since, at, reply_by)
            self.changes.waits.append(wait)

    def hold(self, conversation: Conversation, seat: Seat, now: datetime) -> None:
        """The agent becomes the assignee; whoever held it before does so no more."""
        if conversation.assignee_id is not None:
            self.let_go(conversation, now)
        rules = self.board.plan.rules(conversation.channel)
        if conversation.offered_to == seat.agent_id:
            self.end_offer(conversation, Outcome.ACCEPTED, now)
        self.leave_line(conversation, now)
        conversation.ask_anew()
        conversation.handed_at = None
        conversation.assignee_id = seat.agent_id
        conversation.weight = 0
        seat.holds.add(conversation.id)
        seat.last_assigned_at = now.timestamp()
        self.board.weigh(conversation, rules.weight)
        conversation.reply_due = reply_due(conversation, rules, now)
        self.changes.start(conversation, seat.agent_id, now)
        self.rearm(conversation, now)

    def leave_line(self, conversation: Conversation, now: datetime) -> None:
        """It waits for nobody any more, and is offered to nobody."""
        if conversation.offered_to is not None:
            self.end_offer(conversation, Outcome.WITHDRAWN, now)
        self._step_out(conversation)
        conversation.step_until = None

    def offer(self, conversation: Conversation, seat: Seat, now: datetime) -> None:
        """Propose it to the agent. It weighs on her meanwhile, and has its place in line if she does not take it."""
        rules = self.board.plan.rules(conversation.channel)
        self._step_out(conversation)
        conversation.offered_to, conversation.offered_until = seat.agent_id, now + rules.offer_within
        conversation.weight = 0
        seat.offered.add(conversation.id)
        self.board.weigh(conversation, rules.weight)
        self.changes.offer(conversation, seat.agent_id, now, conversation.offered_until)
        self.rearm(conversation, now)

    def end_offer(self, conversation: Conversation, outcome: Outcome, now: datetime) -> Seat | None:
        """It is proposed to nobody any more; gives back the load in the same commit. Whose offer it was."""
        if conversation.offered_to is None:
            return None
        seat = self.board.seat(conversation.offered_to)
        self.changes.end_offer(conversation, conversation.offered_to, outcome, now)
        if seat is not None:
            self.board.weigh(conversation, 0)
            seat.offered.discard(conversation.id)
            self.freed.add(seat.agent_id)
            if outcome is not Outcome.WITHDRAWN:
                seat.missed = seat.missed + 1 if outcome is Outcome.EXPIRED and seat.present else 0
        conversation.offered_to = conversation.offered_until = None
        conversation.weight = 0
        return seat

    def send_away(self, seat: Seat) -> None:
        """Her offers run out unanswered, so she is not there: until she says otherwise she gets nothing."""
        seat.declared, seat.missed = Presence.AWAY, 0
        self.changes.sent_away.append(seat.agent_id)

    def _step_out(self, conversation: Conversation) -> None:
        if conversation in self.board.line:
            self.changes.left_line.add(conversation.id)
        self.board.line.remove(conversation)
        conversation.waits_for = None

    def let_go(self, conversation: Conversation, now: datetime) -> Seat | None:
        """Nobody holds it any more; gives back the load in the same commit."""
        seat = self.board.seat(conversation.assignee_id)
        self.changes.end(conversation, now)
        if seat is not None:
            self.board.weigh(conversation, 0)
            seat.holds.discard(conversation.id)
            self.freed.add(seat.agent_id)
        conversation.assignee_id = conversation.reply_due = None
        conversation.weight = 0
        return seat

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

    def weigh_nothing(self, conversation: Conversation) -> None:
        """While it waits on somebody else it takes none of its assignee's capacity."""
        self.board.weigh(conversation, 0)
        if conversation.assignee_id is not None:
            self.freed.add(conversation.assignee_id)

    def resolve(self, conversation: Conversation, cause: UUID | None, now: datetime, *, why: str) -> None:
        """It is over."""
        self.close(conversation, now)
        self.decide(conversation, Kind.RESOLVED, now, cause=cause, why=why)

    def close(self, conversation: Conversation, now: datetime) -> None:
        """The assignee stays noted, for the day it is opened again, but holds nothing."""
        held_by = conversation.assignee_id
        if held_by is not None:
            self.let_go(conversation, now)
        self.leave_line(conversation, now)
        conversation.status = ConversationStatus.RESOLVED
        conversation.assignee_id, conversation.resolved_at = held_by, now
        conversation.snoozed_until = None
        self.wait_no_more(conversation)
        conversation.next_at = None

    def rearm(self, conversation: Conversation, now: datetime) -> None:
        """Set when something happens next."""
        conversation.next_at = next_time(conversation, self.board.plan.rules(conversation.channel), now)

    def keep(self, conversation: Conversation, cause: UUID, now: datetime, *, why: str) -> None:
        """Nothing changes hands. Also this is a decision, so that the event decides nothing if it comes again."""
        self.decide(conversation, Kind.KEPT, now, cause=cause, why=why)

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
        facts: Mapping[str, str] | None = None,
    ) -> None:
        """Write the decision down and tell of it."""
        self.changes.touch(conversation, cause=cause, also=tell)
        agent = agent_id or conversation.bearer
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
            facts=facts or {},
        )
        self.changes.decisions[decision.event_id] = decision

    def refuse(
        self, cause: UUID, data: ConversationCommand, why: str, now: datetime, *, facts: Mapping[str, str]
    ) -> None:
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
            facts=facts,
        )
        version = conversation.version if conversation else 0
        self.changes.tell(data.conversation_id, version, cause=cause, audience=(data.by_agent,))

    def _decision_id(self, cause: UUID | None, conversation: Conversation) -> UUID:
        """The cause's own id for the first conversation it decides, else one that follows from the version."""
        before = self.changes.decisions.get(cause) if cause else None
        if cause is not None and (before is None or before.conversation_id == conversation.id):
            return cause
        return derived_id("decision", conversation.id, conversation.version)
