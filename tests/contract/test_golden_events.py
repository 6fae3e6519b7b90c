"""What stands on the bus, byte for byte. A published version only gains optional fields, so these files never change:
an old file must decode for ever, and a type that is written must give its file again. When a field is added, the
fullest file is kept under another name, and a new one takes its place.

``<type>.json`` is the fullest event of its type and version; ``<type>.least.json`` one with only what it must have.
"""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
import pytest

from hub.events import (
    REGISTRY,
    TYPE_OF,
    AgentsChanged,
    ConversationCommand,
    ConversationDue,
    Data,
    DeliveryReported,
    Event,
    InteractionReceived,
    InteractionRecorded,
    Media,
    MessageRequested,
    MessageSend,
    NoteWritten,
    decode,
    encode,
)
from hub.model import Channel, DeliveryStatus

GOLDEN = Path(__file__).parents[1] / "fixtures" / "events"
AT = datetime(2026, 3, 21, 9, 30, 15, 123456, tzinfo=UTC)
A, B, C, D = (UUID(int=0x6F1C0C1E7B0A4D7A8A53000000000000 + n) for n in range(4))
HERS, OURS, ACCOUNT = "tel:+989121234567", "tel:+14155550199", "sms_twilio/default"

FULLEST: tuple[Data, ...] = (
    InteractionReceived(
        account=ACCOUNT,
        channel=Channel.SMS,
        contact_point=HERS,
        our_address=OURS,
        provider_id="SM0123456789abcdef0123456789abcdef",
        accepted_at=AT,
        text="سلام، سفارشم «۱۲۳» نرسید 😕",
        media=(Media(url="https://api.example/media/1", content_type="image/jpeg"),),
        provider_time=AT - timedelta(seconds=1),
        opt_out="STOP",
        raw={"Body": "سلام", "NumMedia": "1"},
    ),
    MessageRequested(
        account=ACCOUNT,
        channel=Channel.SMS,
        contact_point=HERS,
        our_address=OURS,
        accepted_at=AT,
        text="Your order is on its way.",
        conversation_id=B,
        agent_id=C,
        resolve=True,
        by_person=True,
    ),
    NoteWritten(conversation_id=B, agent_id=C, accepted_at=AT, text="She is right."),
    InteractionRecorded(
        interaction_id=A,
        conversation_id=B,
        customer_id=D,
        channel=Channel.SMS,
        direction="outbound",
        contact_point=HERS,
        account=ACCOUNT,
        accepted_at=AT,
        agent_id=C,
        resolve=True,
        by_person=True,
    ),
    ConversationCommand(
        conversation_id=B,
        command="assign",
        by_agent=C,
        at=AT,
        to_agent=D,
        to_team=A,
        until=AT + timedelta(hours=1),
        topic="billing",
        outcome="refunded",
        may_take=True,
    ),
    ConversationDue(conversation_id=B, at=AT),
    AgentsChanged(at=AT, agent_ids=(C, D)),
    MessageSend(message_id=A, contact_point=HERS),
    DeliveryReported(
        account=ACCOUNT,
        provider_id="SM0123456789abcdef0123456789abcdef",
        status=DeliveryStatus.UNDELIVERED,
        reported_at=AT,
        message_id=A,
        provider_status="undelivered",
        code="30003",
        reason="The phone is switched off.",
        raw={"MessageStatus": "undelivered"},
    ),
)


def event(data: Data) -> Event:
    return Event(
        id=A,
        type=TYPE_OF[type(data)],
        source="/channels/sms/twilio",
        subject=HERS,
        time=AT,
        data=data,
        partitionkey=HERS,
        correlationid=B,
        causationid=C,
        traceparent="00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
    )


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
