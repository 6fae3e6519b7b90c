"""SMS and MMS by Twilio's Programmable Messaging (https://www.twilio.com/docs/messaging)."""

from hub.adapters.sms_twilio.adapter import create

__all__ = ["create"]
