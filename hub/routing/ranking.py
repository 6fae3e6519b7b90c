"""The order of agents (semantics A8): load ÷ capacity, then longest since last assignment, then id. Deterministic.

A heap for each team and size of conversation answers "who is best?" without looking at two thousand seats: it holds
only agents who are there and have room for that size. A seat that changes is pushed anew; its older entries are known
by their stamp.
"""

from collections.abc import Callable, Collection
from typing import TYPE_CHECKING
from uuid import UUID

from hub.routing.heap import LazyHeap
from hub.routing.plan import Pool, Size

if TYPE_CHECKING:
    from hub.routing.board import Seat

_Entry = tuple[float, float, UUID, int]


class Ranking:
    """Finds the best seat of a team for one more conversation."""

    def __init__(self, sizes: Collection[Size]) -> None:
        self._sizes = sizes
        self._heaps: dict[tuple[UUID, Size], LazyHeap[_Entry]] = {}
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
        for size in self._sizes:
            if not seat.has_room(size):
                continue
            entry = (_share(seat, size.pool), seat.last_assigned_at, seat.agent_id, seat.stamp)
            for team in seat.teams:
                self._heap(team, size).push(entry)

    def present(self, team: UUID) -> set[UUID]:
        """The agents of a team who are there, full or not."""
        return self._present.get(team, set())

    def best(self, team: UUID, size: Size, fits: "Callable[[Seat], bool]") -> "Seat | None":
        """The first seat of the team, in order, that is present, has room and ``fits``."""
        entry = self._heap(team, size).first(lambda one: fits(self._seats[one[2]]))
        return self._seats[entry[2]] if entry else None

    def _heap(self, team: UUID, size: Size) -> LazyHeap[_Entry]:
        if (heap := self._heaps.get((team, size))) is None:
            heap = self._heaps[team, size] = LazyHeap(self._holds)
        return heap

    def _holds(self, entry: _Entry) -> bool:
        seat = self._seats.get(entry[2])
        return seat is not None and seat.stamp == entry[3]


def order(seat: "Seat") -> tuple[float, float, UUID]:
    """Where an agent stands among those who became free: by the fuller of the two pools."""
    return max(_share(seat, pool) for pool in Pool), seat.last_assigned_at, seat.agent_id


def _share(seat: "Seat", pool: Pool) -> float:
    capacity = seat.capacity[pool]
    return seat.load[pool] / capacity if capacity else float("inf")
