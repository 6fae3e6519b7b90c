"""The record of why routing did what it did, and how it reads as a sentence."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID


class Kind(StrEnum):
    """What was decided."""

    ASSIGNED = "assigned"
    OFFERED = "offered"
    QUEUED = "queued"
    REOPENED = "reopened"
    ANSWERED = "answered"
    RESOLVED = "resolved"
    SNOOZED = "snoozed"
    WOKEN = "woken"
    SPLIT = "split"
    JOINED = "joined"
    UNDONE = "undone"
    """A split or join was."""
    REFUSED = "refused"
    KEPT = "kept"
    """Nothing changed hands."""


@dataclass(frozen=True, slots=True)
class Passed:
    """One step that was looked at: who, and why it gave or did not give an agent."""

    step: int
    who: str
    reason: str
    agent: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """One decision. ``event_id`` is the cause's id, or follows from conversation and version.

    ``why`` says the outcome with its reason as a clause of its own: "Mina has the least load (15 of 100)".
    """

    event_id: UUID
    conversation_id: UUID
    at: datetime
    kind: Kind
    plan_version: int
    step: int | None = None
    agent_id: UUID | None = None
    team_id: UUID | None = None
    passed: Sequence[Passed] = ()
    why: str = ""
    next_at: datetime | None = None
    refused: bool = False
    facts: Mapping[str, Any] = field(default_factory=dict)

    def reasons(self) -> dict[str, Any]:
        """What the ``reasons`` column keeps, the sentence included."""
        steps = [{"step": p.step, "who": p.who, "reason": p.reason, "agent": p.agent} for p in self.passed]
        return {"sentence": self.sentence(), "why": self.why, "steps": steps, **self.facts}

    def sentence(self) -> str:
        """The decision as a person would say it."""
        told = [clause for passed in self.passed if (clause := _TOLD[passed.who](passed)) is not None]
        said = "; ".join([*told, self.why])
        return said[:1].upper() + said[1:] + "."


ASKED_ALREADY = "was asked already"
"""Of somebody who is left out; how that came is told before, so it is not told twice."""


def _owner(passed: Passed) -> str | None:
    return f"the owner {passed.agent} {passed.reason}" if _is_news(passed) else None


def _last_agent(passed: Passed) -> str | None:
    return f"{passed.agent}, who wrote last, {passed.reason}" if _is_news(passed) else None


def _is_news(passed: Passed) -> bool:
    return passed.agent is not None and passed.reason != ASKED_ALREADY


def _assignee(passed: Passed) -> str | None:
    return f"{passed.agent} {passed.reason}"


def _as_it_is(passed: Passed) -> str | None:
    return passed.reason


_TOLD = {
    "owner": _owner,
    "last_agent": _last_agent,
    "assignee": _assignee,
    "team": _as_it_is,
    "routing": _as_it_is,
}
"""How a step that gave nobody is told. Who was never named (no owner is set, nobody wrote lately) is not talked of."""
