"""Bytes under their own SHA-256: stored once, whoever brings them, before the row or event that names them."""

import hashlib

from hub.store.pool import Transaction


async def put(tx: Transaction, body: bytes | bytearray, *, content_type: str, hash_: bytes | None = None) -> bytes:
    """Store these bytes, and give their hash, which may be known. Those there already are young again for the sweep."""
    hash_ = hash_ or hashlib.sha256(body).digest()
    await tx.execute(
        "INSERT INTO blobs (hash, content_type, size, body) VALUES ($1, $2, $3, $4)"
        " ON CONFLICT (hash) DO UPDATE SET stored_at = now()",
        hash_,
        content_type,
        len(body),
        body,
    )
    return hash_


async def piece(tx: Transaction, hash_: bytes, begin: int, length: int) -> bytes | None:
    """At most ``length`` of the bytes of this hash from ``begin`` (0 is the first), if they are there.

    They are stored unpacked, so no more is read than that.
    """
    body: bytes | None = await tx.fetchval(
        "SELECT substring(body from $2 for $3) FROM blobs WHERE hash = $1", hash_, begin + 1, length
    )
    return body
