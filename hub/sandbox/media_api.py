"""Twilio's Media resources, the place they send to for the bytes, and what can go wrong there.

Source: https://www.twilio.com/docs/messaging/api/media-resource. Twilio answers with credentials only, and then with a
redirect to a host of its own that asks for none and whose addresses end after 4 hours.
"""

import asyncio
import secrets
import time
from dataclasses import dataclass, field

from aiohttp import web

from hub.sandbox.auth import authenticate
from hub.sandbox.faults import Fault
from hub.sandbox.keys import CLOSING, SANDBOX
from hub.sandbox.model import API_VERSION, Account, Media, Message, rfc2822
from hub.sandbox.refusals import Reason, TwilioRefusal

_MESSAGE = f"/{API_VERSION}/Accounts/{{account}}/Messages/{{message}}"
_VALID_S = 4 * 3600.0
_CHUNK = 16_384
_ENDLESS_MOST = 4 * 1024**3
_WRONG = "<!doctype html><title>Not here</title><p>This is a web page and no picture.</p>"


@dataclass(slots=True)
class Passes:
    """The short-lived addresses given out: a random word each, for one file."""

    _given: dict[str, tuple[float, Media]] = field(default_factory=dict)

    def give(self, media: Media) -> str:
        """Make one for `media`, and forget those that have ended."""
        now = time.monotonic()
        self._given = {word: one for word, one in self._given.items() if one[0] > now}
        word = secrets.token_urlsafe(18)
        self._given[word] = (now + _VALID_S, media)
        return word

    def take(self, word: str) -> Media | None:
        """Give the file of an address that has not ended."""
        until, media = self._given.get(word, (0.0, None))
        return media if until > time.monotonic() else None


PASSES = web.AppKey("PASSES", Passes)
ELSEWHERE = "http://127.0.0.2:9"
"""Where the fault `media_elsewhere` sends to: another host than the one asked, and none of Twilio's."""


def add_media_routes(app: web.Application) -> None:
    """Put the Media resources and the place of their bytes into `app`."""
    app[PASSES] = Passes()
    app.router.add_get(f"{_MESSAGE}/Media.json", list_media)
    app.router.add_get(f"{_MESSAGE}/Media/{{media:ME[0-9a-f]+}}.json", fetch_media)
    app.router.add_get(f"{_MESSAGE}/Media/{{media:ME[0-9a-f]+}}", redirect_to_bytes)
    app.router.add_delete(f"{_MESSAGE}/Media/{{media:ME[0-9a-f]+}}.json", delete_media)
    app.router.add_get("/media/{word}", give_bytes)


async def list_media(request: web.Request) -> web.Response:
    """GET Media.json: the files of one message, in one page."""
    account, message = _message(request)
    uri = f"{message.uri}/Media.json"
    rows = [_resource(account, message, one) for one in message.media]
    pages = {"first_page_uri": uri, "next_page_uri": None, "previous_page_uri": None, "uri": uri}
    size = {"page": 0, "page_size": 50, "start": 0, "end": max(len(rows) - 1, 0)}
    return web.json_response({**pages, **size, "media_list": rows})


async def fetch_media(request: web.Request) -> web.Response:
    """GET Media/{sid}.json: what is known of one file."""
    account, message = _message(request)
    return web.json_response(_resource(account, message, _media(request, message)))


async def delete_media(request: web.Request) -> web.Response:
    """DELETE Media/{sid}.json: the bytes go."""
    _, message = _message(request)
    media = _media(request, message)
    request.app[SANDBOX].shelf.drop(media.sid)
    message.media = tuple(one for one in message.media if one.sid != media.sid)
    request.app[SANDBOX].tell("message", message.as_json())
    return web.Response(status=204)


async def redirect_to_bytes(request: web.Request) -> web.Response:
    """GET Media/{sid}: 307 to the bytes, unless a fault sends elsewhere or says that there is nothing."""
    _, message = _message(request)
    media, faults = _media(request, message), request.app[SANDBOX].faults
    if faults.fires(Fault.MEDIA_404):
        raise TwilioRefusal(Reason.NOT_FOUND, path=request.path)
    path = f"/media/{request.app[PASSES].give(media)}"
    base = ELSEWHERE if faults.fires(Fault.MEDIA_ELSEWHERE) else request.app[SANDBOX].url
    return web.Response(status=307, headers={"Location": base + path})


async def give_bytes(request: web.Request) -> web.StreamResponse:
    """GET /media/{word}: the bytes, without credentials; slowly, for ever, or as a web page if a fault says so."""
    media, sandbox = request.app[PASSES].take(request.match_info["word"]), request.app[SANDBOX]
    data = sandbox.shelf.get(media.sid) if media else None
    if media is None or data is None:
        raise web.HTTPNotFound
    headers = {"Content-Type": media.content_type}
    if sandbox.faults.fires(Fault.MEDIA_WRONG_TYPE):
        return web.Response(body=_WRONG.encode(), headers={"Content-Type": "image/jpeg"})
    if sandbox.faults.fires(Fault.MEDIA_ENDLESS):
        return await _endless(request, headers)
    if slow := sandbox.faults.fires(Fault.MEDIA_SLOW):
        return await _slowly(request, headers, data, slow.delay_s)
    return web.Response(body=data, headers=headers)


def _message(request: web.Request) -> tuple[Account, Message]:
    account = authenticate(request)
    message = request.app[SANDBOX].messages.get(request.match_info["message"])
    if message is None or message.account_sid != account.sid:
        raise TwilioRefusal(Reason.NOT_FOUND, path=request.path)
    return account, message


def _media(request: web.Request, message: Message) -> Media:
    for media in message.media:
        if media.sid == request.match_info["media"]:
            return media
    raise TwilioRefusal(Reason.NOT_FOUND, path=request.path)


def _resource(account: Account, message: Message, media: Media) -> dict[str, object]:
    return {
        "account_sid": account.sid,
        "content_type": media.content_type,
        "date_created": rfc2822(message.created),
        "date_updated": rfc2822(message.created),
        "parent_sid": message.sid,
        "sid": media.sid,
        "uri": f"{message.uri}/Media/{media.sid}.json",
    }


async def _endless(request: web.Request, headers: dict[str, str]) -> web.StreamResponse:
    """Send zeros until the other side has enough of it; after 4 GiB it plainly never will."""
    response = web.StreamResponse(headers=headers)
    await response.prepare(request)
    for _ in range(_ENDLESS_MOST // _CHUNK):
        if request.app[CLOSING].done():
            break
        try:
            await response.write(bytes(_CHUNK))
        except ConnectionError:
            break
    return response


async def _slowly(request: web.Request, headers: dict[str, str], data: bytes, seconds: float) -> web.StreamResponse:
    """Send a byte every quarter of a second, and the rest once `seconds` are over."""
    response = web.StreamResponse(headers={**headers, "Content-Length": str(len(data))})
    await response.prepare(request)
    until, sent = time.monotonic() + seconds, 0
    try:
        while sent < len(data) - 1 and (left := until - time.monotonic()) > 0:
            await response.write(data[sent : sent + 1])
            sent += 1
            if (await asyncio.wait([request.app[CLOSING]], timeout=min(left, 0.25)))[0]:
                return response
        await response.write(data[sent:])
    except ConnectionError:
        return response
    return response
