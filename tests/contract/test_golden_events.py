"""What stands on the bus, byte for byte. A published version only gains optional fields, so these files never change:
an old file must decode for ever, and a type that is written must give its file again. When a field is added, the
fullest file is kept under another name, and a new one takes its place.

``<type>.json`` is the fullest event of its type and version; ``<type>.least.json`` one with only what it must have.
"""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from hub.event_examples import AT, FULLEST, HERS, A, event
from hub.events import REGISTRY, TYPE_OF, Data, Event, decode, encode

GOLDEN = Path(__file__).parents[1] / "fixtures" / "events"


def least(data: Data) -> Event:
    """The same with only the fields that must be there."""
    kind = type(data)
    fields = msgspec.structs.fields(kind)
    return Event(
        id=A,
        type=TYPE_OF[kind],
        source="/test",
        subject="",
        time=AT,
        data=kind(**{field.name: getattr(data, field.name) for field in fields if field.required}),
        partitionkey=HERS,
        correlationid=A,
    )


CASES = [pytest.param(made, made.type, id=made.type) for made in map(event, FULLEST)]
CASES += [pytest.param(made, f"{made.type}.least", id=f"{made.type}.least") for made in map(least, FULLEST)]


def pretty(body: bytes) -> str:
    return msgspec.json.format(body.decode(), indent=2) + "\n"


@pytest.mark.parametrize(("made", "name"), CASES)
def test_what_is_written_is_what_was_published(made: Event, name: str) -> None:
    assert pretty(encode(made)) == (GOLDEN / f"{name}.json").read_text(encoding="utf-8")


@pytest.mark.parametrize(("made", "name"), CASES)
def test_what_was_published_is_read(made: Event, name: str) -> None:
    assert decode((GOLDEN / f"{name}.json").read_bytes()) == made


@pytest.mark.parametrize("path", sorted(GOLDEN.glob("*.json")), ids=lambda path: path.stem)
def test_a_file_of_any_age_is_read(path: Path) -> None:
    """Also one whose type is only read any more."""
    assert decode(path.read_bytes()).type in REGISTRY


def test_every_type_has_its_files() -> None:
    assert {type(data) for data in FULLEST} == set(REGISTRY.values())
    assert {path.name for path in GOLDEN.glob("*.json")} >= {f"{name}.json" for name in REGISTRY}


@pytest.mark.parametrize("data", FULLEST, ids=lambda data: TYPE_OF[type(data)])
def test_the_fullest_leaves_nothing_out(data: Data) -> None:
    for field in msgspec.structs.fields(type(data)):
        assert field.required or getattr(data, field.name) != field.default, f"{field.name} is not shown"


@pytest.mark.parametrize("data", FULLEST, ids=lambda data: TYPE_OF[type(data)])
def test_a_newer_hub_may_say_more(data: Data) -> None:
    """Fields this version does not know are passed over, so two versions may run side by side."""
    more: dict[str, Any] = msgspec.json.decode(encode(event(data)))
    more["data"]["of_a_newer_version"] = {"a": [1]}
    more["newextension"] = "x"
    assert decode(msgspec.json.encode(more)) == event(data)
