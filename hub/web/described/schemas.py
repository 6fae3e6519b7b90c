"""JSON Schema (2020-12) of structs, as both descriptions hold it under ``components/schemas``."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

REFERENCE = "#/components/schemas/{name}"


def schemas(kinds: Iterable[Any]) -> tuple[Mapping[Any, dict[str, Any]], dict[str, Any]]:
    """For each kind what stands in its place, and the components these refer to."""
    wanted = list(dict.fromkeys(kinds))
    places, components = msgspec.json.schema_components(wanted, ref_template=REFERENCE)
    for kind in wanted:
        also = getattr(kind, "also", None)
        if also:
            components[kind.__name__] |= also
    _say_times(wanted, components)
    return dict(zip(wanted, map(_plain, places), strict=True)), _plain(components)


def _say_times(kinds: Sequence[Any], components: Mapping[str, Any]) -> None:
    """A time without a mark on its zone comes out as any text."""
    for kind in kinds:
        for field in msgspec.structs.fields(kind) if isinstance(kind, type) else ():
            if field.type in {datetime, datetime | None}:
                said = components[kind.__name__]["properties"][field.encode_name]
                text = next((one for one in said.get("anyOf", ()) if one.get("type") == "string"), said)
                text["format"] = "date-time"


def example(value: Any) -> Any:
    """A typed value as it is sent."""
    return msgspec.to_builtins(value, str_keys=True)


def asked_example(body: msgspec.Struct) -> Any:
    """The same without what need not be said."""
    sent = example(body)
    spared = {field.encode_name for field in msgspec.structs.fields(body) if getattr(body, field.name) == field.default}
    return {name: value for name, value in sent.items() if name not in spared}


def _plain(what: Any) -> Any:
    """Descriptions without the marks of docstrings, and without what the reader of a schema has no use for."""
    if isinstance(what, Mapping):
        return {name: _text(value) if name == "description" else _plain(value) for name, value in what.items()}
    if isinstance(what, Sequence) and not isinstance(what, str):
        return [_plain(one) for one in what]
    return what


def _text(said: Any) -> Any:
    return text(said) if isinstance(said, str) else _plain(said)


def text(docstring: str) -> str:
    """A docstring as Markdown in one line a paragraph."""
    paragraphs = re.split(r"\n\s*\n", docstring.strip())
    return "\n\n".join(re.sub(r"\s+", " ", one).replace("``", "`") for one in paragraphs)
