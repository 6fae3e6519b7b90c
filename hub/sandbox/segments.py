"""How many segments a text takes. Written apart from `hub.texting`, so that each can catch the other's mistake."""

from hub.sandbox.model import utf16_units

# 3GPP TS 23.038, section 6.2.1: the default alphabet, and its extension table (two septets a character).
_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = frozenset("\f^{}\\[~]|€")


def count_segments(text: str) -> int:
    """Count the segments of `text`: 160 or 153 septets each in GSM-7, 70 or 67 units in UCS-2.

    A two-septet character and a surrogate pair are never split. An empty text takes one.
    """
    if _BASIC.issuperset(text) or (_BASIC | _EXTENDED).issuperset(text):
        return _count([2 if c in _EXTENDED else 1 for c in text], single=160, part=153)
    return _count([len(utf16_units(c)) for c in text], single=70, part=67)


def _count(widths: list[int], *, single: int, part: int) -> int:
    if sum(widths) <= single:
        return 1
    segments, room = 1, part
    for width in widths:
        if width > room:
            segments, room = segments + 1, part
        room -= width
    return segments
