"""Templates of requests: text with literal places such as ``{to}``. Nothing is computed, and values are never refilled.

Each kind of place is encoded for where it stands: percent-encoded in a URL, as a value in a form, inside strings of a
JSON document that was read before it is filled. So no text of a customer or an agent can become anything but a value.
"""

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import quote
from uuid import UUID

PLACE = re.compile(r"\{([a-z_]+(?:\.[A-Za-z0-9_]+)?)\}")
MESSAGE = frozenset({"to", "from", "text", "message_id", "message_number", "key", "callback"})
"""What may be filled in besides ``secret.NAME``."""
_DEEPEST = 8


def places(template: Any) -> Iterator[str]:
    """Every place in a text, or in the strings of a JSON document."""
    if isinstance(template, str):
        yield from PLACE.findall(template)
    elif isinstance(template, dict):
        for value in template.values():
            yield from places(value)
    elif isinstance(template, list):
        for value in template:
            yield from places(value)


def fill(template: str, values: Mapping[str, str], encode: Callable[[str], str] = str) -> str:
    """The text with each place filled once."""
    return PLACE.sub(lambda place: encode(values[place[1]]), template)


def fill_url(template: str, values: Mapping[str, str]) -> str:
    """Values are percent-encoded whole, so they stay within their segment or parameter."""
    return fill(template, values, lambda value: quote(value, safe="", errors="replace"))


def fill_document(template: Any, values: Mapping[str, str]) -> Any:
    """A JSON document whose strings have been filled; its shape and keys stay what they are."""
    if isinstance(template, str):
        return fill(template, values)
    if isinstance(template, dict):
        return {name: fill_document(value, values) for name, value in template.items()}
    if isinstance(template, list):
        return [fill_document(value, values) for value in template]
    return template


def number_of(message_id: UUID) -> str:
    """A message's id as a whole number below 2^63, for providers whose own ids for us are numbers; always the same."""
    return str(int.from_bytes(hashlib.sha256(message_id.bytes).digest()[:8], "big") >> 1)


def at(document: Any, path: str) -> str | None:
    """The scalar at ``entries.0.messageid`` as text; ``None`` if there is none."""
    for step in path.split("."):
        if isinstance(document, list) and step.isascii() and step.isdecimal() and int(step[:6]) < len(document):
            document = document[int(step[:6])]
        elif isinstance(document, dict) and step in document:
            document = document[step]
        else:
            return None
    return _scalar(document)


def leaves(document: Any, before: str = "", depth: int = 0) -> Iterator[tuple[str, str]]:
    """Every scalar with its path, as ``at`` takes it; what lies deeper than any provider goes is left out."""
    if (text := _scalar(document)) is not None:
        yield before, text
    elif depth < _DEEPEST and isinstance(document, (dict, list)):
        for name, value in document.items() if isinstance(document, dict) else enumerate(document):
            yield from leaves(value, f"{before}.{name}" if before else str(name), depth + 1)


def _scalar(value: Any) -> str | None:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, (str, int, float)) else None
