"""Conversations split and joined over the real store: nothing moves in the history, and each thing is shown once."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from hub.conversations import store as conversations
from hub.events import Event
from hub.history import store as history
from hub.model import new_id
from hub.routing import store as routing
from tests.integration.house import HERS, OURS, House, said
from tests.integration.test_route_conversations import arrived, recorded, state

OTHER = "tel:+989121234568"


async def texts(house: House, conversation: UUID) -> list[str]:
    """What is shown in it, read in pages of two in either direction."""
    oldest = await _pages(house, conversation, newest=False)
    newest = await _pages(house, conversation, newest=True)
    assert oldest == newest[::-1]
    assert all(row["conversation_id"] == conversation for row in oldest)
    return [row["text"] for row in oldest]


async def _pages(house: House, conversation: UUID, *, newest: bool) -> list[Any]:
    rows: list[Any] = []
    async with house.store.reading() as tx:
        while True:
            past = (rows[-1]["accepted_at"], rows[-1]["id"]) if rows else None
            page = await history.of_conversation(tx, conversation, past=past, limit=2, newest=newest)
            rows += page
            if len(page) < 2:
                return rows


async def written(house: House, *said_: str, of: str = HERS, **more: Any) -> list[UUID]:
    """Texts of hers, one after the other, each routed; their ids."""
    ids = []
    for one in said_:
        house.clock.go_on(timedelta(seconds=1))
        (event,) = await recorded(house, house.received(one, of=of, **more))
        await house.route.handle([event])
        ids.append(said(event).interaction_id)
    return ids


async def shown(house: House, conversation: UUID) -> Any:
    async with house.store.reading() as tx:
        return await conversations.show(tx, conversation)


async def asked(house: House, conversation: UUID, command: str, **more: Any) -> Any:
    """A command of somebody's; its decision."""
    house.clock.go_on(timedelta(seconds=1))
    event = house.command(conversation, command, **more)
    await house.route.handle([event])
    (row,) = await house.rows("SELECT * FROM decisions WHERE event_id = $1", event.id)
    return row


async def split(house: House, conversation: UUID, ids: Sequence[UUID], **more: Any) -> UUID:
    made = await asked(house, conversation, "split", interactions=tuple(ids), **more)
    assert not made["refused"], made["reasons"]
    return UUID(made["reasons"]["other"])


async def decided(house: House, conversation: UUID) -> Sequence[Any]:
    async with house.store.reading() as tx:
        return await routing.decisions_of(tx, conversation)


async def of(house: House, interaction: UUID) -> UUID:
    """Where it is shown."""
    async with house.store.reading() as tx:
        row = await history.one(tx, interaction)
    assert row is not None
    return UUID(str(row["conversation_id"]))


async def test_a_split_shows_some_in_a_conversation_of_their_own(house: House) -> None:
    (mina,) = await house.staff("Mina")
    first, second, third = await written(house, "where is my order?", "and my invoice is wrong", "by 20 dollars")
    one = await of(house, first)
    before = await state(house, one)
    new = await split(house, one, [second, third], by=mina)
    assert (await texts(house, one), await texts(house, new)) == (
        ["where is my order?"],
        ["and my invoice is wrong", "by 20 dollars"],
    )
    rows = await house.rows("SELECT DISTINCT conversation_id FROM interactions")
    assert [row["conversation_id"] for row in rows] == [one], "nothing moved"
    ours, theirs = await state(house, one), await state(house, new)
    assert (ours["assignee_id"], theirs["assignee_id"], ours["weight"], theirs["weight"]) == (mina, mina, 15, 15)
    assert ours["waiting_since"] == before["waiting_since"] < theirs["waiting_since"]
    assert ours["reply_due"] == before["reply_due"] <= theirs["reply_due"]
    row = await shown(house, new)
    assert (row["previous_id"], row["last_text"], row["channel"]) == (one, "by 20 dollars", "sms")
    assert (await shown(house, one))["last_text"] == "where is my order?"
    (hint,) = [hint for hint in house.live.told if hint.id == new]
    assert hint.agents == (mina,)
    (fourth,) = await written(house, "please mend it")
    assert await of(house, fourth) == new, "the thread goes with the newest of what she wrote"


async def test_undone_all_of_it_is_back(house: House) -> None:
    (mina,) = await house.staff("Mina")
    first, second = await written(house, "one", "two")
    one = await of(house, first)
    new = await split(house, one, [second], by=mina)
    await written(house, "three")
    (row,) = await house.rows("SELECT * FROM rearrangements")
    made = await asked(house, new, "undo", by=mina, rearrangement=row["id"])
    assert (made["kind"], made["reasons"]["sentence"]) == ("undone", "Mina undid a split.")
    assert (await texts(house, one), await texts(house, new)) == (["one", "two", "three"], [])
    assert (await shown(house, new))["joined_into"] == one
    assert (await state(house, new))["outcome"] == "joined"
    ours = await state(house, one)
    assert (ours["assignee_id"], ours["weight"]) == (mina, 15)
    (fourth,) = await written(house, "four")
    assert await of(house, fourth) == one
    again = await asked(house, one, "undo", by=mina, rearrangement=row["id"])
    assert (again["refused"], again["reasons"]["why"]) == (True, "it was undone already")


async def test_joined_and_parted_again(house: House) -> None:
    mina, ali = await house.staff("Mina", "Ali")
    await arrived(house)
    (first,) = await written(house, "by the other number", our_address="tel:+14155550200")
    (hello,) = [
        row["event_id"] for row in await house.rows("SELECT event_id FROM interactions ORDER BY accepted_at LIMIT 1")
    ]
    one, other = await of(house, hello), await of(house, first)
    was = await state(house, other)
    held = (await state(house, one))["assignee_id"]
    assert {held, was["assignee_id"]} == {mina, ali}
    refused = await asked(house, one, "join", by=held, other=other)
    assert refused["reasons"]["refusal"] == "held"
    made = await asked(house, one, "join", may_take=True, other=other)
    assert (made["kind"], made["reasons"]["sentence"]) == (
        "joined",
        "Somebody of the organisation joined another into it.",
    )
    assert (await texts(house, one), await texts(house, other)) == (["hello", "by the other number"], [])
    gone = await state(house, other)
    assert (gone["status"], gone["outcome"], gone["waiting_since"]) == ("resolved", "joined", None)
    assert (await state(house, one))["assignee_id"] == held
    (second,) = await written(house, "again by the other", our_address="tel:+14155550200")
    assert await of(house, second) == one
    for command in ("reopen", "resolve", "accept", "split", "join"):
        row = await asked(house, other, command, by=mina, interactions=(first,), other=one)
        assert row["reasons"]["refusal"] == "joined", command
    undone = await asked(house, one, "undo", may_take=True, rearrangement=made["event_id"])
    assert not undone["refused"]
    assert (await texts(house, one), await texts(house, other)) == (
        ["hello", "again by the other"],
        ["by the other number"],
    )
    back = await state(house, other)
    assert (back["status"], back["assignee_id"], back["outcome"], back["waiting_since"]) == (
        "open",
        was["assignee_id"],
        None,
        was["waiting_since"],
    )
    (third,) = await written(house, "and again", our_address="tel:+14155550200")
    assert await of(house, third) == other


async def test_what_was_recorded_for_the_joined_one_and_comes_late(house: House) -> None:
    (mina,) = await house.staff("Mina")
    (first,) = await written(house, "one")
    (second,) = await written(house, "two", our_address="tel:+14155550200")
    one, other = await of(house, first), await of(house, second)
    late = await recorded(house, house.received("late", our_address="tel:+14155550200"))
    assert not (await asked(house, one, "join", by=mina, other=other))["refused"]
    await house.route.handle(late)
    assert await texts(house, one) == ["one", "two", "late"]
    (row,) = await house.rows("SELECT * FROM decisions WHERE event_id = $1", said(late[0]).interaction_id)
    assert (row["conversation_id"], row["kind"]) == (one, "kept")
    house.route = type(house.route)(house.parts)  # a router that knows nothing of it
    await house.route.handle(await recorded(house, house.note(other, "a note")))
    assert (await texts(house, one))[-1] == "a note"


async def test_every_decision_is_found_where_it_was_made(house: House) -> None:
    """By an interaction of its own, by one of a conversation that was joined into it, by a command; once each."""
    (mina,) = await house.staff("Mina")
    first, second = await written(house, "one", "two")
    (third,) = await written(house, "three", our_address="tel:+14155550200")
    one, other = await of(house, first), await of(house, third)
    (late,) = await recorded(house, house.received("late", our_address="tel:+14155550200"))
    joined = await asked(house, one, "join", by=mina, other=other)
    await house.route.handle([late])
    undone = await asked(house, one, "undo", by=mina, rearrangement=joined["event_id"])
    causes = [first, second, joined["event_id"], said(late).interaction_id, undone["event_id"]]
    assert [row["event_id"] for row in await decided(house, one) if row["event_id"] in causes] == causes
    assert third in [row["event_id"] for row in await decided(house, other)]
    assert len(await decided(house, one)) + len(await decided(house, other)) == await house.count("decisions")


async def test_refused(house: House) -> None:
    (mina,) = await house.staff("Mina")
    first, second = await written(house, "one", "two")
    one = await of(house, first)
    (hers,) = await written(house, "somebody else's", of=OTHER)
    (undecided,) = await house.record.handle([house.received("now")])
    theirs = await of(house, hers)

    async def why(command: str, conversation: UUID = one, **more: Any) -> str | None:
        row = await asked(house, conversation, command, by=mina, **more)
        return row["reasons"].get("refusal") if row["refused"] else None

    assert await why("split", interactions=(first, hers)) == "not-in-it"
    assert await why("split", interactions=(new_id(),)) == "not-in-it"
    assert await why("split", interactions=()) == "not-in-it"
    assert await why("split", interactions=(said(undecided).interaction_id,)) == "too-new"
    await house.route.handle([undecided])
    assert await why("split", interactions=(first, second, said(undecided).interaction_id)) == "all-of-it"
    assert await why("join", other=one) == "itself"
    assert await why("join", other=new_id()) == "no-such-other"
    assert await why("join", other=theirs) == "other-customer"
    assert await why("undo", rearrangement=new_id()) == "not-done-here"
    new = await split(house, one, [second], by=mina)
    (row,) = await house.rows("SELECT id FROM rearrangements")
    assert await why("undo", theirs, rearrangement=row["id"]) == "not-done-here"
    assert await why("join", new, other=one) is None
    assert await why("undo", new, rearrangement=row["id"]) == "stood-on"
    assert await house.count("rearrangements") == 2


async def test_an_event_that_comes_again_rearranges_once(house: House) -> None:
    (mina,) = await house.staff("Mina")
    first, second = await written(house, "one", "two")
    one = await of(house, first)
    event = house.command(one, "split", by=mina, interactions=(second,))
    await house.route.handle([event, event])
    await house.another().route.handle([event])
    assert await house.count("rearrangements") == 1


async def test_of_two_that_were_split_her_answer_comes_to_the_one_answered_last(house: House) -> None:
    (mina,) = await house.staff("Mina")
    first, second, third = await written(house, "one", "two", "three")
    one = await of(house, first)
    new = await split(house, one, [second], by=mina)
    newest = await split(house, one, [third], by=mina)
    for conversation in (one, new, newest, one):
        answer: Event = house.requested("hi", conversation_id=conversation, agent_id=mina, our_address=OURS)
        await house.route.handle(await recorded(house, answer))
        (reply,) = await written(house, "thank you")
        assert await of(house, reply) == conversation
