"""The second factor: codes that an authenticator app shows (TOTP, RFC 6238: SHA-1, six digits, 30 s)."""

import hmac
import re
from datetime import datetime

import pyotp

ISSUER = "Peyvand"
STEP = 30
"""Seconds for which one code is shown."""
AROUND = (0, -1, 1)
"""Steps beside the present one whose code is taken: clocks differ, and typing takes time (RFC 6238, 5.2)."""
_CODE = re.compile(r"[0-9]{6}\Z", re.ASCII)
_DIGITS = str.maketrans("۰۱۲۳۴۵۶۷۸۹٠١٢٣٤٥٦٧٨٩", "01234567890123456789")


def new_secret() -> str:
    """160 random bits in base 32, as apps take them."""
    return pyotp.random_base32()


def uri(secret: str, name: str) -> str:
    """What the app reads from a picture: ``otpauth://totp/Peyvand:Mina?secret=…``."""
    return pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name=ISSUER)


def step_of(secret: str, code: str, now: datetime) -> int | None:
    """The time step that the code is of, or nothing if it is none of now. Persian and Arabic digits pass as well."""
    given = code.translate(_DIGITS).replace(" ", "")
    if not _CODE.match(given):
        return None
    present = int(now.timestamp()) // STEP
    codes = pyotp.TOTP(secret)
    right = [step for by in AROUND if hmac.compare_digest(codes.at((step := present + by) * STEP), given)]
    return right[0] if right else None
