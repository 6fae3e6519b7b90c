"""What one segment of a text costs by an account, as the account's settings say. Pure.

``segment_price.amount`` is a decimal number as text, ``segment_price.currency`` three letters (ISO 4217). Both or
neither; ``segment_price`` alone may hold the two as a JSON object.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

import msgspec

from hub.errors import SettingsInvalid

NAME = "segment_price"
_AMOUNT = re.compile(r"[0-9]{1,9}(\.[0-9]{1,8})?\Z", re.ASCII)
_CURRENCY = re.compile(r"[A-Z]{3}\Z")
_MEND = 'segment_price must be like { amount = "0.0079", currency = "USD" }: a decimal number and three letters'


@dataclass(frozen=True, slots=True)
class Price:
    """An amount of money, exact: ``amount`` is a decimal number as text."""

    amount: str
    currency: str


def segment_price(settings: Mapping[str, str]) -> Price | None:
    """The price of a segment, if the settings name one. Raises ``SettingsInvalid``."""
    given = {name.partition(".")[2]: value for name, value in settings.items() if name.startswith(NAME + ".")}
    if NAME in settings:
        given |= _document(settings[NAME])
    if not given:
        return None
    if given.keys() != {"amount", "currency"}:
        raise SettingsInvalid([_MEND])
    if not (_AMOUNT.match(given["amount"]) and _CURRENCY.match(given["currency"])):
        raise SettingsInvalid([_MEND])
    return Price(given["amount"], given["currency"])


def without_price(settings: Mapping[str, str]) -> dict[str, str]:
    """What is the adapter's of an account's settings: prices are ours alone."""
    return {name: value for name, value in settings.items() if name.partition(".")[0] != NAME}


def priced(text: str) -> dict[str, str]:
    """A price as one writes it in one line, ``0.0079 USD``, as an account's settings. Raises ``SettingsInvalid``."""
    amount, _, currency = text.strip().partition(" ")
    settings = {f"{NAME}.amount": amount, f"{NAME}.currency": currency.strip()}
    segment_price(settings)
    return settings


def _document(text: str) -> dict[str, str]:
    try:
        return msgspec.json.decode(text, type=dict[str, str])
    except (msgspec.DecodeError, UnicodeEncodeError, RecursionError) as error:
        raise SettingsInvalid([_MEND]) from error
