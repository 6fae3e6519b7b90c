"""How many bytes of files one process holds at once, so that many uploads together cannot fill its memory."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from hub.errors import TooBusy
from hub.web.problems import RETRY_AFTER


class Room:
    """Room for ``most`` bytes. Nobody waits for it: who finds none is told to come again.

    ``storing`` is held while a file goes to the database, which takes copies of it: one at a time.
    """

    def __init__(self, most: int) -> None:
        self.left, self.storing = most, asyncio.Lock()

    @contextmanager
    def taken(self, size: int) -> Iterator[None]:
        """Room for ``size`` bytes while the block runs. Raises ``TooBusy``."""
        if size > self.left:
            raise busy()
        self.left -= size
        try:
            yield
        finally:
            self.left += size


def busy() -> TooBusy:
    """What an upload gets while others fill the room there is."""
    return TooBusy("too many files are being uploaded at once", mend=f"try again in {RETRY_AFTER} seconds")
