"""Why a command cannot be done: a word for programs, which tell people how to mend it, and a sentence for people."""

from dataclasses import dataclass
from enum import StrEnum

KEY = "refusal"
"""Under which a decision's ``reasons`` keep the word."""


class Reason(StrEnum):
    """What stands against a command."""

    NO_CONVERSATION = "no-such-conversation"
    NO_AGENT = "no-such-agent"
    NO_TEAM = "no-such-team"
    NOT_AN_AGENT = "not-an-agent"
    TAKEN = "taken"
    HELD = "held"
    UNHELD = "unheld"
    NOT_YOURS = "not-yours"
    GONE = "agent-gone"
    NOBODY_WAITS = "nobody-waits"
    RESOLVED = "resolved"
    SNOOZED = "snoozed"
    RESOLVED_ALREADY = "resolved-already"
    OPEN_ALREADY = "open-already"
    TIME_OVER = "time-over"


@dataclass(frozen=True, slots=True)
class Refusal:
    """A command that was not done, and why not."""

    reason: Reason
    why: str


NO_CONVERSATION = Refusal(Reason.NO_CONVERSATION, "there is no such conversation")
NO_AGENT = Refusal(Reason.NO_AGENT, "there is no such agent")
NO_TEAM = Refusal(Reason.NO_TEAM, "there is no such team")
NOT_AN_AGENT = Refusal(Reason.NOT_AN_AGENT, "only an agent can accept a conversation")
NOT_YOURS = Refusal(Reason.NOT_YOURS, "it is not yours to decline")
NOBODY_WAITS = Refusal(Reason.NOBODY_WAITS, "nobody waits for an answer")
UNHELD = Refusal(Reason.UNHELD, "nobody holds it")
RESOLVED = Refusal(Reason.RESOLVED, "it is resolved")
SNOOZED = Refusal(Reason.SNOOZED, "it is snoozed already")
RESOLVED_ALREADY = Refusal(Reason.RESOLVED_ALREADY, "it is resolved already")
OPEN_ALREADY = Refusal(Reason.OPEN_ALREADY, "it is open already")
TIME_OVER = Refusal(Reason.TIME_OVER, "the time to snooze until is over")


def taken(name: str) -> Refusal:
    """Somebody was first."""
    return Refusal(Reason.TAKEN, f"{name} accepted it first")


def held(name: str) -> Refusal:
    """Another agent holds it."""
    return Refusal(Reason.HELD, f"{name} has it")


def gone(name: str) -> Refusal:
    """Whom it would go to is not there."""
    return Refusal(Reason.GONE, f"{name} is gone and the customer waits")
