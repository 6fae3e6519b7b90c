"""The provider's templates, for whoever writes."""

from aiohttp import web

from hub.delivery import store as deliveries
from hub.web.answers import page, shown
from hub.web.asked import Query
from hub.web.call import Call
from hub.web.parameters import words
from hub.web.shapes.files import Template

ACCOUNT = words("account", "Only this account's.", example="sms_twilio/default")


async def listed(call: Call) -> web.Response:
    """``GET /templates``: those of every account, or of one, as they were some minutes ago."""
    async with call.parts.store.reading() as tx:
        rows = await deliveries.templates(tx, account=Query(call).of(ACCOUNT) or None)
    return page([shown(Template, row) for row in rows], None)
