"""The account whose webhooks are captured in tests/fixtures/sms_twilio."""

from pathlib import Path

from hub.adapters.sms_twilio import create
from hub.adapters.sms_twilio.adapter import SmsTwilio
from hub.channel import Account
from hub.model import AccountId

SID, TOKEN = "AC" + "0123456789abcdef" * 2, "fixture0auth0token"
FIXTURES = Path(__file__).parents[3] / "fixtures" / "sms_twilio"
WEBHOOK = "https://hub.example.ir/channels/sms/twilio"


def account(secrets: dict[str, str] | None = None, **settings: str) -> Account:
    """A whole account, but for what is given."""
    return Account(
        id=AccountId("default"),
        settings={"account_sid": SID, "numbers": "+15005550006, +15005550009", **settings},
        secrets={"auth_token": TOKEN} if secrets is None else secrets,
        callback_url=lambda kind: f"{WEBHOOK}/{kind}",
    )


def adapter() -> SmsTwilio:
    """A fresh adapter; it opens no connection."""
    return create(account())
