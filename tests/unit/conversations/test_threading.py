"""Which conversation an interaction belongs to (semantics B)."""

from datetime import UTC, datetime, timedelta

import pytest

from hub.conversations.threading import REOPENS_WITHIN, Current, continues, thread_of
from hub.model import Channel, ConversationStatus, derived_id

AT = datetime(2026, 3, 21, 9, 0, tzinfo=UTC)
WINDOWS = [
    (Channel.WEBCHAT, timedelta(hours=24)),
    (Channel.SMS, timedelta(hours=72)),
    (Channel.WHATSAPP, timedelta(hours=72)),
    (Channel.EMAIL, timedelta(days=14)),
]


def current(status: ConversationStatus | None, resolved_at: datetime | None = None) -> Current:
    return Current(derived_id("c"), derived_id("p"), status, resolved_at)


def test_without_one_it_opens_its_own() -> None:
    assert not continues(None, channel=Channel.SMS, at=AT)


@pytest.mark.parametrize("status", [None, ConversationStatus.OPEN, ConversationStatus.SNOOZED])
def test_what_is_not_resolved_goes_on_however_old(status: ConversationStatus | None) -> None:
    assert continues(current(status), channel=Channel.SMS, at=AT + timedelta(days=900))


@pytest.mark.parametrize(("channel", "window"), WINDOWS)
def test_resolved_goes_on_within_its_window(channel: Channel, window: timedelta) -> None:
    resolved = current(ConversationStatus.RESOLVED, AT)
    assert continues(resolved, channel=channel, at=AT + window)
    assert not continues(resolved, channel=channel, at=AT + window + timedelta(microseconds=1))
    assert continues(resolved, channel=channel, at=AT - timedelta(hours=1)), "a late event is attached"


def test_every_channel_has_its_window() -> None:
    assert REOPENS_WITHIN.keys() == set(Channel)


def test_a_thread_is_our_number_and_hers_on_one_channel() -> None:
    hers, ours = "tel:+989121234567", "tel:+14155550199"
    threads = {
        thread_of(channel, our, her)
        for channel in (Channel.SMS, Channel.WHATSAPP)
        for our in (ours, "tel:+14155550200")
        for her in (hers, "tel:+989120000000")
    }
    assert len(threads) == 8
