"""A notice that only the browser can read, whoever carries it: RFC 8291, over the ``aes128gcm`` of RFC 8188. Pure."""

import base64
import binascii
import os
from dataclasses import dataclass
from typing import Self

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from hub.errors import InputInvalid

CURVE = ec.SECP256R1()
LONGEST = 3_000
"""Bytes of a notice; services take 4,096 encrypted ones at least (RFC 8030, 7.2)."""
PADDED_TO = 512
"""Notices are filled up to a multiple of this, so that their length says nothing."""
_RECORD = 4096
_AUTH, _SALT = 16, 16
_MEND = "give p256dh and auth as the browser's PushSubscription has them"


@dataclass(frozen=True, slots=True)
class Keys:
    """A browser's: its public point on P-256 (65 bytes, uncompressed) and the secret it shares with us (16 bytes)."""

    p256dh: bytes
    auth: bytes

    @classmethod
    def of(cls, p256dh: str, auth: str) -> Self:
        """From base64url, as a browser gives them. Raises ``InputInvalid``."""
        point, secret = _decoded(p256dh, "$.p256dh"), _decoded(auth, "$.auth")
        try:
            ec.EllipticCurvePublicKey.from_encoded_point(CURVE, point)
        except ValueError as error:
            raise InputInvalid("this is no key of a browser's", where="$.p256dh", mend=_MEND) from error
        if len(point) != 65 or len(secret) != _AUTH:
            where = "$.p256dh" if len(point) != 65 else "$.auth"
            raise InputInvalid("this is no key of a browser's", where=where, mend=_MEND)
        return cls(point, secret)


def encrypted(
    notice: bytes, keys: Keys, *, own: ec.EllipticCurvePrivateKey | None = None, salt: bytes = b"", pad: int = PADDED_TO
) -> bytes:
    """The body of the request: header and one record. ``own`` and ``salt`` are fresh each time but in tests."""
    own, salt = own or ec.generate_private_key(CURVE), salt or os.urandom(_SALT)
    hers = ec.EllipticCurvePublicKey.from_encoded_point(CURVE, keys.p256dh)
    point = own.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    info = b"WebPush: info\x00" + keys.p256dh + point
    secret = _derived(own.exchange(ec.ECDH(), hers), keys.auth, info, 32)
    key = _derived(secret, salt, b"Content-Encoding: aes128gcm\x00", 16)
    nonce = _derived(secret, salt, b"Content-Encoding: nonce\x00", 12)
    filled = notice + b"\x02" + bytes(-(len(notice) + 1) % pad)
    header = salt + _RECORD.to_bytes(4) + bytes([len(point)]) + point
    return header + AESGCM(key).encrypt(nonce, filled, None)


def base64url(given: bytes) -> str:
    """Without padding (RFC 7515, 2)."""
    return base64.urlsafe_b64encode(given).rstrip(b"=").decode()


def decoded(given: str) -> bytes:
    """The bytes of what ``base64url`` gives, with or without padding. Raises ``ValueError``."""
    text = given.rstrip("=")
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)


def _decoded(given: str, where: str) -> bytes:
    try:
        return decoded(given)
    except (binascii.Error, ValueError) as error:
        raise InputInvalid("this is not base64url", where=where, mend=_MEND) from error


def _derived(secret: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(hashes.SHA256(), length=length, salt=salt, info=info).derive(secret)
