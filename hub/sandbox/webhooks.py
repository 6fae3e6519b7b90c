"""Posting to the hub as Twilio does: signed, with its time-outs, its retry and its fallback.

Sources: https://www.twilio.com/docs/usage/webhooks/webhooks-security and …/webhooks-connection-overrides.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urldefrag, urlencode

import aiohttp
import structlog
from twilio.request_validator import RequestValidator
from yarl import URL

from hub.sandbox.model import Account, Message
from hub.sandbox.records import Delivery, HubAnswer
from hub.sandbox.state import Sandbox

log = structlog.get_logger()

_CONTENT_TYPE = "application/x-www-form-urlencoded; charset=UTF-8"
_MAX_ANSWER = 65_536


@dataclass(slots=True, frozen=True)
class Overrides:
    """Twilio's connection settings: seconds, number of retries, and what is retried (ct, rt, 4xx, 5xx, all)."""

    connect_s: float = 5.0
    read_s: float = 15.0
    total_s: float = 15.0
    retries: int = 1
    policy: frozenset[str] = frozenset({"ct"})

    def retry(self, failure: str | None) -> bool:
        """Tell whether a failure of this kind is tried again."""
        return failure is not None and (failure in self.policy or "all" in self.policy)


def split_overrides(url: str) -> tuple[str, Overrides]:
    """Give the URL without its fragment, which is what is requested and signed, and the fragment's settings."""
    bare, fragment = urldefrag(url)
    given = dict(parse_qsl(fragment))
    return bare, Overrides(
        _milliseconds(given.get("ct"), 5.0, most=10.0),
        _milliseconds(given.get("rt"), 15.0, most=15.0),
        _milliseconds(given.get("tt"), 15.0, most=15.0),
        min(int(given["rc"]), 5) if given.get("rc", "").isdecimal() else 1,
        frozenset(given.get("rp", "ct").split(",")),
    )


def _milliseconds(value: str | None, default: float, *, most: float) -> float:
    return min(max(int(value) / 1000, 0.1), most) if value and value.isdecimal() else default


@dataclass(slots=True, frozen=True)
class Webhook:
    """One thing to post: `kind` is inbound, fallback or status."""

    kind: str
    message: Message
    account: Account
    form: Mapping[str, str]
    token: str
    bad_signature: bool = False
    fault: str | None = None


@dataclass(slots=True)
class Outcome:
    """How one attempt ended: the answer, or why there was none. `failure` is ct, rt, 4xx, 5xx or None."""

    status: int | None = None
    failure: str | None = None
    error: str | None = None
    content_type: str = ""
    text: str = field(default="", repr=False)


class Poster:
    """Posts webhooks and keeps the record of every attempt."""

    def __init__(self, sandbox: Sandbox, session: aiohttp.ClientSession) -> None:
        """Post on behalf of `sandbox` through `session`."""
        self._sandbox = sandbox
        self._session = session

    async def post(self, webhook: Webhook, url: str) -> tuple[HubAnswer, Outcome]:
        """Post until answered or out of tries. Never raises for what the hub does or fails to do."""
        bare, overrides = split_overrides(url)
        started = time.monotonic()
        attempt, outcome = 0, Outcome()
        while attempt == 0 or (attempt <= overrides.retries and overrides.retry(outcome.failure)):
            left = overrides.total_s - (time.monotonic() - started)
            if left <= 0:
                break
            attempt += 1
            outcome = await self._attempt(webhook, bare, attempt, overrides, left)
        ms = (time.monotonic() - started) * 1000
        return HubAnswer(outcome.status, ms, outcome.error, attempt), outcome

    async def _attempt(self, webhook: Webhook, url: str, attempt: int, overrides: Overrides, left: float) -> Outcome:
        started = time.monotonic()
        timeout = aiohttp.ClientTimeout(
            total=left, sock_connect=min(overrides.connect_s, left), sock_read=min(overrides.read_s, left)
        )
        try:
            outcome = await self._exchange(webhook, url, timeout)
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            outcome = _no_answer(error)
        ms = (time.monotonic() - started) * 1000
        self._record(webhook, url, attempt, outcome, ms)
        return outcome

    async def _exchange(self, webhook: Webhook, url: str, timeout: aiohttp.ClientTimeout) -> Outcome:
        async with self._session.post(
            URL(url, encoded=True),  # exactly the bytes that were signed
            data=urlencode(webhook.form).encode(),
            headers=_headers(webhook, url),
            timeout=timeout,
            allow_redirects=False,
        ) as response:
            text = (await response.content.read(_MAX_ANSWER + 1)).decode(errors="replace")
            status, content_type = response.status, response.content_type
        if 200 <= status < 300:
            return Outcome(status, content_type=content_type, text=text)
        return Outcome(status, f"{status // 100}xx", "http_status")

    def _record(self, webhook: Webhook, url: str, attempt: int, outcome: Outcome, ms: float) -> None:
        status = webhook.form.get("MessageStatus", "received")
        now, kind, sid = self._sandbox.clock(), webhook.kind, webhook.message.sid
        row = Delivery(now, kind, sid, status, url, attempt, outcome.status, ms, outcome.error, webhook.fault)
        self._sandbox.log_delivery(row)
        if outcome.error:
            log.warning("sandbox_webhook_failed", kind=kind, sid=sid, status=outcome.status, error=outcome.error)


def _headers(webhook: Webhook, url: str) -> dict[str, str]:
    key = "not the token" if webhook.bad_signature else webhook.account.auth_token
    return {
        "Content-Type": _CONTENT_TYPE,
        "User-Agent": "TwilioProxy/1.1",
        "Accept": "*/*",
        "I-Twilio-Idempotency-Token": webhook.token,
        "X-Twilio-Signature": RequestValidator(key).compute_signature(url, dict(webhook.form)),
    }


# First match wins; the more particular stand first.
_FAILURES: tuple[tuple[tuple[type[Exception], ...], str | None, str], ...] = (
    ((aiohttp.ConnectionTimeoutError,), "ct", "connection_timeout"),
    ((aiohttp.ClientConnectorDNSError,), "ct", "host_not_found"),
    ((aiohttp.ClientSSLError,), "ct", "tls_failed"),
    ((aiohttp.ClientConnectorError,), "ct", "connection_refused"),
    ((aiohttp.InvalidURL, ValueError), None, "bad_url"),
    ((TimeoutError,), "rt", "no_answer"),
)


def _no_answer(error: Exception) -> Outcome:
    """Name the failure: what Twilio would do next hangs on its class, what the page says on its word."""
    for kinds, failure, word in _FAILURES:
        if isinstance(error, kinds):
            return Outcome(failure=failure, error=word)
    return Outcome(failure="rt", error="connection_lost")
