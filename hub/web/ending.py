"""What has ended stops working at once: who calls is looked up again, and live connections without a caller close."""

from collections.abc import Sequence
from uuid import UUID

from hub.organisation import store as organisation
from hub.organisation.signing import store as signing
from hub.organisation.store import Caller
from hub.web.call import Site
from hub.web.desks import Desk


async def ended(site: Site) -> None:
    """Tokens or sign-ins have ended, or what they may do has changed: at once in this process, in others within 5 s."""
    site.callers.forget()
    await close_ended(site)


async def close_ended(site: Site) -> dict[UUID, Caller]:
    """Close every desk whose caller is nobody any more; the callers of the others."""
    desks = list(site.desks)
    callers = await _current(site, desks) if desks else {}
    for desk in desks:
        if desk.caller.id not in callers:
            desk.end()
    return callers


async def _current(site: Site, desks: Sequence[Desk]) -> dict[UUID, Caller]:
    by_cookie = [desk.caller.id for desk in desks if desk.caller.signed_in]
    by_token = [desk.caller.id for desk in desks if not desk.caller.signed_in]
    async with site.parts.store.reading() as tx:
        found = await organisation.callers(tx, by_token) if by_token else {}
        return found | (await signing.signed_in_still(tx, by_cookie, site.door.lasts) if by_cookie else {})
