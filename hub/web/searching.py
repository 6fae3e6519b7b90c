"""One search over customers and everything that was said."""

from collections.abc import Sequence
from uuid import UUID

from aiohttp import web

from hub.conversations import store as conversations
from hub.folding import wanted
from hub.history import store as history
from hub.history.searching import store as said
from hub.model import Role
from hub.profile import store as profile
from hub.store import Row, Transaction
from hub.web.answers import answer, shown
from hub.web.asked import Query
from hub.web.call import NOBODY, Call
from hub.web.parameters import words
from hub.web.shapes.customers import Customer, Found, FoundMessage

WORDS = words("query", "What is looked for; of customers also how a number or mail address begins.", example="سفارش")
MOST_CUSTOMERS = 20
"""`GET /customers` has the rest, in pages."""


async def search(call: Call) -> web.Response:
    """``GET /search``: what histories show, they let find; marketers find customers alone, as they read no texts."""
    query = Query(call)
    asked, limit = query.of(WORDS) or "", query.limit
    if not wanted(asked):
        return answer(Found(customers=(), messages=()))
    async with call.parts.store.reading() as tx:
        people = await profile.profiles(tx, query=asked, before=None, limit=min(limit, MOST_CUSTOMERS))
        messages = () if call.caller.role is Role.MARKETER else await _messages(tx, call, asked, limit)
    return answer(Found(customers=tuple(shown(Customer, row) for row in people), messages=tuple(messages)))


async def _messages(tx: Transaction, call: Call, asked: str, limit: int) -> Sequence[FoundMessage]:
    ids = await said.found(tx, asked, limit=limit)
    rows = await history.several(tx, ids)
    there = [rows[id_] for id_ in ids if id_ in rows]
    names = await profile.names(tx, {row["customer_id"] for row in there})
    open_to = await _open_to(tx, call, there)
    return [
        shown(
            FoundMessage,
            row,
            customer_name=names.get(row["customer_id"]),
            visible=open_to is None or row["conversation_id"] in open_to,
        )
        for row in there
    ]


async def _open_to(tx: Transaction, call: Call, rows: Sequence[Row]) -> set[UUID] | None:
    """The conversations of these that the caller may open; ``None``: all."""
    if call.leads or not rows:
        return None
    ids = list({row["conversation_id"] for row in rows})
    found = await conversations.page(
        tx,
        filters=conversations.Filters(ids=ids),
        reader=call.caller.agent_id,
        seen_by=(call.caller.agent_id or NOBODY, call.caller.teams),
        before=None,
        limit=len(ids),
    )
    return {row["id"] for row in found}
