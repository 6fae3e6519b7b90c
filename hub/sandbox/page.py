"""The phone in a browser page: plain files, no third party, no inline script or style."""

from pathlib import Path

from aiohttp import web

STATIC = Path(__file__).parent / "static"

_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; media-src 'self'; "
        "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Cache-Control": "no-cache",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


def add_page_routes(app: web.Application) -> None:
    """Serve the page at / and its files under /static/."""
    app.router.add_get("/", index)
    app.router.add_get("/favicon.ico", icon)
    app.router.add_static("/static/", STATIC)
    app.on_response_prepare.append(_add_headers)


async def index(_request: web.Request) -> web.FileResponse:
    """Give the page."""
    return web.FileResponse(STATIC / "index.html")


async def icon(_request: web.Request) -> web.FileResponse:
    """Give the icon that browsers ask for unasked."""
    return web.FileResponse(STATIC / "icon.svg", headers={"Content-Type": "image/svg+xml"})


async def _add_headers(_request: web.Request, response: web.StreamResponse) -> None:
    response.headers.update({k: v for k, v in _HEADERS.items() if k not in response.headers})
