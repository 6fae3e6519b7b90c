"""What people may wish of a conversation, and how they are refused."""

from datetime import timedelta

import pytest

from hub.events import ConversationCommand
from hub.model import derived_id
from hub.routing.board import Conversation
from hub.routing.refusals import Reason
from tests.unit.routing.office import START, TEAM, Office, minutes, status, waiting

OTHERS = derived_id("team", "Billing")


@pytest.fixture
def office() -> Office:
    office = Office("Mina", "Ali")
    office.board.team_names[OTHERS] = "Billing"
    return office


@pytest.fixture
def held(office: Office) -> Conversation:
    """Held by Mina, unanswered."""
    office.inbound(one := office.open(owner="Mina"))
    office.commit()
    return one


@pytest.fixture
def lined(office: Office) -> Conversation:
    """In line, since nobody is there."""
    office.presence("Mina", declared="away")
    office.presence("Ali", declared="away")
    office.inbound(one := office.open())
    office.commit()
    assert waiting(one)
    return one


def test_who_accepts_first_has_it(office: Office, lined: Conversation) -> None:
    first = office.command(lined, "accept", by="Mina")
    second = office.command(lined, "accept", by="Ali")
    office.commit()
    assert office.refused(first) is None
    assert office.refused(second) == "Mina accepted it first"
    assert office.holder(lined) == "Mina"
    assert [d.sentence() for d in office.decisions[-2:]] == ["Mina took it.", "Mina accepted it first."]


def test_accepting_ones_own_changes_nothing(office: Office, held: Conversation) -> None:
    started = dict(office.changes.started)
    cause = office.command(held, "accept", by="Mina")
    assert started
    assert not office.commit().started
    assert (office.refused(cause), office.sentence()) == (None, "Mina has it already.")


def test_it_goes_from_hand_to_hand(office: Office, held: Conversation) -> None:
    cause = office.command(held, "assign", by="Mina", to_agent="Ali")
    changes = office.commit()
    assert office.refused(cause) is None
    assert (office.holder(held), office.sentence()) == ("Ali", "Mina assigned it to Ali.")
    assert (office.load("Mina"), office.load("Ali")) == (0, 15)
    assert held.reply_due == office.now + minutes(15)
    assert (list(changes.ended), [one.agent_id for one in changes.started.values()]) == (
        [held.id],
        [office["Ali"].agent_id],
    )
    assert {office["Mina"].agent_id, office["Ali"].agent_id} <= set(changes.touches[-1].audience), "both are told"


def test_it_goes_to_a_team_and_keeps_its_place(office: Office, held: Conversation) -> None:
    since = held.waiting_since
    office.now += minutes(3)
    office.command(held, "assign", by="Mina", to_team=OTHERS)
    office.commit()
    assert (waiting(held), held.team_id, held.waiting_since) == (True, OTHERS, since)
    assert office.sentence() == "Mina handed it to Billing; it waits in line: nobody of Billing is there."


def test_a_supervisor_takes_it_from_its_holder(office: Office, held: Conversation) -> None:
    refused = office.command(held, "assign", by="Ali", to_agent="Ali")
    done = office.command(held, "assign", to_agent="Ali", may_take=True)
    office.commit()
    assert (office.refused(refused), office.refused(done)) == ("Mina has it", None)
    assert office.sentence() == "Somebody of the organisation assigned it to Ali."


def test_declined_goes_to_the_next(office: Office, held: Conversation) -> None:
    office.command(held, "decline", by="Mina")
    office.commit()
    assert (office.holder(held), held.left_out) == ("Ali", set())
    assert office.sentence() == "Mina declined it; Ali has the least load (0 of 100)."


def test_snoozed_and_answered_and_resolved(office: Office, held: Conversation) -> None:
    office.answer(held, "Mina", resolve=True)
    office.commit()
    assert status(held) == "resolved"
    assert office.sentence() == "Mina answered and closed it."
    assert (held.next_at, held.reply_due, office["Mina"].holds) == (None, None, set())


def test_reopened_for_whoever_had_it(office: Office, held: Conversation) -> None:
    office.command(held, "resolve", by="Mina")
    office.command(held, "reopen", may_take=True)
    office.commit()
    assert (office.holder(held), office.sentence()) == (
        "Mina",
        "Somebody of the organisation reopened it for Mina.",
    )


def test_reopened_without_anybody_goes_to_the_team(office: Office, lined: Conversation) -> None:
    office.command(lined, "resolve", may_take=True)
    office.command(lined, "reopen", may_take=True)
    office.commit()
    assert waiting(lined)
    assert office.sentence() == (
        "Somebody of the organisation reopened it; it waits in line: nobody of Support is there."
    )


def refusals() -> list[tuple[str, dict[str, object], str]]:
    return [
        ("accept", {}, "only an agent can accept a conversation"),
        ("accept", {"by": "Ali"}, "Mina accepted it first"),
        ("decline", {"by": "Ali"}, "it is not yours to decline"),
        ("resolve", {"by": "Ali"}, "Mina has it"),
        ("snooze", {"by": "Ali", "until": START + minutes(60)}, "Mina has it"),
        ("snooze", {"by": "Mina", "until": START}, "the time to snooze until is over"),
        ("snooze", {"by": "Mina"}, "the time to snooze until is over"),
        ("assign", {"by": "Mina", "to_team": derived_id("team", "?")}, "there is no such team"),
        ("reopen", {"by": "Mina"}, "it is open already"),
    ]


@pytest.mark.parametrize(("command", "more", "why"), refusals())
def test_refused(office: Office, held: Conversation, command: str, more: dict[str, object], why: str) -> None:
    before = held.version
    cause = office.command(held, command, **more)  # type: ignore[arg-type]  # cases of a table
    changes = office.commit()
    assert office.refused(cause) == why
    (decision,) = [one for one in office.decisions if one.event_id == cause]
    assert decision.reasons()["refusal"] in set(Reason), "a program can tell why"
    assert (held.version, list(changes.conversations)) == (before, []), "nothing changes"
    assert changes.touches[-1].cause == cause, "whoever waits is told"


@pytest.mark.parametrize("command", ["accept", "assign", "resolve", "snooze"])
def test_refused_when_resolved(office: Office, held: Conversation, command: str) -> None:
    office.command(held, "resolve", by="Mina")
    office.commit()
    more = {"assign": {"to_agent": "Ali"}, "snooze": {"until": START + timedelta(days=9)}}.get(command, {})
    cause = office.command(held, command, by="Mina", **more)  # type: ignore[arg-type]  # cases of a table
    office.commit()
    said = {"resolve": "it is resolved already"}
    assert office.refused(cause) == said.get(command, "it is resolved")
    assert held.id not in office.board.conversations, "nothing resolved stays in memory"


def test_nobody_waits_so_nothing_to_decline(office: Office, held: Conversation) -> None:
    office.answer(held, "Mina")
    cause = office.command(held, "decline", by="Mina")
    office.commit()
    assert office.refused(cause) == "nobody waits for an answer"


def test_nobody_holds_it_so_nothing_to_snooze(office: Office, lined: Conversation) -> None:
    cause = office.command(lined, "snooze", by="Mina", until=START + minutes(60))
    office.commit()
    assert office.refused(cause) == "nobody holds it"


def test_an_unknown_conversation_and_an_unknown_agent(office: Office, held: Conversation) -> None:
    cause = derived_id("lost")
    data = ConversationCommand(conversation_id=derived_id("?"), command="resolve", by_agent=None, at=START)
    office.engine.command(cause, data, office.now)
    office.commit()
    assert office.refused(cause) == "there is no such conversation"
    office["Ali"].active = False
    cause = office.command(held, "assign", by="Mina", to_agent="Ali")
    office.commit()
    assert office.refused(cause) == "there is no such agent"
    assert held.team_id == TEAM


def test_nobody_is_given_a_waiting_customer_who_is_gone(office: Office, held: Conversation) -> None:
    office.presence("Ali", connected=False, gone=True)
    cause = office.command(held, "assign", by="Mina", to_agent="Ali")
    office.commit()
    assert office.refused(cause) == "Ali is gone and the customer waits"
    office.answer(held, "Mina")
    cause = office.command(held, "assign", by="Mina", to_agent="Ali")
    office.commit()
    assert (office.refused(cause), office.holder(held)) == (None, "Ali")


def test_who_acts_is_there(office: Office, lined: Conversation) -> None:
    office.presence("Ali", connected=False, gone=True)
    office.command(lined, "accept", by="Ali")
    office.commit()
    assert office.holder(lined) == "Ali"
    assert not office["Ali"].gone
