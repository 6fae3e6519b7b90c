"""What waits for a person, and what nobody does."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

from hub.bus import store as bus_store
from hub.checks import store as asked
from hub.checks.findings import Finding, bad, fact, good, many, worth
from hub.settings import Settings
from hub.store import Store


async def work(settings: Settings, store: Store) -> AsyncIterator[Finding]:
    """Dead events, unknown outcomes, the waiting line, and bells that nobody rings."""
    async with store.reading() as tx:
        dead, row = await bus_store.dead_counts(tx), await asked.undone(tx)
        members = await asked.members(tx) if settings.amqp_url else {}
    if dead:
        counts = ", ".join(f"{count} of {worker}" for worker, count in sorted(dead.items()))
        yield bad(f"dead events: {counts}", "`hub dead list` says why; mend the cause, then `hub dead retry`")
    else:
        yield good("no dead events")
    if row["unknown"]:
        yield worth(
            f"{many(row['unknown'], 'message')} of unknown outcome: the call left and no answer came",
            "they are looked up at the provider by themselves; if they stay, look at their history",
        )
    else:
        yield good("no message of unknown outcome")
    yield _line(row["waiting"], row["overdue"], row["oldest"])
    if row["unrung"]:
        yield bad(f"{row['unrung']} things were due over a minute ago", "nobody does them: run `hub work` or `hub up`")
    else:
        yield good("nothing is late for its worker")
    for worker, count in sorted(members.items()):
        yield fact(f"{worker}: processes that work for it: {count}")


def _line(waiting: int, overdue: int, oldest: datetime | None) -> Finding:
    if not waiting:
        return good("nobody waits in line")
    minutes = f", the first for {(datetime.now(UTC) - oldest).total_seconds() / 60:.0f} min" if oldest else ""
    text = f"in line: {many(waiting, 'conversation')}{minutes}; {overdue} past their target"
    mend = "are agents connected, available and below capacity? `hub agents list` shows it"
    return worth(text, mend) if overdue else good(text)
