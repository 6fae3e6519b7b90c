"""WebSocket frames as a server sends them (RFC 6455, 5.2): whole, uncompressed and unmasked.

aiohttp's own sending is a coroutine with a lock; a hint goes to many sockets and never waits for one of them.
"""

import struct
from typing import Final

_WHOLE: Final = 0x80
_TEXT: Final = 0x1


def text(payload: bytes) -> bytes:
    """One message of UTF-8 text, of whatever length."""
    return _head(_WHOLE | _TEXT, len(payload)) + payload


PING: Final = b"\x89\x00"
"""Whoever gets it says at once that it is there (RFC 6455, 5.5.2)."""


def pong(payload: bytes) -> bytes:
    """The answer to a ping that said this, at most 125 bytes (RFC 6455, 5.5)."""
    return b"\x8a" + bytes((len(payload),)) + payload


def _head(first: int, length: int) -> bytes:
    if length < 126:
        return bytes((first, length))
    if length < 0x10000:
        return struct.pack("!BBH", first, 126, length)
    return struct.pack("!BBQ", first, 127, length)
