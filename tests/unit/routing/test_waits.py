"""How long customers waited for an answer, as it is noted with each answer of a person's."""

from datetime import datetime, timedelta

import pytest

from hub.model import derived_id
from hub.routing.board import Conversation
from tests.unit.routing.office import START, TEAM, Office, minutes


@pytest.fixture
def office() -> Office:
    return Office("Mina", "Ali")


def waits(office: Office) -> list[tuple[datetime, datetime, bool]]:
    """Since when, until when, and whether that was in time, of what was noted in the last batch."""
    office.commit()
    return [(one.since, one.answered_at, one.answered_at <= one.reply_by) for one in office.changes.waits]


def asked(office: Office) -> Conversation:
    one = office.open(owner="Mina")
    office.inbound(one)
    office.commit()
    return one


@pytest.mark.parametrize(
    ("after", "in_time"), [(timedelta(minutes=15), True), (timedelta(minutes=15, seconds=1), False)]
)
def test_an_answer_ends_the_wait_in_time_or_late(office: Office, *, after: timedelta, in_time: bool) -> None:
    one = asked(office)
    office.now += after
    answer = office.answer(one, "Mina")
    assert waits(office) == [(START, START + after, in_time)]
    (wait,) = office.changes.waits
    assert (wait.answer_id, wait.conversation_id) == (answer, one.id)
    assert (wait.team_id, wait.agent_id) == (TEAM, office["Mina"].agent_id)


def test_it_counts_from_the_first_that_nobody_had_answered_whoever_held_it(office: Office) -> None:
    one = asked(office)
    office.now += minutes(5)
    office.inbound(one)
    office.wait(minutes(9))
    assert office.holder(one) == "Mina"
    office.command(one, "assign", by="Mina", to_agent="Ali")
    office.now += minutes(10)
    office.answer(one, "Ali")
    assert waits(office) == [(START, START + minutes(24), False)], "though Ali had it for ten minutes only"


def test_a_second_answer_ends_nothing_and_an_older_one_recorded_late_neither(office: Office) -> None:
    one = asked(office)
    office.answer(one, "Mina", at=START + minutes(2))
    assert len(waits(office)) == 1
    office.answer(one, "Mina", at=START + minutes(3))
    office.answer(one, "Mina", at=START + minutes(1))
    assert waits(office) == []


def test_an_answer_does_not_end_the_wait_for_what_she_wrote_after_it(office: Office) -> None:
    one = asked(office)
    office.inbound(one, at=START + minutes(4))
    office.answer(one, "Mina", at=START + minutes(3))
    assert waits(office) == [(START, START + minutes(3), True)]
    office.answer(one, "Mina", at=START + minutes(5))
    assert waits(office) == [(START + minutes(4), START + minutes(5), True)]


def test_an_answer_of_before_her_text_recorded_after_it_is_none_to_it(office: Office) -> None:
    one = office.open(owner="Mina")
    office.inbound(one, at=START + minutes(4))
    office.answer(one, "Mina", at=START + minutes(3))
    assert waits(office) == []
    assert one.waiting_since == START + minutes(4)


def test_what_nobody_of_flesh_wrote_and_a_note_end_no_wait(office: Office) -> None:
    one = asked(office)
    office.answer(one, None)
    office.note(one)
    assert waits(office) == []
    assert one.waiting_since == START


def test_resolved_without_an_answer_is_no_answer_and_reopened_is_another_wait(office: Office) -> None:
    one = asked(office)
    office.command(one, "resolve", by="Mina")
    assert waits(office) == []
    office.now += minutes(60)
    office.inbound(one)
    office.answer(one, "Mina", at=office.now + minutes(1))
    assert waits(office) == [(START + minutes(60), START + minutes(61), True)]


def test_an_answer_that_closes_it_ends_the_wait_too(office: Office) -> None:
    one = asked(office)
    office.answer(one, "Mina", resolve=True)
    assert len(waits(office)) == 1


def test_a_matter_that_was_handed_on_is_no_customers_wait(office: Office) -> None:
    billing = derived_id("team", "Billing")
    office.board.team_names[billing] = "Billing"
    one = asked(office)
    office.answer(one, "Mina")
    assert len(waits(office)) == 1
    office.command(one, "assign", by="Mina", to_team=billing)
    office.now += minutes(60)
    office.answer(one, "Mina")
    assert waits(office) == []
