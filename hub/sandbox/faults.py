"""What can be made to go wrong, how often, and by which seeded dice."""

import random
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Fault(StrEnum):
    """A way in which a provider misbehaves.

    `api_*` concern creating a message, `media_*` the hub's fetching of what a phone sent.
    """

    API_429 = "api_429"
    API_500 = "api_500"
    API_503 = "api_503"
    API_SLOW = "api_slow"
    API_TIMEOUT_BEFORE = "api_timeout_before"
    API_TIMEOUT_AFTER = "api_timeout_after"
    API_RESET_AFTER = "api_reset_after"
    API_500_AFTER = "api_500_after"
    API_NO_SID = "api_no_sid"
    LIST_503 = "list_503"
    CALLBACK_DUPLICATE = "callback_duplicate"
    CALLBACK_LATE = "callback_late"
    CALLBACK_REORDERED = "callback_reordered"
    CALLBACK_LOST = "callback_lost"
    DELIVERY_FAILED = "delivery_failed"
    WEBHOOK_DUPLICATE = "webhook_duplicate"
    WEBHOOK_BAD_SIGNATURE = "webhook_bad_signature"
    WEBHOOK_LOST = "webhook_lost"
    MEDIA_SLOW = "media_slow"
    MEDIA_ENDLESS = "media_endless"
    MEDIA_WRONG_TYPE = "media_wrong_type"
    MEDIA_404 = "media_404"
    MEDIA_ELSEWHERE = "media_elsewhere"


DEFAULT_DELAYS: Mapping[Fault, float] = {
    Fault.API_SLOW: 3.0,
    Fault.API_TIMEOUT_BEFORE: 30.0,
    Fault.API_TIMEOUT_AFTER: 30.0,
    Fault.CALLBACK_LATE: 10.0,
    Fault.MEDIA_SLOW: 60.0,
}
"""Seconds, for the faults that take time: how long an answer, a callback or the bytes of a file are held back."""

OUTSIDE_WINDOW = 63016
"""A free message on WhatsApp to somebody who has not written for 24 hours."""

DEFAULT_ERROR_CODE = 30003
"""For `delivery_failed`: the handset is unreachable."""

FAILURES: Mapping[int, tuple[str, str]] = {
    30001: ("failed", "Queue overflow"),
    30002: ("failed", "Account suspended"),
    30003: ("undelivered", "Unreachable destination handset"),
    30004: ("undelivered", "Message blocked"),
    30005: ("undelivered", "Unknown destination handset"),
    30006: ("undelivered", "Landline or unreachable carrier"),
    30007: ("undelivered", "Message filtered"),
    30008: ("undelivered", "Unknown error"),
    30019: ("failed", "Content size exceeds carrier limit"),
    11200: ("failed", "HTTP retrieval failure"),
    12300: ("failed", "Invalid Content-Type"),
    63016: ("failed", "Outside messaging window. For WhatsApp, use a Message Template instead"),
    63019: ("failed", "Media failed to download"),
    63021: ("failed", "Channel invalid content error"),
    63024: ("undelivered", "Invalid message recipient"),
}
"""Twilio's error code → the message's last status and Twilio's words (https://www.twilio.com/docs/api/errors)."""


@dataclass(slots=True)
class Rule:
    """When one fault strikes: the next `next` times for certain, else with `probability` (0 to 1)."""

    probability: float = 0.0
    next: int = 0
    delay_s: float = 0.0
    error_code: int = DEFAULT_ERROR_CODE

    @property
    def on(self) -> bool:
        """Whether it can still strike."""
        return self.next > 0 or self.probability > 0


class Faults:
    """The rules in force. Each fault has dice of its own, so switching one on never shifts another's throws."""

    def __init__(self, seed: int) -> None:
        """Start with nothing going wrong."""
        self._seed = seed
        self.fired: Counter[Fault] = Counter()
        self._rules: dict[Fault, Rule] = {}
        self._dice: dict[Fault, random.Random] = {}
        self.clear()

    def clear(self) -> None:
        """Switch everything off and throw the dice from the start again."""
        self.fired.clear()
        self._rules = {fault: self._rule(fault) for fault in Fault}
        # Reproducible test faults, nothing secret.
        self._dice = {fault: random.Random(f"{self._seed}:{fault}") for fault in Fault}  # noqa: S311

    def set(
        self,
        fault: Fault,
        *,
        probability: float = 0.0,
        next: int = 0,  # noqa: A002  the word of the API, keyword only
        delay_s: float | None = None,
        error_code: int = DEFAULT_ERROR_CODE,
    ) -> None:
        """Let `fault` strike the `next` times, then with `probability`; without either it is off.

        `delay_s` (seconds) None takes the fault's default. Raises ValueError for what cannot be.
        """
        if not 0 <= probability <= 1:
            raise ValueError("probability must be between 0 and 1")
        if next < 0:
            raise ValueError("next must be 0 or more")
        if delay_s is not None and not 0 <= delay_s <= 3600:
            raise ValueError("delay_s must be between 0 and 3600")
        if error_code not in FAILURES:
            raise ValueError(f"error_code must be one of {', '.join(map(str, FAILURES))}")
        self._rules[fault] = self._rule(fault, probability, next, delay_s, error_code)

    def fires(self, fault: Fault) -> Rule | None:
        """Throw the dice: the rule if the fault strikes now, else None."""
        rule = self._rules[fault]
        if rule.next > 0:
            rule.next -= 1
        elif not (rule.probability and self._dice[fault].random() < rule.probability):
            return None
        self.fired[fault] += 1
        return rule

    def as_json(self) -> dict[str, dict[str, object]]:
        """Give every fault with its rule and how often it struck."""
        return {
            fault.value: {
                "probability": rule.probability,
                "next": rule.next,
                "delay_s": rule.delay_s,
                "error_code": rule.error_code,
                "fired": self.fired[fault],
            }
            for fault, rule in self._rules.items()
        }

    @staticmethod
    def _rule(
        fault: Fault,
        probability: float = 0.0,
        following: int = 0,
        delay_s: float | None = None,
        error_code: int = DEFAULT_ERROR_CODE,
    ) -> Rule:
        delay = DEFAULT_DELAYS.get(fault, 0.0) if delay_s is None else delay_s
        return Rule(probability, following, delay, error_code)
