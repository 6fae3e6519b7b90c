"""Twilio's own handling of STOP, START and HELP, per pair of numbers.

Words and answers: https://help.twilio.com/articles/223134027, "Twilio support for opt-out keywords". Only a text that
is the word and nothing else counts; Twilio knows no Persian word.
"""

from collections.abc import Iterator, Mapping

KEYWORDS: Mapping[str, str] = {
    "STOP": "STOP",
    "STOPALL": "STOP",
    "UNSUBSCRIBE": "STOP",
    "CANCEL": "STOP",
    "END": "STOP",
    "QUIT": "STOP",
    "REVOKE": "STOP",
    "OPTOUT": "STOP",
    "START": "START",
    "YES": "START",
    "UNSTOP": "START",
    "HELP": "HELP",
    "INFO": "HELP",
}

REPLIES: Mapping[str, str] = {
    "STOP": (
        "You have successfully been unsubscribed. You will not receive any more messages from this number. "
        "Reply START to resubscribe."
    ),
    "START": (
        "You have successfully been re-subscribed to messages from this number. Reply HELP for help. "
        "Reply STOP to unsubscribe. Msg&Data Rates May Apply."
    ),
    "HELP": "Reply STOP to unsubscribe. Msg&Data Rates May Apply.",
}


class OptOuts:
    """Who has told which of our numbers to stop."""

    def __init__(self) -> None:
        """Start with nobody opted out."""
        self._pairs: set[tuple[str, str]] = set()

    def __contains__(self, pair: tuple[str, str]) -> bool:
        """Tell whether (our number, their number) is blocked."""
        return pair in self._pairs

    def __iter__(self) -> Iterator[tuple[str, str]]:
        """Go through the blocked pairs in order."""
        return iter(sorted(self._pairs))

    def hear(self, ours: str, theirs: str, body: str) -> tuple[str | None, str | None]:
        """Take in a text; give the kind of its keyword (STOP, START, HELP or None) and Twilio's answer, if any.

        A second STOP, a START by someone who never stopped, and a HELP from someone blocked get no answer.
        """
        kind = KEYWORDS.get(body.strip().upper())
        if kind is None:
            return None, None
        blocked = (ours, theirs) in self._pairs
        if kind == "STOP":
            self._pairs.add((ours, theirs))
        elif kind == "START":
            self._pairs.discard((ours, theirs))
        answers = blocked if kind == "START" else not blocked
        return kind, REPLIES[kind] if answers else None

    def clear(self) -> None:
        """Forget them all."""
        self._pairs.clear()
