"""Who sends a notice: a key of this installation, which a push service knows from the subscription (RFC 8292). Pure."""

from datetime import datetime, timedelta
from urllib.parse import urlsplit

import msgspec
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from hub.organisation.pushing.encryption import CURVE, base64url, decoded

LASTS = timedelta(hours=12)
"""Of a proof; 24 h are the most (RFC 8292, 2)."""
_NUMBER = 32


class Key:
    """The private key, kept as its number in base64url; ``public`` is what browsers subscribe with."""

    def __init__(self, private: str) -> None:
        self.private = private
        self._key = ec.derive_private_key(int.from_bytes(decoded(private)), CURVE)
        point = self._key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        self.public = base64url(point)

    @classmethod
    def made(cls) -> "Key":
        """A new one."""
        number = ec.generate_private_key(CURVE).private_numbers().private_value
        return cls(base64url(number.to_bytes(_NUMBER)))

    def authorization(self, endpoint: str, *, contact: str, now: datetime) -> str:
        """The header of that name for a request to ``endpoint``; ``contact`` is whom its service may turn to."""
        place = urlsplit(endpoint)
        header = base64url(msgspec.json.encode({"typ": "JWT", "alg": "ES256"}))
        said = {
            "aud": f"{place.scheme}://{place.netloc}",
            "exp": int((now + LASTS).timestamp()),
            "sub": contact,
        }
        signed = f"{header}.{base64url(msgspec.json.encode(said))}"
        r, s = decode_dss_signature(self._key.sign(signed.encode(), ec.ECDSA(hashes.SHA256())))
        return f"vapid t={signed}.{base64url(r.to_bytes(_NUMBER) + s.to_bytes(_NUMBER))}, k={self.public}"
