"""Canned answers."""

from typing import Annotated
from uuid import UUID

import msgspec

from hub.web.shapes import common
from hub.web.shapes.common import AT, Shape, Time


class CannedAnswer(Shape, frozen=True, kw_only=True):
    """A text that agents say often."""

    id: UUID
    shortcut: Annotated[str, msgspec.Meta(description="What an agent types after `/` to find it.")]
    title: str
    text: Annotated[str, msgspec.Meta(description="With merge fields such as `{{customer.name}}`.")]
    language: str | None
    team_id: Annotated[UUID | None, msgspec.Meta(description="Whose it is; null: everybody's.")]
    version: Annotated[int, msgspec.Meta(description="Rises with each change.")]
    updated_at: Time


CANNED_ANSWER = CannedAnswer(
    id=common.example_id(11),
    shortcut="delivery",
    title="Where is my order?",
    text="سلام {{customer.first_name}}، سفارش شما امروز می‌رسد. {{agent.name}}",
    language="fa",
    team_id=common.SUPPORT,
    version=1,
    updated_at=AT,
)
