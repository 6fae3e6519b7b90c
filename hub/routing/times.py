"""When something happens next to a conversation. Pure."""

from datetime import datetime

from hub.model import ConversationStatus
from hub.routing.board import Conversation
from hub.routing.plan import ChannelRules


def reply_due(conversation: Conversation, rules: ChannelRules, now: datetime) -> datetime | None:
    """The assignee's deadline: from the moment it was theirs or the customer wrote, whichever is later."""
    return None if conversation.waiting_since is None else max(conversation.waiting_since, now) + rules.reply_within


def next_time(conversation: Conversation, rules: ChannelRules, now: datetime) -> datetime | None:
    """The next moment at which routing must look; every conversation that is not resolved has one."""
    if conversation.status is ConversationStatus.RESOLVED:
        return None
    if conversation.status is ConversationStatus.SNOOZED:
        return conversation.snoozed_until
    if conversation.in_line:
        return conversation.step_until
    if conversation.waiting_since is not None and conversation.reply_due is not None:
        warning = conversation.reply_due - rules.reply_within * (1 - rules.warn_at)
        return warning if now < warning else conversation.reply_due
    last = max(filter(None, (conversation.last_answer_at, conversation.last_inbound_at)), default=now)
    if conversation.weight:
        return last + rules.weightless_after
    return last + rules.idle_after
