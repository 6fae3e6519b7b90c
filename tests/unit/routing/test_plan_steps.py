"""The default plan, step by step (semantics A1): the owner, the last agent, the team, the waiting line."""

from datetime import timedelta

import pytest

from hub.model import Channel, Presence
from hub.routing.plan import Pool
from hub.routing.plan_file import load
from tests.unit.routing.office import ACCOUNT, TEAM, Office, config, minutes, waiting


def test_the_least_laden_of_the_team_gets_it() -> None:
    office = Office("Mina", "Ali")
    for _ in range(6):
        office.now += timedelta(seconds=1)
        least = min(seat.load[Pool.WRITTEN] for seat in office.board.seats.values())
        office.inbound(one := office.open())
        office.commit()
        assert office.sentence() == f"{office.holder(one)} has the least load ({least} of 100)."
    assert office.load("Mina") == office.load("Ali") == 45


def test_by_share_of_capacity_then_longest_since_the_last_then_id() -> None:
    office = Office()
    office.hire("Half", capacity=60)
    office.hire("Whole", capacity=120)
    office.seated()
    got = []
    for _ in range(4):
        office.now += timedelta(seconds=1)
        office.inbound(one := office.open())
        office.commit()
        got.append(office.holder(one))
    first_two = sorted({"Half", "Whole"}, key=lambda name: office[name].agent_id)
    # 0 and 0: by id; then the other; then 15/120 before 15/60; then 15/60 and 30/120 are equal: longest since the last
    assert got == [*first_two, "Whole", "Half"]


def test_the_owner_comes_first() -> None:
    office = Office("Mina", "Ali", "Sara")
    for _ in range(3):
        one = office.open(owner="Ali", last="Mina")
        office.inbound(one)
        office.commit()
        assert office.holder(one) == "Ali"
    assert one.step == 2
    assert office.sentence() == "Ali, the owner, is free (30 of 100)."


def test_a_full_owner_is_waited_for_five_minutes() -> None:
    office = Office("Mina")
    office.hire("Ali", capacity=10)
    office.seated()
    one = office.open(owner="Ali")
    office.inbound(one)
    office.commit()
    assert waiting(one)
    assert one.next_at == office.now + minutes(5)
    assert office.sentence() == "It waits for the owner Ali, who is full."

    office.wait(minutes(5))
    assert office.holder(one) == "Mina"
    assert office.sentence() == "The owner Ali did not become free in time; Mina has the least load (0 of 100)."


def test_an_owner_who_becomes_free_in_time_gets_it() -> None:
    office = Office("Mina")
    office.hire("Ali", capacity=15)
    office.seated()
    office.inbound(first := office.open(owner="Ali"))
    office.inbound(second := office.open(owner="Ali"))
    office.commit()
    assert waiting(second)

    office.command(first, "resolve", by="Ali")
    office.commit()
    assert office.holder(second) == "Ali"
    assert office.sentence() == "It was the first in line; Ali became free (0 of 15)."


@pytest.mark.parametrize(
    ("declared", "connected", "told"),
    [("away", True, "is away"), ("available", False, "is offline"), ("offline", False, "is offline")],
)
def test_an_absent_owner_is_skipped_at_once(declared: str, connected: bool, told: str) -> None:  # noqa: FBT001 - a case
    office = Office("Mina", "Ali")
    office["Ali"].declared, office["Ali"].connected = Presence(declared), connected
    office.seated()
    office.inbound(one := office.open(owner="Ali"))
    office.commit()
    assert office.holder(one) == "Mina"
    assert office.sentence() == f"The owner Ali {told}; Mina has the least load (0 of 100)."


def test_an_owner_who_leaves_is_waited_for_no_longer() -> None:
    office = Office("Mina")
    office.hire("Ali", capacity=10)
    office.seated()
    office.inbound(one := office.open(owner="Ali"))
    office.commit()
    assert waiting(one)
    office.presence("Ali", connected=False)
    office.commit()
    assert office.holder(one) == "Mina"
    assert office.sentence() == "The owner Ali is not there any more; Mina has the least load (0 of 100)."


def test_the_last_agent_comes_before_the_team() -> None:
    office = Office("Ali", "Mina", "Sara")
    office.inbound(one := office.open(last="Sara"))
    office.commit()
    assert (office.holder(one), one.step) == ("Sara", 4)
    assert office.sentence() == "Sara, who wrote last, is free (0 of 100)."


def test_a_full_last_agent_is_waited_for_two_minutes() -> None:
    office = Office("Mina")
    office.hire("Sara", capacity=0)
    office.seated()
    office.inbound(one := office.open(last="Sara"))
    office.commit()
    assert office.sentence() == "It waits for Sara, who wrote last and is full."
    office.wait(minutes(2))
    assert office.holder(one) == "Mina"


def test_nobody_there_means_the_line_and_who_comes_is_served() -> None:
    office = Office()
    office.hire("Mina", present=False)
    office.seated()
    office.inbound(one := office.open())
    office.commit()
    assert waiting(one)
    assert one.next_at == office.now + minutes(10)
    assert office.sentence() == "It waits in line: nobody of Support is there."
    office.presence("Mina")
    office.commit()
    assert office.holder(one) == "Mina"


def test_without_a_team_it_waits_and_goes_on_once_there_is_one() -> None:
    office = Office("Mina")
    office.board.account_teams.clear()
    office.inbound(one := office.open())
    office.commit()
    assert (waiting(one), one.next_at) == (True, office.now + minutes(10))
    assert office.sentence() == "It waits in line: no team is set for this account."
    office.board.account_teams[ACCOUNT] = TEAM
    office.seated()
    assert office.holder(one) == "Mina"


def test_who_joins_a_team_is_given_what_waits() -> None:
    office = Office()
    ali = office.hire("Ali", teams=())
    office.seated()
    office.inbound(one := office.open())
    office.commit()
    assert waiting(one)
    ali.teams = frozenset({TEAM})
    office.seated()
    assert office.holder(one) == "Ali"


def test_the_line_goes_by_due_and_skips_whom_it_does_not_fit() -> None:
    office = Office()
    office.hire("Mina", capacity=15)
    office.seated()
    held = office.open()
    office.inbound(held)
    office.commit()
    early, late = office.open(), office.open()
    office.inbound(late)
    office.now += timedelta(seconds=30)
    office.inbound(early, at=office.now - timedelta(seconds=40))
    office.commit()
    assert len(office.board.line) == 2
    office.answer(held, "Mina", resolve=True)
    office.commit()
    assert office.holder(early) == "Mina", "its message is older, though it came to us later"
    assert waiting(late)


def test_a_late_message_moves_it_forward_in_the_line() -> None:
    office = Office()
    office.hire("Mina", present=False)
    office.seated()
    first, second = office.open(), office.open()
    office.inbound(first)
    office.now += timedelta(seconds=1)
    office.inbound(second)
    office.inbound(second, at=office.now - timedelta(seconds=60))
    office.commit()
    office["Mina"].capacity = dict.fromkeys(office["Mina"].capacity, 15)
    office.presence("Mina")
    office.commit()
    assert (office.holder(second), office.holder(first)) == ("Mina", None)


def test_what_does_not_fit_blocks_nobody() -> None:
    rules = config()
    rules["channels"]["email"] = rules["channels"]["sms"] | {"weight": 10}
    office = Office(plan=load(rules))
    office.hire("Mina", present=False, capacity=14)
    office.seated()
    office.inbound(heavy := office.open())
    office.now += timedelta(seconds=1)
    office.inbound(light := office.open(channel=Channel.EMAIL))
    office.commit()
    office.presence("Mina")
    office.commit()
    assert (office.holder(light), office.holder(heavy)) == ("Mina", None)


def test_a_batch_that_resolves_and_hears_again_keeps_both() -> None:
    """One broker message may hold the resolution and her next text: both are about the same conversation."""
    office = Office("Mina")
    office.inbound(one := office.open())
    office.commit()
    office.now += minutes(1)
    office.answer(one, "Mina", resolve=True)
    office.now += minutes(1)
    office.inbound(one)
    office.commit()
    assert (office.holder(one), one.status) == ("Mina", "open")
    assert "resolved" in {d.kind for d in office.decisions}
    assert office.sentence() == "The customer wrote; it is open and back with Mina."
