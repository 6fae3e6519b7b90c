"""SMS by any provider with a form or JSON API: its account's settings say how it is asked and what it answers."""

from hub.adapters.sms_http.adapter import create
from hub.adapters.sms_http.described import FORM

__all__ = ["FORM", "create"]
