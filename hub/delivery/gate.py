"""The last gate: what is checked in the very transaction that marks a message ``sending``. Pure.

Agents' answers pass unless the provider itself blocks the number, or the channel's window has closed; consent and
texting hours for campaigns join here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

NEWS_LASTS = timedelta(hours=1)
"""So long a template is taken as approved after its provider last said so. It is asked every five minutes."""


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
    heard_at: datetime | None = None
    """When she last wrote to our address, on a channel that takes free text only for a time after that."""
    template: dict[str, Any] | None = None
    """``{"id": …, "variables": {…}}`` if it is sent as a template of the provider's."""
    template_approved: bool = False
    template_seen_at: datetime | None = None
    """When its provider last named the template."""
    files: Sequence[dict[str, Any]] | None = None
    """``position``, ``status`` and ``content_type`` of each file that goes with it."""


def obstacle(message: Waiting, *, window: timedelta | None, now: datetime) -> str | None:
    """Why this message must never be handed over, in plain words, or nothing.

    ``window`` is the time after her last message in which the channel takes free text; ``None``: always.
    """
    if not message.account_active:
        return "the account it should go out from does not exist or is switched off"
    if message.blocked:
        return "the customer asked to stop; the provider delivers nothing to this number until she writes START"
    if message.template is not None:
        return None if message.template_approved else "its template is not approved by the provider any more"
    if window is not None and not is_open(window, message.heard_at, now=now):
        hours = window // timedelta(hours=1)
        return f"{hours} hours have passed since she last wrote; only an approved template passes"
    return _nothing_to_send(message)


def doubt(message: Waiting, *, now: datetime) -> str | None:
    """Why this message, which nothing forbids, must wait until more is known, in plain words, or nothing."""
    if message.template is None or not message.template_approved:
        return None
    if message.template_seen_at is not None and now - message.template_seen_at < NEWS_LASTS:
        return None
    return "whether its template is still approved is not known now"


def _nothing_to_send(message: Waiting) -> str | None:
    if any(file["status"] != "stored" for file in message.files or ()):
        return "a file that should go with it is not there any more"
    return None if message.text.strip() or message.files else "the message is empty"


def is_open(window: timedelta, heard_at: datetime | None, *, now: datetime) -> bool:
    """Whether free text still passes: she wrote, and less than ``window`` ago."""
    return heard_at is not None and now - heard_at < window
