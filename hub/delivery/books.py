"""The provider's books of a time against ours: what is missing here, what is behind, what is strange. Pure."""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass

from hub.channel import DeliveryReport, InboundMessage
from hub.delivery.ladder import climbs
from hub.model import DeliveryStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """How many stand in the provider's book, how many of them here, and what to do about the rest."""

    theirs: int
    here: int
    missing: Sequence[InboundMessage]
    """Customers wrote them and they never came here: to be taken in."""
    behind: Sequence[DeliveryReport]
    """Ours, about which the provider knows more than we: receipts that never came."""
    strange: Sequence[DeliveryReport]
    """Sent by the account and known to nobody here."""


def compare(
    book: Sequence[InboundMessage | DeliveryReport], *, came: Container[str], sent: Mapping[str, DeliveryStatus]
) -> Compared:
    """``came``: provider ids of customers' messages that are here; ``sent``: how ours stand, by provider id."""
    inbound = [one for one in book if isinstance(one, InboundMessage)]
    ours = [one for one in book if isinstance(one, DeliveryReport)]
    missing = [one for one in inbound if one.provider_id not in came]
    known = [one for one in ours if one.provider_id in sent]
    return Compared(
        theirs=len(book),
        here=len(inbound) - len(missing) + len(known),
        missing=missing,
        behind=[one for one in known if one.status is not None and climbs(sent[one.provider_id], one.status)],
        strange=[one for one in ours if one.provider_id not in sent],
    )
