"""A body that is not as it should be, in plain words: the place, what belongs there, and the values there are."""

import re
from typing import Any, NamedTuple

import msgspec
from msgspec import inspect

from hub.errors import InputInvalid

_STEP = re.compile(r"\.(\w+)|\[")
_FIELD = re.compile(r"field `(.*)`\Z", re.DOTALL)
UNKNOWN_FIELD = re.compile(r"^Object contains unknown field `(.*)`", re.DOTALL)
_BYTE = re.compile(r"\(byte (\d+)\)")
_JSON = "send JSON in UTF-8: names and texts in double quotes, and nothing after the last brace"
_ID = "give it like 6f1c0c1e-7b0a-5d7a-9a53-0f8f6a1d9f10"
_TIME = "give it like 2026-03-21T09:00:00+03:30"


class Wanted(NamedTuple):
    """What belongs in a place, and how it is written."""

    what: str
    how: str


def malformed(error: Exception) -> InputInvalid:
    """The body is no JSON at all."""
    return InputInvalid(f"the body is not JSON: {_broken(error)}", where="$", mend=_JSON)


def unfit(error: msgspec.ValidationError, kind: type[Any]) -> InputInvalid:
    """The body is JSON, but not what ``kind`` says."""
    said, _, place = str(error).partition(" - at `")
    place = place.rstrip("`") or "$"
    at = _at(inspect.type_info(kind), place)
    field = _FIELD.search(said)
    if field and said.startswith("Object contains"):
        known = ", ".join(_fields(at))
        mend = f"those there are: {known}" if known else "there is none: leave the body empty"
        return InputInvalid("there is no such field", where=f"{place}.{field[1][:40]}", mend=mend)
    if field:
        wanted = _wanted(_at(at, f".{field[1]}"))
        return InputInvalid(f"this is missing; it is {wanted.what}", where=f"{place}.{field[1]}", mend=wanted.how)
    wanted = _wanted(at)
    return InputInvalid(f"this must be {wanted.what}", where=place, mend=wanted.how)


def _broken(error: Exception) -> str:
    if isinstance(error, UnicodeDecodeError):
        return "it is not in UTF-8"
    if isinstance(error, RecursionError):
        return "it is nested too deeply"
    found = _BYTE.search(str(error))
    if found is None:  # msgspec does not tell the two apart
        return "it ends before it is whole, or in half a character"
    return f"it cannot be read from byte {found[1]} on"


def _at(kind: inspect.Type, place: str) -> inspect.Type:
    """The type of a place such as ``$.teams[0]``."""
    for step in _STEP.finditer(place):
        kind = _within(_bare(kind), step[1])
    return _bare(kind)


def _within(kind: inspect.Type, field: str | None) -> inspect.Type:
    if field is None:
        return getattr(kind, "item_type", kind)
    return next((one.type for one in getattr(kind, "fields", ()) if one.encode_name == field), kind)


def _bare(kind: inspect.Type) -> inspect.Type:
    """Without the ``null`` that may stand for it and the marks around it."""
    if isinstance(kind, inspect.Metadata):
        return _bare(kind.type)
    if isinstance(kind, inspect.UnionType):
        return next((_bare(one) for one in kind.types if not isinstance(one, inspect.NoneType)), kind)
    return kind


def _fields(kind: inspect.Type) -> list[str]:
    return [one.encode_name for one in getattr(kind, "fields", ())]


def _wanted(kind: inspect.Type) -> Wanted:
    if isinstance(kind, inspect.EnumType):
        words = ", ".join(str(one.value) for one in kind.cls)
        return Wanted(f"one of {words}", "give one of these words, in double quotes")
    if isinstance(kind, inspect.IntType):
        return Wanted(_whole(kind), "give it in digits, without quotes")
    if isinstance(kind, inspect.StructType):
        fields = ", ".join(_fields(kind))
        return Wanted("an object", f"give it in braces, with these fields: {fields}" if fields else "give {}")
    if isinstance(kind, inspect.VarTupleType):
        inner = _wanted(_bare(kind.item_type))
        return Wanted(f"a list, each of it {inner.what}", "give it in square brackets")
    return _PLAIN.get(type(kind), Wanted("something else", "see docs/api.md for the fields"))


def _whole(kind: inspect.IntType) -> str:
    least, most = kind.ge, kind.le
    return "a whole number" if least is None or most is None else f"a whole number from {least} to {most}"


_PLAIN: dict[type[inspect.Type], Wanted] = {
    inspect.StrType: Wanted("a text", "give it in double quotes"),
    inspect.BoolType: Wanted("true or false", "give it without quotes"),
    inspect.UUIDType: Wanted("an id", _ID),
    inspect.DateTimeType: Wanted("a time with its zone", _TIME),
}
