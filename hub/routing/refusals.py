"""Why a command cannot be done: a word for programs, which tell people how to mend it, and a sentence for people."""

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from hub.events import ConversationCommand
from hub.model import ConversationStatus

if TYPE_CHECKING:
    from hub.routing.board import Board, Conversation

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
    OFFERED = "offered"
    UNHELD = "unheld"
    NOT_YOURS = "not-yours"
    GONE = "agent-gone"
    NOBODY_WAITS = "nobody-waits"
    RESOLVED = "resolved"
    SNOOZED = "snoozed"
    RESOLVED_ALREADY = "resolved-already"
    OPEN_ALREADY = "open-already"
    TIME_OVER = "time-over"
    JOINED = "joined"
    NOT_IN_IT = "not-in-it"
    ALL_OF_IT = "all-of-it"
    TOO_NEW = "too-new"
    NO_OTHER = "no-such-other"
    ITSELF = "itself"
    OTHER_CUSTOMER = "other-customer"
    NOT_DONE_HERE = "not-done-here"
    UNDONE = "undone"
    STOOD_ON = "stood-on"


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
JOINED = Refusal(Reason.JOINED, "it was joined into another conversation")
NOT_IN_IT = Refusal(Reason.NOT_IN_IT, "some of these are not in this conversation")
ALL_OF_IT = Refusal(Reason.ALL_OF_IT, "that would be all there is in it")
TOO_NEW = Refusal(Reason.TOO_NEW, "one of these has only just come in")
NO_OTHER = Refusal(Reason.NO_OTHER, "there is no such conversation to join")
ITSELF = Refusal(Reason.ITSELF, "a conversation cannot be joined with itself")
OTHER_CUSTOMER = Refusal(Reason.OTHER_CUSTOMER, "the two are with different customers")
NOT_DONE_HERE = Refusal(Reason.NOT_DONE_HERE, "nothing of the kind was done to this conversation")
UNDONE = Refusal(Reason.UNDONE, "it was undone already")
STOOD_ON = Refusal(Reason.STOOD_ON, "a later split or join stands on it")


def taken(name: str) -> Refusal:
    """Somebody was first."""
    return Refusal(Reason.TAKEN, f"{name} accepted it first")


def held(name: str) -> Refusal:
    """Another agent holds it."""
    return Refusal(Reason.HELD, f"{name} has it")


def offered(name: str) -> Refusal:
    """Another agent has a little while to accept it."""
    return Refusal(Reason.OFFERED, f"it is offered to {name} just now")


def of_another(board: "Board", conversation: "Conversation", data: ConversationCommand) -> Refusal | None:
    """Why whoever commands may not: another agent holds it or is offered it. What is resolved nobody holds."""
    free = data.may_take or conversation.status is ConversationStatus.RESOLVED
    if free or conversation.bearer in (None, data.by_agent):
        return None
    why = held if conversation.assignee_id is not None else offered
    return why(board.name(conversation.bearer))


def gone(name: str) -> Refusal:
    """Whom it would go to is not there."""
    return Refusal(Reason.GONE, f"{name} is gone and the customer waits")
