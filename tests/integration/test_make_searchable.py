"""What was said is found by its words: all of it, once, also what commits late; and quickly, however much there is."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from uuid import UUID

import pytest

from hub.history.searching import store as searching
from hub.profile import store as profile
from hub.store import Transaction
from tests.integration.house import House
from workers.make_searchable import MakeSearchable


@pytest.fixture(autouse=True)
async def at_once(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing has to settle, and how long ago the database was copied from its template is no past of the test's."""
    monkeypatch.setattr(searching, "SETTLES", timedelta())
    async with house.store.transaction() as tx:
        await tx.execute("UPDATE searchable_to SET recorded_at = clock_timestamp()")


async def find(house: House, query: str, limit: int = 50) -> list[str]:
    async with house.store.reading() as tx:
        ids = await searching.found(tx, query, limit=limit)
        rows = await tx.fetch("SELECT event_id, text FROM interaction_contents WHERE event_id = ANY($1::uuid[])", ids)
    texts = {row["event_id"]: row["text"] for row in rows}
    return [texts[id_] for id_ in ids]


async def say(house: House, *texts: str) -> None:
    for text in texts:
        await house.take_in(house.received(text=text))


async def make(house: House) -> None:
    await MakeSearchable(house.parts).tick()


async def test_what_was_said_is_found_newest_first_by_how_its_words_begin(house: House) -> None:
    await say(house, "سفارش من كجاست؟", "Where is my order?", "", "؟!", "سفارشِ علي ۱۲۳ نرسیده، می\u200cروم")
    assert await find(house, "سفارش") == []
    await make(house)
    assert await find(house, "سفار") == ["سفارشِ علي ۱۲۳ نرسیده، می\u200cروم", "سفارش من كجاست؟"]
    assert await find(house, "سفارش", limit=1) == ["سفارشِ علي ۱۲۳ نرسیده، می\u200cروم"]
    for query in ("علی 12", "ميروم", "می روم", "می\u200cروم", "علی سفارش"):
        assert len(await find(house, query)) == 1, query
    assert await find(house, "کجا") == ["سفارش من كجاست؟"]
    assert await find(house, "ORD whe") == ["Where is my order?"]
    for query in ("rder", "order parcel", "'", "' | parcel", "", "a:*"):
        assert await find(house, query) == [], query
    assert await house.count("searchable") == 3


async def test_nothing_is_made_twice_and_nothing_left_out(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workers.make_searchable.AT_ONCE", 2)
    for number in range(7):
        await say(house, f"word{number} all")
    for _ in range(3):
        await make(house)
    assert len(await find(house, "all")) == 7
    await say(house, "all again")
    await make(house.another())
    await make(house)
    assert (len(await find(house, "all")), await house.count("searchable")) == (8, 8)


@asynccontextmanager
async def a_late_writer(house: House) -> AsyncIterator[Transaction]:
    """A transaction that has written something and is not committed yet."""
    async with house.store.transaction() as tx:
        await tx.execute("INSERT INTO teams (id, name) VALUES (gen_random_uuid(), 'late')")
        yield tx


async def test_what_commits_late_is_found_as_well(house: House) -> None:
    await say(house, "first")
    async with a_late_writer(house) as tx:
        await tx.execute(_AGAIN)
        await say(house, "second")
        await make(house)
        assert await find(house, "second") == [], "something before it may still come"
    await make(house)
    assert [len(await find(house, word)) for word in ("first", "late", "second")] == [1, 1, 1]


async def test_a_second_process_waits_for_nobody(house: House) -> None:
    await say(house, "text")
    async with house.store.transaction() as tx:
        assert await searching.place(tx) is not None
        await make(house)
        assert await find(house, "text") == []
    await make(house)
    assert await find(house, "text") == ["text"]


async def test_eras_are_read_from_the_newest(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workers.make_searchable.AT_ONCE", 1)
    monkeypatch.setattr(searching, "ERA_ROWS", 2)
    monkeypatch.setattr(searching, "_FOUND", searching._FOUND.replace("65536", "2"))
    for number in range(5):
        await say(house, f"same only{number}")
    await make(house)
    assert await find(house, "same") == [f"same only{number}" for number in (4, 3, 2, 1, 0)]
    assert await find(house, "same", limit=3) == [f"same only{number}" for number in (4, 3, 2)]
    assert [len(await find(house, f"only{number}")) for number in range(5)] == [1] * 5
    lexemes = await house.value("SELECT string_agg(words::text, ' ') FROM searchable")
    assert {"'0.same'", "'1.same'", "'2.same'"} < set(lexemes.split(" "))


async def test_what_is_erased_is_not_found(house: House) -> None:
    await say(house, "secret")
    await make(house)
    id_: UUID = await house.value("SELECT interaction_id FROM searchable")
    async with house.store.reading() as tx:
        await searching.forget(tx, id_)
    assert await find(house, "secret") == []


async def test_the_words_are_found_by_their_index(house: House) -> None:
    async with house.store.transaction() as tx:
        await tx.execute("SET LOCAL enable_seqscan = off")
        plan = str(await tx.fetch(f"EXPLAIN {searching._FOUND}", "'§.a':*", 50))
    assert "searchable_words" in plan


async def test_names_that_were_there_before_are_found_after_a_look(house: House) -> None:
    await say(house, "hello")
    await house.value("UPDATE customers SET name = 'علي كريمي' RETURNING 1")

    async def named(query: str) -> int:
        async with house.store.reading() as tx:
            return len(await profile.profiles(tx, query=query, before=None, limit=9))

    assert await named("کریمی") == 0
    await make(house)
    assert (await named("کریمی"), await named("علی کر")) == (1, 1)
    await house.value("UPDATE customers SET name = '!', words = NULL RETURNING 1")
    await make(house)
    assert await house.value("SELECT words::text FROM customers") == ""


# The same interaction under another id, as a late committer writes it.
_AGAIN = """
WITH new AS (
    INSERT INTO interactions (event_id, customer_id, conversation_id, channel, direction, contact_point, our_address,
           account, accepted_at)
    SELECT gen_random_uuid(), customer_id, conversation_id, channel, direction, contact_point, our_address, account,
           accepted_at FROM interactions LIMIT 1 RETURNING event_id)
INSERT INTO interaction_contents (event_id, text) SELECT event_id, 'late' FROM new
"""
