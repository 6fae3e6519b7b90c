"""Who is signed in, and by what."""

from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec

from hub.model import Role
from hub.web.shapes import common
from hub.web.shapes.common import AT, LATER, Shape, Time
from hub.web.shapes.people import AGENT, Agent


class Me(Shape, frozen=True, kw_only=True):
    """Whoever calls."""

    name: str
    role: Annotated[Role, msgspec.Meta(description="What she may do now: her own, or that of the token.")]
    agent: Annotated[Agent | None, msgspec.Meta(description="null: a token that stands for no agent.")]
    language: Annotated[Literal["en", "fa"] | None, msgspec.Meta(description="Of the desk; null: as the browser has.")]
    preferences: Annotated[dict[str, Any], msgspec.Meta(description="The desk's own, kept as it was said.")]
    totp: Annotated[bool, msgspec.Meta(description="Signing in takes a code of an authenticator app as well.")]
    has_password: bool
    sign_in: Annotated[UUID | None, msgspec.Meta(description="By which she is signed in; null: by a token.")]


class SignIn(Shape, frozen=True, kw_only=True):
    """A browser that is signed in."""

    id: UUID
    created_at: Time
    seen_at: Annotated[Time, msgspec.Meta(description="To the minute.")]
    address: Annotated[str, msgspec.Meta(description="From where it was used last.")]
    agent_string: Annotated[str, msgspec.Meta(description="What the browser calls itself.")]
    current: Annotated[bool, msgspec.Meta(description="The one that asks.")]


class TotpSecret(Shape, frozen=True, kw_only=True):
    """What an authenticator app needs; shown once, and in force when a code of it was shown."""

    secret: Annotated[str, msgspec.Meta(description="In base 32.")]
    uri: Annotated[str, msgspec.Meta(description="For the picture that the app reads.")]


class PushKey(Shape, frozen=True, kw_only=True):
    """What a browser subscribes with (`applicationServerKey`)."""

    key: Annotated[
        str | None, msgspec.Meta(description="A point on P-256 in base64url (RFC 8292); null: Web Push is off here.")
    ]


class MadePassword(Shape, frozen=True, kw_only=True):
    """A password just given to somebody, shown this one time."""

    password: str


ME = Me(
    name="Mina",
    role=Role.AGENT,
    agent=AGENT,
    language="fa",
    preferences={"sound": True},
    totp=False,
    has_password=True,
    sign_in=common.example_id(9),
)
SIGN_IN = SignIn(
    id=common.example_id(9),
    created_at=AT,
    seen_at=LATER,
    address="192.0.2.7",
    agent_string="Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
    current=True,
)
TOTP_SECRET = TotpSecret(
    secret="JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP",  # noqa: S106 - an example
    uri="otpauth://totp/Peyvand:Mina?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Peyvand",
)
MADE_PASSWORD = MadePassword(password="k7mp-x2wq-hn4t-8cdr")  # noqa: S106 - an example
PUSH_KEY = PushKey(
    key="BA1Hxzyi1RUM1b5wjxsn7nGxAszw2u61m164i3MrAIxHF6YK5h4SDYic-dRuU_RCPCfA5aq9ojSwk5Y2EmClBPs",
)
