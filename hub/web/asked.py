"""Reading what was asked: bodies, ids in paths, query parameters, cursors. Every fault names its place."""

import base64
import binascii
import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any, ClassVar, TypeVar
from uuid import UUID

import msgspec

from hub.errors import InputInvalid, Refused
from hub.model import derived_id, new_id
from hub.web.call import Call
from hub.web.parameters import CURSOR, LIMIT, LIMIT_DEFAULT, Parameter, as_uuid, is_utf8
from hub.web.wrong import malformed, unfit

T = TypeVar("T")

Place = tuple[datetime, UUID]
"""What a cursor over times holds: the last item's time and id."""
_PLACES = msgspec.json.Decoder(Place)
Named = tuple[Annotated[str, msgspec.Meta(max_length=200, pattern=r"^[^\x00]*\Z")], UUID]
"""What a cursor over names holds: the last item's name and id."""
_NAMED = msgspec.json.Decoder(Named)
_NUMBERS: msgspec.json.Decoder[tuple[int]] = msgspec.json.Decoder(tuple[Annotated[int, msgspec.Meta(ge=0, le=2**62)]])

MAX_KEY = 200
MAX_NAME = 100
READABLE = r"^[^\u0000]*\S[^\u0000]*$"
"""What ``text`` takes, as a regular expression (ECMA-262): not blank, without NUL."""


class Body(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """Base of what a request may say: anything it does not name is refused.

    ``also`` is what the fields alone do not say of it, in JSON Schema.
    """

    also: ClassVar[Mapping[str, Any]] = {}


class WrongType(Refused):
    """A body that says to be something else than JSON."""

    status, kind = 415, "unsupported-media-type"


Moment = Annotated[datetime, msgspec.Meta(description="RFC 3339, with its zone: `2026-03-21T09:00:00+03:30`.", tz=True)]
"""A time somebody says; ``aware`` reads it."""


def not_json() -> WrongType:
    """What a body gets that is not called JSON."""
    return WrongType("the body is not called JSON", where="Content-Type", mend="send Content-Type: application/json")


def said(most: int) -> msgspec.Meta:
    """Describes a text that ``text`` takes."""
    return msgspec.Meta(extra_json_schema={"minLength": 1, "maxLength": most, "pattern": READABLE})


async def body(call: Call, kind: type[T]) -> T:
    """The JSON body as ``kind``, the empty one as ``{}``. Over the limit aiohttp raises its 413.

    Raises ``InputInvalid`` with the place, or ``WrongType``: what a page of somebody else's may send without asking
    (forms, text) is never taken for JSON.
    """
    raw = await call.request.read()
    if raw and call.request.content_type != "application/json":
        raise not_json()
    try:
        return msgspec.json.decode(raw or b"{}", type=kind)
    except msgspec.ValidationError as error:
        raise unfit(error, kind) from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise malformed(error) from error


def text(given: str, *, most: int, where: str = "$.text") -> str:
    """A text that PostgreSQL and providers can take. Raises ``InputInvalid``."""
    if not given.strip():
        raise InputInvalid("the text is empty", where=where, mend="write something")
    if len(given) > most:
        raise InputInvalid(f"the text has {len(given)} characters, at most {most} pass", where=where, mend="shorten it")
    if "\x00" in given or not is_utf8(given):
        raise InputInvalid(
            "the text holds a character that cannot be sent", where=where, mend="leave out NUL and lone surrogates"
        )
    return given


def name(given: str, *, where: str = "$.name") -> str:
    """A name of somebody or something: not blank, at most 100 characters."""
    return text(given, most=MAX_NAME, where=where).strip()


def path_id(call: Call, part: str = "id") -> UUID:
    """The UUID in the path. Raises ``InputInvalid``."""
    return as_uuid(call.request.match_info[part], where=part)


class Query:
    """The query of one request; ``guarded`` has refused whatever its route does not name."""

    def __init__(self, call: Call) -> None:
        self._given: Mapping[str, str] = call.request.query

    def of(self, parameter: Parameter[T]) -> T | None:
        """The parameter, or nothing if it is missing. Raises ``InputInvalid``."""
        given = self._given.get(parameter.name)
        return None if given is None else parameter.read(given)

    @property
    def limit(self) -> int:
        """How many items a page has, 1 to 200. Raises ``InputInvalid``."""
        given = self.of(LIMIT)
        return LIMIT_DEFAULT if given is None else given

    def place(self) -> Place | None:
        """Where the page before ended, in a list over times. Raises ``InputInvalid``."""
        place: Place | None = self._cursor(_PLACES)
        if place is not None and place[0].tzinfo is None:
            raise InputInvalid("this is no cursor of ours", where="cursor")
        return place

    def name(self) -> tuple[str, UUID] | None:
        """Where the page before ended, in a list by name. Raises ``InputInvalid``."""
        return self._cursor(_NAMED)

    def number(self) -> int | None:
        """Where the page before ended, in a list over numbers. Raises ``InputInvalid``."""
        found = self._cursor(_NUMBERS)
        return found[0] if found else None

    def _cursor(self, decoder: msgspec.json.Decoder[T]) -> T | None:
        given = self.of(CURSOR)
        if not given:
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
    try:
        return given.astimezone(UTC)
    except OverflowError as error:
        raise InputInvalid("there is no such time in UTC", where=where, mend="give one before the year 9999") from error


def id_of(call: Call, kind: str) -> UUID:
    """The id of what a POST makes: the same for the same caller and ``Idempotency-Key``, else a new one.

    An agent is the same caller with every token of hers: what she repeats after a new sign-in is not done twice.
    """
    key = key_of(call)
    return new_id() if key is None else derived_id(kind, call.caller.who, key)


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
