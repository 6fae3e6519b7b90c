"""The provider's words in ours: from the tables of the account, and by HTTP status where those say nothing."""

import re
from collections.abc import Mapping

from hub.errors import (
    ConfigInvalid,
    MessageInvalid,
    OptedOut,
    OutcomeUnknown,
    Rejected,
    SendError,
    Throttled,
    Unavailable,
)
from hub.model import DeliveryStatus

KINDS: dict[str, tuple[type[SendError], str]] = {
    "ConfigInvalid": (ConfigInvalid, "The provider refuses this account or its settings."),
    "MessageInvalid": (MessageInvalid, "The provider does not take this message as it is."),
    "OptedOut": (OptedOut, "This person has asked not to be written to from this number."),
    "Rejected": (Rejected, "The provider refused the message."),
    "Throttled": (Throttled, "The provider asks us to slow down."),
    "Unavailable": (Unavailable, "The provider is not available now."),
    "OutcomeUnknown": (OutcomeUnknown, "Whether the provider took the message is not known yet."),
}
"""What a code may mean, and what agents read where the table gives no reason of its own."""

_BY_STATUS: dict[int, tuple[type[SendError], str]] = {
    401: (ConfigInvalid, "The provider refused the account's credentials."),
    403: (ConfigInvalid, "The provider does not allow the account to do this."),
    404: (ConfigInvalid, "The provider does not know the address in url."),
    405: (ConfigInvalid, "The provider's address does not take this method."),
    408: (OutcomeUnknown, "The provider gave up waiting for our request."),
    413: (MessageInvalid, "The message is too large for the provider."),
    429: (Throttled, "The provider asks us to slow down."),
}

# What is kept of a code that nobody knows: a word or number, never a sentence, which may quote the message.
_CODE = re.compile(r"[A-Za-z0-9_.-]{1,32}\Z")

# What the gate and the desk may be told by a provider; the others are the hub's own.
_TOLD = {
    str(status): status
    for status in DeliveryStatus
    if status not in {DeliveryStatus.QUEUED, DeliveryStatus.SENDING, DeliveryStatus.UNKNOWN}
}


def statuses(table: Mapping[str, str], problems: list[str]) -> dict[str, DeliveryStatus]:
    """``provider's word -> our status``."""
    wrong = [word for word, ours in table.items() if ours not in _TOLD]
    problems += [f"statuses.{word} must be one of {', '.join(_TOLD)}, not {table[word]!r}" for word in wrong]
    return {word: _TOLD[ours] for word, ours in table.items() if ours in _TOLD}


def errors(table: Mapping[str, str], problems: list[str]) -> dict[str, tuple[type[SendError], str]]:
    """``provider's code -> kind and reason``; a line is ``Rejected``, or ``Rejected: Why, for agents.``."""
    known = {}
    for code, line in table.items():
        name, _, reason = line.partition(":")
        if name.strip() not in KINDS:
            problems.append(f"errors.{code} must begin with one of {', '.join(KINDS)}, not {line!r}")
            continue
        kind, usual = KINDS[name.strip()]
        known[code] = (kind, reason.strip() or usual)
    return known


def refusal(
    known: Mapping[str, tuple[type[SendError], str]], status: int, code: str | None, *, retry_after: float | None
) -> SendError:
    """The error for an answer that is no success. 5xx may have been processed, whatever its code says."""
    kind, reason = (known.get(code or "") if status < 500 else None) or _BY_STATUS.get(status) or _unknown(status)
    raw = code if code and _CODE.match(code) else f"http-{status}"
    return kind(reason, code=raw, retry_after=retry_after if kind.retryable else None)


def _unknown(status: int) -> tuple[type[SendError], str]:
    if 300 <= status < 400:
        return ConfigInvalid, "The provider's address leads elsewhere; set url to the final one."
    if 400 <= status < 500:
        return KINDS["Rejected"]
    return KINDS["OutcomeUnknown"]  # 5xx, and a 2xx that does not say what the settings call success
