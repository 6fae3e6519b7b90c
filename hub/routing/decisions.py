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
    QUEUED = "queued"
    TAKEN_BACK = "taken_back"
    REOPENED = "reopened"
    ANSWERED = "answered"
    RESOLVED = "resolved"
    SNOOZED = "snoozed"
    WOKEN = "woken"
    REFUSED = "refused"
    KEPT = "kept"


@dataclass(frozen=True, slots=True)
class Passed:
    """One step that was looked at: who, and why it gave or did not give an agent."""

    step: int
    who: str
    reason: str
    agent: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """One decision. ``event_id`` is the cause's id, or follows from conversation and version."""

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
    agent: str | None = None
    next_at: datetime | None = None
    refused: bool = False
    facts: Mapping[str, Any] = field(default_factory=dict)

    def reasons(self) -> dict[str, Any]:
        """What the ``reasons`` column keeps, the sentence included."""
        steps = [{"step": p.step, "who": p.who, "reason": p.reason, "agent": p.agent} for p in self.passed]
        return {"sentence": self.sentence(), "why": self.why, "steps": steps, **self.facts}

    def sentence(self) -> str:
        """The decision as a person would say it."""
        before = [_told(passed) for passed in self.passed if passed.reason != "free"]
        said = "; ".join([*before, self._outcome()])
        return said[:1].upper() + said[1:] + "."

    def _outcome(self) -> str:
        agent, why = self.agent or "nobody", self.why
        outcome = {
            Kind.ASSIGNED: f"{agent} got it" + (f", {why}" if why else ""),
            Kind.QUEUED: f"it waits in line, {why}",
            Kind.TAKEN_BACK: f"it was taken back from {agent}, {why}",
            Kind.REOPENED: f"the customer wrote again, so it is open and back with {agent}",
            Kind.ANSWERED: f"{agent} answered; it waits on the customer",
            Kind.RESOLVED: f"it is resolved, {why}",
            Kind.SNOOZED: f"{agent} snoozed it",
            Kind.WOKEN: f"it woke, {why}",
            Kind.REFUSED: why,
            Kind.KEPT: f"it stays with {agent}",
        }
        return outcome[self.kind]


def _told(passed: Passed) -> str:
    names = {"owner": "the owner", "last_agent": "the last agent who wrote", "team": "the team"}
    who = names.get(passed.who, passed.who)
    return f"{who} ({passed.agent}) {passed.reason}" if passed.agent else f"{who}: {passed.reason}"
