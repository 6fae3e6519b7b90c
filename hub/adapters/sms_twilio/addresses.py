"""How Twilio spells numbers: ``+98…``, and ``whatsapp:+98…`` on both sides of a WhatsApp message.

Source: https://www.twilio.com/docs/whatsapp/api#using-phone-numbers-with-whatsapp.
"""

from typing import NamedTuple

from hub.model import WHATSAPP, Channel, ContactPoint, address_of, sender_address


class Pair(NamedTuple):
    """Who wrote to which of our addresses, and so on which channel."""

    hers: ContactPoint
    ours: str
    channel: Channel


def read_pair(hers: str, ours: str) -> Pair:
    """Both sides as we store them. Her number is the same contact point on every channel; ours says the channel."""
    if not ours.startswith(WHATSAPP):
        return Pair(sender_address(hers), sender_address(ours), Channel.SMS)
    number = sender_address(ours.removeprefix(WHATSAPP))
    return Pair(sender_address(hers.removeprefix(WHATSAPP)), WHATSAPP + address_of(number), Channel.WHATSAPP)


def spell_pair(hers: str, ours: str) -> tuple[str, str]:
    """Both sides as Twilio wants them; ``ext:sender:BANK`` is BANK."""
    prefix = WHATSAPP if ours.startswith(WHATSAPP) else ""
    return prefix + hers.rpartition(":")[2], prefix + ours.rpartition(":")[2]
