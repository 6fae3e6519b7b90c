"""Events in and out of bytes: nothing is lost, nothing but our own errors comes of garbage."""

import typing
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from uuid import UUID

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hub import events
from hub.errors import EventInvalid, EventUnknown
from hub.events import (
    MAX_EVENT_BYTES,
    REGISTRY,
    TYPE_OF,
    Data,
    Event,
    MessageSend,
    NoteWritten,
    decode,
    encode,
    first,
    pack,
    unpack,
)
from hub.model import derived_id

AT = datetime(2026, 3, 21, 9, 0, tzinfo=UTC)
ZONES = st.sampled_from([UTC, timezone(timedelta(hours=3, minutes=30)), timezone(-timedelta(hours=8))])
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=200)
ATOMS: dict[Any, st.SearchStrategy[Any]] = {
    str: TEXTS,
    UUID: st.uuids(),
    datetime: st.datetimes(datetime(1970, 1, 2), datetime(2500, 1, 1), timezones=ZONES),  # noqa: DTZ001 - given a zone
    bool: st.booleans(),
}


def values(kind: Any) -> st.SearchStrategy[Any]:  # noqa: PLR0911 - one line a kind
    """Every value of an annotation that our events use."""
    if kind in ATOMS:
        return ATOMS[kind]
    origin, args = typing.get_origin(kind), typing.get_args(kind)
    if origin is typing.Literal:
        return st.sampled_from(args)
    if origin is tuple:
        return st.lists(values(args[0]), max_size=3).map(tuple)
    if origin is dict:
        return st.dictionaries(values(args[0]), values(args[1]), max_size=3)
    if args:
        return st.one_of([st.none() if arg is type(None) else values(arg) for arg in args])
    if issubclass(kind, msgspec.Struct):
        return structs(kind)
    return st.sampled_from(list(kind))


def structs(kind: type[msgspec.Struct]) -> st.SearchStrategy[Any]:
    hints = typing.get_type_hints(kind)
    return st.builds(kind, **{field.name: values(hints[field.name]) for field in msgspec.structs.fields(kind)})


DATA: st.SearchStrategy[Data] = st.one_of([structs(kind) for kind in REGISTRY.values()])
EVENTS = DATA.flatmap(
    lambda data: st.builds(
        Event,
        id=st.uuids(),
        type=st.just(TYPE_OF[type(data)]),
        source=TEXTS,
        subject=TEXTS,
        time=ATOMS[datetime],
        data=st.just(data),
        partitionkey=TEXTS,
        correlationid=st.uuids(),
        causationid=st.none() | st.uuids(),
        traceparent=st.none() | TEXTS,
    )
)


def bell() -> Event:
    return first(derived_id("x"), MessageSend(message_id=derived_id("m"), contact_point="tel:+1"), **ENVELOPE)


ENVELOPE: dict[str, Any] = {"source": "/test", "subject": "s", "time": AT, "partitionkey": "tel:+1"}


@given(EVENTS)
def test_nothing_is_lost(event: Event) -> None:
    assert decode(encode(event)) == event


@given(st.lists(EVENTS, max_size=5))
def test_nothing_is_lost_in_a_batch(batch: list[Event]) -> None:
    assert [decode(one) for one in unpack(pack([encode(event) for event in batch]))] == batch


@given(EVENTS)
def test_it_is_a_cloudevent(event: Event) -> None:
    shown = msgspec.json.decode(encode(event))
    assert shown["specversion"] == "1.0"
    assert {"id", "source", "type", "time", "subject"} <= shown.keys()


@given(st.binary(max_size=300))
@example(b"\xff\xfe")
@example(b"[" * 5_000)
@example(b'{"id": NaN}')
def test_garbage_is_refused_with_our_own_error(body: bytes) -> None:
    with pytest.raises(EventInvalid):
        decode(body)
    try:
        unpack(body)
    except EventInvalid:
        return
    assert body.strip()[:1] == b"["


BROKEN: list[tuple[str, Any]] = [
    ("id", "no uuid"),
    ("time", "yesterday"),
    ("data", None),
    ("partitionkey", 7),
    ("type", None),
    ("data.message_id", 3),
    ("data.contact_point", None),
]


@pytest.mark.parametrize(("place", "value"), BROKEN)
def test_a_wrong_field_is_refused(place: str, value: Any) -> None:
    shown = msgspec.json.decode(encode(bell()))
    part, _, field = place.rpartition(".")
    (shown[part] if part else shown)[field] = value
    with pytest.raises(EventInvalid):
        decode(msgspec.json.encode(shown))


@given(st.integers(0, 400), st.binary(min_size=1, max_size=4))
def test_a_damaged_event_is_never_another_error(place: int, damage: bytes) -> None:
    body = encode(bell())
    try:
        decode(body[:place] + damage + body[place + len(damage) :])
    except EventInvalid:
        return


@pytest.mark.parametrize("name", ["message.sent.v1", "message.send.v2", "", "interaction.received"])
def test_an_unknown_type_is_told_as_such(name: str) -> None:
    shown = msgspec.json.decode(encode(bell())) | {"type": name}
    with pytest.raises(EventUnknown, match=f"no event of type {name} is known"):
        decode(msgspec.json.encode(shown))


def test_an_old_version_is_brought_up_step_by_step(monkeypatch: pytest.MonkeyPatch) -> None:
    def renamed(data: dict[str, Any]) -> dict[str, Any]:
        return {"message_id": data["id"], "to": data["to"]}

    def with_scheme(data: dict[str, Any]) -> dict[str, Any]:
        return {"message_id": data["message_id"], "contact_point": "tel:" + data["to"]}

    monkeypatch.setitem(events.UPCASTS, "message.send.v-1", ("message.send.v0", renamed))
    monkeypatch.setitem(events.UPCASTS, "message.send.v0", ("message.send.v1", with_scheme))
    old = msgspec.json.decode(encode(bell()))
    old |= {"type": "message.send.v-1", "data": {"id": str(derived_id("m")), "to": "+1"}}
    assert decode(msgspec.json.encode(old)) == bell()


@pytest.mark.parametrize("data", [{}, {"to": 7}, [], "text", None])
def test_an_old_version_that_is_broken_is_at_fault_itself(monkeypatch: pytest.MonkeyPatch, data: Any) -> None:
    monkeypatch.setitem(
        events.UPCASTS, "message.send.v0", ("message.send.v1", lambda d: {"contact_point": "tel:" + d["to"]})
    )
    old = msgspec.json.decode(encode(bell())) | {"type": "message.send.v0", "data": data}
    with pytest.raises(EventInvalid):
        decode(msgspec.json.encode(old))


def test_too_large_is_refused_before_it_is_sent() -> None:
    def note(size: int) -> Event:
        data = NoteWritten(conversation_id=derived_id(1), agent_id=None, accepted_at=AT, text="x" * size)
        return first(derived_id("x"), data, **ENVELOPE)

    room = MAX_EVENT_BYTES - len(encode(note(0)))
    assert len(encode(note(room))) == MAX_EVENT_BYTES
    with pytest.raises(EventInvalid, match="over 262144"):
        encode(note(room + 1))


def test_what_follows_has_an_id_that_follows() -> None:
    cause = bell()
    data = MessageSend(message_id=derived_id("other"), contact_point="tel:+2")
    follow = cause.follow("send", data, subject="s", partitionkey="tel:+2", source="/w")
    assert follow.id == derived_id(cause.id, "send")
    assert (follow.causationid, follow.correlationid, follow.time) == (cause.id, cause.correlationid, cause.time)
    assert cause.follow("send", data, subject="s", partitionkey="tel:+2", source="/w") == follow
    assert cause.follow("again", data, subject="s", partitionkey="tel:+2", source="/w").id != follow.id
    further = follow.follow("send", data, subject="s", partitionkey="tel:+2", source="/w")
    assert (further.correlationid, further.causationid) == (cause.id, follow.id)


def test_names_say_their_version_and_are_one_a_struct() -> None:
    assert len(TYPE_OF) == len(REGISTRY)
    for name in REGISTRY:
        kind, _, version = name.rpartition(".v")
        assert kind.replace(".", "").isalpha()
        assert version.isdigit()
    assert not events.UPCASTS.keys() & REGISTRY.keys()
