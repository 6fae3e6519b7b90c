"""When something happens next to a conversation. Pure."""

from datetime import datetime

from hub.model import ConversationStatus
from hub.routing.board import Conversation
from hub.routing.plan import ChannelRules


def reply_due(conversation: Conversation, rules: ChannelRules, now: datetime) -> datetime | None:
    """The assignee's deadline: from the moment it was theirs or the customer wrote, whichever is later."""
    return None if conversation.waiting_since is None else max(conversation.waiting_since, now) + rules.reply_within


def next_time(conversation: Conversation, rules: ChannelRules, now: datetime) -> datetime | None:
    """The next moment at which routing must look; every conversation that is not resolved has one.

    Waiting on the customer counts from ``now``, when something happened to the conversation, and not from the last
    message: one that was opened again by hand after a week would else be idle at once.
    """
    if conversation.status is ConversationStatus.RESOLVED:
        return None
    if conversation.status is ConversationStatus.SNOOZED:
        return conversation.snoozed_until
    if conversation.offered_to is not None:
        return conversation.offered_until
    if conversation.in_line:
        return conversation.step_until
    if conversation.waiting_since is not None and conversation.reply_due is not None:
        warning = conversation.reply_due - rules.reply_within * (1 - rules.warn_at)
        return warning if now < warning else conversation.reply_due
    return now + (rules.weightless_after if conversation.weight else rules.idle_after)
