"""The plan: which steps a conversation goes through to find its agent, and every number routing uses.

Read from ``config/routing.toml``. A plan is versioned; each decision names the version it was made under.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any

from hub.errors import SettingsInvalid
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
    pool: Pool
    weight: int
    reply_within: timedelta
    warn_at: float
    weightless_after: timedelta
    idle_after: timedelta
    remembers: timedelta
    """How far back the last agent who wrote to the customer counts."""

    def step(self, number: int | None) -> Step:
        """The step with that number; the last one if there is none."""
        return next((step for step in self.steps if step.number == number), self.steps[-1])

    def from_step(self, number: int) -> Sequence[Step]:
        """The steps from that number on."""
        return [step for step in self.steps if step.number >= number]


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

    def least_weights(self) -> dict[Pool, int]:
        """The lightest conversation of each pool: an agent without room for it has room for nothing."""
        weights = {pool: [r.weight for r in self.channels.values() if r.pool is pool] for pool in Pool}
        return {pool: min(found, default=1) for pool, found in weights.items()}

    def remembers(self) -> timedelta:
        """The longest memory of any channel."""
        return max(rules.remembers for rules in self.channels.values())


def load(config: Mapping[str, Any]) -> Plan:
    """The plan in a parsed ``routing.toml``. Raises ``SettingsInvalid`` naming the place."""
    try:
        channels = config["channels"]
        resolved = {name: channels[rules["like"]] if "like" in rules else rules for name, rules in channels.items()}
        presence = config["presence"]
        return Plan(
            version=config["version"],
            channels={Channel(name): _channel(rules) for name, rules in resolved.items()},
            targets={Priority(name): timedelta(seconds=n) for name, n in config["priority_targets"].items()},
            connected_within=timedelta(seconds=presence["connected_within"]),
            gone_after=timedelta(seconds=presence["gone_after"]),
            uncertain_for=timedelta(seconds=presence["uncertain_for"]),
        )
    except (KeyError, ValueError, TypeError) as error:
        message = f"config/routing.toml: {type(error).__name__}: {error}"
        raise SettingsInvalid([message]) from error


def _channel(rules: Mapping[str, Any]) -> ChannelRules:
    days = [step["within_days"] for step in rules["steps"] if "within_days" in step]
    return ChannelRules(
        steps=[Step(s["number"], Who(s["who"]), timedelta(seconds=s["wait"])) for s in rules["steps"]],
        pool=Pool(rules["pool"]),
        weight=rules["weight"],
        reply_within=timedelta(seconds=rules["reply_within"]),
        warn_at=rules["warn_at"],
        weightless_after=timedelta(seconds=rules["weightless_after"]),
        idle_after=timedelta(seconds=rules["idle_after"]),
        remembers=timedelta(days=max(days, default=0)),
    )
