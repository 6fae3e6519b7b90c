"""What happens to a conversation once somebody holds it (semantics A6, A9 and B)."""

from datetime import timedelta

import pytest

from hub.model import ConversationStatus, derived_id
from tests.unit.routing.office import TEAM, Office, minutes, status, waiting


@pytest.fixture
def office() -> Office:
    return Office("Mina", "Ali")


def test_a_silent_assignee_is_warned_and_then_loses_it(office: Office) -> None:
    one = office.open(owner="Mina", last="Mina")
    office.inbound(one)
    office.commit()
    version = one.version
    office.wait(timedelta(minutes=11, seconds=14))
    assert one.version == version
    office.wait(timedelta(seconds=1))
    (touch,) = office.changes.touches
    assert (touch.kind, touch.audience) == ("reply_warning", (office["Mina"].agent_id,))
    assert office.holder(one) == "Mina"

    office.wait(timedelta(minutes=3, seconds=45))
    assert office.holder(one) == "Ali", "from step 3 on: not the owner again, and whoever was silent is left out"
    assert office.load("Mina") == 0
    assert office.sentence() == ("Mina did not answer in time; Ali has the least load (0 of 100).")


def test_an_answer_stops_the_deadline(office: Office) -> None:
    office.inbound(one := office.open(owner="Mina"))
    office.commit()
    office.wait(minutes(14))
    office.answer(one, "Mina")
    office.commit()
    assert office.sentence() == "Mina answered; it waits on the customer."
    assert (one.waiting_since, one.reply_due, one.due) == (None, None, None)
    office.wait(minutes(20))
    assert office.holder(one) == "Mina"


def test_a_second_message_does_not_move_the_deadline(office: Office) -> None:
    office.inbound(one := office.open(owner="Mina"))
    office.commit()
    due = one.reply_due
    office.wait(minutes(5))
    office.inbound(one)
    office.commit()
    assert (one.reply_due, office.sentence()) == (due, "The customer wrote; it stays with Mina.")


def test_the_only_agent_is_asked_again_only_after_the_step(office: Office) -> None:
    office.presence("Ali", connected=False)
    office.inbound(one := office.open())
    office.commit()
    office.wait(minutes(5))
    office.command(one, "decline", by="Mina")
    office.commit()
    assert waiting(one), "to give it back at once would make declining meaningless"
    assert office.sentence() == (
        "Mina declined it; it waits in line: everybody of Support who is there was asked already."
    )
    office.wait(minutes(10))
    assert office.holder(one) == "Mina"


def test_a_gone_agent_loses_what_waits_and_keeps_what_does_not(office: Office) -> None:
    office.inbound(unanswered := office.open(owner="Mina"))
    office.inbound(answered := office.open(owner="Mina"))
    office.commit()
    office.answer(answered, "Mina")
    office.commit()
    office.presence("Mina", connected=False)
    office.commit()
    assert office.holder(unanswered) == "Mina", "away for a moment is not gone"
    office.presence("Mina", connected=False, gone=True)
    office.commit()
    assert office.holder(unanswered) == "Ali"
    assert office.sentence() == "Mina is gone; Ali has the least load (0 of 100)."
    assert office.holder(answered) == "Mina"

    office.now += minutes(1)
    office.inbound(answered)
    office.commit()
    assert office.holder(answered) == "Ali", "her next message finds Mina gone"


def test_waiting_on_the_customer_weighs_nothing_after_half_an_hour(office: Office) -> None:
    office.inbound(one := office.open(owner="Mina"))
    office.commit()
    office.answer(one, "Mina")
    office.commit()
    assert office.load("Mina") == 15
    office.wait(minutes(30))
    assert (office.load("Mina"), one.weight, office.holder(one)) == (0, 0, "Mina")
    for _ in range(7):  # up to 105 of 100
        office.inbound(office.open(owner="Mina"))
    office.commit()
    office.inbound(one)
    office.commit()
    assert office.holder(one) == "Mina"
    assert office.load("Mina") == 105, "on waking it weighs again, even above capacity"


def test_who_had_no_room_is_served_by_what_became_weightless(office: Office) -> None:
    office["Mina"].capacity = dict.fromkeys(office["Mina"].capacity, 15)
    office.presence("Ali", connected=False)
    office.seated()
    office.inbound(first := office.open())
    office.inbound(second := office.open())
    office.commit()
    office.answer(first, "Mina")
    office.commit()
    office.wait(minutes(31))
    assert office.holder(second) == "Mina"


def test_idle_for_three_days_is_resolved(office: Office) -> None:
    office.inbound(one := office.open(owner="Mina"))
    office.commit()
    office.answer(one, "Mina")
    office.commit()
    office.wait(timedelta(hours=71, minutes=59))
    assert status(one) == "open"
    office.wait(minutes(1))
    assert (one.status, one.outcome, one.next_at) == (ConversationStatus.RESOLVED, "idle", None)
    assert office.sentence() == "Nobody wrote for a long time, so it is resolved."
    assert office["Mina"].holds == set()


def test_what_the_organisation_began_is_resolved_when_idle(office: Office) -> None:
    one = office.open()
    office.answer(one, None)
    office.commit()
    assert one.next_at == office.now + timedelta(hours=72)
    office.wait(timedelta(hours=73))
    assert status(one) == "resolved"


def test_reopened_by_hand_after_a_week_is_not_idle_at_once(office: Office) -> None:
    office.inbound(one := office.open(owner="Mina"))
    office.answer(one, "Mina", resolve=True)
    office.commit()
    office.wait(timedelta(days=7))
    office.command(one, "reopen", by="Ali")
    office.commit()
    assert (office.holder(one), office.sentence()) == ("Ali", "Ali reopened it.")
    office.wait(timedelta(hours=71))
    assert status(one) == "open"
    office.wait(timedelta(hours=2))
    assert status(one) == "resolved"


def test_snoozed_wakes_at_its_time_with_the_same_agent(office: Office) -> None:
    office.inbound(one := office.open(owner="Mina"))
    office.commit()
    office.command(one, "snooze", by="Mina", until=office.now + minutes(60))
    office.commit()
    assert (one.status, office.load("Mina")) == (ConversationStatus.SNOOZED, 0)
    assert office.sentence() == "Mina snoozed it."
    office.wait(minutes(60))
    assert (one.status, office.holder(one), office.load("Mina")) == (ConversationStatus.OPEN, "Mina", 15)
    assert office.sentence() == "Its time came; it is open and back with Mina."
    assert one.reply_due == office.now + minutes(15)


def test_snoozed_wakes_when_she_writes(office: Office) -> None:
    office.inbound(one := office.open(owner="Mina"))
    office.answer(one, "Mina")
    office.command(one, "snooze", by="Mina", until=office.now + minutes(60))
    office.commit()
    office.now += minutes(1)
    office.inbound(one)
    office.commit()
    assert (one.status, one.snoozed_until, office.holder(one)) == (ConversationStatus.OPEN, None, "Mina")


def test_snoozed_of_an_absent_agent_wakes_with_another(office: Office) -> None:
    office.inbound(one := office.open(owner="Mina"))
    office.answer(one, "Mina")
    office.command(one, "snooze", by="Mina", until=office.now + minutes(60))
    office.commit()
    office.presence("Mina", connected=False, gone=True)
    office.commit()
    office.wait(minutes(60))
    assert office.holder(one) == "Ali"
    assert office.sentence() == "Its time came; Ali has the least load (0 of 100)."


def test_assigned_to_its_own_holder_a_snoozed_one_wakes(office: Office) -> None:
    office.inbound(one := office.open(owner="Mina"))
    office.command(one, "snooze", by="Mina", until=office.now + minutes(60))
    office.command(one, "assign", by="Ali", to_agent="Mina", may_take=True)
    office.commit()
    assert (one.status, office.load("Mina"), one.snoozed_until) == (ConversationStatus.OPEN, 15, None)


def test_reopened_by_the_customer_for_the_same_assignee(office: Office) -> None:
    office.inbound(one := office.open())
    office.commit()
    had_it = office.holder(one) or ""
    office.command(one, "resolve", by=had_it, topic="billing", outcome="done")
    office.commit()
    assert office.sentence() == f"{had_it} resolved it."
    assert one.id not in office.board.conversations
    office.now += timedelta(hours=10)
    office.inbound(one)
    office.commit()
    assert office.holder(one) == had_it
    assert office.sentence() == f"The customer wrote; it is open and back with {had_it}."


def test_reopened_elsewhere_if_that_agent_is_away_or_full(office: Office) -> None:
    office.inbound(one := office.open(last="Mina"))
    office.answer(one, "Mina", resolve=True)
    office.commit()
    office.presence("Mina", declared="away")
    office.now += timedelta(hours=1)
    office.inbound(one)
    office.commit()
    assert office.holder(one) == "Ali"
    assert office.sentence() == (
        "Mina had it and is not there; Mina, who wrote last, is away; Ali has the least load (0 of 100)."
    )


@pytest.mark.parametrize("by", ["Mina", None])
def test_an_earlier_answer_or_an_automatic_one_leaves_it_resolved(office: Office, by: str | None) -> None:
    office.inbound(one := office.open(owner="Mina"))
    office.commit()
    office.now += minutes(2)
    office.command(one, "resolve", by="Mina")
    office.commit()
    office.now += minutes(2)
    office.answer(one, by, at=office.now - minutes(3) if by else office.now)
    office.commit()
    assert (one.status, office.sentence()) == (ConversationStatus.RESOLVED, "It stays resolved.")
    assert one.id not in office.board.conversations


def test_an_agent_who_writes_after_the_resolution_opens_it(office: Office) -> None:
    office.inbound(one := office.open(owner="Mina"))
    office.command(one, "resolve", by="Mina")
    office.now += minutes(2)
    office.answer(one, "Ali")
    office.commit()
    assert (one.status, office.holder(one)) == (ConversationStatus.OPEN, "Ali")


def test_who_answers_what_waits_in_line_holds_it(office: Office) -> None:
    office.presence("Mina", declared="away")
    office.presence("Ali", declared="away")
    office.inbound(one := office.open())
    office.commit()
    assert waiting(one)
    office.answer(one, "Ali")
    office.commit()
    assert (office.holder(one), one.in_line, len(office.board.line)) == ("Ali", False, 0)


def test_answered_by_somebody_the_board_does_not_know_yet(office: Office) -> None:
    """An agent made a moment ago may answer before the router has read the new configuration."""
    office.presence("Mina", declared="away")
    office.presence("Ali", declared="away")
    office.inbound(one := office.open())
    office.commit()
    office._recorded(one, "outbound", at=None, agent=derived_id("agent", "new"))
    office.commit()
    assert (one.waiting_since, one.in_line, len(office.board.line)) == (None, False, 0)
    office.presence("Mina")
    office.commit()
    assert one.assignee_id is None


def test_a_message_that_comes_after_an_answer_waits_however_old_it_is(office: Office) -> None:
    """From a spool or the dead: nobody had seen it when the answer was written."""
    office.inbound(one := office.open(owner="Mina"), at=office.now + timedelta(seconds=1))
    office.answer(one, "Mina", at=office.now + timedelta(seconds=3))
    office.inbound(one, at=office.now + timedelta(seconds=2))
    office.commit()
    assert one.waiting_since == office.now + timedelta(seconds=2)
    assert office.board.name(one.assignee_id) == "Mina"
    assert one.next_at is not None


def test_an_old_message_opens_what_was_resolved_meanwhile(office: Office) -> None:
    office.inbound(one := office.open(owner="Mina"), at=office.now)
    office.answer(one, "Mina", at=office.now + timedelta(seconds=3), resolve=True)
    office.commit()
    office.inbound(one, at=office.now + timedelta(seconds=2))
    office.commit()
    assert (one.status, one.waiting_since) == ("open", office.now + timedelta(seconds=2))


def test_a_late_answer_leaves_a_later_message_waiting(office: Office) -> None:
    office.inbound(one := office.open(owner="Mina"), at=office.now)
    office.inbound(one, at=office.now + timedelta(seconds=9))
    office.answer(one, "Mina", at=office.now + timedelta(seconds=5))
    office.commit()
    assert one.waiting_since == office.now + timedelta(seconds=9)
    assert one.due == one.waiting_since + minutes(10)
    assert office.sentence() == "Mina answered; a later message waits."


def test_a_note_changes_nothing_but_the_version(office: Office) -> None:
    office.inbound(one := office.open(owner="Mina"))
    office.commit()
    before, next_at = one.version, one.next_at
    office.note(one)
    office.commit()
    assert (one.version, one.next_at) == (before + 1, next_at)


def test_whoever_comes_in_the_same_batch_does_not_overtake_the_line(office: Office) -> None:
    office.presence("Ali", declared="away")
    held = [office.open() for _ in range(6)]
    for one in held:
        office.inbound(one)
    office.commit()
    office.inbound(first := office.open())
    office.commit()
    assert first.in_line
    office.command(held[0], "resolve", by="Mina")
    office.inbound(newcomer := office.open())
    office.commit()
    assert (office.holder(first), newcomer.in_line) == ("Mina", True)


def test_a_snoozed_conversation_can_be_woken_early(office: Office) -> None:
    office.inbound(one := office.open(owner="Mina"))
    office.answer(one, "Mina")
    office.command(one, "snooze", by="Mina", until=office.now + timedelta(days=1))
    office.commit()
    cause = office.command(one, "reopen", by="Mina")
    office.commit()
    assert (office.refused(cause), one.status, one.snoozed_until) == (None, "open", None)


def test_a_leads_answer_without_an_agent_is_an_answer_too(office: Office) -> None:
    office.inbound(one := office.open(owner="Mina"))
    office._recorded(one, "outbound", at=None, agent=None, by_person=True)
    office.commit()
    assert (one.waiting_since, one.reply_due, office.holder(one)) == (None, None, "Mina")


def test_what_comes_back_to_a_team_that_is_no_more_goes_where_its_account_belongs(office: Office) -> None:
    office.inbound(one := office.open())
    office.answer(one, office.holder(one) or "", resolve=True)
    office.commit()
    one.team_id = derived_id("team", "Dissolved")
    for name in ("Mina", "Ali"):
        office.presence(name, declared="away")
    office.now += timedelta(hours=1)
    office.inbound(one)
    office.commit()
    assert one.team_id == TEAM
    assert "nobody of Support is there" in office.sentence()
