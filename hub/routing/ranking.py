"""The order of agents (semantics A8): load ÷ capacity, then longest since last assignment, then id. Deterministic.

A heap for each team and pool answers "who is best?" without looking at two thousand seats. A seat that changes is
pushed anew, if it has room at all; its older entries are known by their stamp and dropped when they come up.
"""

import heapq
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING
from uuid import UUID

from hub.routing.plan import Pool

if TYPE_CHECKING:
    from hub.routing.board import Seat

_Entry = tuple[float, float, UUID, int]


class Ranking:
    """Finds the best seat of a team for one more conversation."""

    def __init__(self, least_weights: Mapping[Pool, int]) -> None:
        self._least = least_weights
        self._heaps: dict[tuple[UUID, Pool], list[_Entry]] = {}
        self._seats: dict[UUID, Seat] = {}
        self._present: dict[UUID, set[UUID]] = {}

    def rebuild(self, seats: "list[Seat]") -> None:
        """Start over with these seats."""
        self._heaps, self._present = {}, {}
        self._seats = {seat.agent_id: seat for seat in seats}
        for seat in seats:
            self.changed(seat)

    def changed(self, seat: "Seat") -> None:
        """A seat's load, presence or last assignment changed."""
        seat.stamp += 1
        for team in seat.teams:
            there = self._present.setdefault(team, set())
            (there.add if seat.present else there.discard)(seat.agent_id)
        if not seat.present:
            return
        for pool, least in self._least.items():
            if not seat.has_room(pool, least):
                continue
            entry = (_share(seat, pool), seat.last_assigned_at, seat.agent_id, seat.stamp)
            for team in seat.teams:
                heapq.heappush(self._heaps.setdefault((team, pool), []), entry)

    def present(self, team: UUID) -> set[UUID]:
        """The agents of a team who are there, full or not."""
        return self._present.get(team, set())

    def best(self, team: UUID, pool: Pool, fits: "Callable[[Seat], bool]") -> "Seat | None":
        """The first seat of the team, in order, that is present and ``fits``."""
        heap = self._heaps.get((team, pool), [])
        aside: list[_Entry] = []
        found = None
        while heap and found is None:
            entry = heap[0]
            seat = self._seats.get(entry[2])
            if seat is None or seat.stamp != entry[3] or not seat.present:
                heapq.heappop(heap)
            elif fits(seat):
                found = seat
            else:
                aside.append(heapq.heappop(heap))
        for entry in aside:
            heapq.heappush(heap, entry)
        return found


def order(seat: "Seat") -> tuple[float, float, UUID]:
    """Where an agent stands among those who became free: by the fuller of the two pools."""
    return max(_share(seat, pool) for pool in Pool), seat.last_assigned_at, seat.agent_id


def _share(seat: "Seat", pool: Pool) -> float:
    capacity = seat.capacity[pool]
    return seat.load[pool] / capacity if capacity else float("inf")
