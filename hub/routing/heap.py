"""A heap whose entries are dropped lazily: what has changed is pushed anew, and the old entry is known to be old.

Dropping waits until an entry comes up or the heap has doubled, so every operation costs O(log n) on the average and a
heap never holds more than twice what is valid in it (or ``SMALL``).
"""

import heapq
from collections.abc import Callable
from typing import Any, Generic, TypeVar

Entry = TypeVar("Entry", bound=tuple[Any, ...])
SMALL = 64


class LazyHeap(Generic[Entry]):
    """The least valid entry first. ``valid`` says whether an entry still holds."""

    def __init__(self, valid: Callable[[Entry], bool]) -> None:
        self._valid = valid
        self._entries: list[Entry] = []
        self._limit = SMALL

    def __len__(self) -> int:
        return len(self._entries)

    def push(self, entry: Entry) -> None:
        """Put an entry in."""
        heapq.heappush(self._entries, entry)
        if len(self._entries) >= self._limit:
            self._entries = self.valid()
            self._limit = max(SMALL, 2 * len(self._entries))

    def first(self, fits: Callable[[Entry], bool]) -> Entry | None:
        """The least valid entry that ``fits``, left in its place, or nothing."""
        aside: list[Entry] = []
        found = None
        while self._entries and found is None:
            entry = self._entries[0]
            if not self._valid(entry):
                heapq.heappop(self._entries)
            elif fits(entry):
                found = entry
            else:
                aside.append(heapq.heappop(self._entries))
        for entry in aside:
            heapq.heappush(self._entries, entry)
        return found

    def valid(self) -> list[Entry]:
        """Every valid entry, in order."""
        return sorted(filter(self._valid, self._entries))
