"""What an answer is good for: a body within its limit, a pointer elsewhere, or an error that says what it means."""

from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urljoin

import aiohttp

from hub.errors import FetchDenied, FetchError, FetchFailed, Redirected, TooLarge
from hub.fetching.targets import Target

_ELSEWHERE = frozenset({301, 302, 303, 307, 308})
_COME_BACK = frozenset({408, 425, 429})
_PIECE = 65536


@dataclass(frozen=True, slots=True)
class Fetched:
    """A whole body. ``content_type`` is what the host says it is, in lower case without parameters, or empty."""

    body: bytes
    content_type: str


async def taken(answer: aiohttp.ClientResponse, target: Target, most: int) -> Fetched:
    """The answer's body. Raises every kind of ``FetchError`` but one, and aiohttp's errors."""
    if answer.status != 200:
        raise _other(answer, target)
    if answer.headers.get("Content-Encoding", "identity").strip().lower() not in {"", "identity"}:
        raise FetchDenied(f"{target.host} sent a compressed body, which was not asked for.", status=answer.status)
    body = await _body(answer, target, most)
    return Fetched(body, answer.headers.get("Content-Type", "").partition(";")[0].strip().lower())


def done(answer: aiohttp.ClientResponse, target: Target) -> None:
    """For a request whose answer's body is of no use. Raises ``FetchDenied``, ``FetchFailed`` or ``Redirected``."""
    if not 200 <= answer.status < 300:
        raise _other(answer, target)


async def _body(answer: aiohttp.ClientResponse, target: Target, most: int) -> bytes:
    """Counted as it comes: what ``Content-Length`` says can only make it end sooner."""
    body = bytearray()
    if (answer.content_length or 0) <= most:
        async for piece in answer.content.iter_chunked(_PIECE):
            body += piece
            if len(body) > most:
                break
        else:
            return bytes(body)
    raise TooLarge(f"{target.host} sent more than the {most} bytes that are taken.")


def _other(answer: aiohttp.ClientResponse, target: Target) -> FetchError:
    status = answer.status
    if status in _ELSEWHERE and (location := _location(answer, target)):
        return Redirected(f"{target.host} says that it is elsewhere ({status}).", location=location)
    if status in _COME_BACK or status >= 500:
        waiting = _retry_after(answer.headers.get("Retry-After", ""))
        return FetchFailed(f"{target.host} cannot answer now ({status}).", status=status, retry_after=waiting)
    return FetchDenied(f"{target.host} does not give it ({status}).", status=status)


def _location(answer: aiohttp.ClientResponse, target: Target) -> str:
    """Absolute (RFC 9110, 10.2.2); empty if there is none that can be read. It has been checked by nobody."""
    try:
        written = answer.headers.get("Location", "")
        return urljoin(str(target.url), written) if written else ""
    except ValueError:
        return ""


def _retry_after(value: str) -> float | None:
    """Seconds from a Retry-After header (RFC 9110, 10.2.3: seconds or a date)."""
    if value.isascii() and value.isdigit():
        return float(value[:9])
    try:
        when = parsedate_to_datetime(value).astimezone(UTC)
    except (ValueError, OverflowError):  # no date, or one that in UTC is beyond the calendar
        return None
    return max(0.0, (when - datetime.now(UTC)).total_seconds())
