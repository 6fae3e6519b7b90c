"""Asking a hub's API as an agent. What goes wrong comes out as one plain sentence."""

import errno
import os
import uuid
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import click

_NOT_CONNECTED = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError)
"""Nothing was said yet. Of any other break nobody knows what came there."""
_PATIENCE = aiohttp.ClientTimeout(total=10, sock_connect=5)


class NotServed(click.ClickException):
    """No answer to what was asked. ``perhaps``: it may have come there and been done all the same."""

    def __init__(self, message: str, *, perhaps: bool = False) -> None:
        self.perhaps = perhaps
        super().__init__(message)


class Unreachable(NotServed):
    """The hub does not answer now; it may later."""


class NotLetIn(NotServed):
    """The hub does not know this token, or not any more."""


class Api:
    """One hub at ``url`` (no slash at its end), with a token."""

    def __init__(self, session: aiohttp.ClientSession, url: str, token: str) -> None:
        self.url, self.token, self._session = url, token, session

    async def get(self, path: str, **query: str) -> Any:
        """The answer's JSON. Raises ``ClickException``."""
        return await self._ask("GET", path, params=query)

    async def post(self, path: str, body: dict[str, Any], *, key: str | None = None) -> Any:
        """The same; a connection lost on the way is tried once more with the same key, which does it once."""
        key = key or str(uuid.uuid4())
        try:
            return await self._ask("POST", path, json=body, headers={"Idempotency-Key": key})
        except Unreachable as error:
            before = error.perhaps
        try:
            return await self._ask("POST", path, json=body, headers={"Idempotency-Key": key})
        except NotServed as error:
            error.perhaps = error.perhaps or before
            raise

    async def live(self) -> aiohttp.ClientWebSocketResponse:
        """The live connection. Raises ``ClickException``."""
        try:
            return await self._session.ws_connect(
                f"{self.url}/api/v1/live",
                headers=self._bearer(),
                heartbeat=15,
                timeout=aiohttp.ClientWSTimeout(ws_close=2),
            )
        except aiohttp.WSServerHandshakeError as error:
            raise self._refused(error.status, None) from error
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            raise self._unreachable(error) from error

    async def _ask(self, method: str, path: str, *, headers: dict[str, str] | None = None, **more: Any) -> Any:
        try:
            async with self._session.request(
                method, f"{self.url}/api/v1{path}", headers=self._bearer() | (headers or {}), timeout=_PATIENCE, **more
            ) as response:
                said = await response.json(content_type=None)
        except (aiohttp.ClientError, OSError, TimeoutError, ValueError) as error:
            raise self._unreachable(error) from error
        if response.status >= 400:
            raise self._refused(response.status, said)
        return said

    def _bearer(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    def _refused(self, status: int, said: Any) -> click.ClickException:
        problem = said if isinstance(said, dict) else {}
        if status == 401:
            return NotLetIn(
                f"the hub at {self.url} does not know this token (any more). Make one with "
                "`hub token create --role agent --agent NAME`; a demo prints new ones at each start."
            )
        detail = str(problem.get("detail") or f"the hub at {self.url} answered {status}")
        text = f"{detail}; {problem['mend']}" if problem.get("mend") else detail
        return Unreachable(text, perhaps=True) if status >= 500 else click.ClickException(text)

    def _unreachable(self, error: Exception) -> Unreachable:
        why = {TimeoutError: "no answer in time", ValueError: "the answer is not a hub's"}.get(type(error))
        if isinstance(error, aiohttp.ClientConnectorDNSError):
            why = f"nobody knows the host {urlsplit(self.url).hostname}"
        elif isinstance(error, aiohttp.ClientConnectorError):
            why = os.strerror(error.os_error.errno or errno.ECONNREFUSED).lower()
        said = f"the hub at {self.url} does not answer ({why or type(error).__name__}): is it running?"
        return Unreachable(said, perhaps=not isinstance(error, _NOT_CONNECTED))
