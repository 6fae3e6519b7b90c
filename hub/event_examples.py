"""One example of each event with everything in it, as the descriptions show them.

``tests/contract/test_golden_events.py`` holds the same byte for byte: a published version never changes.
"""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from hub.events import (
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
    MediaFetch,
    MessageRequested,
    MessageSend,
    NoteWritten,
    TemplateUse,
)
from hub.model import Channel, DeliveryStatus

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
        files=(D,),
        template=TemplateUse(id="HX0123456789abcdef0123456789abcdef", variables={"1": "Sara"}),
    ),
    NoteWritten(conversation_id=B, agent_id=C, accepted_at=AT, text="She is right.", mentions=(D,)),
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
        interactions=(A, D),
        other=C,
        rearrangement=D,
    ),
    ConversationDue(conversation_id=B, at=AT),
    AgentsChanged(at=AT, agent_ids=(C, D)),
    MessageSend(message_id=A, contact_point=HERS),
    MediaFetch(interaction_id=A),
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
    """An event that says this."""
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
