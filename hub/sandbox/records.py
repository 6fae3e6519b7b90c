"""What the sandbox notes of its traffic with the hub: answers, posts of webhooks, requests to the API."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(slots=True, frozen=True)
class HubAnswer:
    """What the hub answered to one webhook: its status, or in one word why there was none.

    `error` is one of connection_refused, connection_timeout, host_not_found, tls_failed, no_answer,
    connection_lost, bad_url, http_status, no_webhook_url, webhook_lost; `ms` is the time all attempts took together.
    """

    status: int | None
    ms: float
    error: str | None = None
    attempts: int = 1

    @property
    def taken(self) -> bool:
        """Whether the hub took the message in: any 2xx."""
        return self.status is not None and 200 <= self.status < 300

    def as_json(self) -> dict[str, object]:
        """Give the answer as the sandbox's own API shows it."""
        return {
            "taken": self.taken,
            "status": self.status,
            "ms": round(self.ms, 1),
            "error": self.error,
            "attempts": self.attempts,
        }


@dataclass(slots=True, frozen=True)
class Delivery:
    """One attempt to post a webhook to the hub. `kind` is inbound, fallback or status."""

    at: datetime
    kind: str
    sid: str
    message_status: str
    url: str
    attempt: int
    status: int | None
    ms: float
    error: str | None = None
    fault: str | None = None

    def as_json(self) -> dict[str, object]:
        """Give the attempt as the sandbox's own API shows it."""
        return {
            "at": self.at.isoformat(),
            "kind": self.kind,
            "sid": self.sid,
            "message_status": self.message_status,
            "url": self.url,
            "attempt": self.attempt,
            "status": self.status,
            "ms": round(self.ms, 1),
            "error": self.error,
            "fault": self.fault,
        }


@dataclass(slots=True, frozen=True)
class ApiRequest:
    """One request the hub made to the Twilio API; `status` is None when we gave no answer on purpose."""

    at: datetime
    method: str
    path: str
    query: Mapping[str, str]
    status: int | None
    ms: float
    sid: str | None
    fault: str | None

    def as_json(self) -> dict[str, object]:
        """Give the request as the sandbox's own API shows it."""
        return {
            "at": self.at.isoformat(),
            "method": self.method,
            "path": self.path,
            "query": dict(self.query),
            "status": self.status,
            "ms": round(self.ms, 1),
            "sid": self.sid,
            "fault": self.fault,
        }
