"""Accounts of channels, and what they can be made of."""

from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec

from hub.model import Channel
from hub.web.shapes import common
from hub.web.shapes.common import AT, Shape, Time


class SecretState(Shape, frozen=True, kw_only=True):
    """Whether a secret is there; never what it is."""

    name: str
    set: bool


class AccountHealth(Shape, frozen=True, kw_only=True):
    """How an account fared when it was last tried, by a check or by sending."""

    state: Literal["ok", "failed", "off", "unknown"]
    since: Annotated[Time | None, msgspec.Meta(description="Since when it is so.")]
    said: Annotated[str | None, msgspec.Meta(description="In one sentence what was found.")]


class Account(Shape, frozen=True, kw_only=True):
    """One of our numbers, without its secrets."""

    id: Annotated[str, msgspec.Meta(description="`adapter/name`.")]
    adapter: str
    channel: Channel
    addresses: tuple[str, ...]
    settings: dict[str, Any]
    secrets: tuple[SecretState, ...]
    team_id: Annotated[UUID | None, msgspec.Meta(description="Whose conversations begin there.")]
    active: bool
    problem: Annotated[str | None, msgspec.Meta(description="Why it cannot be used now.")]
    health: AccountHealth
    fixed: Annotated[bool, msgspec.Meta(description="Kept by the `HUB_TWILIO_…` settings, which alone change it.")]


class Exchange(Shape, frozen=True, kw_only=True):
    """One thing that passed between an account and its provider, without the text and the customer's number."""

    kind: Annotated[
        Literal["attempt", "receipt", "message"],
        msgspec.Meta(description="We tried to send; the provider reported; a customer wrote."),
    ]
    at: Time
    id: Annotated[UUID, msgspec.Meta(description="Of the message sent, the report or the message received.")]
    message_id: Annotated[UUID | None, msgspec.Meta(description="Null for a report about a message unknown here.")]
    customer: Annotated[str | None, msgspec.Meta(description="Masked.")]
    our_address: str | None
    result: Annotated[
        str,
        msgspec.Meta(
            description="Of an attempt `sending`, `accepted`, `postponed`, `refused`, `unknown` or `absent`; of a "
            "report the delivery's status; of a message `received`."
        ),
    ]
    provider_id: str | None
    provider_status: Annotated[str | None, msgspec.Meta(description="The provider's own word.")]
    code: Annotated[str | None, msgspec.Meta(description="The provider's error code.")]
    reason: Annotated[str | None, msgspec.Meta(description="The same in plain words.")]
    number: Annotated[int | None, msgspec.Meta(description="Which attempt of its message it was.")]
    seconds: Annotated[float | None, msgspec.Meta(description="How long the provider took to answer.")]


class AdapterSetting(Shape, frozen=True, kw_only=True):
    """One setting, as a person fills it in; `table` stands for several called `name.key`."""

    name: str
    label: str
    type: Literal["text", "number", "numbers", "url", "choice", "document", "table"]
    required: bool
    default: str | None
    choices: tuple[str, ...]
    help: str


class AdapterSecret(Shape, frozen=True, kw_only=True):
    """One secret, as a person fills it in."""

    name: str
    label: str
    required: bool
    help: str


class WebhookAddress(Shape, frozen=True, kw_only=True):
    """An address to enter at the provider."""

    kind: str
    url: str


class AdapterKind(Shape, frozen=True, kw_only=True):
    """What an account of this adapter is made of. One that does not say has no lines: see its author's page."""

    name: str
    channel: Channel | None
    settings: tuple[AdapterSetting, ...]
    secrets: tuple[AdapterSecret, ...]
    other_secrets: Annotated[bool, msgspec.Meta(description="Secrets may have other names, too.")]
    webhooks: tuple[WebhookAddress, ...]


ACCOUNT_HEALTH = AccountHealth(state="ok", since=AT, said="Twilio knows the account Peyvand, which is active.")
ACCOUNT = Account(
    id=common.ACCOUNT,
    adapter="sms_twilio",
    channel=Channel.SMS,
    addresses=(common.OURS,),
    settings={"account_sid": "AC0123456789abcdef0123456789abcdef"},
    secrets=(SecretState(name="auth_token", set=True), SecretState(name="auth_token_previous", set=False)),
    team_id=common.SUPPORT,
    active=True,
    problem=None,
    health=ACCOUNT_HEALTH,
    fixed=False,
)
EXCHANGE = Exchange(
    kind="attempt",
    at=AT,
    id=common.MESSAGE,
    message_id=common.MESSAGE,
    customer="tel:+989•••••67",
    our_address=common.OURS,
    result="refused",
    provider_id=None,
    provider_status=None,
    code="21610",
    reason="This person has asked not to be written to from this number.",
    number=1,
    seconds=0.214,
)
ADAPTER_KIND = AdapterKind(
    name="sms_twilio",
    channel=Channel.SMS,
    settings=(
        AdapterSetting(
            name="account_sid",
            label="Account SID",
            type="text",
            required=True,
            default=None,
            choices=(),
            help="AC and 32 characters, as the console shows it.",
        ),
    ),
    secrets=(AdapterSecret(name="auth_token", label="Auth token", required=True, help="Beside the account SID."),),
    other_secrets=False,
    webhooks=(WebhookAddress(kind="inbound", url="https://hub.example.ir/channels/sms/twilio#rc=5&rp=all"),),
)
