"""Who asks: Twilio's basic authentication, by account sid and auth token."""

import binascii
import hmac
from base64 import b64decode

from aiohttp import web

from hub.sandbox.keys import SANDBOX
from hub.sandbox.model import Account
from hub.sandbox.refusals import Reason, TwilioRefusal


def authenticate(request: web.Request) -> Account:
    """Give the account whose credentials come with the request; of a path that names one, only that. Raises 20003."""
    sid, token = _credentials(request.headers.get("Authorization", ""))
    account = request.app[SANDBOX].accounts.get(sid)
    if account is None or request.match_info.get("account", sid) != sid:
        raise TwilioRefusal(Reason.BAD_CREDENTIALS)
    if not hmac.compare_digest(token.encode(), account.auth_token.encode()):
        raise TwilioRefusal(Reason.BAD_CREDENTIALS)
    return account


def _credentials(header: str) -> tuple[str, str]:
    scheme, _, given = header.partition(" ")
    try:
        sid, _, token = b64decode(given.strip(), validate=True).decode().partition(":")
    except (binascii.Error, ValueError) as error:
        raise TwilioRefusal(Reason.BAD_CREDENTIALS) from error
    if scheme.lower() != "basic":
        raise TwilioRefusal(Reason.BAD_CREDENTIALS)
    return sid, token
