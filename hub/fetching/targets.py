"""Where a URL leads, read in one way only, and whether a provider's permitted origins hold it.

A URL here may come from anybody. Parsers disagree about odd ones (``http://127.1``, ``https://a@b``, backslashes,
full-width digits), and between two readings there is room for a trick. So what is not plainly one thing is refused.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import AddressValueError, IPv4Address, IPv6Address
from typing import Self

from yarl import URL

from hub.errors import FetchRefused

LONGEST = 8000
"""Characters of a URL; RFC 9110, 4.1 recommends that at least these be supported."""
_PORTS = {"https": 443, "http": 80}
_PARTS = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://([^/?#]*)([^#]*)(?:#.*)?")
_PLACE = re.compile(r"(\[[0-9a-f:.]*\]|[^:\[\]]*)(?::([1-9][0-9]{0,4}))?")
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_NAME = re.compile(rf"{_LABEL}(?:\.{_LABEL})*")
_NUMBER = re.compile(r"(?:.*\.)?(?:[0-9]+|0x[0-9a-f]*)")
"""What browsers and ``inet_aton`` read as an IPv4 address: the last label is a number (url.spec.whatwg.org, 3.5)."""


@dataclass(frozen=True, slots=True)
class Origin:
    """One permitted origin. ``host`` is exact, or with a leading dot every name below it (not itself).

    ``private``: the operator has named this origin, e.g. the sandbox's; there, and only there, a private address or
    this machine is well.
    """

    scheme: str
    host: str
    port: int
    private: bool = False

    @classmethod
    def of(cls, text: str, *, private: bool = False) -> Self:
        """From ``https://api.example.com``, ``https://.cdn.example.com`` or ``http://127.0.0.1:9000``.

        Raises ``FetchRefused`` for anything else; a path, as base addresses have, is left out.
        """
        scheme, authority, _ = _split(text)
        below = authority.startswith(".")
        host, port = _place(scheme, authority[1:] if below else authority)
        if below and (private or "." not in host or ":" in host or _NUMBER.fullmatch(host)):
            raise FetchRefused("That is too much for one permitted origin: name the host.")
        return cls(scheme, "." + host if below else host, port, private)

    def holds(self, scheme: str, host: str, port: int) -> bool:
        """Whether that is this origin, or below it."""
        same_host = host.endswith(self.host) if self.host.startswith(".") else host == self.host
        return same_host and (scheme, port) == (self.scheme, self.port)


@dataclass(frozen=True, slots=True)
class Target:
    """A permitted URL: ``url`` as it is asked for, ``host`` in lower case or an address, as written in one way."""

    url: URL
    host: str
    port: int
    private: bool

    @property
    def address(self) -> str | None:
        """The host, if it is an address already."""
        return self.host if ":" in self.host or _NUMBER.fullmatch(self.host) else None


def permitted(url: str, origins: Iterable[Origin]) -> Target:
    """Where ``url`` leads. Raises ``FetchRefused`` unless one of ``origins`` holds it."""
    scheme, authority, rest = _split(url)
    host, port = _place(scheme, authority)
    holding = [origin for origin in origins if origin.holds(scheme, host, port)]
    if not holding:
        raise FetchRefused(f"{scheme}://{host}:{port} is not one of the provider's hosts.")
    return Target(_url(scheme, host, port, rest), host, port, any(origin.private for origin in holding))


def _split(url: str) -> tuple[str, str, str]:
    """Scheme, authority, and the rest without its fragment."""
    if len(url) > LONGEST or not all("!" <= one <= "~" and one != "\\" for one in url):
        raise FetchRefused("That is not a URL: it is too long or has characters that no URL has.")
    parts = _PARTS.fullmatch(url)
    if parts is None or parts[1].lower() not in _PORTS:
        raise FetchRefused("That is not a URL that begins with https://.")
    return parts[1].lower(), parts[2].lower(), parts[3]


def _place(scheme: str, authority: str) -> tuple[str, int]:
    if "@" in authority:
        raise FetchRefused("The URL holds a user name or password.")
    place = _PLACE.fullmatch(authority)
    if place is None or int(place[2] or 1) > 65535:
        raise FetchRefused("The URL's host or port is not plainly written.")
    return _host(place[1]), int(place[2] or _PORTS[scheme])


def _host(written: str) -> str:
    """A name in lower case, or an address in its usual form (IPv6 without brackets)."""
    try:
        if written.startswith("["):
            return str(IPv6Address(written[1:-1]))
        if _NUMBER.fullmatch(written):
            return str(IPv4Address(written))
    except AddressValueError:
        raise FetchRefused("The URL's address is not plainly written.") from None
    if not _NAME.fullmatch(written) or len(written) > 253:
        raise FetchRefused("The URL's host is not plainly written.")
    return written


def _url(scheme: str, host: str, port: int, rest: str) -> URL:
    """Path and query stay as they were written: they may be signed."""
    place = f"[{host}]" if ":" in host else host
    if port != _PORTS[scheme]:
        place += f":{port}"
    url = URL(f"{scheme}://{place}{rest if rest.startswith('/') else '/' + rest}", encoded=True)
    if (url.scheme, url.raw_host, url.port) != (scheme, host, port):
        raise FetchRefused("The URL can be read in more than one way.")
    return url
