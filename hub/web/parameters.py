"""Query parameters: each is declared once, and both read and described from that."""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar
from uuid import UUID

from hub.errors import InputInvalid

T_co = TypeVar("T_co", covariant=True)

UUID_PATTERN = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_UUID = re.compile(UUID_PATTERN + r"\Z", re.IGNORECASE | re.ASCII)
_ANY_CASE = r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
LIMIT_DEFAULT, LIMIT_MOST = 50, 200


@dataclass(frozen=True, slots=True)
class Parameter(Generic[T_co]):
    """One parameter: ``says`` what it is for, ``read`` makes a value of text or raises ``InputInvalid``.

    ``schema`` (JSON Schema 2020-12) takes exactly what ``read`` takes.
    """

    name: str
    says: str
    read: Callable[[str], T_co]
    example: str
    """As it stands in a query."""
    schema: Mapping[str, Any] = field(default_factory=lambda: {"type": "string"})

    @property
    def sample(self) -> Any:
        """The example as the schema has it: a number or a switch is no text there."""
        return self.example if self.schema["type"] == "string" else json.loads(self.example)


def as_uuid(given: str, *, where: str) -> UUID:
    """A UUID in its usual spelling. Raises ``InputInvalid``."""
    if not _UUID.match(given):
        raise InputInvalid("this is no UUID", where=where, mend="give it like 6f1c0c1e-7b0a-5d7a-9a53-0f8f6a1d9f10")
    return UUID(given)


def an_id(name: str, says: str) -> Parameter[UUID]:
    """A parameter that is an id."""
    example = "6f1c0c1e-7b0a-5d7a-9a53-0f8f6a1d9f10"
    return Parameter(
        name, says, lambda given: as_uuid(given, where=name), example, {"type": "string", "format": "uuid"}
    )


def ids(name: str, says: str, *, most: int) -> Parameter[tuple[UUID, ...]]:
    """A parameter that is several ids, parted by commas."""

    def read(given: str) -> tuple[UUID, ...]:
        found = given.split(",")
        if len(found) > most:
            raise InputInvalid(f"these are {len(found)} ids", where=name, mend=f"give at most {most} at once")
        return tuple(as_uuid(one, where=name) for one in found)

    example = "6f1c0c1e-7b0a-5d7a-9a53-0f8f6a1d9f10"
    schema = {"type": "string", "pattern": f"^{_ANY_CASE}(,{_ANY_CASE}){{0,{most - 1}}}$"}
    return Parameter(name, says, read, example, schema)


def words(name: str, says: str, *, example: str, **also: Any) -> Parameter[str]:
    """A parameter that is any text, read further by who asks for it; empty is as good as missing.

    ``also`` is what else its schema says of it.
    """
    return Parameter(name, says, str, example, {"type": "string", **also})


def one_of(name: str, says: str, values: Iterable[str]) -> Parameter[str]:
    """A parameter that is one of these words."""
    known = tuple(map(str, values))

    def read(given: str) -> str:
        if given not in known:
            raise InputInvalid("this is no value of it", where=name, mend=f"one of {', '.join(known)}")
        return given

    return Parameter(name, says, read, known[0], {"type": "string", "enum": list(known)})


def switch(name: str, says: str) -> Parameter[bool]:
    """A parameter that is ``true`` or ``false``."""
    word = one_of(name, says, ("true", "false"))
    return Parameter(name, says, lambda given: word.read(given) == "true", "true", {"type": "boolean"})


def _limit(given: str) -> int:
    if not (given.isascii() and given.isdigit() and len(given) < 5 and 1 <= int(given) <= LIMIT_MOST):
        raise InputInvalid("this is no size of a page", where="limit", mend=f"a number from 1 to {LIMIT_MOST}")
    return int(given)


LIMIT = Parameter(
    "limit",
    "How many items a page has.",
    _limit,
    str(LIMIT_DEFAULT),
    {"type": "integer", "minimum": 1, "maximum": LIMIT_MOST, "default": LIMIT_DEFAULT},
)
CURSOR = words("cursor", "`next` of the page before, as it stands; empty for the first.", example="", format="cursor")
PAGED = (LIMIT, CURSOR)
"""Of every list that comes in pages."""


def check(query: Mapping[str, str], known: Mapping[str, Parameter[Any]]) -> None:
    """Raise ``InputInvalid`` for a parameter that the route does not have, or one given twice or unreadable.

    Also for one that the handler would not look at this time.
    """
    for name, value in query.items():
        if name not in known:
            mend = f"those there are: {', '.join(sorted(known))}" if known else "there is none here"
            raise InputInvalid("there is no such parameter", where=name[:40], mend=mend)
        if "\x00" in value or not is_utf8(value):
            raise InputInvalid("this holds a character that cannot be looked for", where=name)
        known[name].read(value)
    names = [name for name, _ in query.items()]  # what is given twice stands there twice, but not among the keys
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise InputInvalid("this is given more than once", where=twice, mend="give it once")


def is_utf8(given: str) -> bool:
    """Whether it can be written as UTF-8: no lone surrogates."""
    try:
        given.encode()
    except UnicodeEncodeError:
        return False
    return True
