"""What may stand in a profile, and what differs between two states of one. Pure."""

import re
import zoneinfo
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import msgspec

from hub.errors import InputInvalid
from hub.model import address_of

MAX_ATTRIBUTES, MAX_ATTRIBUTE_NAME, MAX_ATTRIBUTE, MAX_LIST = 100, 60, 1_000, 50
MAX_TOGETHER = 32 * 1024
"""Bytes of all attributes as JSON: they go with each customer of a list."""
MAX_NUMBER = 2**53
"""Beyond it JSON's readers do not agree on a whole number (RFC 8259, 6)."""
POINTS_AT_ONCE = 5
LANGUAGE = r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*"
"""A language tag as people use it (RFC 5646)."""
_LANGUAGE = re.compile(LANGUAGE + r"\Z", re.ASCII)
_NOBODYS = re.compile(r"mailto:(no-?reply|do-?not-?reply|mailer-daemon|postmaster)@")


@dataclass(frozen=True, slots=True)
class Change:
    """One field of a profile that is another now; of attributes, one of them: ``attributes.city``."""

    field: str
    before: Any
    after: Any


def differing(before: Mapping[str, Any], wanted: Mapping[str, Any]) -> Sequence[Change]:
    """What of ``wanted`` (columns, the owner as text) is not so yet, by name."""
    changes = []
    for name, value in wanted.items():
        if name == "attributes":
            changes += _attributes(before[name], value)
        elif before[name] != value:
            changes.append(Change(name.removesuffix("_id"), before[name], value))
    return changes


def _attributes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    names = sorted(before.keys() | after.keys())
    return [
        Change(f"attributes.{name}", before.get(name), after.get(name))
        for name in names
        if not _same(before.get(name), after.get(name))
    ]


def _same(one: Any, other: Any) -> bool:
    """As JSON: ``1`` and ``true`` are equal to Python alone."""
    return msgspec.json.encode(one) == msgspec.json.encode(other)


def attributes(given: Mapping[str, Any], *, where: str) -> dict[str, Any]:
    """Attributes that can be kept: texts, numbers, yes or no, or lists of these. What is null is left out.

    Raises ``InputInvalid`` with the place.
    """
    if len(given) > MAX_ATTRIBUTES:
        raise InputInvalid(f"these are {len(given)} attributes", where=where, mend=f"keep at most {MAX_ATTRIBUTES}")
    kept = {name: value for name, value in given.items() if value is not None}
    for name, value in given.items():
        if not name.strip() or len(name) > MAX_ATTRIBUTE_NAME or not _keepable(name):
            mend = f"give it 1 to {MAX_ATTRIBUTE_NAME} characters"
            raise InputInvalid("this is no name of an attribute", where=f"{where}.{name[:40]}", mend=mend)
        _check(value, f"{where}.{name}")
    if len(msgspec.json.encode(kept)) > MAX_TOGETHER:
        raise InputInvalid("the attributes are too long together", where=where, mend="keep long texts as notes")
    return kept


def _check(value: Any, where: str) -> None:
    if isinstance(value, list):
        if len(value) > MAX_LIST:
            raise InputInvalid(f"this list has {len(value)} items", where=where, mend=f"keep at most {MAX_LIST}")
        for place, one in enumerate(value):
            _check_one(one, f"{where}[{place}]")
    else:
        _check_one(value, where)


def _check_one(value: Any, where: str) -> None:
    if isinstance(value, str):
        if len(value) > MAX_ATTRIBUTE or not _keepable(value):
            mend = f"at most {MAX_ATTRIBUTE} characters, without NUL and lone surrogates"
            raise InputInvalid("this text cannot be kept", where=where, mend=mend)
    elif isinstance(value, int | float):
        if abs(value) > MAX_NUMBER:
            raise InputInvalid("this number is too large", where=where, mend="give it as a text")
    elif value is not None:
        mend = "give a text, a number, true or false, or a list of these"
        raise InputInvalid("an attribute holds nothing within it", where=where, mend=mend)


def _keepable(text: str) -> bool:
    return "\x00" not in text and not any("\ud800" <= char <= "\udfff" for char in text)


def language(given: str, *, where: str) -> str:
    """A language tag. Raises ``InputInvalid``."""
    if not _LANGUAGE.match(given) or len(given) > 35:
        raise InputInvalid("this is no language", where=where, mend="give its tag, such as fa or en-GB")
    return given


def time_zone(given: str, *, where: str) -> str:
    """The name of a zone of IANA's. Raises ``InputInvalid``."""
    if given not in _zones():
        raise InputInvalid("there is no such time zone", where=where, mend="give one of IANA's, such as Asia/Tehran")
    return given


@cache
def _zones() -> frozenset[str]:
    return frozenset(zoneinfo.available_timezones())


def check_points(points: Sequence[str], *, where: str) -> None:
    """Refuse what is never anybody's own, and two ids of one source (semantics C). Raises ``InputInvalid``."""
    sources = set()
    for place, point in enumerate(points):
        if _NOBODYS.match(point):
            mend = "give an address that she reads"
            raise InputInvalid("this address is nobody's own", where=f"{where}[{place}]", mend=mend)
        if point.startswith("ext:"):
            source = address_of(point).partition(":")[0]
            if source in sources:
                mend = "give one"
                raise InputInvalid(f"she has one id at {source}", where=f"{where}[{place}]", mend=mend)
            sources.add(source)
