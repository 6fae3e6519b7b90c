"""The waiting line: who waits, in which order, and what an agent with room takes next.

The order is earliest due first, then id: a static key, so nothing starves and a heap suffices. A conversation waits for
one agent (the owner, the last agent) or for a team; an agent with room takes the earliest due of all she may take. One
that needs more room than she has is passed over and blocks nobody, so each size has a heap of its own.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from hub.routing.heap import LazyHeap
from hub.routing.plan import Size

if TYPE_CHECKING:
    from hub.routing.board import Conversation, Seat

_Entry = tuple[datetime, UUID, int]
"""Due, conversation and ticket: an entry holds while its ticket is the conversation's newest."""


class Line:
    """Everything that waits for an agent, by the agent or team it waits for."""

    def __init__(self) -> None:
        self._heaps: dict[UUID, dict[Size, LazyHeap[_Entry]]] = {}
        self._waiting: dict[UUID, tuple[int, UUID, datetime, Conversation]] = {}
        self._tickets = 0

    def __len__(self) -> int:
        return len(self._waiting)

    def __contains__(self, conversation: "Conversation") -> bool:
        return conversation.id in self._waiting

    def __iter__(self) -> Iterator["Conversation"]:
        return iter([entry[-1] for entry in self._waiting.values()])

    def add(self, conversation: "Conversation", size: Size) -> None:
        """Let it wait for the agent or team it names; without one it only waits for its time."""
        target, due = conversation.waits_for, conversation.due
        known = self._waiting.get(conversation.id)
        if known is not None and known[1:3] == (target, due):
            return  # its place is the same
        self.remove(conversation)
        if target is None or due is None:
            return
        self._tickets += 1
        self._waiting[conversation.id] = (self._tickets, target, due, conversation)
        self._heap(target, size).push((due, conversation.id, self._tickets))

    def remove(self, conversation: "Conversation") -> None:
        """It waits no more."""
        self._waiting.pop(conversation.id, None)

    def waiting_for(self, target: UUID) -> list["Conversation"]:
        """All that wait for that very agent or team, in order."""
        entries = sorted(entry for heap in self._heaps.get(target, {}).values() for entry in heap.valid())
        return [self._waiting[entry[1]][-1] for entry in entries]

    def next_for(self, seat: "Seat") -> "Conversation | None":
        """The earliest due conversation this agent may take, has room for and is not left out of, or nothing."""
        heaps = [
            heap
            for target in (seat.agent_id, *seat.teams)
            for size, heap in self._heaps.get(target, {}).items()
            if seat.has_room(size)
        ]
        heads = [head for heap in heaps if (head := heap.first(lambda one: self._takes(seat, one))) is not None]
        return self._waiting[min(heads)[1]][-1] if heads else None

    def _takes(self, seat: "Seat", entry: _Entry) -> bool:
        return seat.agent_id not in self._waiting[entry[1]][-1].left_out

    def _heap(self, target: UUID, size: Size) -> LazyHeap[_Entry]:
        heaps = self._heaps.setdefault(target, {})
        if size not in heaps:
            heaps[size] = LazyHeap(self._holds)
        return heaps[size]

    def _holds(self, entry: _Entry) -> bool:
        known = self._waiting.get(entry[1])
        return known is not None and known[0] == entry[2]
