"""Where Twilio keeps the files that customers send.

A message names them below the API. With *HTTP basic auth for media* switched on, which is advised, the API wants the
account's credentials and leads to an address that is open for four hours; without, to one that is always open. An API
of another region (``https://api.<edge>.<region>.twilio.com``) is Twilio's as well; any other is somebody's own.
Source: https://www.twilio.com/docs/messaging/api/media-resource and https://support.twilio.com (article 223183748).
"""

import re
from urllib.parse import urlsplit

from hub.adapters.sms_twilio.client import basic
from hub.adapters.sms_twilio.settings import API_URL, Settings
from hub.channel import FileRequest

KEEPERS = (
    API_URL,
    "https://mms.twiliocdn.com",
    "https://media.twiliocdn.com",
    "https://s3-external-1.amazonaws.com",
)

_TWILIOS = re.compile(r"https://(?:[a-z0-9-]+\.)+twilio\.com")


def request_for(url: str, settings: Settings) -> FileRequest:
    """How to ask for the file at ``url``. The credentials go to the API alone, whatever a message says."""
    api = _origin(settings.api_url)
    twilios = _TWILIOS.fullmatch(api) is not None
    origins = tuple(dict.fromkeys((api, *KEEPERS))) if twilios else (api,)
    auth = (settings.account_sid, settings.auth_token) if _origin(url) == api else None
    return FileRequest(url=url, headers=basic(auth), origins=origins, private=not twilios)


def _origin(url: str) -> str:
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return f"{parts.scheme}://{parts.netloc}".lower()
