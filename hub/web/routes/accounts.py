"""Accounts of channels."""

from hub.errors import InputInvalid
from hub.web import account_changes, accounts, exchanges
from hub.web.account_changes import ELSEWHERE, FIXED, AccountChange, NewAccount, taken
from hub.web.parameters import PAGED
from hub.web.route import ADMIN, Route
from hub.web.shapes import common
from hub.web.shapes.accounts import ACCOUNT, ACCOUNT_HEALTH, ADAPTER_KIND, EXCHANGE
from hub.web.shapes.common import PageOf

_MADE = {"account_sid": "AC0123456789abcdef0123456789abcdef", "numbers": "+982100002020"}
_WRONG = InputInvalid(
    "auth_token is missing; Twilio's console shows it beside the account SID",
    where="$.settings",
    mend="GET /api/v1/adapters says what belongs there",
)
_NO_ADAPTER = InputInvalid("there is no such adapter", where="$.adapter", mend="one of sms_http, sms_twilio")

ROUTES: tuple[Route, ...] = (
    Route(
        "GET",
        "/adapters",
        accounts.adapters,
        ADMIN,
        summary="What accounts can be made of",
        more="Each adapter with its settings and secrets, and the addresses to enter at its provider.",
        gives={200: PageOf(ADAPTER_KIND)},
    ),
    Route(
        "GET",
        "/accounts",
        accounts.listed,
        ADMIN,
        summary="List our numbers",
        more="Each with how it fares, and what is wrong with it, if anything.",
        gives={200: PageOf(ACCOUNT)},
    ),
    Route(
        "POST",
        "/accounts",
        account_changes.add,
        ADMIN,
        summary="Make an account",
        more="Its settings are checked whole; nothing is sent to anybody. Secrets are stored sealed and never shown.",
        body=NewAccount(adapter="sms_twilio", name="sales", settings=_MADE, secrets={"auth_token": "…"}),
        keyed=True,
        gives={201: ACCOUNT},
        located=frozenset({201}),
        refuses=(_NO_ADAPTER, _WRONG, taken("sms_twilio/sales"), FIXED),
    ),
    Route(
        "PATCH",
        "/accounts/{adapter}/{name}",
        account_changes.change,
        ADMIN,
        summary="Change an account",
        more="`settings` are all of them from now on; secrets not named stay. Every process follows within seconds.",
        body=AccountChange(team=common.SUPPORT, active=False),
        gives={200: ACCOUNT},
        refuses=(accounts.NOT_THERE, _WRONG, ELSEWHERE, FIXED),
    ),
    Route(
        "POST",
        "/accounts/{adapter}/{name}/check",
        account_changes.check,
        ADMIN,
        summary="Try an account",
        more="Its credentials, at the provider. Nothing is sent to anybody.",
        gives={200: ACCOUNT_HEALTH},
        refuses=(accounts.NOT_THERE,),
    ),
    Route(
        "GET",
        "/accounts/{adapter}/{name}/exchanges",
        exchanges.listed,
        ADMIN,
        summary="The last exchanges of an account with its provider",
        more=(
            "What was tried to be sent, what the provider reported and what customers wrote, newest first; numbers "
            "are masked, texts left out. A page that took too long to fill ends early, also empty: `next` goes on."
        ),
        query=PAGED,
        gives={200: PageOf(EXCHANGE)},
        refuses=(accounts.NOT_THERE,),
    ),
)
