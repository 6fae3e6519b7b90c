"""The accounts of a running process: the one of the settings is written down, and all are read again as they change."""

import asyncio

import structlog

from hub import logs
from hub.bootstrap.parts import Parts
from hub.errors import StoreAway
from hub.model import our_address
from hub.organisation import accounts
from hub.organisation.prices import priced

log = structlog.get_logger(__name__)

DEFAULT_TWILIO = "sms_twilio/default"
REFRESH = 2.0
"""Seconds between two looks at the configuration's version."""


async def save_default_account(parts: Parts) -> None:
    """``HUB_TWILIO_…`` make or update the account called ``default``."""
    settings = parts.settings
    if not settings.twilio_account_sid:
        return
    secrets = {"auth_token": settings.twilio_auth_token, "auth_token_previous": settings.twilio_auth_token_previous}
    wanted = {
        "account_sid": settings.twilio_account_sid,
        "api_url": settings.twilio_api_url,
        "numbers": ",".join(settings.twilio_numbers),
        **(priced(settings.twilio_segment_price) if settings.twilio_segment_price else {}),
    }
    points = tuple(sorted(our_address(number) for number in settings.twilio_numbers))
    async with parts.store.transaction() as tx:
        known = {row.id: row for row in await accounts.accounts(tx)}.get(DEFAULT_TWILIO)
        kept = known is not None and _holds(parts, known, secrets)
        if kept and known and known.settings == wanted and tuple(known.addresses) == points:
            return
        await accounts.save(
            tx,
            accounts.AccountRow(
                id=DEFAULT_TWILIO,
                adapter="sms_twilio",
                channel="sms",
                settings=wanted,
                sealed=parts.sealer.seal(secrets),
                addresses=points,
            ),
        )
        await accounts.give_first_team(tx)


def _holds(parts: Parts, row: accounts.AccountRow, secrets: dict[str, str]) -> bool:
    """Whether these secrets stand there. Raises ``SettingsInvalid`` rather than have another process's sealed over."""
    if parts.settings.embedded and not parts.sealer.opens(row.sealed):
        log.warning("account_sealed_anew", account=row.id)
        return False
    return parts.sealer.open(row.sealed) == secrets


async def keep_accounts_fresh(parts: Parts) -> None:
    """An account added, changed or switched off takes effect everywhere within seconds."""
    while True:
        await asyncio.sleep(REFRESH)
        try:
            await parts.refresh_accounts()
        except StoreAway as error:
            log.debug("accounts_not_refreshed", reason=str(error))
        except Exception as error:  # noqa: BLE001 - it would be the last look for as long as this process lives
            log.error("accounts_not_refreshed", error=logs.shown(error), trace=logs.trace(error))  # noqa: TRY400 - see there
