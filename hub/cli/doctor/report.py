"""How findings are shown on a terminal."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

import click

from hub.checks.findings import Finding, Mark

_SIGNS = {Mark.GOOD: "✓", Mark.WORTH: "!", Mark.BAD: "✗", Mark.FACT: "·"}
_COLOURS = {Mark.GOOD: "green", Mark.WORTH: "yellow", Mark.BAD: "red", Mark.FACT: None}


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
            click.echo(f"  {click.style(_SIGNS[one.mark], fg=_COLOURS[one.mark])} {one.text}")
            if one.mend:
                click.echo(f"      {click.style('→', fg=_COLOURS[one.mark])} {one.mend}")

    def end(self) -> int:
        """The last line; the exit code."""
        wrong, looks, fine = (self.counted[mark] for mark in (Mark.BAD, Mark.WORTH, Mark.GOOD))
        words = [f"{fine} good", f"{looks} worth a look", f"{wrong} wrong"]
        verdict = "Something is wrong" if wrong else "It can run"
        click.echo(f"\n{click.style(verdict, fg='red' if wrong else 'green', bold=True)}: {', '.join(words)}.")
        return 1 if wrong else 0
