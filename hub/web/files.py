"""Files that go with messages: taken in from who writes, shown to agents, and open to a provider that fetches them.

What customers send is never served as anything that could run in our origin: its kind goes by its bytes, it is an
attachment, nobody may guess another kind, and if a browser shows it all the same, it is in an origin of its own.
"""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import quote
from uuid import UUID

import structlog
from aiohttp import hdrs, web

from hub.errors import DependencyAway, InputInvalid, KeyReused, NotFound, OverLimit, TooSlow
from hub.media import links
from hub.media import store as media
from hub.media.content import ending, kind_of
from hub.organisation import store as organisation
from hub.store import Row, Store, Transaction, blobs
from hub.web import asked
from hub.web.answers import answer
from hub.web.call import SITE, Call
from hub.web.parameters import words
from hub.web.shapes.files import Uploaded

log = structlog.get_logger(__name__)

MOST: Final = 16_000_000
"""Bytes of one file: what the most generous channel takes."""
AT_ONCE: Final = 4 * MOST
"""Bytes of uploads that a process takes at once."""
NAME = words(
    "name",
    "What it is called where it arrives, such as `receipt.pdf`.",
    example="receipt.pdf",
    maxLength=asked.MAX_NAME,
    pattern=r"^([^\u0000]*\S[^\u0000]*)?$",
)
_PATIENCE = 120.0
"""Seconds an upload may take."""
_PIECE = 262_144
"""Bytes of a file that are held while it is served."""
_LOOKED_AT = 65_536
_HARMLESS: Final[Mapping[str, str]] = {
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "private, max-age=3600, immutable",
    "Referrer-Policy": "no-referrer",
}


async def upload(call: Call) -> web.Response:
    """``POST /files?name=``: the body is the file. It may go with one message of the caller's, or more, for a day."""
    name = asked.name(asked.Query(call).of(NAME) or "file", where="name").replace("/", "_").replace("\\", "_")
    file_id = asked.id_of(call, "file")
    with call.site.room.taken(_announced(call.request)):
        came = await _body(call.request, name)
        kind = kind_of(bytes(came.body[:_LOOKED_AT]), said=call.request.content_type)
        by = call.caller.who
        async with call.site.room.storing, call.parts.store.transaction() as tx:
            await _claim(tx, call, file_id, came)
            await blobs.put(tx, came.body, content_type=kind, hash_=came.hash_)
            await media.upload(tx, file_id, hash_=came.hash_, name=name, by=by)
        return answer(Uploaded(id=file_id, name=name, content_type=kind, size=len(came.body)), status=201)


async def of_interaction(call: Call) -> web.Response:
    """``GET /interactions/{id}/media/{position}``: one file of an interaction."""
    interaction_id, position = asked.path_id(call), _position(call.request.match_info["position"])
    return await _served(call.parts.store, interaction_id, position)


async def open_to_provider(request: web.Request) -> web.Response:
    """``GET /files/{link}``: a file of ours for the provider that shall deliver it. The link is its own proof."""
    parts = request.app[SITE].parts
    link = links.read(request.match_info["link"], parts.sealer.sign, now=parts.clock.now())
    if link is None:
        raise NotFound("there is no such file, or its link has ended")
    return await _served(parts.store, link.message_id, link.position, until=link.until)


async def _served(store: Store, interaction_id: UUID, position: int, *, until: datetime | None = None) -> web.Response:
    async with store.reading() as tx:
        row = await media.one(tx, interaction_id, position)
    if row is None:
        raise NotFound("there is no such file", where="position")
    if row["status"] != "stored":
        why = row["reason"] or "it has not been fetched from the provider yet"
        raise NotFound(f"the file is not here: {why}", where="position", mend="look at the interaction's `media`")
    policy = "same-origin" if until is None else "cross-origin"
    headers = {
        **_HARMLESS,
        "Content-Disposition": _attached(row, position),
        "Cross-Origin-Resource-Policy": policy,
        hdrs.CONTENT_LENGTH: str(row["size"]),
    }
    return web.Response(body=_pieces(store, row), headers=headers, content_type=row["content_type"])


async def _pieces(store: Store, row: Row) -> AsyncIterator[bytes]:
    """The file, of which no more is held than a piece, and no connection of the store while it is sent.

    Its headers have gone out by then: if it cannot go on, the connection ends before the length that they say.
    """
    for begin in range(0, row["size"], _PIECE):
        try:
            async with store.reading() as tx:
                piece = await blobs.piece(tx, row["hash"], begin, _PIECE)
        except DependencyAway as error:
            log.warning("file_cut_short", reason=f"{type(error).__name__}: {error}")
            raise ConnectionResetError from error
        yield piece or b""


def _attached(row: Row, position: int) -> str:
    """RFC 6266, with the name in the plain alphabet as well for those who do not read RFC 8187."""
    name = row["name"] or f"file-{position + 1}{ending(row['content_type'])}"
    plain = "".join(one if one.isascii() and one.isprintable() and one not in '"\\%' else "_" for one in name)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


@dataclass(frozen=True, slots=True)
class _Came:
    """An uploaded body, its hash, and the print of the whole request, both made while it came."""

    body: bytearray
    hash_: bytes
    print_: bytes


def _announced(request: web.Request) -> int:
    """Bytes there must be room for: what the request says, or the most there may be if it does not say."""
    size = request.content_length
    if size is None or hdrs.CONTENT_ENCODING in request.headers:  # what is packed grows
        return MOST
    if size > MOST:
        raise over()
    return size


async def _body(request: web.Request, name: str) -> _Came:
    body, hash_ = bytearray(), hashlib.sha256()
    print_ = hashlib.sha256(f"{request.method} {request.path}\n{name}\n".encode())
    try:
        async with asyncio.timeout(_PATIENCE):
            async for piece in request.content.iter_chunked(65536):
                if len(body) + len(piece) > MOST:
                    raise over()
                body += piece
                hash_.update(piece)
                print_.update(piece)
    except TimeoutError:
        raise slow() from None
    if not body:
        raise InputInvalid("the file is empty", where="$", mend="send its bytes as the body of the request")
    return _Came(body, hash_.digest(), print_.digest())


def over() -> OverLimit:
    """What a file gets that is larger than any channel takes."""
    return OverLimit(f"the file is over {MOST // 1_000_000} MB", where="$", mend="send a smaller one")


def slow() -> TooSlow:
    """What a file gets that does not come whole in its time."""
    mend = "send it again, or a smaller one, by a better line"
    return TooSlow(f"the file did not come whole within {_PATIENCE:g} seconds", where="$", mend=mend)


async def _claim(tx: Transaction, call: Call, file_id: UUID, came: _Came) -> None:
    """As ``results.claim_within``, for a body that is not in the request any more."""
    if asked.key_of(call) is None:
        return
    if not await organisation.claim_key(tx, file_id, came.print_):
        raise KeyReused("this Idempotency-Key was used for another file", where="Idempotency-Key", mend="use a new key")


def _position(given: str) -> int:
    if not (given.isascii() and given.isdigit() and len(given) <= 4):
        raise InputInvalid(
            "this is no place of a file", where="position", mend="a number as in the interaction's media"
        )
    return int(given)
