"""How a provider spells numbers: with +, without it, or as they are dialled within the country."""

from collections.abc import Mapping

import phonenumbers

from hub.errors import InputInvalid, Rejected
from hub.model import ContactPoint, address_of, sender_address, tel

FORMATS = ("e164", "digits", "national")
"""``+989121234567``, ``989121234567`` and ``09121234567``."""


def is_region(region: str) -> bool:
    """Whether it is a country's code (ISO 3166) with telephone numbers."""
    return region in phonenumbers.SUPPORTED_REGIONS


def read(raw: str, region: str) -> ContactPoint:
    """A number as the provider writes it; what is no number is the name of a sender."""
    for spelling in (raw, "+" + raw.strip()):
        try:
            return tel(spelling, region=region or None)
        except InputInvalid:
            continue
    return sender_address(raw)


def spell(point: str, how: str, region: str) -> str:
    """A customer's number as the provider wants it. Raises ``Rejected`` where it has no such spelling."""
    number = address_of(point)
    if how == "e164" or not number.startswith("+"):
        return number
    if how == "digits":
        return number.removeprefix("+")
    parsed = phonenumbers.parse(number)
    if parsed.country_code != phonenumbers.country_code_for_region(region):
        raise Rejected(f"This account writes to numbers of {region} only.")
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.NATIONAL).translate(_BARE)


def spelled(point: str, written: Mapping[str, str]) -> str:
    """One of our own numbers, as the account's settings write it."""
    return written.get(point) or point.rpartition(":")[2].removeprefix("+")


_BARE = str.maketrans("", "", " -()./")
