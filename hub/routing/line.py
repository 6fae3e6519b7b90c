"""The waiting line: who waits, in which order, and what an agent with room takes next.

The order is earliest due first, then id: a static key, so nothing starves and a heap suffices. A conversation waits for
one agent (the owner, the last agent) or for a team; an agent with room takes the earliest due of all she may take.
Entries are dropped lazily: one is valid while its ticket is the conversation's newest.
"""

import heapq
from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

if TYPE_CHECKING:
    from hub.routing.board import Conversation, Seat


class Line:
    """Everything that waits for an agent, by the agent or team it waits for."""

    def __init__(self) -> None:
        self._heaps: dict[UUID, list[tuple[datetime, UUID, int]]] = {}
        self._waiting: dict[UUID, tuple[int, UUID, Conversation]] = {}
        self._tickets = 0

    def __len__(self) -> int:
        return len(self._waiting)

    def __contains__(self, conversation: "Conversation") -> bool:
        return conversation.id in self._waiting

    def __iter__(self) -> Iterator["Conversation"]:
        return iter([conversation for _, _, conversation in self._waiting.values()])

    def add(self, conversation: "Conversation") -> None:
        """Let it wait for the agent or team it names; without one it only waits for its time."""
        target = conversation.waits_for
        self.remove(conversation)
        if target is None or conversation.due is None:
            return
        self._tickets += 1
        self._waiting[conversation.id] = (self._tickets, target, conversation)
        heapq.heappush(self._heaps.setdefault(target, []), (conversation.due, conversation.id, self._tickets))

    def remove(self, conversation: "Conversation") -> None:
        """It waits no more."""
        self._waiting.pop(conversation.id, None)

    def waiting_for(self, target: UUID) -> list["Conversation"]:
        """All that wait for that very agent or team, in order."""
        entries = [self._valid(id_, ticket) for _, id_, ticket in sorted(self._heaps.get(target, ()))]
        return [entry[2] for entry in entries if entry]

    def next_for(self, seat: "Seat") -> "Conversation | None":
        """The earliest due conversation this agent may take and is not left out of, or nothing."""
        heads = [found for target in (seat.agent_id, *seat.teams) if (found := self._head(target, seat)) is not None]
        return min(heads, key=lambda one: (one.due, one.id), default=None)

    def _head(self, target: UUID, seat: "Seat") -> "Conversation | None":
        heap, aside, found = self._heaps.get(target, []), [], None
        while heap and found is None:
            _, id_, ticket = heap[0]
            entry = self._valid(id_, ticket)
            if entry is None:
                heapq.heappop(heap)
            elif seat.agent_id in entry[2].left_out:
                aside.append(heapq.heappop(heap))
            else:
                found = entry[2]
        for entry_aside in aside:
            heapq.heappush(heap, entry_aside)
        return found

    def _valid(self, id_: UUID, ticket: int) -> "tuple[int, UUID, Conversation] | None":
        entry = self._waiting.get(id_)
        return entry if entry is not None and entry[0] == ticket else None
