"""The safe client: every resolved address is checked, and the connection goes to a checked one.

No redirect is followed, no proxy, cookie or password of the environment is used, and a body has a limit in bytes and
in seconds, whatever its headers say. Each fetch has a session and a connection of its own: no cookie and no open
connection is left for another.
"""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import TypeAlias

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult

from hub.errors import AddressRefused, FetchFailed, FetchRefused
from hub.fetching.addresses import refusal
from hub.fetching.answers import Fetched, done, taken
from hub.fetching.targets import Origin, Target, permitted

LookUp: TypeAlias = Callable[[str, int], Awaitable[Sequence[str]]]
"""All addresses of a name and port. Raises ``OSError`` if there is no answer."""

_OURS = frozenset({"accept-encoding", "connection", "content-length", "cookie", "host", "transfer-encoding", "upgrade"})
"""Headers that say where a request goes or how it is framed."""
_LONGEST_HEADER = 8190


async def look_up(host: str, port: int) -> Sequence[str]:
    """By the system's resolver; ``localhost`` is this machine, which not every one knows (RFC 6761, 6.3)."""
    if host == "localhost" or host.endswith(".localhost"):
        return ("127.0.0.1", "::1")
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(address[0]) + (f"%{address[3]}" if len(address) == 4 and address[3] else "") for *_, address in found]


class Fetcher:
    """Asks providers for files, and hands push services what they shall carry.

    ``tls`` and ``resolve`` are for tests with servers of their own.
    """

    def __init__(self, *, resolve: LookUp = look_up, tls: ssl.SSLContext | bool = True) -> None:
        self._resolve, self._tls = resolve, tls
        self._open: set[aiohttp.ClientSession] = set()

    async def fetch(
        self, url: str, *, origins: Sequence[Origin], headers: Mapping[str, str] | None = None, most: int, within: float
    ) -> Fetched:
        """GET ``url``, at most ``most`` bytes ``within`` seconds, if one of ``origins`` holds it.

        Raises ``FetchRefused`` and its ``AddressRefused`` (nothing was asked), ``Redirected``, ``TooLarge``,
        ``FetchDenied``, ``FetchFailed``.
        """
        target, ours = permitted(url, origins), _headers(headers or {})
        async with _answered(target, within):
            return await self._ask(target, ours, most)

    async def post(
        self, url: str, *, origins: Sequence[Origin], headers: Mapping[str, str], body: bytes, within: float
    ) -> None:
        """POST ``body`` to ``url``, done ``within`` seconds; what a 2xx brings is not read. Raises as ``fetch``."""
        target, ours = permitted(url, origins), _headers(headers)
        async with (
            _answered(target, within),
            self._session(await self._addresses(target)) as session,
            session.post(target.url, headers=ours, data=body, allow_redirects=False) as answer,
        ):
            done(answer, target)

    async def _ask(self, target: Target, headers: Mapping[str, str], most: int) -> Fetched:
        async with (
            self._session(await self._addresses(target)) as session,
            session.get(target.url, headers=headers, allow_redirects=False) as answer,
        ):
            got = await taken(answer, target, most)
            if session.closed:  # a body without length ends with its connection, whoever closed that
                raise FetchFailed(f"{target.host} was not heard to the end: this process stops.")
            return got

    async def aclose(self) -> None:
        """End what is still under way; it fails as if the host had gone."""
        for session in list(self._open):
            await session.close()

    async def _addresses(self, target: Target) -> Sequence[str]:
        """All of them, looked up once. One that may not be connected to speaks against the whole name."""
        addresses = [target.address] if target.address else await self._resolve(target.host, target.port)
        if not addresses:
            raise socket.gaierror(socket.EAI_NONAME, "no address")
        for address in addresses:
            if why := refusal(address, private=target.private):
                kind = FetchRefused if target.address else AddressRefused
                raise kind(f"{target.host} has an address that may not be asked: {why}.")
        return addresses

    @asynccontextmanager
    async def _session(self, addresses: Sequence[str]) -> AsyncIterator[aiohttp.ClientSession]:
        connector = aiohttp.TCPConnector(
            resolver=_Known(addresses), use_dns_cache=False, force_close=True, ssl=self._tls
        )
        async with aiohttp.ClientSession(
            connector=connector,
            trust_env=False,
            auto_decompress=False,
            max_line_size=_LONGEST_HEADER,
            max_field_size=_LONGEST_HEADER,
            timeout=aiohttp.ClientTimeout(total=None),  # ours is around it
        ) as session:
            self._open.add(session)
            try:
                yield session
            finally:
                self._open.discard(session)


@asynccontextmanager
async def _answered(target: Target, within: float) -> AsyncIterator[None]:
    """In time, and with errors that hold neither path nor query. Raises ``FetchFailed``."""
    try:
        async with asyncio.timeout(within):
            yield
    except TimeoutError:
        raise FetchFailed(f"{target.host} gave no whole answer within {within:g} s.") from None
    except (aiohttp.ClientError, OSError) as error:  # whose text may hold the URL, and so a secret
        raise FetchFailed(f"{target.host}: {_why(error)}.") from None


class _Known(AbstractResolver):
    """Answers with the addresses that were checked, so that nothing is looked up a second time (DNS rebinding)."""

    def __init__(self, addresses: Sequence[str]) -> None:
        self._addresses = addresses

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        return [
            ResolveResult(hostname=host, host=one, port=port, family=family, proto=0, flags=socket.AI_NUMERICHOST)
            for one in self._addresses
        ]

    async def close(self) -> None:
        """Nothing is held."""


def _headers(given: Mapping[str, str]) -> dict[str, str]:
    for name, value in given.items():
        if name.lower() in _OURS or not (name + value).isprintable() or not (name + value).isascii():
            raise FetchRefused(f"The header {name[:40]!r} may not be given, or not with that value.")
    return {"User-Agent": "peyvand", "Accept": "*/*", **given, "Accept-Encoding": "identity"}


def _why(error: Exception) -> str:
    if isinstance(error, aiohttp.ClientSSLError | ssl.SSLError):
        return "its certificate does not prove that it is this host"
    if isinstance(error, socket.gaierror):
        return "there is no address of that name"
    if isinstance(error, aiohttp.ClientConnectorError):
        return "it could not be reached"
    return "its answer broke off or was no answer of HTTP"
