"""Whatever is split, joined and undone, in whatever order: each thing stands in one place, and nobody is forgotten.

All that ``test_invariants`` demands of a board holds here too, the agents' loads among it.
"""

from datetime import timedelta
from typing import Any
from uuid import UUID

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from hub.model import ConversationStatus
from hub.routing.board import Conversation
from hub.routing.offers import Outcome
from tests.unit.routing.office import OFFERING, TEAM, Office, status
from tests.unit.routing.remembering import Remembering, chosen
from tests.unit.routing.test_invariants import NAMES, Routing, which

RESOLVED = ConversationStatus.RESOLVED
holders = st.sampled_from(NAMES)


class Rearranging(Routing):
    """The same office, in which conversations are split and joined besides."""

    office: Remembering

    @initialize()
    def begin(self) -> None:
        super().begin()
        self.office = Remembering(plan=self.plan)
        for name, capacity in zip(NAMES, (60, 30, 15), strict=True):
            self.office.hire(name, capacity=capacity)
        self.office.seated()
        self.before: dict[UUID, dict[UUID, UUID]] = {}
        self.orders: dict[UUID, list[UUID]] = {}

    def rearranged(self, one: Conversation, command: str, **more: Any) -> bool:
        """Whether it was done; the earliest wait of the two stays what it was."""
        self.office.now += timedelta(seconds=1)
        places = self.office.places()
        alive = [c for c in self.office.stored.values() if c.status is not RESOLVED]
        waits = sorted(c.waiting_since for c in alive if c.waiting_since is not None)
        cause = self.office.rearrange(one, command, may_take=True, **more)
        now = [c for c in self.office.stored.values() if c.status is not RESOLVED]
        self.done(by=one)
        assert cause in self.told, "every command gets its answer"
        if self.told[cause].refused:
            assert self.office.places() == places, "a refusal changes nothing"
            return False
        later = sorted(c.waiting_since for c in now if c.waiting_since is not None)
        assert later[:1] == waits[:1], "nobody who waits is lost, and nobody begins to wait anew"
        self.before[cause] = places
        return True

    @precondition(lambda self: self.office.passed)
    @rule(number=which, pattern=st.integers(0, 2**16 - 1))
    def split(self, number: int, pattern: int) -> None:
        one = self.one(number)
        here = self.office.shown(one.id)
        ids = chosen(here, pattern)
        places, count = self.office.places(), len(self.office.stored)
        if not self.rearranged(one, "split", interactions=ids):
            assert not ids or len(ids) == len(here) or one.joined_into is not None
            return
        (new,) = list(self.office.stored)[count:]
        assert self.office.places() == places | dict.fromkeys(ids, new)

    @precondition(lambda self: len(self.office.stored) > 1)
    @rule(data=st.data())
    def join(self, data: st.DataObject) -> None:
        known = list(self.office.stored.values())
        into, gone = data.draw(st.sampled_from(known)), data.draw(st.sampled_from(known))
        places = self.office.places()
        if self.rearranged(into, "join", other=gone.id):
            moved = {id_: into.id if at == gone.id else at for id_, at in places.items()}
            assert self.office.places() == moved
            assert (gone.status, gone.outcome, gone.assignee_id in (None, gone.assignee_id)) == (
                RESOLVED,
                "joined",
                True,
            )
        else:
            assert into is gone or into.joined_into or gone.joined_into

    @precondition(lambda self: self.office.done)
    @rule(data=st.data(), newest=st.booleans())
    def undo(self, data: st.DataObject, newest: bool) -> None:  # noqa: FBT001 - drawn
        """What is undone stands as before; what came since, in the first of a split, or where it was of a join."""
        standing = [id_ for id_ in self.office.done if id_ not in self.office.undone]
        id_ = standing[-1] if newest and standing else data.draw(st.sampled_from(list(self.office.done)))
        done, places = self.office.done[id_], self.office.places()
        was = self.before[id_]
        if not self.rearranged(self.office.stored[done.to_id], "undo", rearrangement=id_):
            assert id_ not in standing or id_ != standing[-1], "the newest can always be undone"
            return
        now = self.office.places()
        own = set(done.interactions) if done.kind == "split" else {i for i, at in was.items() if at == done.from_id}
        for interaction in own:
            assert now[interaction] == was[interaction]
        if done.kind == "split":
            assert {now[i] for i, at in places.items() if at == done.to_id} <= {done.from_id}
        for interaction, at in places.items():
            if at not in (done.from_id, done.to_id):
                assert now[interaction] == at, "the rest is not touched"

    @invariant()
    def what_was_joined_shows_nothing_and_holds_nothing(self) -> None:
        shown = set(self.office.places().values())
        for one in self.office.stored.values():
            assert (one.joined_into is not None) == (one.id in self.office.joined)
            if one.joined_into is not None:
                assert one.status is RESOLVED
                assert one.waiting_since is None
                assert one.id not in shown
                assert not any(one.id in seat.holds for seat in self.office.board.seats.values())

    @invariant()
    def who_waits_is_told_by_what_stands_there(self) -> None:
        """The last she wrote is the last that stands there; nobody waits for what stands elsewhere."""
        for one in self.office.stored.values():
            if one.joined_into is not None:
                continue
            here = [passed.at for passed in self.office.shown(one.id) if passed.direction == "inbound"]
            assert one.last_inbound_at == max(here, default=None)
            assert set(one.unanswered) <= set(here)


class RearrangingOffers(Rearranging):
    """The same where conversations are offered."""

    plan = OFFERING


TestRearranging, TestRearrangingOffers = Rearranging.TestCase, RearrangingOffers.TestCase
TestRearranging.settings = TestRearrangingOffers.settings = settings(
    max_examples=60, stateful_step_count=40, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)


def test_at_once_undone_all_is_as_before() -> None:
    office = Remembering()
    for name in ("Mina", "Ali"):
        office.hire(name)
    office.seated()
    one = office.open()
    for _ in range(3):
        office.now += timedelta(seconds=1)
        office.inbound(one)
    office.commit()
    was = _state(one), _loads(office)
    cause = office.rearrange(one, "split", by=office.holder(one), interactions=chosen(office.passed, 6))
    office.commit()
    assert _loads(office) != was[1]
    office.rearrange(one, "undo", by=office.holder(one), rearrangement=cause)
    office.commit()
    assert (_state(one), _loads(office)) == was


def test_what_was_handed_on_waits_also_when_the_message_beside_it_goes() -> None:
    office = Remembering()
    office.hire("Mina")
    office.seated()
    handed, written = office.open(), office.open()
    office.command(handed, "assign", to_team=TEAM, may_take=True)
    since = handed.waiting_since
    office.now += timedelta(seconds=1)
    office.inbound(written)
    cause = office.rearrange(handed, "join", may_take=True, other=written.id)
    office.rearrange(handed, "undo", may_take=True, rearrangement=cause)
    office.commit()
    assert since is not None
    assert (handed.waiting_since, written.waiting_since) == (since, office.now)


def test_what_came_to_one_that_was_resolved_before_the_join_is_open_after_the_undo() -> None:
    office = Remembering()
    office.hire("Mina")
    office.seated()
    one, over = office.open(), office.open()
    office.inbound(over)
    office.command(over, "resolve", may_take=True)
    office.now += timedelta(seconds=1)
    office.inbound(one)
    office.commit()
    cause = office.rearrange(one, "join", may_take=True, other=over.id)
    office.commit()
    office.now += timedelta(seconds=1)
    office.inbound(over)
    office.commit()
    office.rearrange(one, "undo", may_take=True, rearrangement=cause)
    office.commit()
    assert (status(over), over.waiting_since, office.holder(over)) == ("open", office.now, "Mina")


def test_nobody_gets_round_an_offer_by_a_split_or_a_join() -> None:
    office = Remembering(plan=OFFERING)
    for name in ("Mina", "Ali"):
        office.hire(name)
    office.seated()
    asked, his = office.open(owner="Mina"), office.open(owner="Ali")
    for one in (asked, asked, his):
        office.now += timedelta(seconds=1)
        office.inbound(one)
    office.command(his, "accept", by="Ali")
    split = office.rearrange(asked, "split", by="Ali", interactions=chosen(office.shown(asked.id), 1))
    joined = office.rearrange(his, "join", by="Ali", other=asked.id)
    office.commit()
    assert office.refused(split) == office.refused(joined) == "it is offered to Mina just now"
    assert asked.offered_to == office["Mina"].agent_id
    office.rearrange(his, "join", may_take=True, other=asked.id)
    changes = office.commit()
    assert (office.load("Mina"), office["Mina"].offered) == (0, set())
    assert changes.offers_over[asked.id].outcome is Outcome.WITHDRAWN


def _state(one: Conversation) -> tuple[Any, ...]:
    names = ("status", "assignee_id", "waiting_since", "due", "reply_due", "unanswered", "last_inbound_at", "weight")
    return tuple(getattr(one, name) for name in names)


def _loads(office: Office) -> dict[str, int]:
    return {seat.name: office.load(seat.name) for seat in office.board.seats.values()}
