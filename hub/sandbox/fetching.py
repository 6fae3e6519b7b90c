"""Fetching what the hub wants sent with a message, as Twilio does: itself, from the MediaUrl, before sending.

Limits: 16 MiB (WhatsApp's, https://www.twilio.com/docs/whatsapp/guidance-whatsapp-media-messages) and 10 seconds.
"""

import asyncio
from collections.abc import Mapping
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

import aiohttp
import structlog

from hub.logs import shown
from hub.sandbox.model import Message
from hub.sandbox.state import Sandbox

log = structlog.get_logger()

MAX_BYTES = 16 * 1024 * 1024
PATIENCE_S = 10.0
_MOST_REDIRECTS = 5

_TAKEN = ("image/", "audio/", "video/", "text/vcard", "text/x-vcard", "text/csv", "text/calendar", "text/plain")
_TAKEN_FILES = ("application/pdf", "application/msword", "application/vnd.")

# Why it failed → the message's error, by channel (https://www.twilio.com/docs/api/errors).
CODES: Mapping[str, Mapping[str, int]] = {
    "unreachable": {"sms": 11200, "whatsapp": 63019},
    "too_large": {"sms": 30019, "whatsapp": 63019},
    "empty": {"sms": 11200, "whatsapp": 63019},
    "wrong_type": {"sms": 12300, "whatsapp": 63021},
}


class NotFetched(Exception):
    """A file could not be had; `why` is a key of `CODES`."""

    def __init__(self, why: str) -> None:
        """For this reason."""
        self.why = why
        super().__init__(why)


class Fetcher:
    """Fetches the files of outbound messages and puts them on the sandbox's shelf."""

    def __init__(self, sandbox: Sandbox, session: aiohttp.ClientSession, *, patience_s: float = PATIENCE_S) -> None:
        """Fetch through `session`, each file within `patience_s` seconds."""
        self._sandbox = sandbox
        self._session = session
        self._patience_s = patience_s

    async def fetch(self, message: Message) -> int | None:
        """Fetch all files of `message`; None if they are here now, else the error code the message fails with."""
        if message.media or not message.media_urls:
            return None
        try:
            async with asyncio.timeout(self._patience_s):
                found = [await self._one(url) for url in message.media_urls]
        except (NotFetched, aiohttp.ClientError, TimeoutError, ValueError) as error:
            why = error.why if isinstance(error, NotFetched) else "unreachable"
            log.warning("sandbox_media_not_fetched", sid=message.sid, why=why, error=shown(error))
            return CODES[why][message.channel]
        message.media = tuple(self._sandbox.shelve(data, kind, name) for data, kind, name in found)
        return None

    async def _one(self, url: str) -> tuple[bytes, str, str]:
        async with self._session.get(
            url, max_redirects=_MOST_REDIRECTS, headers={"User-Agent": "TwilioProxy/1.1", "Accept": "*/*"}
        ) as response:
            if response.status != 200:
                raise NotFetched("unreachable")
            if not is_taken(response.content_type):
                raise NotFetched("wrong_type")
            return await _read(response), response.content_type, _name(response, url)


async def _read(response: aiohttp.ClientResponse) -> bytes:
    data = bytearray()
    async for chunk in response.content.iter_chunked(65_536):
        data += chunk
        if len(data) > MAX_BYTES:
            raise NotFetched("too_large")
    if not data:
        raise NotFetched("empty")
    return bytes(data)


def _name(response: aiohttp.ClientResponse, url: str) -> str:
    """Give the file's name: what the answer calls it, else the last part of the URL if that looks like one."""
    header = EmailMessage()
    header["Content-Disposition"] = response.headers.get("Content-Disposition", "")
    last = unquote(urlsplit(url).path.rpartition("/")[2])
    return (header.get_filename() or (last if "." in last else ""))[:120]


def is_taken(content_type: str) -> bool:
    """Tell whether Twilio carries files of this type (https://www.twilio.com/docs/messaging/guides/accepted-mime-types)."""
    return content_type.startswith((*_TAKEN, *_TAKEN_FILES))
