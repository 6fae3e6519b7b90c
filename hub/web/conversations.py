"""Reading conversations: the list, one, its interactions, and why it went where it went."""

from uuid import UUID

from aiohttp import web

from hub.conversations import store as conversations
from hub.errors import NotFound
from hub.history import store as history
from hub.model import AccountId, Channel, ConversationStatus
from hub.routing import store as routing
from hub.store import Row, Transaction
from hub.web.answers import answer, page, shown
from hub.web.asked import Query, cursor_of, path_id
from hub.web.call import NOBODY, Call
from hub.web.parameters import an_id, one_of, switch
from hub.web.shapes.conversations import Conversation, Decision
from hub.web.shapes.customers import Interaction

STATUS = one_of("status", "Only those that are so.", ConversationStatus)
ASSIGNEE = an_id("assignee", "Only those this agent holds.")
TEAM = an_id("team", "Only this team's.")
WAITING = switch("waiting", "Whether the customer waits for an answer.")
CUSTOMER = an_id("customer", "Only this customer's.")
FILTERS = (STATUS, ASSIGNEE, TEAM, WAITING, CUSTOMER)


async def listed(call: Call) -> web.Response:
    """``GET /conversations``: newest first; an agent's are hers and her teams'."""
    query = Query(call)
    before = query.number()
    async with call.parts.store.reading() as tx:
        rows = await conversations.page(
            tx,
            status=query.of(STATUS),
            assignee=query.of(ASSIGNEE),
            team=query.of(TEAM),
            waiting=query.of(WAITING),
            customer=query.of(CUSTOMER),
            seen_by=None if call.leads else (call.caller.agent_id or NOBODY, call.caller.teams),
            before=before,
            limit=query.limit,
        )
    following = cursor_of(rows[-1]["number"]) if len(rows) == query.limit else None
    return page([conversation(call, row) for row in rows], following)


async def one(call: Call) -> web.Response:
    """``GET /conversations/{id}``."""
    async with call.parts.store.reading() as tx:
        return answer(conversation(call, await visible(tx, call)))


async def interactions(call: Call) -> web.Response:
    """``GET /conversations/{id}/interactions``: oldest first."""
    query = Query(call)
    after = query.place()
    async with call.parts.store.reading() as tx:
        await visible(tx, call)
        rows = await history.of_conversation(tx, path_id(call), after=after, limit=query.limit)
    last = rows[-1] if len(rows) == query.limit else None
    return page([shown(Interaction, row) for row in rows], cursor_of(last["accepted_at"], last["id"]) if last else None)


async def decisions(call: Call) -> web.Response:
    """``GET /conversations/{id}/decisions``: oldest first, each with its sentence."""
    async with call.parts.store.reading() as tx:
        await visible(tx, call)
        rows = await routing.decisions_of(tx, path_id(call))
    return page([decision(row) for row in rows], None)


def conversation(call: Call, row: Row) -> Conversation:
    """A conversation as the API shows it: with the end of the time in which its channel takes free text."""
    adapter = call.parts.accounts.adapters.get(AccountId(row["account"]))
    limits = adapter.limits.get(Channel(row["channel"])) if adapter is not None else None
    window = limits.window if limits is not None else None
    until = (row["heard_at"] or row["opened_at"] - window) + window if window is not None else None
    return shown(Conversation, row, without=("heard_at",), free_text_until=until)


def decision(row: Row) -> Decision:
    """A decision as the API shows it."""
    reasons = row["reasons"]
    return shown(Decision, row, sentence=reasons.get("sentence", ""))


async def visible(tx: Transaction, call: Call, conversation_id: UUID | None = None) -> Row:
    """The conversation in the path, if the caller may see it. Raises ``NotFound``, which tells no more than that."""
    conversation_id = conversation_id or path_id(call)
    row = await conversations.show(tx, conversation_id)
    if row is None or not may_see(call, row):
        raise NotFound("there is no such conversation, or it is not yours to see", where="id")
    return row


def may_see(call: Call, row: Row) -> bool:
    """Leads see all; an agent what she holds and what belongs to her teams."""
    if call.leads:
        return True
    agent = call.caller.agent_id
    return agent is not None and (row["assignee_id"] == agent or row["team_id"] in call.caller.teams)
