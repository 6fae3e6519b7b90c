"""Rows for people: aligned columns, and text from outside made harmless for a terminal."""

import unicodedata
from collections.abc import Sequence

import click

_WIDE = frozenset("WF")


def shown_table(heads: Sequence[str], rows: Sequence[Sequence[object]], *, none: str) -> None:
    """Print rows under their heads, or ``none`` if there are none."""
    if not rows:
        click.echo(none)
        return
    cells = [list(heads), *([plain(str("" if cell is None else cell)) for cell in row] for row in rows)]
    widths = [max(width(row[place]) for row in cells) for place in range(len(heads))]
    for row in cells:
        padded = (cell + " " * (widths[place] - width(cell)) for place, cell in enumerate(row))
        click.echo("  ".join(padded).rstrip())


def plain(text: str) -> str:
    """Text without what could steer a terminal: control and format characters become a space, or go.

    The zero-width non-joiner stays: Persian words are written with it.
    """
    return "".join(
        char if char == "\u200c" or unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Zl", "Zp"} else _instead(char)
        for char in text
    )


def isolated(text: str) -> str:
    """Text that keeps its own direction and does not turn the line around it (UAX 9: FSI … PDI), harmless."""
    cleaned = plain(text)
    return (
        f"\u2068{cleaned}\u2069" if any(unicodedata.bidirectional(char) in {"R", "AL"} for char in cleaned) else cleaned
    )


def width(text: str) -> int:
    """Columns on a terminal."""
    return sum(
        0 if unicodedata.category(char) in {"Mn", "Me", "Cf"} else 1 + (unicodedata.east_asian_width(char) in _WIDE)
        for char in text
    )


def _instead(char: str) -> str:
    return " " if char in "\n\r\t\u2028\u2029" else ""
