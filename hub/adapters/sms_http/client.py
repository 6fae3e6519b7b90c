"""One call, one try; every failure is a ``SendError``. The hub's retry policy is the only one."""

import json
from base64 import b64encode
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import aiohttp
import structlog
import yarl

from hub.adapters.sms_http.filling import fill, fill_document, fill_url
from hub.adapters.sms_http.settings import Settings
from hub.errors import ConfigInvalid, OutcomeUnknown, SendError, Unavailable

log = structlog.get_logger(__name__)

_NEVER_SENT = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.InvalidURL)
_LOST = (aiohttp.ClientError, TimeoutError, OSError)


class Answer:
    """What the provider said: ``status``, ``document`` (``None`` if it is no JSON) and ``retry_after`` in seconds."""

    def __init__(self, status: int, text: str, headers: Mapping[str, str]) -> None:
        self.status, self.document = status, _read(text)
        waiting = headers.get("Retry-After", "")  # RFC 9110, 10.2.3; its other form, a date, is not worth waiting for
        self.retry_after = float(waiting) if waiting.isascii() and waiting.isdecimal() else None


class Client:
    """The account's way to its provider; connections open with the first call."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._session: aiohttp.ClientSession | None = None

    async def send(self, values: Mapping[str, str]) -> Answer:
        """Ask as the settings say, with the message's values in their places."""
        settings, url = self._settings, fill_url(self._settings.get("url"), values)
        if settings.get("format", "form") == "json":
            body = json.dumps(fill_document(settings.body, values))
            return await self._ask("POST", url, values, body=body.encode(), kind="application/json")
        form = {name: fill(text, values) for name, text in settings.tables["fields"].items()}
        encoded = urlencode(form, errors="replace")
        if settings.get("method", "POST") == "GET":
            return await self._ask("GET", f"{url}{'&' if '?' in url else '?'}{encoded}", values)
        return await self._ask("POST", url, values, body=encoded.encode(), kind="application/x-www-form-urlencoded")

    async def check(self, values: Mapping[str, str]) -> Answer:
        """Ask ``check_url``, which changes nothing: so a lost answer is no unknown outcome."""
        try:
            return await self._ask("GET", fill_url(self._settings.get("check_url"), values), values)
        except OutcomeUnknown:
            raise Unavailable("The provider did not answer.") from None

    async def _ask(
        self, method: str, url: str, values: Mapping[str, str], *, body: bytes | None = None, kind: str = ""
    ) -> Answer:
        headers = {"Content-Type": kind} if kind else {}
        headers |= {name: fill(text, values) for name, text in self._settings.tables["headers"].items()}
        if user := self._settings.get("basic_user"):
            pair = f"{fill(user, values)}:{fill(self._settings.get('basic_password'), values)}"
            headers["Authorization"] = "Basic " + b64encode(pair.encode()).decode()
        try:
            async with self._open().request(
                method, yarl.URL(url, encoded=True), data=body, headers=headers, allow_redirects=False
            ) as answer:
                return Answer(answer.status, (await answer.read()).decode("utf-8", "replace"), answer.headers)
        except _NEVER_SENT as error:
            raise _logged(error, Unavailable("The provider could not be reached.")) from None
        except _LOST as error:
            lost = OutcomeUnknown("The provider did not answer; whether it took the message is not known yet.")
            raise _logged(error, lost) from None
        except ValueError as error:  # a secret with a line break cannot stand in a header, nor a port of letters in url
            raise _logged(error, ConfigInvalid("The account's url or headers cannot be sent.")) from None

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None or self._session.closed:
            times = aiohttp.ClientTimeout(total=self._settings.total_timeout, connect=self._settings.connect_timeout)
            self._session = aiohttp.ClientSession(timeout=times, cookie_jar=aiohttp.DummyCookieJar())
        return self._session

    async def aclose(self) -> None:
        """Give back the connections."""
        if self._session is not None:
            await self._session.close()


def _logged(error: BaseException, outcome: SendError) -> SendError:
    # Only the error's name: its text may hold the address, and so the key, the number or the message.
    log.warning("sms_http_call_failed", error=type(error).__name__, outcome=type(outcome).__name__)
    return outcome


def _read(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None
