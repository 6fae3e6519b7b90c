"""What the doctor found, and how it is shown."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

import click


class Mark(StrEnum):
    """How it stands. Only ``BAD`` makes the exit code 1."""

    GOOD = "✓"
    WORTH = "!"
    BAD = "✗"
    FACT = "·"


_COLOURS = {Mark.GOOD: "green", Mark.WORTH: "yellow", Mark.BAD: "red", Mark.FACT: None}


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


@dataclass(slots=True)
class Report:
    """Prints findings as they come, and counts them."""

    counted: Counter[Mark] = field(default_factory=Counter)

    def section(self, title: str, findings: Iterable[Finding]) -> None:
        """One heading with its lines; none if there is nothing to say."""
        for place, one in enumerate(findings):
            if place == 0:
                click.echo(f"\n{click.style(title, bold=True)}")
            self.counted[one.mark] += 1
            click.echo(f"  {click.style(one.mark.value, fg=_COLOURS[one.mark])} {one.text}")
            if one.mend:
                click.echo(f"      {click.style('→', fg=_COLOURS[one.mark])} {one.mend}")

    def end(self) -> int:
        """The last line; the exit code."""
        wrong, looks, fine = (self.counted[mark] for mark in (Mark.BAD, Mark.WORTH, Mark.GOOD))
        words = [f"{fine} good", f"{looks} worth a look", f"{wrong} wrong"]
        verdict = "Something is wrong" if wrong else "It can run"
        click.echo(f"\n{click.style(verdict, fg='red' if wrong else 'green', bold=True)}: {', '.join(words)}.")
        return 1 if wrong else 0
