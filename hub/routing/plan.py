"""The plan: which steps a conversation goes through to find its agent, and every number routing uses.

``plan_file`` reads it from ``config/routing.toml``. A plan is versioned; each decision names the version it was made
under.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import NamedTuple

from hub.model import Channel, Priority


class Who(StrEnum):
    """Whom a step asks."""

    OWNER = "owner"
    LAST_AGENT = "last_agent"
    TEAM = "team"


class Pool(StrEnum):
    """Two pools of capacity (semantics A6)."""

    LIVE = "live"
    WRITTEN = "written"


class HandOver(StrEnum):
    """How a conversation is handed to the agent it found (semantics A4, but for ``pull``)."""

    ASSIGN = "assign"
    """Hers at once."""
    OFFER = "offer"
    """Hers when she accepts it in time."""


class Size(NamedTuple):
    """How much of an agent a conversation takes: ``weight`` points of a pool."""

    pool: Pool
    weight: int


@dataclass(frozen=True, slots=True)
class Step:
    """One step; ``number`` is its place in the default plan, ``wait`` how long it is waited in."""

    number: int
    who: Who
    wait: timedelta


@dataclass(frozen=True, slots=True)
class ChannelRules:
    """What holds for one channel."""

    steps: Sequence[Step]
    hand_over: HandOver
    offer_within: timedelta
    """How long an offer waits for its answer."""
    pool: Pool
    weight: int
    reply_within: timedelta
    warn_at: float
    weightless_after: timedelta
    idle_after: timedelta
    remembers: timedelta
    """How far back the last agent who wrote to the customer counts."""

    @property
    def size(self) -> Size:
        """What one conversation takes of its agent."""
        return Size(self.pool, self.weight)

    def step(self, number: int | None) -> Step:
        """The step with that number; the last one if there is none."""
        return next((step for step in self.steps if step.number == number), self.steps[-1])


@dataclass(frozen=True, slots=True)
class Plan:
    """All of it."""

    version: int
    channels: Mapping[Channel, ChannelRules]
    targets: Mapping[Priority, timedelta]
    connected_within: timedelta
    gone_after: timedelta
    uncertain_for: timedelta

    def rules(self, channel: Channel) -> ChannelRules:
        """The rules of a channel; those of SMS where the plan has none of its own."""
        return self.channels.get(channel) or self.channels[Channel.SMS]

    def sizes(self) -> frozenset[Size]:
        """The different sizes conversations have."""
        return frozenset(rules.size for rules in self.channels.values())

    def remembers(self) -> timedelta:
        """The longest memory of any channel."""
        return max(rules.remembers for rules in self.channels.values())
