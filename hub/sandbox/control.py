"""The sandbox's own API, under /sandbox/api: what its page and the tests use.

JSON in and out; errors are problem details (RFC 9457). A body must say that it is JSON: no form on a foreign page can
send one, so no such page can text through a sandbox on this machine.
"""

import json
from collections.abc import Awaitable, Callable

from aiohttp import web

from hub.sandbox.faults import DEFAULT_ERROR_CODE, FAILURES, Fault
from hub.sandbox.keys import NETWORK, SANDBOX
from hub.sandbox.live import stream_changes
from hub.sandbox.model import SAMPLE_PHONES, is_e164

BASE = "/sandbox/api"
MAX_TEXT = 1600
_MAX_REPEATS = 100
_DEFAULT_LIMIT, _MAX_LIMIT = 500, 100_000

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Json = dict[str, object]


class Problem(Exception):
    """A request that cannot be done: `title` says what is wrong, `detail` how to mend it."""

    def __init__(self, status: int, title: str, detail: str) -> None:
        """Answer `status` with these words."""
        self.status, self.title, self.detail = status, title, detail
        super().__init__(title)


@web.middleware
async def answer_problems(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turn problems, and routes that do not exist, into problem details."""
    if not request.path.startswith(BASE):
        return await handler(request)
    try:
        return await handler(request)
    except Problem as problem:
        body = {"title": problem.title, "status": problem.status, "detail": problem.detail}
    except web.HTTPException as error:
        body = {"title": error.reason, "status": error.status, "detail": f"{request.method} {request.path}"}
    return web.json_response(body, status=int(str(body["status"])), content_type="application/problem+json")


def add_control_routes(app: web.Application) -> None:
    """Put the sandbox's own API into `app`."""
    app.add_routes(
        [
            web.get(f"{BASE}/state", get_state),
            web.post(f"{BASE}/texts", post_text),
            web.post(f"{BASE}/texts/{{sid}}/deliver", deliver_again),
            web.get(f"{BASE}/messages", get_messages),
            web.get(f"{BASE}/counts", get_counts),
            web.get(f"{BASE}/faults", get_faults),
            web.put(f"{BASE}/faults", put_faults),
            web.patch(f"{BASE}/faults", patch_faults),
            web.put(f"{BASE}/webhook", put_webhook),
            web.get(f"{BASE}/deliveries", get_deliveries),
            web.get(f"{BASE}/requests", get_requests),
            web.post(f"{BASE}/settle", post_settle),
            web.post(f"{BASE}/reset", post_reset),
            web.get(f"{BASE}/live", stream_changes),
        ]
    )


async def get_state(request: web.Request) -> web.Response:
    """Give accounts (without tokens), sample phones, totals, opt-outs and faults."""
    sandbox = request.app[SANDBOX]
    accounts = [
        {
            "sid": account.sid,
            "friendly_name": account.friendly_name,
            "numbers": account.numbers,
            "webhook_url": account.webhook_url,
            "fallback_url": account.fallback_url,
        }
        for account in sandbox.accounts.values()
    ]
    return web.json_response(
        {
            "accounts": accounts,
            "phones": SAMPLE_PHONES,
            "messages": len(sandbox.messages),
            "totals": dict(sandbox.totals),
            "pending": request.app[NETWORK].pending,
            "opted_out": [{"number": ours, "phone": theirs} for ours, theirs in sandbox.opt_outs],
            "faults": sandbox.faults.as_json(),
            "error_codes": {str(code): words for code, (_, words) in FAILURES.items()},
        }
    )


async def post_text(request: web.Request) -> web.Response:
    """Send a phone's text: {from, to, body, media?: [url]}. 201 with the message and what the hub answered."""
    body = await _json(request)
    from_, to, text = _string(body, "from"), _string(body, "to"), _string(body, "body", empty=True)
    media = tuple(str(url) for url in _list(body, "media"))
    if not is_e164(from_):
        raise Problem(422, "from is no telephone number", "Write it as +989121234567: plus, country, number.")
    if not (text or media):
        raise Problem(422, "body is empty", "Give a text, or a media URL.")
    if len(text) > MAX_TEXT:
        raise Problem(422, "body is too long", f"At most {MAX_TEXT} characters; this has {len(text)}.")
    message = await request.app[NETWORK].text(from_, to, text, media)
    if message is None:
        numbers = [n for a in request.app[SANDBOX].accounts.values() for n in a.numbers]
        raise Problem(404, f"nobody owns {to}", f"Text one of {', '.join(numbers)}.")
    return web.json_response(message.as_json(), status=201)


async def deliver_again(request: web.Request) -> web.Response:
    """Post an inbound text's webhook again, {times?: 1}, with the same sid; give the hub's answers."""
    message = request.app[SANDBOX].messages.get(request.match_info["sid"])
    if message is None or not message.inbound:
        raise Problem(404, "no such text", "Give the sid of a text that a phone sent.")
    body = await _json(request)
    times = body.get("times", 1)
    if not isinstance(times, int) or not 1 <= times <= _MAX_REPEATS:
        raise Problem(422, "times cannot be", f"Give a number from 1 to {_MAX_REPEATS}.")
    answers = [await request.app[NETWORK].deliver(message) for _ in range(times)]
    return web.json_response({"answers": [answer.as_json() for answer in answers]})


async def get_messages(request: web.Request) -> web.Response:
    """Give the thread of ?phone= and ?number=, oldest first, its last ?limit= messages."""
    phone, number = request.query.get("phone", ""), request.query.get("number", "")
    if not (phone and number):
        raise Problem(422, "phone or number is missing", "Ask with ?phone=%2B98…&number=%2B1….")
    thread = request.app[SANDBOX].thread(phone, number, _limit(request))
    return web.json_response({"messages": [m.as_json() for m in thread]})


async def get_counts(request: web.Request) -> web.Response:
    """Give, for every recipient and body, how often the API accepted it; ?to= and ?body= narrow it."""
    to, body = request.query.get("to"), request.query.get("body")
    rows = [
        {"to": key[0], "body": key[1], "accepted": len(sids), "sids": sids}
        for key, sids in request.app[SANDBOX].accepted.items()
        if to in {None, key[0]} and body in {None, key[1]}
    ]
    most = max((len(sids) for sids in request.app[SANDBOX].accepted.values()), default=0)
    return web.json_response({"counts": rows, "most": most, "totals": dict(request.app[SANDBOX].totals)})


async def get_faults(request: web.Request) -> web.Response:
    """Give every fault with its rule."""
    return web.json_response(request.app[SANDBOX].faults.as_json())


async def put_faults(request: web.Request) -> web.Response:
    """Make these the faults, and all others off: {name: {probability?, next?, delay_s?, error_code?}}."""
    rules = _rules(await _json(request))
    request.app[SANDBOX].faults.clear()
    return _set_faults(request, rules)


async def patch_faults(request: web.Request) -> web.Response:
    """Change these faults and leave the others: {name: {…} or null for off}."""
    return _set_faults(request, _rules(await _json(request)))


async def put_webhook(request: web.Request) -> web.Response:
    """Say where incoming texts are posted: {url, fallback_url?, account?}; without account, for all."""
    body = await _json(request)
    accounts = request.app[SANDBOX].accounts
    sid = body.get("account")
    if sid is not None and sid not in accounts:
        raise Problem(404, "no such account", f"Give one of {', '.join(accounts)}.")
    url, fallback = _string(body, "url"), body.get("fallback_url")
    if fallback is not None and not isinstance(fallback, str):
        raise Problem(422, "fallback_url must be a string", "Leave it out, or give a URL.")
    for account in accounts.values():
        if sid in {None, account.sid}:
            account.webhook_url, account.fallback_url = url, fallback
    request.app[SANDBOX].tell("webhook", {"url": url})
    return web.json_response({"url": url, "fallback_url": fallback})


async def get_deliveries(request: web.Request) -> web.Response:
    """Give the attempts to post webhooks, oldest first, the last ?limit=; ?sid= narrows it."""
    sid = request.query.get("sid")
    rows = [d.as_json() for d in request.app[SANDBOX].deliveries if sid in {None, d.sid}]
    return web.json_response({"deliveries": rows[-_limit(request) :]})


async def get_requests(request: web.Request) -> web.Response:
    """Give the requests made to the Twilio API, oldest first, the last ?limit=."""
    rows = [r.as_json() for r in request.app[SANDBOX].requests]
    return web.json_response({"requests": rows[-_limit(request) :]})


async def post_settle(request: web.Request) -> web.Response:
    """Answer once no message and no callback is under way any more."""
    await request.app[NETWORK].settle()
    return web.json_response({"pending": request.app[NETWORK].pending})


async def post_reset(request: web.Request) -> web.Response:
    """Forget messages, opt-outs, faults, counts and records."""
    request.app[SANDBOX].reset()
    return web.json_response({})


def _set_faults(request: web.Request, rules: dict[Fault, Json]) -> web.Response:
    sandbox = request.app[SANDBOX]
    for fault, rule in rules.items():
        _set_fault(request, fault, rule)
    sandbox.tell("faults", dict(sandbox.faults.as_json()))
    return web.json_response(sandbox.faults.as_json())


def _set_fault(request: web.Request, fault: Fault, rule: Json) -> None:
    unknown = rule.keys() - {"probability", "next", "delay_s", "error_code", "fired"}
    if unknown:
        title = f"{fault}: unknown {', '.join(sorted(unknown))}"
        raise Problem(422, title, "Use probability, next, delay_s, error_code.")
    delay = rule.get("delay_s")
    try:
        request.app[SANDBOX].faults.set(
            fault,
            probability=_number(rule.get("probability", 0)),
            next=int(_number(rule.get("next", 0))),
            delay_s=None if delay is None else _number(delay),
            error_code=int(_number(rule.get("error_code", DEFAULT_ERROR_CODE))),
        )
    except ValueError as error:
        raise Problem(422, f"{fault}: {error}", "Nothing after it was changed.") from error


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError("must be a number")  # noqa: TRY004  to the caller it is a wrong value like the others
    return value


def _rules(body: Json) -> dict[Fault, Json]:
    rules: dict[Fault, Json] = {}
    for name, rule in body.items():
        if name not in set(Fault):
            raise Problem(422, f"no fault is called {name}", f"There are: {', '.join(Fault)}.")
        if rule is not None and not isinstance(rule, dict):
            raise Problem(422, f"{name} must be an object", 'For example {"next": 3} or {"probability": 0.1}.')
        rules[Fault(name)] = rule or {}
    return rules


async def _json(request: web.Request) -> Json:
    if request.content_type != "application/json":
        raise Problem(415, "the body is not JSON", "Send it with Content-Type: application/json.")
    try:
        body = json.loads(await request.text() or "{}")
    except ValueError as error:
        raise Problem(400, "the body is no valid JSON", str(error)) from error
    if not isinstance(body, dict):
        raise Problem(400, "the body is no object", "Send a JSON object.")
    return body


def _string(body: Json, name: str, *, empty: bool = False) -> str:
    value = body.get(name, "" if empty else None)
    if not isinstance(value, str) or not (value or empty):
        raise Problem(422, f"{name} is missing", f"Give {name} as a string.")
    return value


def _list(body: Json, name: str) -> list[object]:
    value = body.get(name, [])
    if not isinstance(value, list):
        raise Problem(422, f"{name} must be a list", "Give a list of URLs, or leave it out.")
    return value


def _limit(request: web.Request) -> int:
    value = request.query.get("limit", str(_DEFAULT_LIMIT))
    if not value.isdecimal() or not 1 <= int(value) <= _MAX_LIMIT:
        raise Problem(422, "limit cannot be", f"Give a number from 1 to {_MAX_LIMIT}.")
    return int(value)
