"""An office that remembers what passed, as the history does: where each interaction was recorded, and where it stands.

From this it tells the facts of a split, a join or an undo as ``hub.routing.rearranging.store`` reads them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from hub.events import ConversationCommand
from hub.routing import unanswered
from hub.routing.board import Conversation
from hub.routing.plan import Plan
from hub.routing.rearranging.facts import Done, Facts, JoinFacts, Origin, Rearranged, Side, SplitFacts, UndoFacts
from tests.unit.routing.office import ACCOUNT, PLAN, Office


@dataclass(frozen=True, slots=True)
class Passed:
    """One interaction; ``home`` is the conversation it was recorded in."""

    id: UUID
    home: UUID
    at: datetime
    direction: str
    agent: UUID | None


@dataclass
class Remembering(Office):
    """``passed`` in the order of the history; ``placed`` and ``joined`` as the tables hold them."""

    passed: list[Passed] = field(default_factory=list)
    placed: dict[UUID, UUID] = field(default_factory=dict)
    joined: dict[UUID, UUID] = field(default_factory=dict)
    done: dict[UUID, Done] = field(default_factory=dict)
    undone: set[UUID] = field(default_factory=set)
    plan: Plan = PLAN

    def __post_init__(self) -> None:
        super().__init__(plan=self.plan)

    # ── where what stands ───────────────────────────────────────────────────────────────────────────────────────

    def stands(self, one: Passed) -> UUID:
        return self.placed.get(one.id, one.home)

    def root(self, conversation: UUID) -> UUID:
        while conversation in self.joined:
            conversation = self.joined[conversation]
        return conversation

    def places(self) -> dict[UUID, UUID]:
        """Each interaction, and the conversation that shows it."""
        return {one.id: self.root(self.stands(one)) for one in self.passed}

    def shown(self, conversation: UUID) -> list[Passed]:
        return [one for one in self.passed if self.root(self.stands(one)) == conversation]

    def below(self, conversation: UUID) -> set[UUID]:
        found = {conversation}
        while more := {one for one, into in self.joined.items() if into in found} - found:
            found |= more
        return found

    # ── what is done ────────────────────────────────────────────────────────────────────────────────────────────

    def _recorded(
        self,
        one: Conversation,
        direction: Literal["inbound", "outbound", "internal"],
        *,
        at: datetime | None,
        agent: UUID | None = None,
        **more: Any,
    ) -> UUID:
        id_ = super()._recorded(one, direction, at=at, agent=agent, **more)
        self.passed.append(Passed(id_, one.id, at or self.now, direction, agent))
        self.passed.sort(key=lambda passed: (passed.at, passed.id))
        return id_

    def rearrange(self, one: Conversation, command: Any, *, by: str | None = None, **more: Any) -> UUID:
        """The command, decided alone as the worker does it."""
        cause = self._event_id()
        agent = self[by].agent_id if by else None
        data = ConversationCommand(conversation_id=one.id, command=command, by_agent=agent, at=self.now, **more)
        facts = self.facts(data)
        named = {one.id, data.other} | ({facts.from_id, facts.to_id} if isinstance(facts, UndoFacts) else set())
        for id_ in named:
            if id_ in self.stored:
                self._bring(self.stored[id_])
        self.engine.command(cause, data, self.now, facts)
        if (made := self.engine.moves.changes.rearranged) is not None:
            self._write(made)
        return cause

    def _write(self, made: Rearranged) -> None:
        if made.opened is not None:
            self.stored[made.opened.id] = self.board.conversations[made.opened.id]
        if made.done is not None:
            self.done[made.rearrangement_id] = made.done
        else:
            self.undone.add(made.rearrangement_id)
        self.placed |= made.placed
        if made.joined is not None:
            self.joined[made.joined[0]] = made.joined[1]
        if made.parted is not None:
            del self.joined[made.parted]

    def _bring(self, one: Conversation) -> None:
        super()._bring(one)
        if one.joined_into is not None:
            self._bring(self.stored[one.joined_into])

    # ── the facts ───────────────────────────────────────────────────────────────────────────────────────────────

    def facts(self, data: ConversationCommand) -> Facts | None:
        if data.command == "split":
            return self._of_split(data.conversation_id, data.interactions)
        if data.command == "join":
            return JoinFacts()
        done = self.done.get(data.rearrangement) if data.rearrangement else None
        return None if done is None else self._of_undo(done)

    def _of_split(self, conversation: UUID, ids: Sequence[UUID]) -> SplitFacts:
        here = self.shown(conversation)
        took, left = [one for one in here if one.id in ids], [one for one in here if one.id not in ids]
        at = self.stored[conversation]
        return SplitFacts(
            found={one.id: self.stands(one) for one in took},
            undecided=False,
            rest=bool(left),
            origin=Origin(
                channel=at.channel, account=ACCOUNT, contact_point="tel:+1", our_address="tel:+2", opened_at=took[0].at
            )
            if took
            else None,
            took=self._side(took, None),
            left=self._side(left, at.waiting_since),
        )

    def _side(self, some: Iterable[Passed], since: datetime | None) -> Side:
        inbound = [one.at for one in some if one.direction == "inbound"]
        answers = [one.at for one in some if one.direction == "outbound" and one.agent is not None]
        first = [at for at in inbound if since is None or at >= since][: unanswered.MOST - 1]
        return Side(
            waiting=(*first, *inbound[-1:]) if inbound[-1:] != first[-1:] else tuple(first),
            last_inbound_at=max(inbound, default=None),
            last_answer_at=max(answers, default=None),
        )

    def _of_undo(self, done: Done) -> UndoFacts:
        gone = self.below(done.from_id)
        here = self.shown(done.to_id)
        return UndoFacts(
            kind=done.kind,
            from_id=done.from_id,
            to_id=done.to_id,
            interactions=done.interactions,
            was=done.was,
            before=done.before,
            undone=done.id in self.undone,
            stood_on=self._stood_on(done),
            took=self._side([one for one in here if self.stands(one) in gone], self.stored[done.to_id].waiting_since),
            left=self._side(
                [one for one in here if self.stands(one) not in gone], self.stored[done.to_id].waiting_since
            ),
        )

    def _stood_on(self, done: Done) -> bool:
        order = list(self.done)
        later = [self.done[id_] for id_ in order[order.index(done.id) + 1 :] if id_ not in self.undone]
        if done.kind == "split":
            return bool({done.from_id, done.to_id} & self.joined.keys()) or any(
                done.to_id in (one.from_id, one.to_id) for one in later
            )
        gone = self.below(done.from_id)
        return done.to_id in self.joined or any(one.from_id == done.to_id and gone & set(one.was) for one in later)


def chosen(some: Sequence[Passed], pattern: int) -> tuple[UUID, ...]:
    """Some of them, by the bits of a number."""
    return tuple(one.id for place, one in enumerate(some) if pattern >> (place % 16) & 1)
