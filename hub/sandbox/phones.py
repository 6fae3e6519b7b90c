"""What the phones do, under /sandbox/api: send, read, let WhatsApp's 24 hours lapse, look at pictures.

The page and the tests use it. JSON in and out; errors are problem details (RFC 9457).
"""

import binascii
import re
from base64 import b64decode

from aiohttp import web

from hub.sandbox.addresses import WHATSAPP, channel_of, is_person, is_whatsapp, number_of
from hub.sandbox.asked import BASE, Json, Problem, read_json, read_limit, read_string
from hub.sandbox.draft import MAX_MEDIA
from hub.sandbox.fetching import MAX_BYTES
from hub.sandbox.keys import NETWORK, SANDBOX
from hub.sandbox.model import Media
from hub.sandbox.state import Sandbox

MAX_TEXT = 1600
_MAX_REPEATS = 100
_TYPE = re.compile(r"[a-z0-9.+-]+/[a-z0-9.+-]+")

File = tuple[bytes, str, str]
"""Bytes, content type, name."""


def add_phone_routes(app: web.Application) -> None:
    """Put the phones' part of the sandbox's own API into `app`."""
    app.add_routes(
        [
            web.post(f"{BASE}/texts", post_text),
            web.post(f"{BASE}/texts/{{sid}}/deliver", deliver_again),
            web.get(f"{BASE}/messages", get_messages),
            web.post(f"{BASE}/read", post_read),
            web.post(f"{BASE}/window", post_window),
            web.get(f"{BASE}/media/{{sid}}", get_media),
        ]
    )


async def post_text(request: web.Request) -> web.Response:
    """Send a phone's message; 201 with the message and what the hub answered.

    {from, to, body, name?, media?: [{content_type, data, name?}]}: `data` is base64, the outer `name` the sender's name
    on WhatsApp. Addresses are ``+98…`` for a text and ``whatsapp:+98…`` for WhatsApp, which takes one file a message.
    """
    body = await read_json(request)
    from_, to, text = read_string(body, "from"), read_string(body, "to"), read_string(body, "body", empty=True)
    name, files = read_string(body, "name", empty=True), _files(body, MAX_MEDIA[channel_of(to)])
    _check_pair(from_, to)
    if not (text or files):
        raise Problem(422, "body is empty", "Give a text, or a file in media.")
    if len(text) > MAX_TEXT:
        raise Problem(422, "body is too long", f"At most {MAX_TEXT} characters; this has {len(text)}.")
    sandbox = request.app[SANDBOX]
    if sandbox.owner_of(to) is None:
        numbers = [n for a in sandbox.accounts.values() for n in a.numbers]
        raise Problem(404, f"nobody owns {to}", f"Write to one of {', '.join(numbers)}.")
    media = tuple(sandbox.shelve(*one) for one in files)
    message = await request.app[NETWORK].text(from_, to, text, media, name)
    if message is None:
        raise Problem(404, f"nobody owns {to}", "Its account has gone.")
    return web.json_response(message.as_json(), status=201)


async def deliver_again(request: web.Request) -> web.Response:
    """Post an inbound text's webhook again, {times?: 1}, with the same sid; give the hub's answers."""
    message = request.app[SANDBOX].messages.get(request.match_info["sid"])
    if message is None or not message.inbound:
        raise Problem(404, "no such text", "Give the sid of a text that a phone sent.")
    body = await read_json(request)
    times = body.get("times", 1)
    if not isinstance(times, int) or not 1 <= times <= _MAX_REPEATS:
        raise Problem(422, "times cannot be", f"Give a number from 1 to {_MAX_REPEATS}.")
    answers = [await request.app[NETWORK].deliver(message) for _ in range(times)]
    return web.json_response({"answers": [answer.as_json() for answer in answers]})


async def get_messages(request: web.Request) -> web.Response:
    """Give what passed, oldest first, its last ?limit=: of ?phone= and ?number=, or all of ?phone= on every channel."""
    phone, number = request.query.get("phone", ""), request.query.get("number", "")
    if not phone:
        raise Problem(422, "phone is missing", "Ask with ?phone=%2B98…, and &number=%2B1… for one thread.")
    sandbox, limit = request.app[SANDBOX], read_limit(request)
    found = sandbox.thread(phone, number, limit) if number else sandbox.phone_messages(number_of(phone), limit)
    return web.json_response({"messages": [m.as_json() for m in found]})


async def post_read(request: web.Request) -> web.Response:
    """Show a thread on the phone: {phone, number, receipts?: true}; {new} is how many messages it had not shown.

    With `receipts` the hub gets the status `read` of those on WhatsApp. No text message is ever reported as read.
    """
    body = await read_json(request)
    phone, number = read_string(body, "phone"), read_string(body, "number")
    receipts = body.get("receipts", True)
    if not isinstance(receipts, bool):
        raise Problem(422, "receipts cannot be", "Give true or false, or leave it out.")
    return web.json_response({"new": request.app[NETWORK].read(number, phone, receipts=receipts)})


async def post_window(request: web.Request) -> web.Response:
    """Let WhatsApp's 24 hours between {phone, number} be over now: 200 with {open: false}.

    `number` is ``whatsapp:+98…``; `phone` may be the same or the bare number, which can only mean her WhatsApp.
    """
    body = await read_json(request)
    phone, number = read_string(body, "phone"), read_string(body, "number")
    if not is_whatsapp(number):
        raise Problem(422, "text messages have no window", "Give number as whatsapp:+98….")
    request.app[SANDBOX].close_window(number, WHATSAPP + number_of(phone))
    return web.json_response({"open": False})


async def get_media(request: web.Request) -> web.Response:
    """Give the bytes of a picture or file, to the page."""
    sandbox, sid = request.app[SANDBOX], request.match_info["sid"]
    media = _known(sandbox, sid)
    data = sandbox.shelf.get(sid) if media else None
    if media is None or data is None:
        raise Problem(404, "no such file", "It was never here, or it was deleted.")
    headers = {"Content-Type": media.content_type, "Cache-Control": "private, max-age=86400, immutable"}
    if not media.content_type.startswith(("image/", "audio/", "video/")):
        headers["Content-Disposition"] = "attachment"
    return web.Response(body=data, headers=headers)


def _known(sandbox: Sandbox, sid: str) -> Media | None:
    return next((one for m in reversed(sandbox.messages.values()) for one in m.media if one.sid == sid), None)


def _check_pair(from_: str, to: str) -> None:
    if not is_person(from_):
        raise Problem(422, "from is no telephone number", "Write it as +989121234567: plus, country, number.")
    if channel_of(from_) != channel_of(to):
        raise Problem(422, "from and to are on different channels", "Write both with whatsapp: before them, or none.")


def _files(body: Json, most: int) -> list[File]:
    given = body.get("media", [])
    if not isinstance(given, list):
        raise Problem(422, "media must be a list", "Give [{content_type, data, name?}], or leave it out.")
    if len(given) > most:
        raise Problem(422, "too many files", f"At most {most} in one message of this channel; these are {len(given)}.")
    files = [_file(one, place) for place, one in enumerate(given)]
    if sum(len(data) for data, _, _ in files) > MAX_BYTES:
        raise Problem(413, "the files are too large", f"Together at most {MAX_BYTES // 1024 // 1024} MiB.")
    return files


def _file(one: object, place: int) -> File:
    if not isinstance(one, dict):
        raise Problem(422, f"media[{place}] is no object", "Give {content_type, data, name?}.")
    kind, name = read_string(one, "content_type"), read_string(one, "name", empty=True)
    if _TYPE.fullmatch(kind) is None:
        raise Problem(422, f"media[{place}].content_type cannot be", "Write it as image/png.")
    try:
        data = b64decode(read_string(one, "data"), validate=True)
    except (binascii.Error, ValueError) as error:
        raise Problem(422, f"media[{place}].data is no base64", str(error)) from error
    if not data:
        raise Problem(422, f"media[{place}] is empty", "Give at least one byte.")
    return data, kind, name[:120]
