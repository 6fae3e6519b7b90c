"""Words for PostgreSQL's text search, folded by us (``hub.folding``): whatever locale a database has is no matter.

``VECTOR`` makes what is indexed of a parameter that holds what ``kept`` gives.
"""

from collections.abc import Sequence

VECTOR = "array_to_tsvector(string_to_array({}, ' '))"
OF = "."
"""Between an era's number and the word."""
ERA = "§"
"""In ``matching``: where the number of an era goes. No word holds it."""


def kept(words: Sequence[str]) -> str | None:
    """Words as they are handed to ``VECTOR``; nothing if there are none."""
    return " ".join(words) or None


def matching(wanted: Sequence[Sequence[Sequence[str]]], *, before: str = "") -> str:
    """A ``tsquery`` for what ``hub.folding.wanted`` gives; ``before`` stands before every word of the index.

    Words are letters, digits and underscores alone, so nothing in them means anything to PostgreSQL.
    """
    return " & ".join(f"({' | '.join(_together(way, before) for way in ways)})" for ways in wanted)


def _together(way: Sequence[str], before: str) -> str:
    """Whole words, of which the last may only begin so."""
    *whole, last = (f"'{before}{word}'" for word in way)
    return f"({' & '.join([*whole, last + ':*'])})"
