"""What is live and may be lost: heartbeats, hints that something changed, and who looks at what."""

from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import Protocol
from uuid import UUID

import msgspec

from hub.routing.presence import Heartbeats


class Told(StrEnum):
    """Whose desks hear of a hint."""

    LEADS = "leads"
    """Those of its agents and its team, and of everybody who sees all conversations."""
    AGENTS = "agents"
    """Those of its agents alone."""
    ALL = "all"
    """Everybody's."""


class Hint(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """Something changed: fetch it if your version is older. Holds no content, so it may be told to anybody.

    ``kind`` is ``conversation``, ``reply_warning``, ``message`` or ``media``; ``mention`` or ``read``; ``customer``,
    ``agent`` or ``canned_answers``. ``cause`` is the event that led to it, by which a desk knows the outcome of its own
    command; ``agents`` and ``team`` are who may see the object, and ``told`` says who hears of it beside them.
    """

    kind: str
    id: UUID
    version: int
    cause: UUID | None = None
    conversation: UUID | None = None
    agents: tuple[UUID, ...] = ()
    team: UUID | None = None
    told: Told = Told.LEADS


class Look(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """An agent looks at a conversation, or types in it. It ends by itself if it is not said again.

    ``desk`` is where: she may have several. ``agents`` and ``team`` are who may see the conversation, beside the leads.
    """

    conversation: UUID
    agent: UUID
    name: str
    desk: UUID
    typing: bool = False
    left: bool = False
    """No more."""
    agents: tuple[UUID, ...] = ()
    team: UUID | None = None


def unheard(_: Look) -> None:
    """For who listens to hints alone."""


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

    async def look(self, look: Look) -> None:
        """Tell every web process. Never raises: it is said again soon, or ends."""

    async def listen(self, take: Callable[[Sequence[Hint]], None], looked: Callable[[Look], None] = unheard) -> None:
        """Hand over hints and looks as they come, until cancelled; reconnects by itself."""

    async def ping(self) -> None:
        """Raises ``LiveAway`` if it does not answer."""

    async def aclose(self) -> None:
        """Give back connections."""
