"""Who is connected. Unknown is not absent: for a minute nobody loses a conversation to an empty Redis."""

from datetime import datetime, timedelta

import pytest

from hub.model import derived_id
from hub.routing.board import Seat
from hub.routing.presence import Heartbeats, PresenceWatch
from tests.unit.routing.office import PLAN, START, Office


class Desk:
    """One agent's desk that beats, or does not, and the watch over it."""

    def __init__(self) -> None:
        self.office = Office("Mina")
        self.seat: Seat = self.office["Mina"]
        self.seat.connected, self.seat.seen_at = False, None
        self.watch = PresenceWatch(PLAN)
        self.now = START
        self.epoch = "one"

    def look(self, beat: datetime | None, *, away: bool = False) -> list[Seat]:
        at = {self.seat.agent_id: beat} if beat is not None else {}
        return self.watch.look(self.office.board.seats, None if away else Heartbeats(at, self.epoch), self.now)

    def pass_(self, seconds: float, beat: datetime | None, *, away: bool = False) -> None:
        """A look each second, as the router takes it."""
        end = self.now + timedelta(seconds=seconds)
        while self.now < end:
            self.now += timedelta(seconds=1)
            self.look(beat, away=away)


@pytest.fixture
def desk() -> Desk:
    """Mina is connected, and the router has run for longer than it is uncertain."""
    desk = Desk()
    desk.pass_(61, None)
    assert desk.seat.gone
    desk.look(desk.now)
    assert desk.seat.present
    return desk


def test_a_beat_connects_and_sixty_seconds_without_one_disconnect(desk: Desk) -> None:
    last = desk.now
    desk.pass_(59, last)
    assert desk.seat.connected
    desk.pass_(1, last)
    assert (desk.seat.connected, desk.seat.gone) == (False, False)


def test_ten_minutes_without_a_beat_are_gone(desk: Desk) -> None:
    last = desk.now
    desk.pass_(599, last)
    assert not desk.seat.gone
    desk.pass_(1, last)
    assert desk.seat.gone


def test_only_changes_are_told(desk: Desk) -> None:
    assert desk.look(desk.now) == []
    desk.now += timedelta(seconds=60)
    assert desk.look(None) == [desk.seat]
    assert desk.look(None) == []


def test_while_redis_is_away_she_stays(desk: Desk) -> None:
    desk.pass_(3600, None, away=True)
    assert (desk.seat.connected, desk.seat.gone) == (True, False)


def test_after_redis_is_back_her_desk_has_a_minute_to_beat(desk: Desk) -> None:
    desk.pass_(300, None, away=True)
    desk.epoch = "two"
    desk.pass_(59, None)
    assert desk.seat.connected
    desk.pass_(60, None)
    assert not desk.seat.connected, "now it is known that she left"


def test_an_emptied_redis_takes_nobody_away(desk: Desk) -> None:
    desk.epoch = "emptied"
    desk.pass_(59, None)
    assert (desk.seat.connected, desk.seat.gone) == (True, False)
    desk.look(desk.now)
    desk.pass_(50, desk.now)
    assert desk.seat.connected


def test_just_started_nobody_is_gone_for_a_minute() -> None:
    desk = Desk()
    desk.pass_(59, None)
    assert (desk.seat.connected, desk.seat.gone) == (False, False)
    desk.pass_(2, None)
    assert desk.seat.gone


def test_just_started_while_redis_is_away_nobody_is_gone() -> None:
    desk = Desk()
    desk.pass_(3600, None, away=True)
    assert not desk.seat.gone


def test_just_started_while_redis_is_away_who_works_counts_as_there() -> None:
    desk = Desk()
    desk.seat.holds.add(derived_id("held"))
    desk.look(None, away=True)
    assert desk.seat.present
    desk.look(None)
    desk.pass_(61 + 60, None)
    assert not desk.seat.present, "Redis is there and her desk never beat"


def test_a_dismissed_agent_is_gone_whatever_beats(desk: Desk) -> None:
    desk.seat.active = False
    desk.look(desk.now)
    assert (desk.seat.connected, desk.seat.gone, desk.seat.present) == (False, True, False)


def test_beats_of_strangers_and_older_beats_change_nothing(desk: Desk) -> None:
    seen = desk.seat.seen_at
    desk.look(desk.now - timedelta(seconds=30))
    assert desk.seat.seen_at == seen
    desk.watch.look(desk.office.board.seats, Heartbeats({PLAN_AGENT: desk.now}, desk.epoch), desk.now)
    assert list(desk.office.board.seats) == [desk.seat.agent_id]


PLAN_AGENT = Office("Stranger")["Stranger"].agent_id


@pytest.mark.parametrize(("seconds", "there"), [(5, True), (61, False)])
def test_a_board_read_anew_while_redis_is_away_knows_who_was_there_just_now(
    desk: Desk, seconds: int, *, there: bool
) -> None:
    desk.watch.remember(desk.office.board.seats, desk.now)
    anew = Desk()
    desk.now += timedelta(seconds=seconds)
    desk.watch.remember(anew.office.board.seats, desk.now)
    desk.watch.look(anew.office.board.seats, None, desk.now)
    assert anew.seat.present is there
