"""Reading what the hub answers to an incoming text: TwiML, or plain text, becomes replies. Pure."""

import re
import xml.etree.ElementTree as ET
from dataclasses import dataclass

MAX_BYTES = 65_536
"""Twilio reads no more than 64 KB of TwiML."""

_DOCTYPE = re.compile(r"<!DOCTYPE", re.IGNORECASE)


class TwimlUnreadable(ValueError):
    """The answer is no TwiML (Twilio's error 12100)."""


@dataclass(slots=True, frozen=True)
class Reply:
    """One <Message>: its text, and where it says something else than "to the sender, from the number texted"."""

    body: str
    to: str | None = None
    from_: str | None = None
    status_callback: str | None = None
    media_urls: tuple[str, ...] = ()


def read_replies(content_type: str, text: str) -> list[Reply]:
    """Give the replies in the hub's answer (https://www.twilio.com/docs/messaging/twiml).

    As at Twilio, an answer of type text/plain *is* a reply to the customer. Raises TwimlUnreadable.
    """
    if not text.strip():
        return []
    if content_type == "text/plain":
        return [Reply(text)]
    root = _parse(text)
    return [_reply(verb) for verb in root if verb.tag in {"Message", "Sms"}]


def _parse(text: str) -> ET.Element:
    # No document type, hence no entities to expand: that is all `defusedxml` would guard against here.
    if len(text.encode()) > MAX_BYTES or _DOCTYPE.search(text):
        raise TwimlUnreadable("the answer is over 64 KB, or has a document type")
    try:
        root = ET.fromstring(text)  # noqa: S314  see above
    except ET.ParseError as error:
        raise TwimlUnreadable(f"the answer is no XML: {error}") from error
    if root.tag != "Response":
        raise TwimlUnreadable(f"the answer's root is <{root.tag}>, not <Response>")
    return root


def _reply(verb: ET.Element) -> Reply:
    bodies = [body.text or "" for body in verb.findall("Body")]
    media = tuple((item.text or "").strip() for item in verb.findall("Media"))
    return Reply(
        "".join(bodies) if bodies else (verb.text or "").strip(),
        verb.get("to"),
        verb.get("from"),
        verb.get("statusCallback") or verb.get("action"),
        media,
    )
