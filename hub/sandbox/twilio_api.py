"""The part of Twilio's REST API that a hub for text messages needs, with its answers and its bad days.

Source: https://www.twilio.com/docs/messaging/api/message-resource and …/iam/api/account.
"""

import asyncio
import socket
import struct
import time
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime

from aiohttp import web
from multidict import MultiDict

from hub.sandbox.auth import authenticate
from hub.sandbox.content_api import BASE as CONTENT
from hub.sandbox.draft import check_draft
from hub.sandbox.faults import Fault
from hub.sandbox.keys import CLOSING, NETWORK, SANDBOX
from hub.sandbox.listing import list_page, parse_query
from hub.sandbox.model import API_VERSION, Message, rfc2822
from hub.sandbox.records import ApiRequest
from hub.sandbox.refusals import Reason, TwilioRefusal
from hub.sandbox.state import Sandbox

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

_BASE = f"/{API_VERSION}/Accounts/{{account}}"
_CREATED = datetime(2024, 1, 1, tzinfo=UTC)


@dataclass(slots=True)
class Note:
    """What a handler notes for the record: the sid it accepted, the fault that struck, that it gave no answer."""

    sid: str | None = None
    fault: Fault | None = None
    silent: bool = False


# One for each request: `record_requests` sets it, what it calls writes into it.
_note: ContextVar[Note] = ContextVar("sandbox_note")

_REFUSED_BEFORE = (
    (Fault.API_429, Reason.TOO_MANY_REQUESTS),
    (Fault.API_500, Reason.INTERNAL_ERROR),
    (Fault.API_503, Reason.UNAVAILABLE),
)


def add_twilio_routes(app: web.Application) -> None:
    """Put the API's routes into `app`; its `record_requests` middleware belongs to them."""
    app.router.add_get(f"{_BASE}.json", fetch_account)
    app.router.add_post(f"{_BASE}/Messages.json", create_message)
    app.router.add_get(f"{_BASE}/Messages.json", list_messages)
    app.router.add_get(f"{_BASE}/Messages/{{sid}}.json", fetch_message)
    app.router.add_route("*", f"/{API_VERSION}/{{rest:.*}}", not_found)


@web.middleware
async def record_requests(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer Twilio's errors as Twilio does, and keep a record of every request to its API."""
    if not request.path.startswith((f"/{API_VERSION}/", f"{CONTENT}/")):
        return await handler(request)
    started, note = time.monotonic(), Note()
    _note.set(note)
    response: web.StreamResponse
    try:
        response = await handler(request)
    except TwilioRefusal as refusal:
        headers = {"WWW-Authenticate": 'Basic realm="Twilio API"'} if refusal.reason is Reason.BAD_CREDENTIALS else None
        response = web.json_response(refusal.as_json(), status=refusal.reason.http_status, headers=headers)
    ms, status = (time.monotonic() - started) * 1000, None if note.silent else response.status
    sandbox = request.app[SANDBOX]
    row = ApiRequest(sandbox.clock(), request.method, request.path, request.query, status, ms, note.sid, note.fault)
    sandbox.requests.append(row)
    return response


async def create_message(request: web.Request) -> web.StreamResponse:
    """POST Messages.json: accept a message, unless a fault or a check says no; answer, unless a fault forbids it."""
    sandbox = request.app[SANDBOX]
    account = authenticate(request)
    if (hung := await _before(request, sandbox)) is not None:
        return hung
    form = await request.post()
    texts = MultiDict[str]((k, v) for k, v in form.items() if isinstance(v, str))
    message = sandbox.accept(check_draft(account, texts, sandbox.opt_outs, sandbox.templates))
    _note.get().sid = message.sid
    answer = message.as_resource()
    request.app[NETWORK].carry(message)
    return await _after(request, sandbox, answer)


async def list_messages(request: web.Request) -> web.StreamResponse:
    """GET Messages.json: one page, newest first."""
    sandbox = request.app[SANDBOX]
    account = authenticate(request)
    if sandbox.faults.fires(Fault.LIST_503):
        _note.get().fault = Fault.LIST_503
        raise TwilioRefusal(Reason.UNAVAILABLE)
    query = parse_query(request.query)
    to, from_ = query.filters.get("To"), query.filters.get("From")
    return web.json_response(list_page(_newest_first(sandbox, to, from_), query, account.sid))


async def fetch_message(request: web.Request) -> web.StreamResponse:
    """GET Messages/{sid}.json."""
    account = authenticate(request)
    message = request.app[SANDBOX].messages.get(request.match_info["sid"])
    if message is None or message.account_sid != account.sid:
        raise TwilioRefusal(Reason.NOT_FOUND, path=request.path)
    return web.json_response(message.as_resource())


async def fetch_account(request: web.Request) -> web.StreamResponse:
    """GET the account, which is how credentials are checked. Its token is not in it."""
    account = authenticate(request)
    uri = f"/{API_VERSION}/Accounts/{account.sid}"
    body = {
        "sid": account.sid,
        "owner_account_sid": account.sid,
        "friendly_name": account.friendly_name,
        "status": "active",
        "type": "Full",
        "date_created": rfc2822(_CREATED),
        "date_updated": rfc2822(_CREATED),
        "uri": f"{uri}.json",
        "subresource_uris": {"messages": f"{uri}/Messages.json"},
    }
    return web.json_response(body)


async def not_found(request: web.Request) -> web.StreamResponse:
    """Everything else of Twilio's API is not here."""
    raise TwilioRefusal(Reason.NOT_FOUND, path=request.path)


def _newest_first(sandbox: Sandbox, to: str | None, from_: str | None) -> list[Message]:
    """Give the messages that may match, newest first: a conversation's are found without reading all."""
    by_number = [sandbox.by_number.get(number, []) for number in (to, from_) if number]
    few = min(by_number, key=len) if by_number else list(sandbox.messages.values())
    return few[::-1]


async def _before(request: web.Request, sandbox: Sandbox) -> web.StreamResponse | None:
    """Let the faults strike that come before a message is accepted; a response means that no answer was given."""
    faults = sandbox.faults
    if slow := faults.fires(Fault.API_SLOW):
        _note.get().fault = Fault.API_SLOW
        await asyncio.sleep(slow.delay_s)
    for fault, reason in _REFUSED_BEFORE:
        if faults.fires(fault):
            _note.get().fault = fault
            raise TwilioRefusal(reason)
    if hang := faults.fires(Fault.API_TIMEOUT_BEFORE):
        return await _hang(request, Fault.API_TIMEOUT_BEFORE, hang.delay_s)
    return None


async def _after(request: web.Request, sandbox: Sandbox, answer: dict[str, object]) -> web.StreamResponse:
    """Answer 201, unless a fault strikes that comes after the message was accepted."""
    faults = sandbox.faults
    if hang := faults.fires(Fault.API_TIMEOUT_AFTER):
        return await _hang(request, Fault.API_TIMEOUT_AFTER, hang.delay_s)
    if faults.fires(Fault.API_RESET_AFTER):
        return _cut(request, Fault.API_RESET_AFTER)
    if faults.fires(Fault.API_500_AFTER):
        _note.get().fault = Fault.API_500_AFTER
        raise TwilioRefusal(Reason.INTERNAL_ERROR)
    if faults.fires(Fault.API_NO_SID):
        _note.get().fault = Fault.API_NO_SID
        del answer["sid"]
    return web.json_response(answer, status=201)


async def _hang(request: web.Request, fault: Fault, seconds: float) -> web.StreamResponse:
    """Give no answer for `seconds`, or until the sandbox closes; then cut the connection."""
    await asyncio.wait([request.app[CLOSING]], timeout=seconds)
    return _cut(request, fault)


def _cut(request: web.Request, fault: Fault) -> web.StreamResponse:
    """Reset the connection: with linger at zero the kernel sends RST, as a crashed provider's would."""
    note = _note.get()
    note.fault, note.silent = fault, True
    if request.transport is not None:
        connection = request.transport.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        request.transport.abort()
    return web.Response()
