"""What a query would give, told by one number: whether anything differs from last time is asked without reading it."""

from hub.store.pool import Transaction

Print = tuple[int, int]
"""How many rows, and the XOR of a 64-bit hash of each."""


async def print_of(tx: Transaction, query: str, *values: object) -> Print:
    """Another one if any row of ``query`` differs, whatever their order. The query gives no row twice."""
    rows = await tx.fetch(
        "SELECT count(*) AS count, coalesce(bit_xor(hashtextextended(given::text, 0)), 0) AS sum"
        f" FROM ({query}) AS given",
        *values,
    )
    return rows[0]["count"], rows[0]["sum"]
