"""How a conversation finds its agent: through the steps of the plan, or in the waiting line. Pure."""

import heapq
from collections.abc import Callable, Sequence
from datetime import datetime
from uuid import UUID

from hub.model import ConversationStatus
from hub.routing.board import Conversation, Seat
from hub.routing.decisions import ASKED_ALREADY, Kind, Passed
from hub.routing.moves import Moves
from hub.routing.offers import Outcome
from hub.routing.plan import ChannelRules, HandOver, Step, Who
from hub.routing.ranking import order

NOT_IN_TIME = "did not become free in time"


class Search:
    """Walks the plan for one conversation at a time."""

    def __init__(self, moves: Moves) -> None:
        self._board, self._moves = moves.board, moves

    def begin(
        self, conversation: Conversation, now: datetime, *, cause: UUID | None, passed: Sequence[Passed] = ()
    ) -> None:
        """From the first step."""
        conversation.ask_anew()
        self._walk(conversation, self._rules(conversation).steps, now, cause=cause, passed=[*passed])

    def go_on(self, conversation: Conversation, now: datetime, *, why: str = NOT_IN_TIME) -> None:
        """The step it waited in is over: on to the next, or once more round the last, with nobody left out."""
        step = self._rules(conversation).step(conversation.step)
        asked = self._asked(conversation, step)
        passed = [Passed(step.number, step.who, why, asked.name)] if asked else []
        self._walk(conversation, self._after(conversation, step), now, cause=None, passed=passed)

    def not_accepted(
        self,
        conversation: Conversation,
        outcome: Outcome,
        now: datetime,
        *,
        why: str,
        cause: UUID | None = None,
    ) -> None:
        """The offer is over: its step goes on without her while it lasts, and keeps its place in line (semantics A5).

        Who is not there is not left out: when she comes back she may be asked again.
        """
        asked = conversation.offered_to
        seat = self._moves.end_offer(conversation, outcome, now)
        if seat is not None and seat.present:
            conversation.left_out.add(seat.agent_id)
        step = self._rules(conversation).step(conversation.step)
        over = conversation.step_until is not None and conversation.step_until <= now
        rest = self._after(conversation, step) if over else self._from(conversation, step)
        passed = [Passed(step.number, "assignee", why, self._board.name(asked))]
        self._walk(conversation, rest, now, cause=cause, passed=passed)

    def take_back(self, conversation: Conversation, now: datetime, *, why: str, cause: UUID | None = None) -> None:
        """From a silent or absent assignee, who is left out, on from step 3 (semantics A9)."""
        held_by = conversation.assignee_id
        self._moves.let_go(conversation, now)
        passed: list[Passed] = []
        if held_by is not None:
            conversation.left_out.add(held_by)
            passed = [Passed(0, "assignee", why, self._board.name(held_by))]
        rest = [step for step in self._rules(conversation).steps if step.who is not Who.OWNER]
        self._walk(conversation, rest, now, cause=cause, passed=passed, tell=held_by)

    def for_team(self, conversation: Conversation, now: datetime, *, cause: UUID | None, why: str) -> None:
        """Straight to the team: after a transfer, or when an absent assignee's conversation wakes."""
        self._moves.end_offer(conversation, Outcome.WITHDRAWN, now)
        conversation.ask_anew()
        conversation.step = None  # the other team's time begins now
        conversation.waiting_since = conversation.waiting_since or now
        conversation.due = conversation.waiting_since + self._board.plan.targets[conversation.priority]
        steps = [step for step in self._rules(conversation).steps if step.who is Who.TEAM]
        self._walk(conversation, steps, now, cause=cause, passed=[Passed(0, "routing", why)])

    def serve_freed(self, now: datetime) -> None:
        """Who has room takes the earliest due they may take, the least laden agent first, until nobody can.

        After each event, not only after the batch: whoever comes next must not overtake those who wait.
        """
        if not self._moves.freed:
            return
        seats = [seat for agent_id in self._moves.freed if (seat := self._board.seat(agent_id)) is not None]
        self._moves.freed.clear()
        heap = [(order(seat), seat.agent_id) for seat in seats]
        heapq.heapify(heap)
        while heap:
            seat = self._board.seats[heapq.heappop(heap)[1]]
            if self._serve(seat, now):
                heapq.heappush(heap, (order(seat), seat.agent_id))

    def _serve(self, seat: Seat, now: datetime) -> bool:
        """Give an agent the next that waits for them and fits, if any; whether they got one."""
        conversation = self._board.line.next_for(seat) if seat.present else None
        if conversation is None:
            return False
        step = self._rules(conversation).step(conversation.step)
        why = f"{seat.name} became free {self._load(conversation, seat)}"
        passed = [Passed(step.number, "routing", "it was the first in line", seat.name)]
        kind, end = self._hand_over(conversation, seat, step, now)
        self._decide(conversation, kind, now, None, passed=passed, tell=None, why=why + end)
        return True

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
        conversation.status, conversation.snoozed_until = ConversationStatus.OPEN, None
        if conversation.team_id not in self._board.team_names:  # none yet, or one that is no more
            conversation.team_id = self._board.account_teams.get(conversation.account)
        for step in steps:
            asked = self._asked(conversation, step)
            if (seat := self._free(conversation, step, asked)) is not None:
                why = f"{_IS_FREE[step.who].format(seat.name)} {self._load(conversation, seat)}"
                kind, end = self._hand_over(conversation, seat, step, now)
                self._decide(conversation, kind, now, cause, passed=passed, tell=tell, why=why + end)
                return
            reason, waits = self._obstacle(conversation, step, asked)
            if waits or step is steps[-1]:
                self._wait(conversation, step, now)
                why = _WAITS[step.who].format(asked.name if asked else "", reason)
                self._decide(conversation, Kind.QUEUED, now, cause, passed=passed, tell=tell, why=why)
                return
            passed.append(Passed(step.number, step.who, reason, asked.name if asked else None))

    def _hand_over(self, conversation: Conversation, seat: Seat, step: Step, now: datetime) -> tuple[Kind, str]:
        """Hers at once, or offered to her, as the channel has it (semantics A4); how the decision's sentence ends."""
        if self._rules(conversation).hand_over is HandOver.ASSIGN:
            conversation.step = step.number
            self._moves.hold(conversation, seat, now)
            return Kind.ASSIGNED, ""
        self._enter(conversation, step, now)
        self._moves.offer(conversation, seat, now)
        return Kind.OFFERED, " and is offered it"

    def _free(self, conversation: Conversation, step: Step, asked: Seat | None) -> Seat | None:
        size = self._rules(conversation).size

        def fits(seat: Seat) -> bool:
            return seat.agent_id not in conversation.left_out

        if step.who is Who.TEAM:
            return self._free_of_team(conversation, step, fits)
        return asked if asked is not None and asked.present and asked.has_room(size) and fits(asked) else None

    def _free_of_team(self, conversation: Conversation, step: Step, fits: Callable[[Seat], bool]) -> Seat | None:
        """The best of the team. If all of them let the offer pass they are asked once more in the same step."""
        team, rules = conversation.team_id, self._rules(conversation)
        if team is None:
            return None
        best = self._board.ranking.best(team, rules.size, fits)
        again = rules.hand_over is HandOver.OFFER and conversation.second_round != step.number
        if best is None and again and self._all_asked(conversation, team):
            conversation.left_out, conversation.second_round = set(), step.number
            best = self._board.ranking.best(team, rules.size, fits)
        return best

    def _all_asked(self, conversation: Conversation, team: UUID) -> bool:
        present = self._board.ranking.present(team)
        return bool(present) and present <= conversation.left_out

    def _asked(self, conversation: Conversation, step: Step) -> Seat | None:
        who = {Who.OWNER: conversation.owner_id, Who.LAST_AGENT: conversation.last_agent_id}
        return self._board.seat(who.get(step.who))

    def _obstacle(self, conversation: Conversation, step: Step, asked: Seat | None) -> tuple[str, bool]:
        """Why the step gave nobody, and whether it is worth waiting in it."""
        if step.who is Who.TEAM:
            team, twice = conversation.team_id, conversation.second_round == step.number
            return self._team_obstacle(conversation), not (twice and team and self._all_asked(conversation, team))
        if asked is None:
            return "none is set" if step.who is Who.OWNER else "nobody wrote lately", False
        if asked.agent_id in conversation.left_out:
            return ASKED_ALREADY, False
        if not asked.present:
            return ("is offline" if not asked.connected else f"is {asked.declared}"), False
        return "is full", True

    def _team_obstacle(self, conversation: Conversation) -> str:
        if conversation.team_id is None:
            return "no team is set for this account"
        name = self._board.team_names.get(conversation.team_id, "the team")
        present = self._board.ranking.present(conversation.team_id)
        if not present:
            return f"nobody of {name} is there"
        if self._all_asked(conversation, conversation.team_id):
            return f"everybody of {name} who is there was asked already"
        if present & conversation.left_out:
            return f"everybody of {name} who is there is full or was asked already"
        return f"everybody of {name} who is there is full"

    def _wait(self, conversation: Conversation, step: Step, now: datetime) -> None:
        self._enter(conversation, step, now)
        self._board.wait(conversation)
        self._moves.rearm(conversation, now)

    def _enter(self, conversation: Conversation, step: Step, now: datetime) -> None:
        """In this step from now on; one it is in already keeps its end."""
        until = conversation.step_until
        if conversation.step != step.number or until is None or until <= now:
            conversation.step, conversation.step_until = step.number, now + step.wait

    def _from(self, conversation: Conversation, step: Step) -> list[Step]:
        return [one for one in self._rules(conversation).steps if one.number >= step.number]

    def _after(self, conversation: Conversation, step: Step) -> list[Step]:
        """The steps behind it; behind the last that one again, with nobody left out."""
        rest = [one for one in self._rules(conversation).steps if one.number > step.number]
        if not rest:
            conversation.ask_anew()
        return rest or [step]

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
        self._moves.decide(conversation, kind, now, cause=cause, passed=tuple(passed), why=why, tell=(tell,))

    def _load(self, conversation: Conversation, seat: Seat) -> str:
        pool = self._rules(conversation).pool
        return f"({seat.load[pool]} of {seat.capacity[pool]})"

    def _rules(self, conversation: Conversation) -> ChannelRules:
        return self._board.plan.rules(conversation.channel)


_IS_FREE = {
    Who.OWNER: "{}, the owner, is free",
    Who.LAST_AGENT: "{}, who wrote last, is free",
    Who.TEAM: "{} has the least load",
}
_WAITS = {
    Who.OWNER: "it waits for the owner {}, who {}",
    Who.LAST_AGENT: "it waits for {}, who wrote last and {}",
    Who.TEAM: "it waits in line{}: {}",
}
