"""The last exchanges of an account with its provider: customers masked, texts left out."""

from datetime import UTC, datetime
from uuid import UUID

from aiohttp import web

from hub import logs
from hub.delivery.store.exchanges import exchanges
from hub.model import address_of, masked
from hub.organisation import accounts as stored
from hub.store import Row
from hub.web.account_changes import account_id, account_row
from hub.web.answers import page, shown
from hub.web.asked import Query, cursor_of
from hub.web.call import Call
from hub.web.shapes.accounts import Exchange

_LAST = UUID(int=2**128 - 1)


async def listed(call: Call) -> web.Response:
    """``GET /accounts/{adapter}/{name}/exchanges``: newest first."""
    query, id_ = Query(call), account_id(call)
    before = query.place() or (datetime.now(UTC), _LAST)
    async with call.parts.store.reading() as tx:
        account_row(await stored.accounts(tx), id_)
        found = await exchanges(tx, id_, before=before, limit=query.limit)
    following = None if found.following is None else cursor_of(*found.following)
    return page([_shown(row) for row in found.rows], following)


def _shown(row: Row) -> Exchange:
    point, reason = row["contact_point"], row["reason"]
    customer = None if point is None else masked(point)
    if reason is not None:
        reason = logs.hidden(reason).replace(address_of(point), address_of(masked(point)))
    return shown(Exchange, row, without=("contact_point", "reason"), customer=customer, reason=reason)
