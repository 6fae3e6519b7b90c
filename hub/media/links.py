"""Links by which a provider may fetch a file of ours: they bear their own proof and end by themselves. Pure.

Whoever has one may see that one file until it ends; nobody can guess or lengthen one.
"""

import hmac
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

PATH = "/files/"
_LINK = re.compile(r"([0-9a-f]{32})-([0-9]{1,3})-([0-9]{10})-([A-Za-z0-9_-]{22})\Z")

Sign = Callable[[str], str]
"""The proof of a text by the installation's key: 22 characters of base64url."""


@dataclass(frozen=True, slots=True)
class Link:
    """The file of a message, open until a time."""

    message_id: UUID
    position: int
    until: datetime


def path_of(link: Link, sign: Sign) -> str:
    """The path of a link, e.g. ``/files/<message>-<position>-<until>-<proof>``."""
    words = f"{link.message_id.hex}-{link.position}-{int(link.until.timestamp())}"
    return f"{PATH}{words}-{sign(words)}"


def read(text: str, sign: Sign, *, now: datetime) -> Link | None:
    """The link that ``text`` is, what stands behind ``/files/``; ``None`` if it is none of ours, or over."""
    found = _LINK.match(text)
    if found is None:
        return None
    words, proof = text[: found.start(4) - 1], found[4]
    link = Link(UUID(found[1]), int(found[2]), datetime.fromtimestamp(int(found[3]), UTC))
    return link if hmac.compare_digest(sign(words), proof) and now < link.until else None
