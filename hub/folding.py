"""Words as people compare them, whatever keyboard wrote them: for what is kept to be found, and for what is looked for.

Arabic letters and digits are Persian ones, marks above and below letters are none, case is none. The desk marks what
was found by the same rules (``fold`` in ``frontend/desk/pages/inbox/views.ts``). Pure.
"""

import re
import unicodedata
from collections.abc import Sequence

ZWNJ = "\u200c"
"""The zero-width non-joiner, by which Persian parts a word that is one."""
MOST_LETTERS = 60
"""Of one word: the beginning is what people type."""
_UNSEEN = frozenset({0x0640, 0x200D, 0x200E, 0x200F, 0xFEFF})
"""Tatweel, which only stretches, and what is not seen at all."""
_SAME = {"ي": "ی", "ى": "ی", "ك": "ک", "ە": "ه", "ة": "ه"}  # noqa: RUF001 - Persian
_WORD = re.compile(rf"[\w{ZWNJ}]+")


class _Letters(dict[int, str | int | None]):
    """For ``str.translate``: what becomes of each letter, found out when it is first met."""

    def __missing__(self, code: int) -> str | int | None:
        char = chr(code)
        if code in _UNSEEN or unicodedata.category(char)[0] == "M":
            self[code] = None
        elif char.isdecimal():
            self[code] = str(unicodedata.decimal(char))
        else:
            self[code] = _SAME.get(char, code)
        return self[code]


_LETTERS = _Letters()


def fold(text: str) -> str:
    """The text in the letters by which it is compared; non-joiners are still there."""
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFKD", text).lower().translate(_LETTERS)


def words(text: str) -> Sequence[str]:
    """The words of a text, each once: one that a non-joiner parts is found whole, and by its parts."""
    found: dict[str, None] = {}
    for word in _WORD.findall(fold(text)):
        for one in (word.replace(ZWNJ, ""), *word.split(ZWNJ)):
            if one:
                found[one[:MOST_LETTERS]] = None
    return list(found)


def wanted(query: str) -> Sequence[Sequence[Sequence[str]]]:
    """What is looked for: all of these, each in one of its ways, each way how words begin that stand there together.

    «می‌روم» is there where «میروم» is, and where «می» and «روم» are.
    """
    return [_ways(word) for word in dict.fromkeys(_WORD.findall(fold(query))) if word.strip(ZWNJ)]


def _ways(word: str) -> Sequence[Sequence[str]]:
    parts = [part[:MOST_LETTERS] for part in word.split(ZWNJ) if part]
    whole = word.replace(ZWNJ, "")[:MOST_LETTERS]
    return [[whole]] if len(parts) == 1 else [[whole], parts]
