"""The last gate: what is checked in the very transaction that marks a message ``sending``. Pure.

Agents' answers pass unless the provider itself blocks the number; consent and texting hours for campaigns join here.
"""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A message at the head of its contact point's line, with everything the gate and the call need."""

    message_id: UUID
    conversation_id: UUID | None
    account: str
    contact_point: str
    our_address: str
    text: str
    attempts: int
    unknowns: int
    blocked: bool
    """The provider blocks this number for our address, since its holder asked to stop."""
    account_active: bool = True
    """The account stands in the database and is switched on, whether or not this process can use it."""
    account_paused: str | None = None
    """Why the provider refuses everything of this account, if it does."""


def obstacle(message: Waiting) -> str | None:
    """Why this message must never be handed over, in plain words, or nothing."""
    if not message.account_active:
        return "the account it should go out from does not exist or is switched off"
    if message.blocked:
        return "the customer asked to stop; the provider delivers nothing to this number until she writes START"
    if not message.text.strip():
        return "the message is empty"
    return None
