"""Webhooks as Twilio sends them, signed beforehand so that the load generator has little to do."""

import base64
import hashlib
import hmac
import itertools
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

from benchmarks.load import Letter
from hub.model import derived_id

PUBLIC_URL = "https://hub.bench.example"
ACCOUNT_SID = "AC0123456789abcdef0123456789abcdef"
AUTH_TOKEN = "0123456789abcdef0123456789abcdef"  # noqa: S105 - made up, for this benchmark alone
OUR_NUMBER = "+14155550199"
ACCOUNT = "sms_twilio/default"
KNOWN = 10_000
"""Customers who have an open conversation when the load begins."""

_PATH = "/channels/sms/twilio"
_FORM = {
    "ToCountry": "US",
    "ToState": "CA",
    "NumMedia": "0",
    "FromZip": "94107",
    "SmsStatus": "received",
    "FromCity": "SAN FRANCISCO",
    "Body": "Hi, one of the mugs in order 48213 arrived broken, could you send me a new one please?",
    "FromCountry": "US",
    "To": OUR_NUMBER,
    "NumSegments": "1",
    "AccountSid": ACCOUNT_SID,
    "ApiVersion": "2010-04-01",
}

_FOR_REFERENCE = {"T0": "1750000000.000000"}
"""The reference's own field for the time of sending; its floor and ours carry it along."""


@dataclass(slots=True)
class Letters:
    """Letters without end; every ``new_every``-th from a number never seen before, the others from known ones.

    The same form for both sides, as in the reference; the hub's carries a signature besides.
    """

    new_every: int
    for_hub: bool

    def __iter__(self) -> Iterator[Letter]:
        run = secrets.token_hex(4)
        stranger = secrets.randbelow(10**6) * 10**3
        for number in itertools.count(1):
            new = number % self.new_every == 0
            sender = f"+1650{stranger + number:09d}" if new else known_number(number % KNOWN)
            yield self._letter(f"SM{run}{number:024x}", sender)

    def beforehand(self, count: int) -> Iterator[Letter]:
        """The same, the first ``count`` made now."""
        letters = iter(self)
        made = list(itertools.islice(letters, count))
        return itertools.chain(made, letters)

    def _letter(self, sid: str, sender: str) -> Letter:
        form = _FORM | {"MessageSid": sid, "From": sender} | ({} if self.for_hub else _FOR_REFERENCE)
        body = urlencode(form).encode()
        if not self.for_hub:
            return Letter(sid, _request("/webhooks/sms", body))
        signed = PUBLIC_URL + _PATH + "".join(name + form[name] for name in sorted(form))
        signature = base64.b64encode(hmac.digest(AUTH_TOKEN.encode(), signed.encode(), hashlib.sha1)).decode()
        key = str(derived_id("sms_twilio", ACCOUNT, sid))
        return Letter(key, _request(_PATH, body, f"X-Twilio-Signature: {signature}\r\n"))


def known_number(place: int) -> str:
    """The number of one of the known customers."""
    return f"+1415555{place:04d}"


def _request(path: str, body: bytes, headers: str = "") -> bytes:
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        f"{headers}Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body
