"""Twilio's Content API as far as a sender of WhatsApp templates reads it.

Source: https://www.twilio.com/docs/content/content-api-resources. At Twilio it has a host of its own
(content.twilio.com); here it stands below the sandbox's address like everything else.
"""

from collections.abc import Callable, Mapping
from urllib.parse import urlencode

from aiohttp import web

from hub.sandbox.auth import authenticate
from hub.sandbox.keys import SANDBOX
from hub.sandbox.refusals import Reason, TwilioRefusal
from hub.sandbox.state import Sandbox
from hub.sandbox.templates import Template

BASE = "/v1"
_DEFAULT_PAGE_SIZE, _MAX_PAGE_SIZE = 50, 1000

Shown = Callable[[Template], dict[str, object]]


def add_content_routes(app: web.Application) -> None:
    """Put the Content API into `app`."""
    app.router.add_get(f"{BASE}/Content", list_content)
    app.router.add_get(f"{BASE}/ContentAndApprovals", list_content_and_approvals)
    app.router.add_get(f"{BASE}/Content/{{sid}}", fetch_content)
    app.router.add_get(f"{BASE}/Content/{{sid}}/ApprovalRequests", fetch_approval)
    app.router.add_route("*", f"{BASE}/{{rest:.*}}", _not_found)


async def list_content(request: web.Request) -> web.Response:
    """GET Content: the templates, a page at a time."""
    account, sandbox = authenticate(request), request.app[SANDBOX]
    return _page(request, sandbox, lambda one: one.as_resource(account.sid, sandbox.url))


async def list_content_and_approvals(request: web.Request) -> web.Response:
    """GET ContentAndApprovals: the same, with what WhatsApp says of each."""
    account, sandbox = authenticate(request), request.app[SANDBOX]

    def shown(one: Template) -> dict[str, object]:
        resource = one.as_resource(account.sid, sandbox.url)
        kept = {name: value for name, value in resource.items() if name not in {"links", "url"}}
        return {**kept, "approval_requests": one.approval()}

    return _page(request, sandbox, shown)


async def fetch_content(request: web.Request) -> web.Response:
    """GET Content/{sid}."""
    account, sandbox = authenticate(request), request.app[SANDBOX]
    return web.json_response(_find(request).as_resource(account.sid, sandbox.url))


async def fetch_approval(request: web.Request) -> web.Response:
    """GET Content/{sid}/ApprovalRequests."""
    account, template = authenticate(request), _find(request)
    url = f"{request.app[SANDBOX].url}{BASE}/Content/{template.sid}/ApprovalRequests"
    body = {"account_sid": account.sid, "sid": template.sid, "url": url, "whatsapp": template.approval()}
    return web.json_response(body)


async def _not_found(request: web.Request) -> web.Response:
    raise TwilioRefusal(Reason.NOT_FOUND, path=request.path)


def _find(request: web.Request) -> Template:
    sid = request.match_info["sid"]
    for template in request.app[SANDBOX].templates:
        if template.sid == sid:
            return template
    raise TwilioRefusal(Reason.NOT_FOUND, path=request.path)


def _page(request: web.Request, sandbox: Sandbox, shown: Shown) -> web.Response:
    page, size = _asked(request.query)
    rows = sandbox.templates[page * size : (page + 1) * size]

    def url(number: int) -> str:
        return f"{sandbox.url}{request.path}?{urlencode({'PageSize': size, 'Page': number})}"

    more = (page + 1) * size < len(sandbox.templates)
    meta = {
        "page": page,
        "page_size": size,
        "first_page_url": url(0),
        "previous_page_url": url(page - 1) if page else None,
        "next_page_url": url(page + 1) if more else None,
        "url": url(page),
        "key": "contents",
    }
    return web.json_response({"contents": [shown(one) for one in rows], "meta": meta})


def _asked(query: Mapping[str, str]) -> tuple[int, int]:
    page, size = query.get("Page", "0"), query.get("PageSize", str(_DEFAULT_PAGE_SIZE))
    if not (page.isdecimal() and size.isdecimal() and int(size) >= 1):
        raise TwilioRefusal(Reason.BAD_PAGE_SIZE)
    return int(page), min(int(size), _MAX_PAGE_SIZE)
