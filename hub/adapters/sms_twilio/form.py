"""Twilio's webhooks as data: the form, and how its URL may have been spelled when it was signed.

Source: https://www.twilio.com/docs/messaging/guides/webhook-request and
https://www.twilio.com/docs/usage/webhooks/webhooks-security.
"""

from collections.abc import Iterator
from functools import lru_cache
from urllib.parse import unquote, urlsplit

from twilio.request_validator import add_port, remove_port

FRAGMENT = "#rc=5&rp=all"
"""What the operator is told to put behind the webhook's URL: five tries, on every kind of failure."""

_MAX_FIELDS = 1000
_NUL_AS = "\N{REPLACEMENT CHARACTER}"


class Form(dict[str, list[str]]):
    """``name -> values`` of one form."""

    # The validator asks for `getall` first and then, by two exceptions a field, for others: this saves it two thirds.
    getall = dict[str, list[str]].__getitem__

    def first(self, name: str) -> str:
        """The first value of a field, or nothing."""
        values = self.get(name)
        return values[0] if values else ""


@lru_cache(maxsize=1)
def read_form(body: bytes) -> Form:
    """The fields of a form-encoded body. Total: what is no form gives few fields or none, bad UTF-8 U+FFFD.

    ``verify`` and ``parse`` get the same request one after the other, so the last form is kept. Agrees with
    ``urllib.parse.parse_qsl`` (a property test says so) in half its time.
    """
    form = Form()
    pairs = body.decode("utf-8", "replace").replace("+", " ").split("&", _MAX_FIELDS)
    for pair in pairs[:_MAX_FIELDS]:
        name, equals, value = pair.partition("=")
        if "%" in pair:
            name, value = unquote(name), unquote(value)
        if equals or name:
            form.setdefault(name, []).append(value)
    return form


def fields(body: bytes) -> dict[str, str]:
    """Every field with its first value. NUL, which PostgreSQL refuses in text, becomes U+FFFD."""
    form = read_form(body)
    if b"%00" in body or b"\0" in body:
        return {name.replace("\0", _NUL_AS): values[0].replace("\0", _NUL_AS) for name, values in form.items()}
    return {name: values[0] for name, values in form.items()}


def signed_urls(url: str) -> Iterator[str]:
    """The spellings of our URL over which Twilio may have signed, the likely one first.

    Twilio is not consistent about the default port, nor about the fragment that overrides its retries.
    Raises ``ValueError`` for what is no URL.
    """
    plain = url.partition("#")[0]
    yield plain
    parts = urlsplit(plain)
    others = {remove_port(parts), add_port(parts)} - {plain}
    yield from sorted(others)
    yield from (spelling + FRAGMENT for spelling in (plain, *sorted(others)))
