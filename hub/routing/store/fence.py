"""The fence: one router writes, and each earlier one is fenced out from its next commit on."""

from hub.store import Transaction

FENCE = "router"


async def take_fence(tx: Transaction, holder: str) -> int:
    """Become the one writer; every earlier one is fenced out from its next commit on."""
    fence: int = await tx.fetchval(
        "INSERT INTO fences (name, fence, holder) VALUES ($1, 1, $2) ON CONFLICT (name)"
        " DO UPDATE SET fence = fences.fence + 1, holder = $2, since = now() RETURNING fence",
        FENCE,
        holder,
    )
    return fence


async def read_anew(tx: Transaction, by: str) -> None:
    """Whoever routes reads its board again: what is changed here is so for all it decides from the commit on.

    Waits for a batch being written, and none is written until the commit.
    """
    await take_fence(tx, by)
