"""SMS and MMS by Twilio's Programmable Messaging (https://www.twilio.com/docs/messaging)."""

from hub.adapters.sms_twilio.adapter import create
from hub.adapters.sms_twilio.described import FORM

__all__ = ["FORM", "create"]
