"""How we call Twilio: its own client over an HTTP client that knows what a failure means.

The ``twilio`` package lets its HTTP client be replaced. Its own asynchronous one has no time-outs, logs numbers and
drops the headers of refusals, so this one stands in. Nothing is tried twice
here: the hub's retry policy is the only one.
"""

import json
import re
from base64 import b64encode
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlencode, urlsplit

import aiohttp
import structlog
from twilio.http.response import Response
from twilio.rest import Client

from hub.adapters.sms_twilio.words import refusal
from hub.errors import OutcomeUnknown, SendError, Unavailable

log = structlog.get_logger(__name__)

# The client falls back to os.environ (TWILIO_EDGE, TWILIO_REGION …) if this is empty. Our settings come from one place.
_NO_ENVIRONMENT = {"TWILIO_EDGE": "", "TWILIO_REGION": ""}

_TWILIOS_API = re.compile(r"https://api((?:\.[a-z0-9-]+)*\.twilio\.com)\Z", re.IGNORECASE)
_NEVER_SENT = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.InvalidURL)
_LOST = (aiohttp.ClientError, TimeoutError, OSError)


class HttpClient:
    """What ``twilio.rest.Client`` needs of an HTTP client. Every failure leaves it as a ``SendError``."""

    is_async = True

    def __init__(self, *, connect_timeout: float, total_timeout: float) -> None:
        self._timeout = aiohttp.ClientTimeout(total=total_timeout, connect=connect_timeout)
        self._session: aiohttp.ClientSession | None = None

    async def request(
        self,
        method: str,
        uri: str,
        *,
        params: Mapping[str, str] | None = None,
        data: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        **_options: object,
    ) -> Response:
        """One call, one try. Answers only what is 2xx."""
        form = urlencode(data, doseq=True, errors="replace") if data else None
        try:
            async with self._open().request(
                method,
                uri,
                params=params,
                data=form,
                headers={**(headers or {}), **basic(auth)},
                allow_redirects=False,
            ) as answer:
                text = (await answer.read()).decode("utf-8", "replace")
        except _NEVER_SENT as error:
            raise _logged(
                method, error, Unavailable(f"Twilio could not be reached at {urlsplit(uri).netloc}.")
            ) from None
        except _LOST as error:
            unknown = OutcomeUnknown("Twilio did not answer; whether it took the message is not known yet.")
            raise _logged(method, error, _readable(method, unknown)) from None
        if not 200 <= answer.status < 300:
            waiting = _retry_after(answer.headers.get("Retry-After"))
            raise _readable(method, refusal(answer.status, _code(text), retry_after=waiting))
        return Response(answer.status, text, answer.headers)

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None or self._session.closed:
            self._session = aiohttp.ClientSession(timeout=self._timeout, cookie_jar=aiohttp.DummyCookieJar())
        return self._session

    async def aclose(self) -> None:
        """Give back the connections; a later request opens new ones."""
        if self._session is not None:
            await self._session.close()


def client_of(http: HttpClient, *, account_sid: str, auth_token: str, api_url: str) -> Client:
    """Twilio's own client of one account, asking ``api_url`` and, if that is Twilio's, its host for templates.

    Hosts are ``product.twilio.com`` or ``product.edge.region.twilio.com``
    (https://www.twilio.com/docs/global-infrastructure/understanding-edge-locations).
    """
    client = Client(account_sid, auth_token, http_client=http, environment=_NO_ENVIRONMENT)
    client.api.base_url = api_url
    client.content.base_url = _TWILIOS_API.sub(r"https://content\1", api_url)
    return client


def basic(auth: tuple[str, str] | None) -> dict[str, str]:
    """The header of basic authentication, if there is anything to prove."""
    return {"Authorization": "Basic " + b64encode(":".join(auth).encode()).decode()} if auth else {}


def _logged(method: str, error: BaseException, outcome: SendError) -> SendError:
    # Only the error's name: its text may hold the request, and so the number, the credentials or the message.
    log.warning("twilio_call_failed", method=method, error=type(error).__name__, outcome=type(outcome).__name__)
    return outcome


def _readable(method: str, error: SendError) -> SendError:
    """Reading changes nothing, so a lost answer to it is no unknown outcome: it may simply be asked again."""
    if method == "GET" and isinstance(error, OutcomeUnknown):
        return Unavailable("Twilio did not answer.", code=error.code)
    return error


def _code(text: str) -> int | None:
    try:
        answer: Any = json.loads(text)
    except (ValueError, RecursionError):
        return None
    code = answer.get("code") if isinstance(answer, dict) else None
    return code if isinstance(code, int) else None


def _retry_after(value: str | None) -> float | None:
    """Seconds from a Retry-After header (RFC 9110, 10.2.3: seconds or a date)."""
    if not value:
        return None
    if value.isascii() and value.isdigit():
        return float(value[:9])
    try:
        when = parsedate_to_datetime(value).astimezone(UTC)
    except (ValueError, OverflowError):  # no date, or one that in UTC is beyond the calendar
        return None
    return max(0.0, (when - datetime.now(UTC)).total_seconds())
