"""What is live and may be lost: heartbeats, and hints that something changed."""

from collections.abc import Callable, Sequence
from typing import Protocol
from uuid import UUID

import msgspec

from hub.routing.presence import Heartbeats


class Hint(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """Something changed: fetch it if your version is older. Holds no content, so it may be told to anybody.

    ``kind`` is ``conversation``, ``reply_warning``, ``message``, ``media`` or ``agent``; ``cause`` the event that
    led to it, by which a desk knows the outcome of its own command; ``agents`` and ``team`` who may see the object.
    """

    kind: str
    id: UUID
    version: int
    cause: UUID | None = None
    conversation: UUID | None = None
    agents: tuple[UUID, ...] = ()
    team: UUID | None = None


class Live(Protocol):
    """Redis, or its stand-in in this process. Nothing here is the truth. Says itself when it goes and is back."""

    async def beat(self, agent_ids: Sequence[UUID]) -> None:
        """These agents' desks are connected now. Raises ``LiveAway``."""

    async def leave(self, agent_ids: Sequence[UUID]) -> None:
        """These agents' last desks closed just now: they count as connected for the grace of a reload."""

    async def heartbeats(self) -> Heartbeats:
        """Everybody's last beat. Raises ``LiveAway``."""

    async def hint(self, hints: Sequence[Hint]) -> None:
        """Tell every web process. Never raises: a lost hint is healed by the next digest."""

    async def listen(self, take: Callable[[Sequence[Hint]], None]) -> None:
        """Hand over hints as they come, until cancelled; reconnects by itself."""

    async def ping(self) -> None:
        """Raises ``LiveAway`` if it does not answer."""

    async def aclose(self) -> None:
        """Give back connections."""
