"""The provider's webhooks: how they prove themselves, and what they say. Pure and total.

They come by GET with parameters, or by POST as a form or JSON (one object, or a list of them). What the proof does not
cover is not read: under an HMAC of the body, nothing of the query is.
"""

import hmac
import json
from base64 import b64encode
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, unquote
from uuid import UUID

from hub.adapters.sms_http import numbers
from hub.adapters.sms_http.filling import at, leaves
from hub.adapters.sms_http.settings import Settings
from hub.channel import ChannelEvent, DeliveryReport, InboundMessage, WebhookRequest, storable
from hub.errors import WebhookRejected

_MANY = 1000
"""Fields or messages of one request; no provider sends more at once."""


def verify(request: WebhookRequest, settings: Settings) -> None:
    """Constant-time, by either secret. Raises ``WebhookRejected``."""
    proof = settings.get("proof")
    wanted = [settings.secrets.get(name) for name in ("webhook_secret", "webhook_secret_previous")]
    if proof == "hmac":
        wanted = [_signature(request.body, secret, settings) if secret else None for secret in wanted]
    given = _given(request, proof, settings.get("proof_name")).encode("utf-8", "surrogateescape")
    if not given:
        raise WebhookRejected("the request has no proof where the account's settings say it is")
    fits = [hmac.compare_digest(given, one.encode()) for one in wanted if one]
    if not any(fits):
        raise WebhookRejected("the proof is wrong; it must be by the account's webhook_secret")


def address(url: str, proof: str, secret: str, name: str) -> str:
    """The address that the provider is given: with the secret in it, where that is the proof."""
    if proof == "query":
        return f"{url}?{name}={secret}"
    if proof == "path":
        return f"{url}-{secret}" if url.endswith("/status") else f"{url}/inbound-{secret}"
    return url


def is_status(url: str) -> bool:
    """Whether it is ``…/status`` or ``…/status-<secret>``, and so about a message of ours."""
    last = url.partition("#")[0].partition("?")[0].rpartition("/")[2]
    return last == "status" or last.startswith("status-")


def parse(request: WebhookRequest, settings: Settings) -> Sequence[ChannelEvent]:
    """A message or a report of each thing said."""
    read = _report if is_status(request.url) else _inbound
    events = [read(said, settings) for said in _said(request, settings)]
    return [event for event in events if event is not None]


def _given(request: WebhookRequest, proof: str, name: str) -> str:
    if proof == "path":
        return unquote(request.url.partition("?")[0].rpartition("/")[2].partition("-")[2])
    if proof == "query":
        return dict(_query(request.url)).get(name, "")
    return request.headers.get(name.lower(), "") if proof in {"header", "hmac"} else ""


def _signature(body: bytes, secret: str, settings: Settings) -> str:
    digest = hmac.digest(secret.encode(), body, "sha256")
    code = b64encode(digest).decode() if settings.get("proof_encoding", "hex") == "base64" else digest.hex()
    return settings.get("proof_prefix") + code


def _query(url: str) -> list[tuple[str, str]]:
    return _pairs(url.partition("#")[0].partition("?")[2])


def _pairs(text: str) -> list[tuple[str, str]]:
    try:
        return parse_qsl(text, keep_blank_values=True, errors="replace", max_num_fields=_MANY)
    except ValueError:
        return []


def _said(request: WebhookRequest, settings: Settings) -> list[dict[str, Any]]:
    """The things a request says, as documents. The proof itself is not among them: they are kept for good."""
    hidden = settings.get("proof_name") if settings.get("proof") == "query" else None
    signed_body = settings.get("proof") == "hmac"
    base: dict[str, Any] = {} if signed_body else {k: v for k, v in _query(request.url) if k != hidden}
    text = request.body.decode("utf-8", "replace")
    if not text.lstrip().startswith(("{", "[")):
        return [base | dict(_pairs(text))]
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        return []
    return [base | one for one in (document if isinstance(document, list) else [document])[:_MANY] if _is_object(one)]


def _is_object(document: Any) -> bool:
    return isinstance(document, dict)


def _inbound(said: Mapping[str, Any], settings: Settings) -> InboundMessage | None:
    where = settings.tables["inbound"]
    id_, sender, text = (_text(said, where.get(name)) for name in ("id", "from", "text"))
    ours = _text(said, where.get("to")) or next(iter(settings.numbers.values()), "")
    if not id_ or not sender or text is None:
        return None
    region = settings.get("region")
    return InboundMessage(
        provider_id=id_,
        contact_point=numbers.read(sender, region),
        our_address=numbers.read(ours, region),
        text=text,
        raw=_raw(said),
        provider_time=_time(_text(said, where.get("time"))),
    )


def _report(said: Mapping[str, Any], settings: Settings) -> DeliveryReport | None:
    where = settings.tables["status"]
    id_, word, code = (_text(said, where.get(name)) for name in ("id", "status", "code"))
    if not id_ or not word:
        return None
    known = settings.errors.get(code or "")
    return DeliveryReport(
        provider_id=id_,
        status=settings.statuses.get(word),
        provider_status=word,
        raw=_raw(said),
        message_id=_uuid(_text(said, where.get("message_id"))),
        code=code or None,
        reason=known[1] if known else None,
        provider_time=_time(_text(said, where.get("time"))),
    )


def _text(said: Mapping[str, Any], path: str | None) -> str | None:
    found = at(said, path) if path else None
    return None if found is None else storable(found)


def _raw(said: Mapping[str, Any]) -> dict[str, str]:
    return {storable(path): storable(text) for path, text in leaves(said)}


def _uuid(text: str | None) -> UUID | None:
    try:
        return UUID(text or "")
    except ValueError:
        return None


def _time(text: str | None) -> datetime | None:
    """Seconds or milliseconds since 1970, or ISO 8601; without a zone it is read as UTC."""
    try:
        if text and text.isascii() and text.isdecimal():
            return datetime.fromtimestamp(int(text) / (1000 if len(text) > 11 else 1), UTC)
        given = datetime.fromisoformat(text or "")
    except (ValueError, OverflowError, OSError):
        return None
    return given if given.tzinfo else given.replace(tzinfo=UTC)
