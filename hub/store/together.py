"""Several features' writes as one statement: one round trip, one commit, all of it or nothing.

A round trip costs more than the rows it writes. So a worker reads, decides, and writes everything together on the
condition that what it read is still so: each ``Write`` may say how many rows it must touch. If one touches another
number, or a row is there already, nothing of all is written and ``Overtaken`` says so.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import asyncpg

from hub.errors import AlreadyThere, Overtaken
from hub.store.pool import Transaction

_PLACE = re.compile(r"\$(\d+)")


@dataclass(frozen=True, slots=True)
class Write:
    """An INSERT, UPDATE or locking SELECT that must touch exactly ``rows`` rows, if it says so.

    ``sql`` has parameters ``$1``… of its own for ``values``, no RETURNING, and no WITH that writes (PostgreSQL bears
    that at the top only). The writes of one statement do not see each other's rows, but their foreign keys do.
    """

    what: str
    sql: str
    values: Sequence[object]
    rows: int | None = None


async def together(tx: Transaction, writes: Sequence[Write]) -> None:
    """Write all, which outside a transaction is also the commit. Raises ``Overtaken``, ``AlreadyThere``."""
    statement = _joined(tuple((write.what, write.sql) for write in writes))
    values = [value for write in writes for value in (*write.values, write.rows)]
    try:
        await tx.execute(statement, *values)
    except asyncpg.UniqueViolationError as error:
        raise AlreadyThere(f"a row of {error.table_name} is there already ({error.constraint_name})") from error
    except asyncpg.TransactionRollbackError as error:
        raise Overtaken(f"not as it was read: {error}") from error


@lru_cache(maxsize=256)
def _joined(parts: tuple[tuple[str, str], ...]) -> str:
    """The writes as ``WITH`` parts, and a demand for each; its last parameter is the number of rows."""
    tables, demands, first = [], [], 0
    for place, (what, sql) in enumerate(parts):
        last = 1 + max(int(number) for number in _PLACE.findall(sql))
        returning = "" if sql.lstrip().startswith("SELECT") else " RETURNING 1"
        tables.append(f"w{place} AS ({_shifted(sql, first)}{returning})")
        demands.append(f"demand('{what}', ${first + last}, (SELECT count(*) FROM w{place}))")
        first += last
    return f"WITH {', '.join(tables)} SELECT {', '.join(demands)}"


def _shifted(sql: str, by: int) -> str:
    return _PLACE.sub(lambda found: f"${int(found[1]) + by}", sql)
