"""Texts and answers that are recorded late and out of order: nobody waits longer, or less long, than by their times."""

from datetime import timedelta
from typing import Literal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hub.model import ConversationStatus, derived_id
from hub.routing import unanswered
from hub.routing.board import Conversation
from tests.unit.routing.office import START, Office, minutes, status

Wrote = tuple[Literal["she", "Mina"], int]
happened = st.lists(st.tuples(st.sampled_from(["she", "Mina"]), st.integers(0, 20)), max_size=25)


@pytest.fixture
def office() -> Office:
    return Office("Mina", "Ali")


def takes_place(office: Office, one: Conversation, wrote: Wrote) -> None:
    who, second = wrote
    at = START + timedelta(seconds=second)
    office.inbound(one, at=at) if who == "she" else office.answer(one, "Mina", at=at)
    office.commit()


def left_unanswered(events: list[Wrote]) -> list[int]:
    """The seconds of what nobody answered: said anew, as plainly as can be."""
    left: list[int] = []
    for who, second in events:
        left = [*left, second] if who == "she" else [one for one in left if one > second]
    return left


def test_an_answer_on_its_way_when_it_was_handed_on_does_not_take_it_back() -> None:
    office = Office("Mina")
    billing = derived_id("team", "Billing")
    office.board.team_names[billing] = "Billing"
    one = office.open(owner="Mina")
    office.inbound(one)
    answered = office.now + minutes(1)
    office.now += minutes(2)
    office.command(one, "assign", by="Mina", to_team=billing)
    office.now += minutes(1)
    office.answer(one, "Mina", at=answered, resolve=True)
    assert (status(one), office.holder(one), one.in_line, one.team_id) == (ConversationStatus.OPEN, None, True, billing)
    assert one.waiting_since == START + minutes(2), "her text is answered; the matter waits since it was handed on"
    office.answer(one, "Mina")
    assert (office.holder(one), one.in_line) == ("Mina", False), "who answers it now takes it"


@given(happened)
@example([("she", 1), ("she", 3), ("she", 9), ("Mina", 2)])
@example([("she", 5), ("Mina", 6), ("she", 4), ("Mina", 3)])
def test_it_waits_since_the_first_text_that_nobody_answered(events: list[Wrote]) -> None:
    office = Office("Mina", "Ali")
    office.now = START + timedelta(seconds=20)
    one = office.open(owner="Mina")
    for number, wrote in enumerate(events, 1):
        takes_place(office, one, wrote)
        left = left_unanswered(events[:number])
        assert one.waiting_since == (START + timedelta(seconds=min(left)) if left else None)
        assert one.due == (one.waiting_since + minutes(10) if one.waiting_since else None)


@given(happened, st.integers(0, 25))
def test_after_a_takeover_nobody_is_forgotten(events: list[Wrote], taken_over: int) -> None:
    """The row knows the first and the last alone: a text may wait from too late on, or once more, but it waits."""
    office = Office("Mina", "Ali")
    office.now = START + timedelta(seconds=20)
    one = office.open(owner="Mina")
    for number, wrote in enumerate(events, 1):
        takes_place(office, one, wrote)
        if number == taken_over:
            one.unanswered = unanswered.stored(one.waiting_since, one.last_inbound_at)
        if left_unanswered(events[:number]):
            assert one.waiting_since is not None


def test_of_very_many_unanswered_texts_the_first_and_the_last_are_kept() -> None:
    times: unanswered.Times = ()
    for second in range(1000):
        times = unanswered.with_one(times, START + timedelta(seconds=second))
    assert len(times) == unanswered.MOST
    assert times[:2] == (START, START + timedelta(seconds=1))
    assert times[-1] == START + timedelta(seconds=999)


def test_a_row_that_waits_only_because_it_was_handed_over_has_nothing_unanswered(office: Office) -> None:
    office.inbound(one := office.open(owner="Mina"))
    office.answer(one, "Mina", at=office.now + timedelta(seconds=1))
    office.now += minutes(1)
    office.command(one, "assign", to_team=office.board.account_teams[one.account], may_take=True)
    office.commit()
    assert one.waiting_since == office.now
    assert unanswered.stored(one.waiting_since, one.last_inbound_at) == ()


def test_the_reply_deadline_follows_the_text_that_still_waits(office: Office) -> None:
    office.inbound(one := office.open(owner="Mina"))
    office.commit()
    office.now += minutes(10)
    office.inbound(one)
    office.answer(one, "Mina", at=office.now - minutes(5))
    office.commit()
    assert one.reply_due == office.now + minutes(15), "not a quarter of an hour after what is answered"
    office.wait(minutes(14))
    assert office.holder(one) == "Mina"


def test_answered_and_closed_but_a_later_text_waits(office: Office) -> None:
    office.inbound(one := office.open(owner="Mina"))
    office.now += minutes(2)
    office.inbound(one)
    office.answer(one, "Mina", at=office.now - minutes(1), resolve=True)
    office.commit()
    assert (status(one), one.waiting_since, office.holder(one)) == ("open", office.now, "Mina")
    assert office.sentence() == "Mina answered; a later message waits."


def test_a_late_answer_to_what_is_resolved_is_the_newest_all_the_same(office: Office) -> None:
    office.inbound(one := office.open(owner="Mina"))
    office.now += minutes(5)
    office.command(one, "resolve", by="Mina")
    office.commit()
    at = office.now - minutes(2)
    office.answer(one, "Ali", at=at)
    changes = office.commit()
    assert status(one) is ConversationStatus.RESOLVED
    assert (one.last_answer_at, one.last_agent_id) == (at, office["Ali"].agent_id)
    assert one.id in changes.conversations, "so it is written"
    office.answer(one, None)
    office.commit()
    assert one.last_answer_at == at, "an automatic answer is none"


def test_an_answer_older_than_the_newest_is_not_the_newest(office: Office) -> None:
    office.inbound(one := office.open(owner="Mina"))
    office.now += minutes(5)
    office.answer(one, "Mina")
    office.answer(one, "Ali", at=office.now - minutes(1))
    office.commit()
    assert (one.last_answer_at, one.last_agent_id) == (office.now, office["Mina"].agent_id)
