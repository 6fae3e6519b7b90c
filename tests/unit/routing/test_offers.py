"""Offers (semantics A5): pending, then accepted, declined, expired or withdrawn; nobody is asked for ever."""

from datetime import timedelta

import pytest

from hub.model import Presence
from hub.routing.board import Conversation
from hub.routing.decisions import Kind
from hub.routing.offers import Outcome
from hub.routing.refusals import Reason
from tests.unit.routing.office import OFFERING, TEAM, Office, minutes, waiting

SECONDS_30 = timedelta(seconds=30)


@pytest.fixture
def office() -> Office:
    """Mina and Ali, to whom text messages are offered."""
    return Office("Mina", "Ali", plan=OFFERING)


def offered(office: Office, one: Conversation) -> str | None:
    return office.board.name(one.offered_to) if one.offered_to else None


def asked(office: Office, *, owner: str | None = "Mina") -> Conversation:
    """A customer wrote, and somebody is asked."""
    office.inbound(one := office.open(owner=owner))
    office.commit()
    return one


def test_it_is_offered_and_hers_when_she_accepts(office: Office) -> None:
    one = asked(office)
    assert (offered(office, one), office.holder(one), one.next_at) == ("Mina", None, office.now + SECONDS_30)
    assert (office.load("Mina"), one.reply_due, len(office.board.line)) == (15, None, 0)
    assert office.sentence() == "Mina, the owner, is free (0 of 100) and is offered it."
    (offer,) = office.changes.offered.values()
    assert (offer.agent_id, offer.until, offer.step) == (office["Mina"].agent_id, office.now + SECONDS_30, 2)
    touch = office.changes.touches[-1]
    assert (touch.audience, touch.team_id) == ((office["Mina"].agent_id,), None), "she alone is asked"

    cause = office.command(one, "accept", by="Mina")
    changes = office.commit()
    assert office.refused(cause) is None
    assert (office.holder(one), offered(office, one), office.load("Mina")) == ("Mina", None, 15)
    assert changes.offers_over[one.id].outcome is Outcome.ACCEPTED
    assert one.reply_due == office.now + minutes(15), "from now on the reply deadline runs"
    assert office.sentence() == "Mina accepted it."


def test_who_declines_is_left_out_and_the_next_is_asked_at_once(office: Office) -> None:
    one = asked(office)
    since = one.due
    cause = office.command(one, "decline", by="Mina")
    changes = office.commit()
    assert office.refused(cause) is None
    assert (offered(office, one), office.load("Mina"), office.load("Ali"), one.due) == ("Ali", 0, 15, since)
    assert changes.offers_over[one.id].outcome is Outcome.DECLINED
    assert office.sentence() == "Mina declined it; Ali has the least load (0 of 100) and is offered it."
    assert {office["Mina"].agent_id, office["Ali"].agent_id} == set(changes.touches[-1].audience), "both are told"


def test_in_its_time_an_offer_runs_out(office: Office) -> None:
    one = asked(office)
    office.wait(timedelta(seconds=29))
    assert offered(office, one) == "Mina"
    office.wait(timedelta(seconds=1))
    assert offered(office, one) == "Ali"
    assert office.changes.offers_over[one.id].outcome is Outcome.EXPIRED
    assert office.sentence().startswith("Mina did not accept it in time; Ali has the least load")


def test_all_who_let_it_pass_are_asked_once_more_and_then_it_waits(office: Office) -> None:
    one = asked(office, owner=None)
    names = []
    while (name := offered(office, one)) is not None:
        names.append(name)
        office.command(one, "decline", by=name)
        office.commit()
    assert sorted(names) == ["Ali", "Ali", "Mina", "Mina"]
    assert waiting(one)
    assert one.step_until == office.now + minutes(10), "the step's own time, from when it was entered"
    assert office.sentence().endswith("everybody of Support who is there was asked already.")
    office.wait(minutes(10))
    assert offered(office, one) is not None, "and then they are asked anew"


def test_a_step_keeps_its_end_through_all_its_offers(office: Office) -> None:
    one = asked(office, owner=None)
    ends = one.step_until
    office.now += timedelta(seconds=20)
    office.command(one, "decline", by=offered(office, one))
    office.commit()
    assert (one.step_until, one.offered_until) == (ends, office.now + SECONDS_30)


def test_who_misses_two_in_a_row_is_away(office: Office) -> None:
    office.presence("Ali", declared="away")
    office.commit()
    one = asked(office)
    office.wait(SECONDS_30)
    assert (office["Mina"].missed, offered(office, one)) == (1, "Mina"), "nobody else is there: asked once more"
    office.wait(SECONDS_30)
    assert office["Mina"].declared is Presence.AWAY
    assert office.changes.sent_away == [office["Mina"].agent_id]
    assert (offered(office, one), waiting(one), office.load("Mina")) == (None, True, 0)
    office.presence("Mina")
    office.commit()
    assert (offered(office, one), office["Mina"].missed) == ("Mina", 0), "until she says that she is back"


def test_with_her_go_all_her_offers(office: Office) -> None:
    """Also what was offered to her beside the two that she missed."""
    office.presence("Ali", declared="away")
    office.commit()
    first, second = asked(office), asked(office)
    office.wait(SECONDS_30)
    assert office["Mina"].declared is Presence.AWAY
    assert (offered(office, first), offered(office, second), office.load("Mina")) == (None, None, 0)
    assert not office["Mina"].offered


def test_whose_desk_was_not_heard_has_missed_nothing(office: Office) -> None:
    """The hub's web was away: no desk showed it."""
    office.presence("Ali", declared="away")
    office.commit()
    one = asked(office)
    for _ in range(3):
        office.now += SECONDS_30
        office.engine.due(one.id, office.now)
        changes = office.commit()
        assert changes.offers_over[one.id].outcome is Outcome.WITHDRAWN
        assert (office["Mina"].declared, office["Mina"].missed) == (Presence.AVAILABLE, 0)
        if offered(office, one) is None:
            break
    assert office.sentence().startswith("Mina was not reached; ")


def test_who_accepted_in_time_has_it_though_we_hear_of_it_late(office: Office) -> None:
    """The broker was away between her click and us; another was asked meanwhile."""
    one = asked(office)
    clicked = office.now + timedelta(seconds=10)
    office.wait(SECONDS_30)
    assert offered(office, one) == "Ali"
    late = office.command(one, "accept", by="Mina", at=office.now + timedelta(seconds=1))
    office.commit()
    assert office.refused(late) == "it is offered to Ali just now"
    cause = office.command(one, "accept", by="Mina", at=clicked)
    changes = office.commit()
    assert (office.refused(cause), office.holder(one), office["Mina"].missed) == (None, "Mina", 0)
    assert changes.offers_over[one.id].outcome is Outcome.WITHDRAWN
    assert office.sentence() == "Mina accepted it."


def test_who_is_given_what_she_is_offered_has_not_accepted_it(office: Office) -> None:
    one = asked(office)
    office["Mina"].missed = 1
    office.command(one, "assign", to_agent="Mina", may_take=True)
    changes = office.commit()
    assert (office.holder(one), changes.offers_over[one.id].outcome) == ("Mina", Outcome.WITHDRAWN)
    assert office["Mina"].missed == 1


def test_the_decision_names_whom_it_is_offered(office: Office) -> None:
    asked(office)
    assert office.decisions[-1].agent_id == office["Mina"].agent_id


def test_an_answer_between_makes_no_row(office: Office) -> None:
    office.presence("Ali", declared="away")
    office.commit()
    one = asked(office)
    office.wait(SECONDS_30)
    office.command(one, "accept", by="Mina")
    office.commit()
    assert office["Mina"].missed == 0
    asked(office)
    office.wait(SECONDS_30)
    assert (office["Mina"].declared, office["Mina"].missed) == (Presence.AVAILABLE, 1)


def test_who_goes_away_is_asked_no_more(office: Office) -> None:
    one = asked(office)
    office.presence("Mina", connected=False)
    changes = office.commit()
    assert changes.offers_over[one.id].outcome is Outcome.WITHDRAWN
    assert (offered(office, one), office["Mina"].missed) == ("Ali", 0)
    assert office.sentence().startswith("Mina is not there any more; ")


def test_nobody_snatches_what_another_is_asked(office: Office) -> None:
    one = asked(office)
    cause = office.command(one, "accept", by="Ali")
    assigned = office.command(one, "assign", by="Ali", to_agent="Ali")
    office.commit()
    why = "it is offered to Mina just now"
    assert (office.refused(cause), office.refused(assigned), offered(office, one)) == (why, why, "Mina")
    assert office.decisions[-1].facts["refusal"] == Reason.OFFERED
    lead = office.command(one, "accept", by="Ali", may_take=True)
    changes = office.commit()
    assert (office.refused(lead), office.holder(one)) == (None, "Ali")
    assert changes.offers_over[one.id].outcome is Outcome.WITHDRAWN
    assert office["Mina"].agent_id in changes.touches[-1].audience, "she hears that it went"


def test_who_answers_has_accepted(office: Office) -> None:
    one = asked(office)
    office.now += timedelta(seconds=5)
    office.answer(one, "Mina")
    changes = office.commit()
    assert (office.holder(one), changes.offers_over[one.id].outcome) == ("Mina", Outcome.ACCEPTED)


def test_what_is_over_is_offered_to_nobody(office: Office) -> None:
    one = asked(office)
    office.now += timedelta(seconds=5)
    office.answer(one, None)
    office.command(one, "resolve", may_take=True)
    changes = office.commit()
    assert (offered(office, one), office.load("Mina")) == (None, 0)
    assert changes.offers_over[one.id].outcome is Outcome.WITHDRAWN


def test_what_goes_to_another_team_is_withdrawn(office: Office) -> None:
    one = asked(office)
    office.board.team_names[office.board.seats[office["Ali"].agent_id].agent_id] = "Billing"
    office.command(one, "assign", to_team=office["Ali"].agent_id, may_take=True)
    changes = office.commit()
    assert (offered(office, one), waiting(one)) == (None, True)
    assert office["Mina"].agent_id in changes.touches[-1].audience


def test_an_offer_fits_or_waits(office: Office) -> None:
    for seat in office.board.seats.values():
        seat.capacity = dict.fromkeys(seat.capacity, 15)
    office.seated()
    first, second, third = (asked(office, owner=None) for _ in range(3))
    assert {offered(office, first), offered(office, second)} == {"Mina", "Ali"}
    assert waiting(third)
    assert offered(office, third) is None
    office.command(first, "decline", by=offered(office, first))
    office.commit()
    assert offered(office, third) is not None, "who declined has room for the next in line"
    assert offered(office, first) is None


def test_from_the_line_it_is_offered_and_the_line_is_told(office: Office) -> None:
    for name in ("Mina", "Ali"):
        office.presence(name, declared="away")
    one = asked(office)
    assert waiting(one)
    office.presence("Ali")
    changes = office.commit()
    assert office.sentence() == "It was the first in line; Ali became free (0 of 100) and is offered it."
    assert (offered(office, one), changes.touches[-1].team_id) == ("Ali", TEAM), "it leaves the others' lists"
    assert [decision.kind for decision in changes.decisions.values()] == [Kind.OFFERED]


def test_she_writes_again_while_it_is_offered(office: Office) -> None:
    one = asked(office)
    until = one.offered_until
    office.now += timedelta(seconds=10)
    office.inbound(one)
    office.commit()
    assert (offered(office, one), one.offered_until, one.next_at) == ("Mina", until, until)
