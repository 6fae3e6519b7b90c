"""Addresses as Twilio writes them: ``+98…`` for text messages, ``whatsapp:+98…`` for WhatsApp. Pure."""

import re

WHATSAPP = "whatsapp:"

_E164 = re.compile(r"\+[1-9]\d{6,14}")
_SENDER = re.compile(r"\+[1-9]\d{6,14}|\d{3,8}|(?=.*[A-Za-z])[A-Za-z0-9 +\-_&]{1,11}")


def is_e164(value: str) -> bool:
    """Tell whether `value` is a telephone number in E.164 form, such as ``+989121234567``."""
    return _E164.fullmatch(value) is not None


def is_sender(value: str) -> bool:
    """Tell whether `value` has the form of a sender: a number, a short code, an alphanumeric id, a WhatsApp sender."""
    return is_person(value) if is_whatsapp(value) else _SENDER.fullmatch(value) is not None


def is_person(value: str) -> bool:
    """Tell whether `value` has the form of somebody's address: a number, with or without ``whatsapp:``."""
    return is_e164(value.removeprefix(WHATSAPP))


def is_whatsapp(address: str) -> bool:
    """Tell whether the address is one of WhatsApp."""
    return address.startswith(WHATSAPP)


def channel_of(address: str) -> str:
    """Name the channel: ``whatsapp`` or ``sms``."""
    return "whatsapp" if is_whatsapp(address) else "sms"


def number_of(address: str) -> str:
    """Give the telephone number in an address."""
    return address.removeprefix(WHATSAPP)
