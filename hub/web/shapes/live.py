"""The frames of the live connection (``hub.web.live``); ``type`` tells them apart."""

from typing import Annotated, Literal
from uuid import UUID

import msgspec

from hub.web.shapes import common
from hub.web.shapes.people import AGENT, Agent


class Frame(msgspec.Struct, frozen=True, kw_only=True, tag_field="type"):
    """Base of every frame."""


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """A conversation in a snapshot; its content is fetched."""

    id: UUID
    version: int


class Snapshot(Frame, frozen=True, kw_only=True, tag="snapshot"):
    """Ids and versions of all that is not resolved and that you may see. Forget what is not in it."""

    conversations: tuple[Known, ...]
    complete: Annotated[bool, msgspec.Meta(description="If not, page through `GET /api/v1/conversations`.")]
    cap: Annotated[int, msgspec.Meta(description="How many a snapshot holds at most.")]
    agent: Agent | None


class Hint(Frame, frozen=True, kw_only=True, tag="hint", omit_defaults=True):
    """Something changed: fetch it if your version is older. The same hint may come twice."""

    kind: Annotated[
        str,
        msgspec.Meta(
            description=(
                "`conversation`, `reply_warning`, `message` (its delivery), `media`, `read`, `customer`,"
                " `mention` (a note mentions you), `canned_answers` (one changed), or `agent`."
            )
        ),
    ]
    id: UUID
    version: int
    cause: Annotated[UUID | None, msgspec.Meta(description="The id of the request or event that led to it.")] = None
    conversation: UUID | None = None


class Looking(Frame, frozen=True, kw_only=True, tag="looking"):
    """Somebody else looks at what you look at. It comes again every 10 s; after 25 s without it she has left."""

    conversation: UUID
    agent: UUID
    name: str
    state: Literal["looking", "typing", "left"]


class Digest(Frame, frozen=True, kw_only=True, tag="digest"):
    """How many conversations you should know, and the XOR of the CRC-32 of each one's `id:version`.

    If it differs from yours twice in a row, `resync`. An incomplete one is not to be compared.
    """

    count: int
    sum: Annotated[str, msgspec.Meta(description="8 hexadecimal digits.")]
    complete: bool


class Ping(Frame, frozen=True, kw_only=True, tag="ping"):
    """In place of a digest while there can be none. After 30 s of silence connect anew."""


class ResyncNeeded(Frame, frozen=True, kw_only=True, tag="resync_needed"):
    """You read too slowly and hints were dropped: `resync`."""


class Wrong(Frame, frozen=True, kw_only=True, tag="problem"):
    """You sent something that nobody understands here, or that is not for you."""

    detail: str
    where: str


class Asked(Frame, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of what a desk may send: who it is stands with its connection, and a frame that says so is refused."""


class Resync(Asked, frozen=True, kw_only=True, tag="resync"):
    """Send me a snapshot; at most one each second."""


class LookingAt(Asked, frozen=True, kw_only=True, tag="looking"):
    """The conversation that is open before me, or none. Say it again every 10 s: after 25 s it counts no more."""

    conversation: UUID | None = None
    typing: Annotated[bool, msgspec.Meta(description="An answer is being typed just now.")] = False


class Pong(Asked, frozen=True, kw_only=True, tag="pong"):
    """I am here; nothing happens."""


SENT: tuple[Frame, ...] = (
    Snapshot(conversations=(Known(id=common.CONVERSATION, version=2),), complete=True, cap=5000, agent=AGENT),
    Hint(kind="conversation", id=common.CONVERSATION, version=3, cause=common.COMMAND),
    Looking(conversation=common.CONVERSATION, agent=common.MINA, name="Mina", state="typing"),
    Digest(count=1, sum="3859f31f", complete=True),
    Ping(),
    ResyncNeeded(),
    Wrong(detail="a desk may say resync, looking and pong", where="$.type"),
)
"""An example of each frame that a desk gets."""

TAKEN: tuple[Frame, ...] = (Resync(), LookingAt(conversation=common.CONVERSATION, typing=True), Pong())
"""An example of each that it may send."""
