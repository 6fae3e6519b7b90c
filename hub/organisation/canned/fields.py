"""Merge fields of a canned answer, such as ``{{customer.name}}``. Whoever uses it fills them; here they are checked."""

import re

from hub.errors import InputInvalid

FIELDS = ("customer.name", "customer.first_name", "agent.name", "conversation.number")
"""Those there are. The desk fills them (``frontend/desk/pages/conversation/filling.ts``)."""

UNKNOWN = r"\{\{(?![ \t]*(?:" + "|".join(map(re.escape, FIELDS)) + r")[ \t]*\}\})"
"""The beginning of a place that is none of these fields, or does not end. In ECMA-262 too."""

_UNKNOWN = re.compile(UNKNOWN)
_SHOWN = 40


def check(text: str, *, where: str) -> str:
    """The text, if every ``{{…}}`` in it is a field there is. Raises ``InputInvalid``."""
    found = _UNKNOWN.search(text)
    if found is None:
        return text
    place, end, _ = text[found.start() : found.start() + _SHOWN].partition("}}")
    known = ", ".join(f"{{{{{field}}}}}" for field in FIELDS)
    raise InputInvalid(f"there is no merge field {place}{end or '…'}", where=where, mend=f"those there are: {known}")
