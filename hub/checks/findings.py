"""What a check found: how it stands, what was seen, how to mend it."""

from dataclasses import dataclass
from enum import StrEnum


class Mark(StrEnum):
    """How it stands. Only ``BAD`` makes the doctor's exit code 1; ``FACT`` is neither good nor bad."""

    GOOD = "ok"
    WORTH = "warning"
    BAD = "failed"
    FACT = "fact"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line, and how to mend it if it is not good."""

    mark: Mark
    text: str
    mend: str = ""


def good(text: str) -> Finding:
    """As it should be."""
    return Finding(Mark.GOOD, text)


def fact(text: str) -> Finding:
    """Neither good nor bad."""
    return Finding(Mark.FACT, text)


def worth(text: str, mend: str) -> Finding:
    """Works, but is worth a look."""
    return Finding(Mark.WORTH, text, mend)


def bad(text: str, mend: str) -> Finding:
    """Does not work."""
    return Finding(Mark.BAD, text, mend)


def many(count: int, noun: str) -> str:
    """``1 agent``, ``2 agents``."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
