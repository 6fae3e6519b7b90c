"""WhatsApp beside SMS: one customer, two threads; free text for 24 hours after she wrote, then approved templates."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from hub.channel import Template
from hub.checks import people as doctor
from hub.delivery import outcomes
from hub.delivery import store as deliveries
from hub.delivery.gate import NEWS_LASTS
from hub.events import Event, TemplateUse
from hub.model import AccountId, Channel
from hub.testing.provider import MemoryProvider
from tests.integration.house import ACCOUNT, HERS, House
from workers.read_templates import ReadTemplates

WHATSAPP = "whatsapp:+14155550199"
READY = Template(id="HX1", name="ready", language="en", body="Hi {{1}}", approved=True, status="approved")


def wrote(house: House, text: str = "hello", **more: Any) -> Event:
    return house.received(text, channel=Channel.WHATSAPP, our_address=WHATSAPP, **more)


async def answer(house: House, text: str = "hi", **more: Any) -> UUID:
    event = house.requested(text, channel=Channel.WHATSAPP, our_address=WHATSAPP, **more)
    await house.record.handle([event])
    await house.work_off()
    return event.id


async def keep(house: House, *templates: Template) -> None:
    async with house.store.transaction() as tx:
        await deliveries.keep_templates(tx, ACCOUNT, templates, now=house.clock.now())


async def test_one_customer_and_a_thread_on_each_channel(house: House) -> None:
    await house.take_in(house.received("by sms"), wrote(house, "by whatsapp"), wrote(house, "and more"))
    rows = await house.rows("SELECT DISTINCT customer_id, conversation_id, channel FROM interactions ORDER BY channel")
    assert len({row["customer_id"] for row in rows}) == 1
    assert [row["channel"] for row in rows] == ["sms", "whatsapp"]
    assert len({row["conversation_id"] for row in rows}) == 2
    assert await house.value("SELECT verified_at IS NOT NULL FROM contact_points WHERE contact_point = $1", HERS)


async def test_free_text_goes_out_within_24_hours_of_her_last_message(house: House) -> None:
    await house.take_in(wrote(house))
    house.clock.go_on(timedelta(hours=23, minutes=59))
    assert await house.status(await answer(house, "in time")) == "accepted"
    (handed,) = house.provider.handed
    assert (handed.our_address, handed.to) == (WHATSAPP, HERS)
    house.clock.go_on(timedelta(minutes=2))
    late = await house.delivery(await answer(house, "too late"))
    assert (late["status"], house.provider.texts()) == ("failed", ["in time"])
    assert "template" in late["reason"]
    await house.take_in(wrote(house, "me again"))
    assert await house.status(await answer(house, "in time again")) == "accepted"


async def test_a_message_that_waited_is_looked_at_when_it_goes_out(house: House) -> None:
    await house.take_in(wrote(house))
    event = house.requested("hi", channel=Channel.WHATSAPP, our_address=WHATSAPP)
    await house.record.handle([event])
    house.clock.go_on(timedelta(hours=25))
    await house.work_off()
    assert await house.status(event.id) == "failed"


async def test_who_never_wrote_on_whatsapp_gets_no_free_text_there(house: House) -> None:
    await house.take_in(house.received("by sms only"))
    assert await house.status(await answer(house)) == "failed"


async def test_an_approved_template_opens_a_conversation(house: House) -> None:
    await keep(house, READY)
    use = TemplateUse(id="HX1", variables={"1": "Sara"})
    assert await house.status(await answer(house, "Hi Sara", template=use)) == "accepted"
    assert house.provider.handed[0].template == use


async def test_a_template_that_is_withdrawn_meanwhile_is_not_sent(house: House) -> None:
    await keep(house, READY)
    use = TemplateUse(id="HX1", variables={"1": "Sara"})
    event = house.requested("Hi Sara", channel=Channel.WHATSAPP, our_address=WHATSAPP, template=use)
    await house.record.handle([event])
    house.clock.go_on(timedelta(minutes=1))
    await keep(house)
    await house.work_off()
    assert await house.status(event.id) == "failed"
    assert not house.provider.took


async def test_a_template_waits_while_the_provider_does_not_say_whether_it_is_approved(house: House) -> None:
    await keep(house, READY)
    house.clock.go_on(NEWS_LASTS)
    use = TemplateUse(id="HX1", variables={"1": "Sara"})
    message = await answer(house, "Hi Sara", template=use)
    waits = await house.delivery(message)
    assert (waits["status"], house.provider.took) == ("queued", [])
    assert "not known now" in waits["reason"]
    assert waits["next_at"] > house.clock.now()
    await keep(house, READY)
    house.clock.go_on(outcomes.POSTPONED)
    await house.work_off()
    assert await house.status(message) == "accepted"


class Keeps(MemoryProvider):
    """Keeps one template, and breaks if told to."""

    breaks: Exception | None = None

    async def templates(self) -> Sequence[Template]:
        if self.breaks is not None:
            raise self.breaks
        return [READY]


async def test_one_account_that_breaks_keeps_no_other_from_being_read(house: House) -> None:
    house.parts.accounts.adapters.clear()
    for id_, broken in (("broken", True), (ACCOUNT, False)):
        adapter = Keeps(house.clock.now)
        adapter.breaks = RuntimeError("a third party's mistake") if broken else None
        house.parts.accounts.adapters[AccountId(id_)] = adapter
    await ReadTemplates(house.parts).tick()
    assert [row["account"] for row in await house.rows("SELECT account FROM templates")] == [ACCOUNT]


async def test_the_doctor_says_that_templates_are_not_read(house: House) -> None:
    house.parts.accounts.adapters[ACCOUNT] = Keeps(house.clock.now)
    house.parts.accounts.rows[ACCOUNT] = house.account()

    async def said() -> str:
        return "\n".join([one.text async for one in doctor.providers(house.parts.settings, house.parts)])

    await keep(house, READY)
    assert "templates" not in await said()
    house.clock.go_on(NEWS_LASTS + timedelta(minutes=1))
    assert "templates of sms_twilio/default were last read" in await said()


async def test_late_news_of_an_older_message_does_not_close_the_window(house: House) -> None:
    older = wrote(house, "older")
    house.clock.go_on(timedelta(hours=2))
    await house.record.handle([wrote(house, "newer")])
    await house.record.handle([older])
    house.clock.go_on(timedelta(hours=23))
    assert await house.status(await answer(house)) == "accepted"


async def test_what_is_taken_in_late_opens_no_window(house: House) -> None:
    await house.take_in(wrote(house, provider_time=house.clock.now() - timedelta(days=3)))
    assert await house.status(await answer(house)) == "failed"
