"""What a refusal of routing is to whoever asked, and how it is mended: the visible table."""

from collections.abc import Mapping
from typing import NamedTuple

from hub.errors import Conflict, InputInvalid, NotAllowed, NotFound, Refused
from hub.routing.refusals import Reason


class Mend(NamedTuple):
    """The kind of error, what helps, and the place at fault if it is in the request."""

    kind: type[Refused]
    mend: str
    where: str | None = None


_LOOK = Mend(Conflict, "look at the conversation as it stands now")
"""Of a refusal that was decided by another version."""

MENDS: Mapping[Reason, Mend] = {
    Reason.NO_CONVERSATION: Mend(NotFound, "GET /api/v1/conversations lists those there are", "id"),
    Reason.NO_AGENT: Mend(InputInvalid, "GET /api/v1/agents lists them; it takes one who is active", "$.agent"),
    Reason.NO_TEAM: Mend(InputInvalid, "GET /api/v1/teams lists them", "$.team"),
    Reason.NOT_AN_AGENT: Mend(NotAllowed, "use a token that stands for an agent, or assign it to one"),
    Reason.TAKEN: Mend(Conflict, "leave it to them, or ask a supervisor to assign it to you"),
    Reason.HELD: Mend(Conflict, "ask for it to be handed over, or a supervisor to assign it"),
    Reason.OFFERED: Mend(Conflict, "wait until they have answered, or ask a supervisor to assign it"),
    Reason.UNHELD: Mend(Conflict, "accept it first"),
    Reason.NOT_YOURS: Mend(Conflict, "only its assignee can decline it, or whom it is offered"),
    Reason.GONE: Mend(Conflict, "give an agent who is connected, or a team", "$.agent"),
    Reason.NOBODY_WAITS: Mend(Conflict, "resolve it, or assign it to somebody"),
    Reason.RESOLVED: Mend(Conflict, "reopen it first"),
    Reason.SNOOZED: Mend(Conflict, "reopen it first; then it can be snoozed until another time"),
    Reason.RESOLVED_ALREADY: Mend(Conflict, "nothing is left to do; reopen it if it is not done after all"),
    Reason.OPEN_ALREADY: Mend(Conflict, "nothing is left to do"),
    Reason.TIME_OVER: Mend(InputInvalid, "give a time in the future", "$.until"),
    Reason.JOINED: Mend(Conflict, "go on in the one it was joined into (`joined_into`), or undo the join"),
    Reason.NOT_IN_IT: Mend(
        InputInvalid, "GET /api/v1/conversations/{id}/interactions lists what is in it", "$.interactions"
    ),
    Reason.ALL_OF_IT: Mend(InputInvalid, "leave something in it", "$.interactions"),
    Reason.TOO_NEW: Mend(Conflict, "try again in a moment"),
    Reason.NO_OTHER: Mend(InputInvalid, "GET /api/v1/conversations?customer={id} lists hers", "$.with"),
    Reason.ITSELF: Mend(InputInvalid, "give another conversation of hers", "$.with"),
    Reason.OTHER_CUSTOMER: Mend(Conflict, "join conversations of one customer"),
    Reason.NOT_DONE_HERE: Mend(
        InputInvalid, "GET /api/v1/conversations/{id}/rearrangements lists what was", "$.rearrangement"
    ),
    Reason.UNDONE: Mend(Conflict, "nothing is left to do"),
    Reason.STOOD_ON: Mend(Conflict, "undo the later one first"),
}


def joined(into: object, do: str) -> Conflict:
    """The error for whoever would ``do`` something in a conversation that was joined ``into`` another."""
    return Conflict("It was joined into another conversation", mend=f"{do} in {into}, or undo the join")


def refusal(reason: object, detail: str) -> Refused:
    """The error for a decision's reason. One that nobody here knows is a ``Conflict`` as any."""
    known = isinstance(reason, str) and reason in set(Reason)
    found = MENDS[Reason(str(reason))] if known else _LOOK
    return found.kind(detail, mend=found.mend, where=found.where)
