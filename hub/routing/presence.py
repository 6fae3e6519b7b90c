"""Who is connected, from heartbeats that may be missing. Pure.

Unknown is not absent: when Redis is away or empty, whoever was connected counts as connected for a while longer, until
their desks have had the time to announce themselves again.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from hub.model import Presence
from hub.routing.board import Seat
from hub.routing.plan import Plan


@dataclass(frozen=True, slots=True)
class Heartbeats:
    """What Redis says: the last beat of each agent. ``epoch`` changes when Redis has been emptied."""

    at: Mapping[UUID, datetime]
    epoch: str


class PresenceWatch:
    """Turns heartbeats into ``connected`` and ``gone`` on the seats."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._epoch: str | None = None
        self._uncertain_until: datetime | None = None
        self._seats: Mapping[UUID, Seat] = {}

    def remember(self, seats: Mapping[UUID, Seat], now: datetime) -> None:
        """Seats of a board read anew: who was there a moment ago is there, also while Redis is away."""
        for agent_id, seat in seats.items():
            before = self._seats.get(agent_id)
            if before is not None and before.seen_at is not None and now - before.seen_at < self._plan.connected_within:
                seat.seen_at, seat.connected, seat.gone = before.seen_at, before.connected, before.gone
        self._seats = seats

    def look(self, seats: Mapping[UUID, Seat], beats: Heartbeats | None, now: datetime) -> list[Seat]:
        """Update the seats and return those whose presence changed. ``beats`` is ``None`` while Redis is away."""
        self._note(beats, now)
        if beats is not None:
            for agent_id, at in beats.at.items():
                if (seat := seats.get(agent_id)) is not None and (seat.seen_at is None or at > seat.seen_at):
                    seat.seen_at = at
        return [seat for seat in seats.values() if self._judge(seat, now, away=beats is None)]

    def _note(self, beats: Heartbeats | None, now: datetime) -> None:
        if beats is None or beats.epoch != self._epoch:  # also at the start, when nothing is known yet
            self._uncertain_until = now + self._plan.uncertain_for
        if beats is not None:
            self._epoch = beats.epoch

    def _judge(self, seat: Seat, now: datetime, *, away: bool) -> bool:
        uncertain = self._uncertain_until is not None and now < self._uncertain_until
        works = (away and seat.holds) or (uncertain and seat.offered)  # who was offered something was there just now
        if works and seat.seen_at is None and seat.declared is Presence.AVAILABLE:
            seat.connected, seat.seen_at = True, now  # read while nothing is known: who works is taken as there
        if uncertain and seat.connected and seat.seen_at is not None:
            seat.seen_at = max(seat.seen_at, now - self._plan.connected_within / 2)
        before = (seat.connected, seat.gone)
        age = now - seat.seen_at if seat.seen_at is not None else None
        seat.connected = age is not None and age < self._plan.connected_within
        seat.gone = age is None or age >= self._plan.gone_after
        if uncertain and not before[1]:
            seat.gone = False
        if not seat.active:
            seat.connected, seat.gone = False, True
        return before != (seat.connected, seat.gone)
