"""What decides about signing in to the desk: how long it lasts, its cookie, whose pages may use it, and from where."""

from collections.abc import Sequence
from ipaddress import ip_address, ip_network
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from aiohttp import hdrs, web

from hub.errors import CrossSite, NotSignedIn
from hub.organisation.signing.passwords import Passwords
from hub.organisation.signing.store import Lasts

if TYPE_CHECKING:
    from ipaddress import IPv4Network, IPv6Network

    from hub.organisation.store import Caller

HEADER, DESK = "X-Peyvand", "desk"
"""What the desk's own pages say with whatever changes something: no form and no picture of a foreign page can."""
PAGE_OF = "X-Peyvand-Agent"
"""Whom a page of the desk was loaded for, by which it says so: all pages of a browser share one cookie."""
SAFE = frozenset({hdrs.METH_GET, hdrs.METH_HEAD, hdrs.METH_OPTIONS})
_PORTS = {"http": 80, "https": 443}
_TEXT_AT_MOST = 300

Place = tuple[str, int | None]
"""A host and its port."""


class Door:
    """The rules of one process. ``public_url`` is how the world reaches the hub."""

    def __init__(self, public_url: str, lasts: Lasts, proxies: Sequence[str], passwords: Passwords) -> None:
        public = urlsplit(public_url)
        self.lasts = lasts
        self.passwords = passwords
        self._secure = public.scheme == "https"
        self._public = (public.scheme, *_place(public.scheme, public.hostname, public.port))
        self._at_home = _loopback(public.hostname or "")
        self._proxies: list[IPv4Network | IPv6Network] = [ip_network(one) for one in proxies]
        self.cookie = "__Host-peyvand" if self._secure else "peyvand"
        """Its name. With the prefix, browsers take it from nobody but this very host, and over TLS (RFC 6265bis)."""

    def held(self, request: web.Request) -> str | None:
        """What the cookie holds."""
        token = request.cookies.get(self.cookie)
        return token if token and token.isascii() else None

    def give(self, response: web.StreamResponse, token: str) -> None:
        """Let the browser hold it. ``Strict``: no link or form of a foreign page sends it along."""
        response.set_cookie(
            self.cookie,
            token,
            max_age=int(self.lasts.most.total_seconds()),
            path="/",
            secure=self._secure,
            httponly=True,
            samesite="Strict",
        )

    def take(self, response: web.StreamResponse) -> None:
        """Let the browser forget it."""
        response.del_cookie(self.cookie, path="/", secure=self._secure, httponly=True, samesite="Strict")

    def check(self, request: web.Request, caller: "Caller | None") -> None:
        """Raise for what this page may not send with the cookie by which ``caller`` is signed in, or to get one.

        ``CrossSite``: it is a foreign page's; ``NotSignedIn``: it was loaded for somebody else, before the caller
        signed in beside it. What one of them wrote would go out in the name of the other.
        """
        self._check_origin(request, signed_in=caller is not None)
        page_of = request.headers.get(PAGE_OF)
        if caller is not None and page_of is not None and page_of != str(caller.agent_id):
            raise NotSignedIn(
                "another agent has signed in in this browser since this page was loaded",
                where=PAGE_OF,
                mend="load the page again",
            )

    def _check_origin(self, request: web.Request, *, signed_in: bool) -> None:
        """A socket is asked for by GET but is no reading: whoever opens it sees all that comes."""
        opens_socket = request.headers.get(hdrs.UPGRADE, "").lower() == "websocket"
        changes = request.method not in SAFE
        if not (changes or opens_socket):
            return
        origin = request.headers.get(hdrs.ORIGIN)
        if not signed_in and origin is None:
            return  # a program that signs in: browsers say where a page is from
        if origin is None or not self._is_own(origin, request):
            raise foreign()
        if signed_in and changes and request.headers.get(HEADER) != DESK:
            raise CrossSite("this was not sent by the desk", where=HEADER, mend=f"send the header {HEADER}: {DESK}")

    def _is_own(self, origin: str, request: web.Request) -> bool:
        try:
            said = urlsplit(origin)
            place = _place(said.scheme, said.hostname, said.port)
            if (said.scheme, *place) == self._public:
                return True
            # Not yet configured, or the demo: the machine has several names, and the page is where the browser is.
            own = urlsplit(f"//{request.host}")
            return self._at_home and place == _place(said.scheme, own.hostname, own.port)
        except ValueError:
            return False

    def address(self, request: web.Request) -> str:
        """Where the request comes from: the last one before our own proxies, if those are named in the settings."""
        peer = request.remote or ""
        said = [one.strip() for one in ",".join(request.headers.getall("X-Forwarded-For", [])).split(",")]
        while said and self._trusts(peer):
            before = said.pop()
            if not _is_address(before):
                break
            peer = before
        return peer

    def _trusts(self, peer: str) -> bool:
        if not self._proxies:
            return False
        try:
            at = ip_address(peer)
        except ValueError:
            return peer == ""  # a socket in a folder: only what is on this machine
        return any(at in network for network in self._proxies)


def foreign() -> CrossSite:
    """What a page of somebody else's gets."""
    return CrossSite(
        "this comes from a page that is not the desk",
        where="Origin",
        mend="open the desk at the address that HUB_PUBLIC_URL names, or send a bearer token instead of the cookie",
    )


def agent_string(request: web.Request) -> str:
    """What the browser calls itself, as it is kept: printable, and not without end."""
    said = request.headers.get(hdrs.USER_AGENT, "")
    return "".join(one for one in said if one.isprintable())[:_TEXT_AT_MOST]


def _place(scheme: str, host: str | None, port: int | None) -> Place:
    return (host or "").lower(), port or _PORTS.get(scheme)


def _loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback or ip_address(host).is_unspecified
    except ValueError:
        return host == "localhost"


def _is_address(given: str) -> bool:
    try:
        ip_address(given)
    except ValueError:
        return False
    return True
