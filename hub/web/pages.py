"""The desk's pages: what ``make pages`` has built from ``frontend/``. Any address below /desk/ is the one page."""

from pathlib import Path

from aiohttp import hdrs, web

BUILT = Path(__file__).parent / "static" / "desk"

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; worker-src 'self'; media-src 'self' blob:; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
_FRESH = "no-cache"
_FOR_EVER = "public, max-age=31536000, immutable"
"""Built files under assets/ bear a hash of what they hold in their names."""
_KINDS = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
}
_NOT_BUILT = """\
The desk's pages are not built here.

From a checkout: `make run`, or `make pages`. An installed package holds them; so does the image of the Dockerfile.
The API works all the same: see /api/docs.
"""


def add_desk(app: web.Application) -> None:
    """Serve / and everything below /desk/."""
    app.router.add_get("/", to_desk)
    app.router.add_get("/desk", to_desk)
    app.router.add_get("/desk/{path:.*}", desk)


async def to_desk(_: web.Request) -> web.StreamResponse:
    """``GET /``: whoever comes by hand wants the desk."""
    return web.Response(status=302, headers={hdrs.LOCATION: "/desk/"})


async def desk(request: web.Request) -> web.StreamResponse:
    """``GET /desk/…``: a built file, else the page, which looks at its address."""
    page = BUILT / "index.html"
    if not page.is_file():
        return web.Response(status=503, text=_NOT_BUILT, headers={**_HEADERS, "Cache-Control": "no-store"})
    path = request.match_info["path"]
    found = _built(path)
    if found is None and path.startswith("assets/"):
        raise web.HTTPNotFound  # of a version before: the page asks to be loaded again
    return _file(found or page, cache=_FOR_EVER if path.startswith("assets/") else _FRESH)


def _built(path: str) -> Path | None:
    """The file at that path, if it is one that was built: never one outside."""
    wanted = (BUILT / path).resolve()
    return wanted if wanted.suffix in _KINDS and wanted.is_relative_to(BUILT.resolve()) and wanted.is_file() else None


def _file(path: Path, *, cache: str) -> web.StreamResponse:
    # aiohttp sends the .br or .gz beside it where there is one and the browser takes it.
    headers = {**_HEADERS, hdrs.CONTENT_TYPE: _KINDS[path.suffix], hdrs.CACHE_CONTROL: cache}
    return web.FileResponse(path, headers=headers)
