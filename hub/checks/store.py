"""SQL of the checks: what tells whether all is well. Reads only."""

from datetime import timedelta

from hub.store import Row, Transaction


async def nothing(tx: Transaction) -> None:
    """A question with nothing to look for: the way there and back."""
    await tx.execute("SELECT")


async def server(tx: Transaction) -> Row:
    """The server's version and clock, and the settings on which durability hangs."""
    row = await tx.fetchrow(
        "SELECT current_setting('server_version') AS version, current_setting('server_version_num')::int AS number,"
        " clock_timestamp() AS now, current_setting('fsync') AS fsync,"
        " current_setting('synchronous_commit') AS synchronous_commit,"
        " current_setting('full_page_writes') AS full_page_writes,"
        " current_setting('max_connections')::int AS max_connections,"
        " (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend')::int AS connections"
    )
    if row is None:
        message = "a SELECT without FROM gave no row"
        raise LookupError(message)
    return row


async def undone(tx: Transaction) -> Row:
    """Work that waits for a person, or that nobody does."""
    row = await tx.fetchrow(
        "SELECT (SELECT count(*) FROM deliveries WHERE status = 'unknown' AND restored_at IS NULL) AS unknown,"
        " (SELECT count(*) FROM conversation_states WHERE status = 'open' AND assignee_id IS NULL"
        "   AND waiting_since IS NOT NULL) AS waiting,"
        " (SELECT count(*) FROM conversation_states WHERE status = 'open' AND assignee_id IS NULL"
        "   AND waiting_since IS NOT NULL AND due < now()) AS overdue,"
        " (SELECT min(waiting_since) FROM conversation_states WHERE status = 'open' AND assignee_id IS NULL) AS oldest,"
        " (SELECT count(*) FROM conversation_states WHERE next_at < now() - $1::interval)"
        "   + (SELECT count(*) FROM deliveries WHERE next_at < now() - $1::interval) AS unrung",
        timedelta(minutes=1),
    )
    if row is None:
        message = "a SELECT without FROM gave no row"
        raise LookupError(message)
    return row


async def members(tx: Transaction) -> dict[str, int]:
    """How many processes said within the last 30 s that they work for each worker (RabbitMQ only)."""
    rows = await tx.fetch(
        "SELECT worker, count(*) AS n FROM bus_members WHERE seen_at > now() - interval '30 seconds' GROUP BY worker"
    )
    return {row["worker"]: row["n"] for row in rows}


async def waiting_messages(tx: Transaction) -> int:
    """Messages of the embedded bus that wait or are in hand."""
    count: int = await tx.fetchval("SELECT count(*) FROM bus_messages")
    return count


async def owning_agents(tx: Transaction) -> set[str]:
    """Names of the agents who own a customer."""
    rows = await tx.fetch("SELECT name FROM agents a WHERE EXISTS (SELECT FROM customers c WHERE c.owner_id = a.id)")
    return {row["name"] for row in rows}
