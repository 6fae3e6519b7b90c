"""The sandbox's own API, under /sandbox/api, apart from what phones do (`phones`): state, faults, records.

JSON in and out; errors are problem details (RFC 9457).
"""

from aiohttp import web

from hub.sandbox.asked import BASE, Json, Problem, read_json, read_limit, read_number, read_string
from hub.sandbox.faults import DEFAULT_ERROR_CODE, FAILURES, Fault
from hub.sandbox.keys import NETWORK, SANDBOX
from hub.sandbox.live import stream_changes


def add_control_routes(app: web.Application) -> None:
    """Put the sandbox's own API into `app`."""
    app.add_routes(
        [
            web.get(f"{BASE}/state", get_state),
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
    """Give accounts (without tokens), the phones to choose from, totals, opt-outs and faults."""
    sandbox = request.app[SANDBOX]
    accounts = [
        {
            "sid": account.sid,
            "friendly_name": account.friendly_name,
            "numbers": account.numbers,
            "webhook_url": account.webhook_url,
            "whatsapp_url": account.whatsapp_url,
            "fallback_url": account.fallback_url,
        }
        for account in sandbox.accounts.values()
    ]
    return web.json_response(
        {
            "accounts": accounts,
            "phones": [{"number": phone.number, "name": phone.name} for phone in sandbox.phones],
            "templates": [
                {"sid": one.sid, "name": one.name, "language": one.language, "status": one.status}
                for one in sandbox.templates
            ],
            "messages": len(sandbox.messages),
            "totals": dict(sandbox.totals),
            "pending": request.app[NETWORK].pending,
            "opted_out": [{"number": ours, "phone": theirs} for ours, theirs in sandbox.opt_outs],
            "faults": sandbox.faults.as_json(),
            "error_codes": {str(code): words for code, (_, words) in FAILURES.items()},
        }
    )


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
    rules = _rules(await read_json(request))
    request.app[SANDBOX].faults.clear()
    return _set_faults(request, rules)


async def patch_faults(request: web.Request) -> web.Response:
    """Change these faults and leave the others: {name: {…} or null for off}."""
    return _set_faults(request, _rules(await read_json(request)))


async def put_webhook(request: web.Request) -> web.Response:
    """Say where incoming texts are posted: {url, whatsapp_url?, fallback_url?, account?}; without account, for all."""
    body = await read_json(request)
    accounts = request.app[SANDBOX].accounts
    sid = body.get("account")
    if sid is not None and sid not in accounts:
        raise Problem(404, "no such account", f"Give one of {', '.join(accounts)}.")
    url, fallback, whatsapp = read_string(body, "url"), _url(body, "fallback_url"), _url(body, "whatsapp_url")
    for account in accounts.values():
        if sid in {None, account.sid}:
            account.webhook_url, account.fallback_url, account.whatsapp_url = url, fallback, whatsapp
    request.app[SANDBOX].tell("webhook", {"url": url})
    return web.json_response({"url": url, "fallback_url": fallback, "whatsapp_url": whatsapp})


def _url(body: Json, name: str) -> str | None:
    value = body.get(name)
    if value is not None and not isinstance(value, str):
        raise Problem(422, f"{name} must be a string", "Leave it out, or give a URL.")
    return value


async def get_deliveries(request: web.Request) -> web.Response:
    """Give the attempts to post webhooks, oldest first, the last ?limit=; ?sid= narrows it."""
    sid = request.query.get("sid")
    rows = [d.as_json() for d in request.app[SANDBOX].deliveries if sid in {None, d.sid}]
    return web.json_response({"deliveries": rows[-read_limit(request) :]})


async def get_requests(request: web.Request) -> web.Response:
    """Give the requests made to the Twilio API, oldest first, the last ?limit=."""
    rows = [r.as_json() for r in request.app[SANDBOX].requests]
    return web.json_response({"requests": rows[-read_limit(request) :]})


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
            probability=read_number(rule.get("probability", 0)),
            next=int(read_number(rule.get("next", 0))),
            delay_s=None if delay is None else read_number(delay),
            error_code=int(read_number(rule.get("error_code", DEFAULT_ERROR_CODE))),
        )
    except ValueError as error:
        raise Problem(422, f"{fault}: {error}", "Nothing after it was changed.") from error


def _rules(body: Json) -> dict[Fault, Json]:
    rules: dict[Fault, Json] = {}
    for name, rule in body.items():
        if name not in set(Fault):
            raise Problem(422, f"no fault is called {name}", f"There are: {', '.join(Fault)}.")
        if rule is not None and not isinstance(rule, dict):
            raise Problem(422, f"{name} must be an object", 'For example {"next": 3} or {"probability": 0.1}.')
        rules[Fault(name)] = rule or {}
    return rules
