"""The base of every answer, pages of a list, and what examples are made of."""

from datetime import UTC, datetime
from functools import cache
from typing import Annotated, Any
from uuid import UUID

import msgspec

Optional = msgspec.UNSET
"""The default of a field that may be missing, which is not the same as ``null``."""


class Shape(msgspec.Struct, frozen=True, kw_only=True):
    """Base of what the API answers."""


class Page(Shape, frozen=True, kw_only=True):
    """One page of a list. `next` is the `cursor` of the page that follows, or null at the end."""

    items: tuple[Shape, ...]
    next: str | None


class PageOf:
    """In the table of routes: a page of things such as ``one``."""

    def __init__(self, one: Shape) -> None:
        self.kind = _page_kind(type(one))
        self.example = Page(items=(one,), next=None)


@cache
def _page_kind(kind: type[Shape]) -> type[msgspec.Struct]:
    fields: list[tuple[str, Any]] = [("items", tuple.__class_getitem__((kind, ...))), ("next", str | None)]
    said = {"__doc__": Page.__doc__}
    return msgspec.defstruct(f"{kind.__name__}Page", fields, namespace=said, frozen=True, kw_only=True)


Time = Annotated[datetime, msgspec.Meta(description="RFC 3339, in UTC.", tz=True)]
AT = datetime(2026, 3, 21, 5, 30, 15, 123456, tzinfo=UTC)
LATER = AT.replace(hour=6)


def example_id(number: int) -> UUID:
    """An id for examples: a UUID of version 5, the same each time."""
    return UUID(int=0x6F1C0C1E7B0A5D7A9A53000000000000 + number)


CUSTOMER, CONVERSATION, MESSAGE, MINA, SUPPORT, TOKEN, COMMAND = map(example_id, range(1, 8))
OTHER, REARRANGED = map(example_id, (9, 10))
HERS, OURS, ACCOUNT = "tel:+989121234567", "tel:+982100002020", "sms_twilio/default"
