"""Reading customers and their history."""

from uuid import UUID

from aiohttp import web

from hub.errors import InputInvalid, NotFound
from hub.history import store as history
from hub.model import Channel, Direction, Role, mail, tel
from hub.profile import store as profile
from hub.store import Row, Transaction
from hub.web.answers import answer, page, shown
from hub.web.asked import Query, cursor_of, path_id
from hub.web.call import Call
from hub.web.parameters import one_of, words
from hub.web.shapes.customers import Customer, Interaction

CONTACT_POINT = words(
    "contact_point", "Exactly this contact point.", example="tel:+989121234567", format="contact-point"
)
BEGINNING = words("query", "How words of the name, the number or the mail address begin.", example="سار احم")

CHANNEL = one_of("channel", "Only what passed on this channel.", Channel)
DIRECTION = one_of("direction", "Only what went this way.", Direction)

_WORDS_SAID = ("text", "media")


async def listed(call: Call) -> web.Response:
    """``GET /customers``: by contact point, by how name or contact point begins, or all, newest first."""
    query = Query(call)
    point, words, before = query.of(CONTACT_POINT), query.of(BEGINNING), query.place()
    if point and words:
        raise InputInvalid("one question at a time", where="query", mend="give `contact_point` or `query`")
    async with call.parts.store.reading() as tx:
        if point:
            row = await profile.profile_at(tx, _normalised(point))
            return page([shown(Customer, row)] if row else [], None)
        rows = await profile.profiles(tx, query=words, before=before, limit=query.limit)
    last = rows[-1] if len(rows) == query.limit else None
    return page([shown(Customer, row) for row in rows], cursor_of(last["created_at"], last["id"]) if last else None)


async def one(call: Call) -> web.Response:
    """``GET /customers/{id}``."""
    async with call.parts.store.reading() as tx:
        return answer(shown(Customer, await customer(tx, path_id(call))))


async def history_of(call: Call) -> web.Response:
    """``GET /customers/{id}/history``: newest first; marketers do not read what was said."""
    query = Query(call)
    before = query.place()
    async with call.parts.store.reading() as tx:
        await customer(tx, path_id(call))
        rows = await history.of_customer(
            tx,
            path_id(call),
            before=before,
            limit=query.limit,
            channel=query.of(CHANNEL),
            direction=query.of(DIRECTION),
        )
    last = rows[-1] if len(rows) == query.limit else None
    hidden = _WORDS_SAID if call.caller.role is Role.MARKETER else ()
    following = cursor_of(last["accepted_at"], last["id"]) if last else None
    return page([shown(Interaction, row, without=hidden) for row in rows], following)


async def customer(tx: Transaction, customer_id: UUID) -> Row:
    """A customer with her contact points. Raises ``NotFound``."""
    row = await profile.profile(tx, customer_id)
    if row is None:
        raise NotFound("there is no such customer", where="id")
    return row


def _normalised(point: str) -> str:
    """A contact point as it is stored. Numbers may come as people write them; a ``+`` in a query arrives as a space."""
    scheme, colon, value = point.partition(":")
    if not colon or scheme not in {"tel", "mailto", "chat", "ext"}:
        raise InputInvalid("this is no contact point", where="contact_point", mend="give it like tel:+989121234567")
    if scheme == "mailto":
        return mail(value, where="contact_point")
    if scheme != "tel":
        return point
    return tel("+" + value[1:] if value.startswith(" ") else value, where="contact_point")
