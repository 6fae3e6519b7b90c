"""Offers (semantics A5): a conversation is proposed to one agent, who has a little while to accept it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

MOST_MISSED = 2
"""So many offers in a row run out unanswered before the agent counts as away."""
HEARD = timedelta(seconds=20)
"""Whose desk was heard so lately was asked: desks beat every 15 s. Nobody has missed what her desk never showed."""
AWAY_REASON = "missed"
"""Why an agent is away who did not say so herself."""


class Outcome(StrEnum):
    """How an offer ended; until then it is pending."""

    ACCEPTED = "accepted"
    DECLINED = "declined"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    """Somebody else took it, it needs nobody any more, or she is not there any more."""


@dataclass(frozen=True, slots=True)
class Offer:
    """One proposal, pending."""

    id: UUID
    conversation_id: UUID
    agent_id: UUID
    step: int | None
    offered_at: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Ended:
    """How a pending offer of a conversation ended, whose it was, and when."""

    agent_id: UUID
    outcome: Outcome
    at: datetime
