"""By which channels and addresses a customer can be written to."""

from typing import Annotated

import msgspec

from hub.model import Channel
from hub.web.shapes import common
from hub.web.shapes.common import Shape, Time


class SegmentPrice(Shape, frozen=True, kw_only=True):
    """What one segment of a text costs, as the account's settings say."""

    amount: Annotated[str, msgspec.Meta(description="A decimal number, exact.")]
    currency: Annotated[str, msgspec.Meta(description="ISO 4217.")]


class Way(Shape, frozen=True, kw_only=True):
    """One way to write to her: from which of our addresses to which of hers, and what the channel bears."""

    channel: Channel
    account: Annotated[str, msgspec.Meta(description="`adapter/name`.")]
    our_address: str
    contact_point: str
    max_text: Annotated[int, msgspec.Meta(description="In characters.")]
    max_files: int
    max_file_bytes: Annotated[int, msgspec.Meta(description="Of all files of a message together.")]
    free_text_until: Annotated[
        Time | None, msgspec.Meta(description="After this only an approved template passes; null: always free text.")
    ]
    segment_price: Annotated[SegmentPrice | None, msgspec.Meta(description="Of a text message; null: not known.")]
    usual: Annotated[bool, msgspec.Meta(description="An answer goes this way unless you pick another.")]


WAY = Way(
    channel=Channel.SMS,
    account=common.ACCOUNT,
    our_address=common.OURS,
    contact_point=common.HERS,
    max_text=1600,
    max_files=10,
    max_file_bytes=5_000_000,
    free_text_until=None,
    segment_price=SegmentPrice(amount="0.0079", currency="USD"),
    usual=True,
)
