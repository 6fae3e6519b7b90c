"""A browser's side of Web Push, and a push service of our own on loopback, which answers as it is told to."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import msgspec
from aiohttp import web
from aiohttp.test_utils import TestServer
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from hub.organisation.pushing.encryption import CURVE, Keys, base64url


class Browser:
    """Its keys, and what it reads with them (RFC 8291, 3.4; written anew, not with the hub's own code)."""

    def __init__(self) -> None:
        self._key = ec.generate_private_key(CURVE)
        self._auth = os.urandom(16)
        self._point = self._key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        self.p256dh, self.auth = base64url(self._point), base64url(self._auth)

    @property
    def keys(self) -> Keys:
        return Keys(self._point, self._auth)

    def opened(self, body: bytes) -> bytes:
        """What was encrypted for it. Raises ``InvalidTag`` for what was not."""
        salt, size, length = body[:16], int.from_bytes(body[16:20]), body[20]
        theirs, record = body[21 : 21 + length], body[21 + length :]
        assert (size, length) == (4096, 65)
        shared = self._key.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(CURVE, theirs))
        secret = _hkdf(self._auth, shared, b"WebPush: info\0" + self._point + theirs, 32)
        key = _hkdf(salt, secret, b"Content-Encoding: aes128gcm\0", 16)
        nonce = _hkdf(salt, secret, b"Content-Encoding: nonce\0", 12)
        filled = AESGCM(key).decrypt(nonce, record, None).rstrip(b"\0")
        assert filled.endswith(b"\x02")
        return filled[:-1]


def _hkdf(salt: bytes, secret: bytes, info: bytes, length: int) -> bytes:
    return HKDF(hashes.SHA256(), length=length, salt=salt, info=info).derive(secret)


@dataclass
class PushService:
    """Keeps what it took: path, headers and body of each. ``answers`` are its next statuses; then 201."""

    origin: str = ""
    taken: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    slow: float = 0.0

    async def serve(self, request: web.Request) -> web.Response:
        body = await request.read()
        await asyncio.sleep(self.slow)
        status = self.answers.pop(0) if self.answers else 201
        if status < 300:
            self.taken.append((request.path, dict(request.headers), body))
        return web.Response(status=status, headers={"Retry-After": "30"} if status == 429 else {})

    def read(self, browser: Browser) -> list[dict[str, Any]]:
        """What came for this browser since it was last asked."""
        came, self.taken = self.taken, []
        return [msgspec.json.decode(browser.opened(body)) for _, _, body in came]


@asynccontextmanager
async def push_service() -> AsyncIterator[PushService]:
    service = PushService()
    app = web.Application()
    app.router.add_post("/{path:.*}", service.serve)
    async with TestServer(app, host="127.0.0.1") as server:
        service.origin = f"http://127.0.0.1:{server.port}"
        yield service
