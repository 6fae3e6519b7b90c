"""The pages to browse the descriptions: plain files, no third party, no inline script or style."""

from pathlib import Path

from aiohttp import hdrs, web

FILES = Path(__file__).parents[1] / "reference"

_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Cache-Control": "no-cache",
    "Referrer-Policy": "no-referrer",
}
_KINDS = {".css": "text/css", ".html": "text/html", ".js": "text/javascript", ".svg": "image/svg+xml"}


def add_pages(app: web.Application) -> None:
    """Serve the page at /api/docs and /api/events, and its files under /api/reference/."""
    app.router.add_get("/api/docs", page)
    app.router.add_get("/api/events", page)
    app.router.add_get("/api/reference/{name}", file)


async def page(_: web.Request) -> web.StreamResponse:
    """``GET /api/docs``, ``GET /api/events``: one page, which looks at its address."""
    return _file(FILES / "index.html")


async def file(request: web.Request) -> web.StreamResponse:
    """``GET /api/reference/{name}``: one of the files there are."""
    known = {one.name: one for one in FILES.iterdir()}
    if (found := known.get(request.match_info["name"])) is None:
        raise web.HTTPNotFound
    return _file(found)


def _file(path: Path) -> web.FileResponse:
    kind = _KINDS[path.suffix]
    said = kind if kind == "image/svg+xml" else f"{kind}; charset=utf-8"
    return web.FileResponse(path, headers={**_HEADERS, hdrs.CONTENT_TYPE: said})
