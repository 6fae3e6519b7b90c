"""``hub doctor --provider``: a day's messages against the provider's own list; what is missing here is taken in."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from hub import model
from hub.bootstrap import Parts
from hub.channel import Adapter, DeliveryReport, InboundMessage, KeepsBooks
from hub.checks.findings import Finding, bad, fact, good, many, worth
from hub.delivery import store as deliveries
from hub.delivery.books import Compared, compare
from hub.errors import HubError, SendError
from hub.events import Event
from hub.history import store as history
from hub.model import AccountId, derived_id
from hub.web.intake import Intake

MARGIN = timedelta(minutes=10)
"""What passes now may be on its way; and the provider's clock is not ours."""
LATE = timedelta(days=7)
"""So long after it was sent something may still be taken in: out of a spool, or by this very command."""
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Span:
    """From when to when, in UTC."""

    since: datetime
    until: datetime

    def __str__(self) -> str:
        return f"{self.since:%Y-%m-%d %H:%M} to {self.until:%Y-%m-%d %H:%M} UTC"


def span_of(day: date | None, now: datetime) -> Span:
    """That day in UTC, or the last 24 hours; never what passes just now. Raises ``ValueError`` for a day to come."""
    end = now - MARGIN
    if day is None:
        return Span(end - timedelta(days=1), end)
    since = datetime(day.year, day.month, day.day, tzinfo=UTC)
    if since >= end:
        message = f"{day} has not begun, or has just"
        raise ValueError(message)
    return Span(since, min(since + timedelta(days=1), end))


async def books(parts: Parts, span: Span) -> AsyncIterator[Finding]:
    """Every account whose provider has a list. ``parts`` have the bus of the settings: what is missing goes there."""
    for id_, adapter in parts.accounts.adapters.items():
        if not isinstance(adapter, KeepsBooks):
            yield fact(f"{id_}: this provider has no list of a day")
            continue
        yield fact(f"{id_}, {span}; what passes in the last {MARGIN // timedelta(minutes=1)} minutes is left alone")
        async for one in _compared(parts, id_, adapter, span):
            yield one


async def _compared(parts: Parts, id_: AccountId, keeper: KeepsBooks, span: Span) -> AsyncIterator[Finding]:
    adapter = parts.accounts.adapters[id_]
    try:
        wide = await keeper.booked(since=span.since - MARGIN, until=span.until + MARGIN)
        only_here = await _only_here(parts, id_, keeper, wide, span)
    except SendError as error:
        yield bad(f"{id_}: {error}", "try again when the provider answers")
        return
    within = [one for one in wide if one.provider_time is None or span.since <= one.provider_time < span.until]
    book = [one for one in within if _is_of(parts, id_, one)]
    if others := len(within) - len(book):
        yield fact(f"{many(others, 'message')} to numbers that are not {id_}'s here, left out")
    found = await _here(parts, id_, adapter, book)
    for one in _said(found):
        yield one
    if found.missing or found.behind:
        yield await _taken_in(parts, id_, adapter, [*found.missing, *found.behind])
    if only_here:
        some = ", ".join(sorted(only_here)[:3])
        yield worth(f"{many(len(only_here), 'message')} here that the provider does not list: {some}", _ASK)


_ASK = "ask the provider with these ids; its list may be late, or shortened by its retention"


def _is_of(parts: Parts, id_: AccountId, one: InboundMessage | DeliveryReport) -> bool:
    """A customer's message only if it came to a number of ours: other programs may use the provider's account, too."""
    return isinstance(one, DeliveryReport) or parts.accounts.by_address.get(one.our_address) == id_


async def _only_here(
    parts: Parts, id_: AccountId, keeper: KeepsBooks, wide: Sequence[InboundMessage | DeliveryReport], span: Span
) -> set[str]:
    """What passed here in that time and the provider does not list, nor in the days before: some come late."""
    async with parts.store.reading() as tx:
        ours = set(await deliveries.passed(tx, id_, since=span.since, until=span.until))
    left = ours - {one.provider_id for one in wide}
    if left:
        left -= {one.provider_id for one in await keeper.booked(since=span.since - LATE, until=span.since)}
    return left


async def _here(
    parts: Parts, id_: AccountId, adapter: Adapter, book: Sequence[InboundMessage | DeliveryReport]
) -> Compared:
    events = {
        derived_id(adapter.name, id_, one.provider_id): one.provider_id
        for one in book
        if isinstance(one, InboundMessage)
    }
    async with parts.store.reading() as tx:
        came = {events[event_id] for event_id in await history.recorded(tx, events)}
        sent = await deliveries.statuses(tx, [one.provider_id for one in book if isinstance(one, DeliveryReport)])
    return compare(book, came=came, sent=sent)


def _said(found: Compared) -> list[Finding]:
    counts = f"provider {found.theirs:,}, here {found.here:,}"
    if found.here == found.theirs:
        return [good(counts)]
    findings = []
    if found.missing:
        why = "look at the webhook's address at the provider, and at its error log"
        findings.append(worth(f"{counts}: {many(len(found.missing), 'message')} of customers never came here", why))
    if found.strange:
        some = ", ".join(one.provider_id for one in found.strange[:3])
        what = f"{many(len(found.strange), 'message')} sent by the account that nobody here knows: {some}"
        mend = "another program may send by this account; if none should, change its token"
        findings.append(worth(what if found.missing else f"{counts}: {what}", mend))
    return findings


async def _taken_in(
    parts: Parts, id_: AccountId, adapter: Adapter, said: Sequence[InboundMessage | DeliveryReport]
) -> Finding:
    """As if the provider had told us now. Whatever comes after all is the same event."""

    def is_ours(point: str) -> bool:
        return model.is_ours(point, parts.accounts.by_address)

    events = Intake(adapter.name, adapter.channel, parts.clock, is_ours=is_ours).events(id_, said)
    try:
        await _publish(parts, events)
    except HubError as error:
        return bad(f"{id_}: they could not be taken in: {error}", "mend that, and ask again")
    messages = sum(isinstance(one, InboundMessage) for one in said)
    return good(f"taken in: {many(messages, 'message')}, {many(len(said) - messages, 'receipt')}")


async def _publish(parts: Parts, events: Sequence[Event]) -> None:
    await parts.bus.start()
    for place in range(0, len(events), _AT_ONCE):
        await parts.bus.publish(events[place : place + _AT_ONCE])
