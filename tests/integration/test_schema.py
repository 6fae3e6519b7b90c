"""What the database forbids, so that a bug is an error and not a wrong fact; and how its schema comes to be."""

import asyncio
import re
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import asyncpg
import pytest
from msgspec.structs import replace

from hub.errors import SchemaWrong, StoreAway
from hub.model import DeliveryStatus, new_id
from hub.organisation import store as organisation
from hub.routing.rearranging import store as rearranging
from hub.routing.store import reading
from hub.store import migrate
from tests.integration.house import House, said

APPEND_ONLY = ("interactions", "decisions", "agent_states", "receipts", "rearrangements", "undone")


@pytest.fixture
async def full(house: House) -> House:
    """At least one row in every history and ledger."""
    await house.staff("Mina")
    await house.take_in(house.received())
    (id_,) = await house.queue("hello")
    await house.work_off()
    await house.track.handle([house.reported(DeliveryStatus.SENT, "SM000", message=id_)])
    await rearranged(house)
    return house


async def rearranged(house: House) -> None:
    """Something was split off, and that undone."""
    (row,) = await house.rows("SELECT event_id, conversation_id FROM interactions WHERE direction = 'inbound'")
    await house.take_in(house.received("and another matter"))
    split = house.command(row["conversation_id"], "split", may_take=True, interactions=(row["event_id"],))
    await house.route.handle([split])
    await house.route.handle([house.command(row["conversation_id"], "undo", may_take=True, rearrangement=split.id)])


async def refused(house: House, sql: str, *given: object) -> asyncpg.PostgresError:
    with pytest.raises(asyncpg.PostgresError) as error:
        await house.value(sql, *given)
    return error.value


@pytest.mark.parametrize("table", APPEND_ONLY)
async def test_histories_and_ledgers_refuse_every_change_also_to_their_owner(full: House, table: str) -> None:
    columns = {"agent_states": "reason", "decisions": "kind", "rearrangements": "kind", "undone": "by_agent"}
    column = columns.get(table, "account")
    assert await full.value("SELECT tableowner = current_user FROM pg_tables WHERE tablename = $1", table)
    rows = await full.count(table)
    assert rows
    changes = {"UPDATE": f"{table} SET {column} = NULL", "DELETE": f"FROM {table}", "TRUNCATE": f"{table} CASCADE"}
    for word, rest in changes.items():
        error = await refused(full, f"{word} {rest}")
        assert error.sqlstate == "23001"
        assert str(error) == f"{table} is append-only: {word} refused"
    assert await full.count(table) == rows


async def test_a_conversation_stays_without_a_key_from_each_interaction(full: House) -> None:
    """Interactions name theirs and have no foreign key: so nothing may take a conversation away."""
    for sql in ("DELETE FROM conversations", "TRUNCATE conversations CASCADE"):
        assert (await refused(full, sql)).sqlstate == "23001"
    homes = "SELECT count(*) FROM interactions i JOIN conversations c ON c.id = i.conversation_id"
    assert await full.value(homes) == await full.count("interactions")


async def test_what_was_said_stands_beside_its_interaction_by_time_and_id(full: House) -> None:
    """However it was recorded: alone, in a new conversation, in one that goes on, outbound."""
    await full.take_in(full.received("one"), full.received("two"), full.received("three", of="tel:+447700900123"))
    await full.take_in(full.received("four"))
    apart = "SELECT count(*) FROM interactions i FULL JOIN interaction_contents c USING (recorded_at, event_id)"
    assert await full.value(f"{apart} WHERE i.event_id IS NULL OR c.event_id IS NULL") == 0
    assert await full.count("interaction_contents") == await full.count("interactions") >= 7


async def test_what_was_decided_stands_beside_its_interaction_by_time_and_id(house: House) -> None:
    """Also when the event tells of another time than the row does; what a command caused stands in front of them."""
    (mina,) = await house.staff("Mina")
    events = await house.record.handle([house.received("one"), house.received("two", of="tel:+447700900123")])
    known = [said(event) for event in events]
    later = replace(known[1], accepted_at=known[1].accepted_at + timedelta(seconds=1))
    await house.route.handle([events[0], replace(events[1], data=later)])
    await house.route.handle([house.command(known[0].conversation_id, "resolve", by=mina)])
    rows = await house.rows("SELECT event_id, accepted_at, elsewhere FROM decisions ORDER BY accepted_at DESC, at")
    places = [(row["event_id"], row["accepted_at"], row["elsewhere"]) for row in rows[:2]]
    assert sorted(places) == sorted((one.interaction_id, one.accepted_at, False) for one in known)
    assert await house.value("SELECT count(*) FROM decisions WHERE accepted_at = '-infinity'") == len(rows) - 2 == 1


async def test_no_empty_table_is_known_as_empty(house: House) -> None:
    """Whoever plans for one that was analysed while it was empty reads all of it when it is so no longer."""
    rows = await house.rows(
        "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND reltuples = 0"
    )
    assert rows == []


LOOKS_FOR_DECISIONS = {
    "decided": (reading._DECIDED, "'{}'"),
    "decisions of": (reading._DECISIONS_OF, "gen_random_uuid()"),
    "unrouted": (reading._UNROUTED, "now(), gen_random_uuid(), now(), gen_random_uuid()"),
    "found": (rearranging._FOUND, "gen_random_uuid(), '{}'"),
    "rest": (rearranging._REST, "gen_random_uuid(), '{}'"),
    "sides": (rearranging._SIDES, "gen_random_uuid(), gen_random_uuid()"),
}


@pytest.mark.parametrize("name", LOOKS_FOR_DECISIONS)
async def test_a_decision_is_never_looked_for_among_all(house: House, name: str) -> None:
    """Not even in a new database, by a plan for any parameters: by the whole key, or by its conversation."""
    sql, given = LOOKS_FOR_DECISIONS[name]
    async with house.store.transaction() as tx:
        await tx.execute("SET LOCAL plan_cache_mode = force_generic_plan")
        await tx.execute(f"PREPARE looked AS {sql}")
        plan = [row["QUERY PLAN"] for row in await tx.fetch(f"EXPLAIN (COSTS off) EXECUTE looked({given})")]
    scans = [
        (line, plan[place + 1]) for place, line in enumerate(plan) if re.search(r"\bon decisions|decisions_\w+$", line)
    ]
    assert scans
    for scan, condition in scans:
        assert "Seq Scan" not in scan
        assert re.search(r"accepted_at = .* AND \(event_id = |\(conversation_id = ", condition), (scan, condition)


async def test_what_was_said_before_contents_stood_in_order_is_kept(
    embedded_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Migration 0020 sets each text beside its interaction, and keeps one that has none."""
    async with migrated_from(embedded_database, "0020", BEFORE_0020, tmp_path, monkeypatch) as connection:
        said = await connection.fetch("SELECT event_id, recorded_at FROM interactions")
        rows = await connection.fetch("SELECT event_id, recorded_at, text, raw FROM interaction_contents")
    texts = {(row["event_id"], row["recorded_at"]): (row["text"], row["raw"]) for row in rows}
    assert len(said) == 2
    assert all(texts[row["event_id"], row["recorded_at"]] == (f"text of {row['event_id']}", "{}") for row in said)
    assert min(text for text, _ in texts.values()) == "alone"
    assert len(texts) == 3


async def test_what_was_decided_before_decisions_stood_in_order_is_kept(
    embedded_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Migration 0022 sets each beside the interaction that caused it, also one of a conversation joined later."""
    async with migrated_from(embedded_database, "0022", BEFORE_0022, tmp_path, monkeypatch) as connection:
        rows = await connection.fetch(
            "SELECT d.kind, d.refused, d.reasons, d.elsewhere, d.accepted_at = i.accepted_at AS beside,"
            " d.accepted_at = '-infinity' AS in_front FROM decisions d LEFT JOIN interactions i USING (event_id)"
            " ORDER BY kind"
        )
        kept = await connection.fetchval(
            "SELECT count(*) FROM decisions"
            " WHERE (step, agent_id, team_id, next_at) = (5, event_id, conversation_id, accepted_at)"
        )
    assert kept == 2
    assert [tuple(row) for row in rows] == [
        ("answered", False, '{"why": "there"}', True, True, False),
        ("kept", False, '{"why": "here"}', False, True, False),
        ("refused", True, '{"why": "a command"}', False, None, True),
    ]


@asynccontextmanager
async def migrated_from(
    database: str, number: str, rows: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[asyncpg.Connection]:
    """A database that held these rows when the migration of this number came."""
    for file in migrate.MIGRATIONS.glob("*.sql"):
        if file.name < number:
            shutil.copy(file, folder)
    with monkeypatch.context() as before:
        before.setattr(migrate, "MIGRATIONS", folder)
        await migrate.migrate(database)
    connection = await asyncpg.connect(database)
    try:
        await connection.execute(rows)
        assert await migrate.migrate(database) == [name for name in migrate.names() if name >= number]
        yield connection
    finally:
        await connection.close()


BEFORE_0020 = """
INSERT INTO customers (id) VALUES (gen_random_uuid());
INSERT INTO conversations (id, customer_id, channel, account, contact_point, our_address, opened_at)
SELECT gen_random_uuid(), id, 'sms', 'a', 'tel:+1', 'tel:+2', now() FROM customers;
INSERT INTO interactions (event_id, customer_id, conversation_id, channel, direction, contact_point, our_address,
       account, accepted_at, recorded_at)
SELECT gen_random_uuid(), customer_id, id, 'sms', 'inbound', 'tel:+1', 'tel:+2', 'a', now(),
       now() - n * interval '1 day'
  FROM conversations, generate_series(1, 2) n;
INSERT INTO interaction_contents (event_id, text, raw) SELECT event_id, 'text of ' || event_id, '{}' FROM interactions;
INSERT INTO interaction_contents (event_id, text) VALUES (gen_random_uuid(), 'alone');
"""

BEFORE_0022 = """
INSERT INTO customers (id) VALUES (gen_random_uuid());
INSERT INTO conversations (id, customer_id, channel, account, contact_point, our_address, opened_at)
SELECT gen_random_uuid(), id, 'sms', 'a', 'tel:+1', 'tel:+' || n, now() FROM customers, generate_series(2, 3) n;
INSERT INTO interactions (event_id, customer_id, conversation_id, channel, direction, contact_point, our_address,
       account, accepted_at)
SELECT gen_random_uuid(), customer_id, id, 'sms', 'inbound', 'tel:+1', our_address, 'a', now() - interval '3 days'
  FROM conversations;
INSERT INTO decisions (event_id, conversation_id, at, kind, step, agent_id, team_id, next_at, plan_version, reasons)
SELECT i.event_id, c.id, now(), CASE WHEN i.our_address = 'tel:+2' THEN 'kept' ELSE 'answered' END, 5, i.event_id, c.id,
       i.accepted_at, 1,
       CASE WHEN i.our_address = 'tel:+2' THEN '{"why": "here"}' ELSE '{"why": "there"}' END::jsonb
  FROM interactions i, conversations c WHERE c.our_address = 'tel:+2';
INSERT INTO decisions (event_id, conversation_id, at, kind, refused, plan_version, reasons)
SELECT gen_random_uuid(), id, now(), 'refused', true, 1, '{"why": "a command"}'
  FROM conversations WHERE our_address = 'tel:+3';
"""


async def test_how_long_customers_waited_cannot_be_made_better_afterwards(house: House) -> None:
    await house.value("INSERT INTO waits VALUES ($1, $1, NULL, NULL, now(), now(), now())", new_id())
    for sql in ("UPDATE waits SET reply_by = now()", "DELETE FROM waits", "TRUNCATE waits"):
        assert (await refused(house, sql)).sqlstate == "23001"
    assert await house.count("waits") == 1


async def test_one_holder(full: House) -> None:
    sql = "INSERT INTO assignments SELECT $1, conversation_id, agent_id, now() FROM assignments WHERE ended_at IS NULL"
    error = await refused(full, sql, new_id())
    assert isinstance(error, asyncpg.UniqueViolationError)
    assert error.constraint_name == "assignments_one_holder"


async def test_no_two_agents_whose_names_differ_in_case_alone(full: House) -> None:
    error = await refused(full, "INSERT INTO agents (id, name) VALUES ($1, 'MINA')", new_id())
    assert isinstance(error, asyncpg.UniqueViolationError)
    assert error.constraint_name == "agents_by_name"
    async with full.store.transaction() as tx:
        assert not await organisation.add_agent(tx, new_id(), name="mina")


async def test_when_an_agent_was_last_given_something_is_found_by_an_index(full: House) -> None:
    """Also what is over counts, so there are as many rows as there have ever been conversations."""
    newest = "SELECT started_at FROM assignments s WHERE s.agent_id = a.id ORDER BY started_at DESC LIMIT 1"
    async with full.store.transaction() as tx:
        await tx.execute("SET LOCAL enable_seqscan = off")
        plan = str(await tx.fetch(f"EXPLAIN SELECT a.id, l.started_at FROM agents a CROSS JOIN LATERAL ({newest}) l"))  # noqa: S608 - literals
    assert "using assignments_newest" in plan
    assert "Sort" not in plan


async def test_one_attempt_in_flight_for_a_contact_point(full: House) -> None:
    sql = "INSERT INTO attempts VALUES ($1, 1, 'tel:+1', 'me', now())"
    await full.value(sql, new_id())
    error = await refused(full, sql, new_id())
    assert isinstance(error, asyncpg.UniqueViolationError)
    assert error.constraint_name == "attempts_one_in_flight"
    await full.value("UPDATE attempts SET outcome = 'unknown' WHERE contact_point = 'tel:+1'")
    await full.value(sql, new_id())


async def test_a_sid_belongs_to_one_attempt(full: House) -> None:
    sql = "INSERT INTO attempts (message_id, number, contact_point, claimed_by, started_at, outcome, provider_id)"
    error = await refused(full, sql + " VALUES ($1, 1, 'tel:+1', 'me', now(), 'accepted', 'SM000')", new_id())
    assert isinstance(error, asyncpg.UniqueViolationError)


@pytest.mark.parametrize(
    ("before", "after", "allowed"), [(20, 0, False), (40, 30, False), (15, 0, True), (20, 40, True)]
)
async def test_a_delivery_never_descends(full: House, before: int, after: int, allowed: bool) -> None:  # noqa: FBT001 - a case
    (id_,) = await full.queue("hello")
    move = "UPDATE deliveries SET rank = $2 WHERE message_id = $1"
    await full.value(move, id_, before)
    if allowed:
        await full.value(move, id_, after)
    else:
        assert (await refused(full, move, id_, after)).sqlstate == "23001"


@pytest.mark.parametrize("table", ["interactions", "decisions", "receipts"])
async def test_an_event_stands_once(full: House, table: str) -> None:
    error = await refused(full, f"INSERT INTO {table} SELECT * FROM {table}")  # noqa: S608 - literals
    assert isinstance(error, asyncpg.UniqueViolationError)


async def test_every_change_of_configuration_raises_its_version(house: House) -> None:
    before = await house.value("SELECT version FROM configuration")
    await house.staff("Mina")
    assert await house.value("SELECT version FROM configuration") > before


async def test_the_clockwork_finds_what_is_due_by_an_index(full: House) -> None:
    """The queries that run every second, and those of each message, read no table from end to end."""
    async with full.store.transaction() as tx:
        await tx.execute("SET LOCAL enable_seqscan = off")
        for table in ("conversation_states", "deliveries"):
            due = f"SELECT 1 FROM {table} WHERE next_at <= now() ORDER BY next_at LIMIT 9"  # noqa: S608 - literals
            plan = await tx.fetch(f"EXPLAIN {due}")
            assert f"using {table}_next" in str(plan)


async def test_twice_and_by_many_at_once(embedded_database: str) -> None:
    applied = await asyncio.gather(*[migrate.migrate(embedded_database) for _ in range(4)])
    assert sorted(map(tuple, applied)) == [(), (), (), tuple(migrate.names())]
    assert await migrate.migrate(embedded_database) == []
    assert await migrate.applied(embedded_database) == migrate.names()
    await migrate.check(embedded_database)


async def test_a_database_without_our_schema_is_told_so(embedded_database: str) -> None:
    with pytest.raises(
        SchemaWrong, match=rf"lacks {len(migrate.names())} migration\(s\), from 0001.*run `hub migrate`"
    ):
        await migrate.check(embedded_database)


async def test_a_newer_database_is_left_alone(house: House) -> None:
    await house.value("INSERT INTO _yoyo_migration (migration_hash, migration_id) VALUES ('x', '9999.from-the-future')")
    with pytest.raises(SchemaWrong, match=r"newer Peyvand \(9999.from-the-future\): upgrade this program"):
        await migrate.check(house.url)


async def test_no_server_there_is_store_away() -> None:
    with pytest.raises(StoreAway):
        await migrate.check("postgresql://nobody@127.0.0.1:1/nothing")
