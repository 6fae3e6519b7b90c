"""Reading what was asked: bodies, ids in paths, query parameters, cursors. Every fault names its place."""

import base64
import binascii
import hashlib
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any, TypeVar
from uuid import UUID

import msgspec

from hub.errors import InputInvalid, TooLarge
from hub.model import derived_id, new_id
from hub.web.call import Call

T = TypeVar("T")

Place = tuple[datetime, UUID]
"""What a cursor over times holds: the last item's time and id."""
_PLACES = msgspec.json.Decoder(Place)
_NUMBERS: msgspec.json.Decoder[tuple[int]] = msgspec.json.Decoder(tuple[Annotated[int, msgspec.Meta(ge=0, le=2**62)]])

MAX_BODY = 64 * 1024
"""Bytes of a JSON body of the API; webhooks may be larger."""
MAX_KEY = 200
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\Z", re.IGNORECASE | re.ASCII)
_LIMIT_DEFAULT, _LIMIT_MOST = 50, 200


class Body(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """Base of what a request may say: anything it does not name is refused."""


async def body(call: Call, kind: type[T]) -> T:
    """The JSON body as ``kind``. Raises ``InputInvalid`` with the place, or ``TooLarge``."""
    raw = await call.request.read()
    if len(raw) > MAX_BODY:
        raise TooLarge(f"the body has {len(raw)} bytes, over the limit of {MAX_BODY}", mend="send less at once")
    try:
        return msgspec.json.decode(raw or b"{}", type=kind)
    except msgspec.ValidationError as error:
        what, _, where = str(error).partition(" - at `")
        raise InputInvalid(what, where=where.rstrip("`") or "$", mend="see docs/api.md for the fields") from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise InputInvalid("the body is not JSON in UTF-8", where="$", mend=_first_line(error)) from error


def text(given: str, *, most: int, where: str = "$.text") -> str:
    """A text that PostgreSQL and providers can take. Raises ``InputInvalid``."""
    if not given.strip():
        raise InputInvalid("the text is empty", where=where, mend="write something")
    if len(given) > most:
        raise InputInvalid(f"the text has {len(given)} characters, at most {most} pass", where=where, mend="shorten it")
    if "\x00" in given or not _is_utf8(given):
        raise InputInvalid(
            "the text holds a character that cannot be sent", where=where, mend="leave out NUL and lone surrogates"
        )
    return given


def name(given: str, *, where: str = "$.name") -> str:
    """A name of somebody or something: not blank, at most 100 characters."""
    return text(given.strip(), most=100, where=where)


def path_id(call: Call, part: str = "id") -> UUID:
    """The UUID in the path. Raises ``InputInvalid``."""
    return as_uuid(call.request.match_info[part], where=part)


def as_uuid(given: str, *, where: str) -> UUID:
    """A UUID in its usual spelling. Raises ``InputInvalid``."""
    if not _UUID.match(given):
        raise InputInvalid("this is no UUID", where=where, mend="give it like 6f1c0c1e-7b0a-5d7a-9a53-0f8f6a1d9f10")
    return UUID(given)


class Query:
    """The query of one request. ``known`` is every parameter that the route has; another is refused."""

    def __init__(self, call: Call, *known: str) -> None:
        self._given: Mapping[str, str] = call.request.query
        allowed = {*known, "limit", "cursor"}
        for parameter, value in call.request.query.items():
            if parameter not in allowed:
                named = ", ".join(sorted(allowed))
                raise InputInvalid("there is no such parameter", where=parameter[:40], mend=f"those there are: {named}")
            if "\x00" in value or not _is_utf8(value):
                raise InputInvalid("this holds a character that cannot be looked for", where=parameter)

    def text(self, parameter: str) -> str | None:
        """The parameter as it stands, or nothing if it is empty or missing."""
        return self._given.get(parameter) or None

    def uuid(self, parameter: str) -> UUID | None:
        """The parameter as a UUID. Raises ``InputInvalid``."""
        given = self.text(parameter)
        return as_uuid(given, where=parameter) if given else None

    def switch(self, parameter: str) -> bool | None:
        """``true`` or ``false``. Raises ``InputInvalid``."""
        return {None: None, "true": True, "false": False}[self.one_of(parameter, ("true", "false"))]

    def one_of(self, parameter: str, words: tuple[str, ...]) -> str | None:
        """One of these words. Raises ``InputInvalid``."""
        given = self.text(parameter)
        if given is not None and given not in words:
            raise InputInvalid("this is no value of it", where=parameter, mend=f"one of {', '.join(words)}")
        return given

    @property
    def limit(self) -> int:
        """How many items a page has, 1 to 200. Raises ``InputInvalid``."""
        given = self.text("limit") or str(_LIMIT_DEFAULT)
        if not (given.isascii() and given.isdigit() and len(given) < 5 and 1 <= int(given) <= _LIMIT_MOST):
            raise InputInvalid("this is no size of a page", where="limit", mend=f"a number from 1 to {_LIMIT_MOST}")
        return int(given)

    def place(self) -> Place | None:
        """Where the page before ended, in a list over times. Raises ``InputInvalid``."""
        place: Place | None = self._cursor(_PLACES)
        if place is not None and place[0].tzinfo is None:
            raise InputInvalid("this is no cursor of ours", where="cursor")
        return place

    def number(self) -> int | None:
        """Where the page before ended, in a list over numbers. Raises ``InputInvalid``."""
        found = self._cursor(_NUMBERS)
        return found[0] if found else None

    def _cursor(self, decoder: msgspec.json.Decoder[T]) -> T | None:
        given = self.text("cursor")
        if given is None:
            return None
        try:
            return decoder.decode(base64.urlsafe_b64decode(given.encode() + b"=" * (-len(given) % 4)))
        except (binascii.Error, ValueError, msgspec.DecodeError) as error:
            raise InputInvalid(
                "this is no cursor of ours", where="cursor", mend="give `next` of the page before, as it stands"
            ) from error


def cursor_of(*place: Any) -> str:
    """The cursor behind an item."""
    return base64.urlsafe_b64encode(msgspec.json.encode(place)).rstrip(b"=").decode()


def aware(given: datetime, *, where: str) -> datetime:
    """A time that says its zone (RFC 3339). Raises ``InputInvalid``."""
    if given.tzinfo is None:
        raise InputInvalid("this time has no zone", where=where, mend="give it like 2026-03-21T09:00:00+03:30")
    return given.astimezone(UTC)


def id_of(call: Call, kind: str) -> UUID:
    """The id of what a POST makes: the same for the same caller and ``Idempotency-Key``, else a new one."""
    key = key_of(call)
    return new_id() if key is None else derived_id(kind, call.caller.token_id, key)


def key_of(call: Call) -> str | None:
    """The ``Idempotency-Key`` if there is one. Raises ``InputInvalid`` over 200 characters or unprintable."""
    key = call.request.headers.get("Idempotency-Key")
    if key is not None and not (0 < len(key) <= MAX_KEY and key.isascii() and key.isprintable()):
        raise InputInvalid(
            "this is no key", where="Idempotency-Key", mend=f"1 to {MAX_KEY} printable ASCII characters, such as a UUID"
        )
    return key


async def print_of(call: Call) -> bytes:
    """What a key was used for: the route, the address and the body."""
    raw = await call.request.read()
    return hashlib.sha256(f"{call.request.method} {call.request.path}\n".encode() + raw).digest()


def _is_utf8(given: str) -> bool:
    try:
        given.encode()
    except UnicodeEncodeError:
        return False
    return True


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0][:200] if isinstance(error, msgspec.DecodeError) else "send JSON in UTF-8"
