"""Whose desks hear of a change: what somebody holds is hers alone, else each message would go to the whole team."""

from uuid import UUID, uuid4

from hub.routing.plan import Pool
from tests.unit.routing.office import TEAM, Office


def told(office: Office) -> list[tuple[tuple[UUID, ...], UUID | None]]:
    return [(touch.audience, touch.team_id) for touch in office.changes.touches]


def room(office: Office, points: int) -> None:
    office["Mina"].capacity = dict.fromkeys(Pool, points)
    office.seated()


def test_the_team_hears_of_its_line_and_not_of_every_message_somebody_holds() -> None:
    office = Office("Mina")
    mina = office["Mina"].agent_id
    room(office, 0)
    office.inbound(one := office.open())
    office.commit()
    assert told(office) == [((), TEAM)], "it stands in their line"

    room(office, 100)
    assert office.holder(one) == "Mina"
    assert told(office) == [((mina,), TEAM)], "it left their line"

    office.inbound(one)
    office.commit()
    assert told(office) == [((mina,), None)], "it is hers alone"


def test_what_finds_its_agent_at_once_never_was_the_teams() -> None:
    office = Office("Mina", "Ali")
    office.inbound(office.open(owner="Mina"))
    office.commit()
    assert told(office) == [((office["Mina"].agent_id,), None)]


def test_who_had_it_hears_that_it_went_to_another_team() -> None:
    office = Office("Mina")
    mina = office["Mina"].agent_id
    office.inbound(one := office.open())
    office.commit()
    other = uuid4()
    office.board.team_names[other] = "Sales"
    office.command(one, "assign", by="Mina", to_team=other)
    office.commit()
    assert told(office) == [((), other), ((mina,), None)], "her team has nothing of it: it was not in their line"

    room(office, 0)
    office.command(one, "assign", to_team=TEAM)
    office.commit()
    assert told(office) == [((), TEAM), ((), other)], "it left their line"
