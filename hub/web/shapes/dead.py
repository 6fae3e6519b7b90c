"""Events that could not be handled."""

from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec

from hub.web.shapes import common
from hub.web.shapes.common import AT, Shape, Time

State = Literal["dead", "retried", "dropped"]


class DeadEvent(Shape, frozen=True, kw_only=True):
    """An event that could not be handled, without what it says."""

    id: Annotated[int, msgspec.Meta(description="Rises; as `hub dead` calls it.")]
    worker: Annotated[str, msgspec.Meta(description="Who could not handle it.")]
    event_id: UUID | None
    type: str
    reason: str
    state: State
    died_at: Time
    settled_at: Annotated[Time | None, msgspec.Meta(description="When it was retried or dropped.")]
    settled_by: str | None


class DeadEventWhole(Shape, frozen=True, kw_only=True):
    """The same with what it says; secrets are taken out, what a customer wrote is not."""

    id: int
    worker: str
    event_id: UUID | None
    type: str
    reason: str
    state: State
    died_at: Time
    settled_at: Time | None
    settled_by: str | None
    tries: Annotated[int, msgspec.Meta(description="How often it died at this worker, this time included.")]
    payload: Annotated[dict[str, Any] | None, msgspec.Meta(description="The event; null if its bytes are none.")]
    unreadable: Annotated[str | None, msgspec.Meta(description="Its bytes as text, if they are no event.")]


_REASON = "KeyError; store.py:12 append < record.py:40 handle"
DEAD_EVENT = DeadEvent(
    id=7,
    worker="record_interactions",
    event_id=common.MESSAGE,
    type="interaction.received.v1",
    reason=_REASON,
    state="dead",
    died_at=AT,
    settled_at=None,
    settled_by=None,
)
DEAD_EVENT_WHOLE = DeadEventWhole(
    **msgspec.structs.asdict(DEAD_EVENT),
    tries=1,
    payload={"id": str(common.MESSAGE), "type": "interaction.received.v1", "data": {"text": "سلام"}},
    unreadable=None,
)
