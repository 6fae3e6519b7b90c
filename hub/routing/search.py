"""How a conversation finds its agent: through the steps of the plan, or in the waiting line. Pure."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from hub.model import ConversationStatus
from hub.routing.board import Board, Conversation, Seat
from hub.routing.decisions import Kind, Passed
from hub.routing.plan import ChannelRules, Step, Who

if TYPE_CHECKING:
    from hub.routing.engine import Engine


class Search:
    """Walks the plan for one conversation at a time."""

    def __init__(self, engine: "Engine") -> None:
        self._engine = engine

    @property
    def _board(self) -> Board:
        return self._engine.board

    def begin(self, conversation: Conversation, now: datetime, *, cause: UUID | None) -> None:
        """From the first step."""
        conversation.left_out = set()
        self._walk(conversation, self._rules(conversation).steps, now, cause=cause, passed=[])

    def go_on(self, conversation: Conversation, now: datetime) -> None:
        """The step it waited in is over: on to the next, or once more round the last."""
        step = self._rules(conversation).step(conversation.step)
        passed = [self._passed(step, "nobody became free in time", self._asked(conversation, step))]
        rest = [later for later in self._rules(conversation).steps if later.number > step.number]
        if not rest:
            conversation.left_out = set()
            rest = [step]
        self._walk(conversation, rest, now, cause=None, passed=passed)

    def after_owner(
        self, conversation: Conversation, now: datetime, *, cause: UUID | None, taken_from: UUID | None, why: str
    ) -> None:
        """From step 3 on, for what was taken back from a silent assignee (semantics A9)."""
        passed = [Passed(0, "assignee", why, self._board.name(taken_from))] if taken_from else []
        rest = [step for step in self._rules(conversation).steps if step.who is not Who.OWNER]
        self._walk(conversation, rest, now, cause=cause, passed=passed, tell=taken_from)

    def for_team(self, conversation: Conversation, now: datetime, *, cause: UUID | None, why: str) -> None:
        """Straight to the team: after a transfer, or when an absent assignee's conversation wakes."""
        conversation.waiting_since = conversation.waiting_since or now
        conversation.due = conversation.waiting_since + self._board.plan.targets[conversation.priority]
        steps = [step for step in self._rules(conversation).steps if step.who is Who.TEAM]
        self._walk(conversation, steps, now, cause=cause, passed=[Passed(0, "routing", why)])

    def serve(self, seat: Seat, now: datetime) -> bool:
        """Give an agent the next that waits for them, if they have room; whether they got one."""
        conversation = self._next(seat) if seat.present else None
        if conversation is None:
            return False
        step = self._rules(conversation).step(conversation.step)
        self._engine.hold(conversation, seat, now)
        passed = (self._passed(step, "became free", seat),)
        self._engine.decide(conversation, Kind.ASSIGNED, now, cause=None, passed=passed, why=self._why(seat))
        return True

    def _next(self, seat: Seat) -> Conversation | None:
        conversation = self._board.line.next_for(seat)
        if conversation is None:
            return None
        rules = self._rules(conversation)
        return conversation if seat.has_room(rules.pool, rules.weight) else None

    def _walk(
        self,
        conversation: Conversation,
        steps: Sequence[Step],
        now: datetime,
        *,
        cause: UUID | None,
        passed: list[Passed],
        tell: UUID | None = None,
    ) -> None:
        conversation.status = ConversationStatus.OPEN
        for step in steps:
            asked = self._asked(conversation, step)
            if (seat := self._free(conversation, step, asked)) is not None:
                passed.append(self._passed(step, "free", seat))
                conversation.step = step.number
                self._engine.hold(conversation, seat, now)
                self._decide(conversation, Kind.ASSIGNED, now, cause, passed=passed, tell=tell, why=self._why(seat))
                return
            reason, waits = self._obstacle(conversation, step, asked)
            passed.append(self._passed(step, reason, asked))
            if waits or step is steps[-1]:
                self._wait(conversation, step, now)
                self._decide(conversation, Kind.QUEUED, now, cause, passed=passed, tell=tell, why=reason)
                return

    def _free(self, conversation: Conversation, step: Step, asked: Seat | None) -> Seat | None:
        rules = self._rules(conversation)

        def fits(seat: Seat) -> bool:
            return seat.agent_id not in conversation.left_out and seat.has_room(rules.pool, rules.weight)

        if step.who is Who.TEAM:
            return self._board.ranking.best(conversation.team_id, rules.pool, fits) if conversation.team_id else None
        return asked if asked is not None and asked.present and fits(asked) else None

    def _asked(self, conversation: Conversation, step: Step) -> Seat | None:
        who = {Who.OWNER: conversation.owner_id, Who.LAST_AGENT: conversation.last_agent_id}
        return self._board.seat(who.get(step.who))

    def _obstacle(self, conversation: Conversation, step: Step, asked: Seat | None) -> tuple[str, bool]:
        """Why the step gave nobody, and whether it is worth waiting in it."""
        if step.who is Who.TEAM:
            return self._team_obstacle(conversation)
        if asked is None:
            return "none is set" if step.who is Who.OWNER else "nobody wrote lately", False
        if asked.agent_id in conversation.left_out:
            return "is left out", False
        if not asked.present:
            return ("is offline" if not asked.connected else f"is {asked.declared}"), False
        return "is full", True

    def _team_obstacle(self, conversation: Conversation) -> tuple[str, bool]:
        team = conversation.team_id
        if team is None:
            return "no team is set for this account", False
        present = self._board.ranking.present(team)
        if not present:
            return "nobody of them is there", False
        if present <= conversation.left_out:
            conversation.left_out = set()
            return "everybody there was left out, so all may be asked again", True
        return "everybody there is full", True

    def _wait(self, conversation: Conversation, step: Step, now: datetime) -> None:
        conversation.step, conversation.step_until = step.number, now + step.wait
        conversation.waits_for = self._board.awaited(conversation)
        self._board.line.add(conversation)
        self._engine.rearm(conversation, now)

    def _decide(
        self,
        conversation: Conversation,
        kind: Kind,
        now: datetime,
        cause: UUID | None,
        *,
        passed: list[Passed],
        tell: UUID | None,
        why: str,
    ) -> None:
        self._engine.decide(conversation, kind, now, cause=cause, passed=tuple(passed), why=why, tell=(tell,))

    def _why(self, seat: Seat) -> str:
        shares = [f"{pool} load {seat.load[pool]} of {seat.capacity[pool]}" for pool in seat.load if seat.load[pool]]
        return ", ".join(shares)

    def _passed(self, step: Step, reason: str, seat: Seat | None) -> Passed:
        return Passed(step.number, step.who, reason, seat.name if seat else None)

    def _rules(self, conversation: Conversation) -> ChannelRules:
        return self._board.plan.rules(conversation.channel)
