"""Files and templates, which go with messages."""

from datetime import timedelta
from typing import Annotated
from uuid import UUID

import msgspec

from hub.web.shapes import common
from hub.web.shapes.common import AT, Shape, Time


class Uploaded(Shape, frozen=True, kw_only=True):
    """An uploaded file, which may go with messages of who uploaded it."""

    id: UUID
    name: str
    content_type: Annotated[str, msgspec.Meta(description="By what its bytes are.")]
    size: Annotated[int, msgspec.Meta(description="In bytes.")]


class Template(Shape, frozen=True, kw_only=True):
    """A text that the provider keeps, and that may open a conversation once it is approved."""

    account: str
    id: Annotated[str, msgspec.Meta(description="The provider's own.")]
    name: str
    language: str
    body: Annotated[str, msgspec.Meta(description="With places such as `{{1}}`.")]
    approved: bool
    status: Annotated[str, msgspec.Meta(description="The provider's word, such as `pending`.")]
    seen_at: Annotated[Time, msgspec.Meta(description="When the provider last said so.")]


UPLOADED = Uploaded(id=common.example_id(8), name="receipt.pdf", content_type="application/pdf", size=48213)
TEMPLATE = Template(
    account=common.ACCOUNT,
    id="HX0123456789abcdef0123456789abcdef",
    name="order_ready",
    language="fa",
    body="سلام {{1}}، سفارش شما آماده است.",
    approved=True,
    status="approved",
    seen_at=AT + timedelta(minutes=3),
)
