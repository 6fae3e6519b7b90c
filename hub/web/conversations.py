"""Reading conversations: the list, one, its interactions, and why it went where it went."""

from datetime import UTC
from uuid import UUID

from aiohttp import web

from hub.conversations import store as conversations
from hub.errors import NotAllowed, NotFound
from hub.history import store as history
from hub.live import Hint, Told
from hub.model import AccountId, Channel, ConversationStatus
from hub.routing import store as routing
from hub.routing.rearranging import store as rearranging
from hub.store import Row, Transaction
from hub.web import asked
from hub.web.answers import answer, page, shown
from hub.web.asked import Query, cursor_of, path_id
from hub.web.call import NOBODY, Call
from hub.web.parameters import LIMIT_MOST, an_id, ids, one_of, switch
from hub.web.shapes.conversations import Conversation, Decision, Last, Rearrangement
from hub.web.shapes.customers import Interaction

IDS = ids("ids", "These alone, parted by commas.", most=LIMIT_MOST)
STATUS = one_of("status", "Only those that are so.", ConversationStatus)
CHANNEL = one_of("channel", "Only those that began on this channel.", Channel)
ASSIGNEE = an_id("assignee", "Only those this agent holds.")
UNASSIGNED = switch("unassigned", "Whether nobody holds it.")
TEAM = an_id("team", "Only this team's.")
WAITING = switch("waiting", "Whether the customer waits for an answer, and nobody holds it or is offered it.")
CUSTOMER = an_id("customer", "Only this customer's.")
MENTIONED = switch("mentioned", "Whether you were mentioned in it.")
FILTERS = (IDS, STATUS, CHANNEL, ASSIGNEE, UNASSIGNED, TEAM, WAITING, CUSTOMER, MENTIONED)
NEWEST = switch("newest", "Newest first, to page backwards.")

_LAST = ("id", "direction", "channel", "text", "at", "agent_id", "delivery", "files")
_ENDS = ("from_id", "to_id")
_APART = ("heard_at", *(f"last_{name}" for name in _LAST))


class Read(asked.Body, frozen=True):
    """Up to when the caller has read it: the `accepted_at` of what she saw last."""

    to: asked.Moment


async def listed(call: Call) -> web.Response:
    """``GET /conversations``: newest first; an agent's are hers, her teams', and those she was mentioned in."""
    query = Query(call)
    before = query.number()
    filters = conversations.Filters(
        ids=query.of(IDS),
        status=query.of(STATUS),
        channel=query.of(CHANNEL),
        assignee=query.of(ASSIGNEE),
        unassigned=query.of(UNASSIGNED),
        team=query.of(TEAM),
        waiting=query.of(WAITING),
        customer=query.of(CUSTOMER),
        mentioned=query.of(MENTIONED),
    )
    async with call.parts.store.reading() as tx:
        rows = await conversations.page(
            tx,
            filters=filters,
            reader=call.caller.agent_id,
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
    """``GET /conversations/{id}/interactions``: oldest first, or newest."""
    query = Query(call)
    past, newest = query.place(), query.of(NEWEST) or False
    async with call.parts.store.reading() as tx:
        await visible(tx, call)
        rows = await history.of_conversation(tx, path_id(call), past=past, limit=query.limit, newest=newest)
    last = rows[-1] if len(rows) == query.limit else None
    return page([shown(Interaction, row) for row in rows], cursor_of(last["accepted_at"], last["id"]) if last else None)


async def read(call: Call) -> web.Response:
    """``POST /conversations/{id}/read``: never goes back, nor past what there may be to read by now."""
    given = await asked.body(call, Read)
    to, me = asked.aware(given.to, where="$.to"), call.caller.agent_id
    if me is None:
        raise no_reader()
    async with call.parts.store.reading() as tx:
        row = await visible(tx, call)
        to = min(to, max(call.parts.clock.now(), row["last_inbound_at"] or to.min.replace(tzinfo=UTC)))
        news = await conversations.mark_read(tx, row["id"], me, to)
    if news:
        version = int(to.timestamp() * 1000)
        await call.parts.live.hint(
            [Hint(kind="read", id=row["id"], version=version, conversation=row["id"], agents=(me,), told=Told.AGENTS)]
        )
    return web.Response(status=204)


def no_reader() -> NotAllowed:
    """What a token gets that stands for nobody who could have read something."""
    return NotAllowed("a token that stands for no agent reads nothing", mend="use a token that stands for an agent")


async def decisions(call: Call) -> web.Response:
    """``GET /conversations/{id}/decisions``: oldest first, each with its sentence."""
    async with call.parts.store.reading() as tx:
        await visible(tx, call)
        rows = await routing.decisions_of(tx, path_id(call))
    return page([decision(row) for row in rows], None)


async def rearrangements(call: Call) -> web.Response:
    """``GET /conversations/{id}/rearrangements``: its splits and joins, oldest first."""
    async with call.parts.store.reading() as tx:
        await visible(tx, call)
        rows = await rearranging.listed(tx, path_id(call))
    return page([shown(Rearrangement, row, from_=row["from_id"], to=row["to_id"], without=_ENDS) for row in rows], None)


def conversation(call: Call, row: Row) -> Conversation:
    """A conversation as the API shows it: with the end of the time in which its channel takes free text."""
    adapter = call.parts.accounts.adapters.get(AccountId(row["account"]))
    limits = adapter.limits.get(Channel(row["channel"])) if adapter is not None else None
    window = limits.window if limits is not None else None
    until = (row["heard_at"] or row["opened_at"] - window) + window if window is not None else None
    return shown(Conversation, row, without=_APART, last=_last(row), free_text_until=until)


def _last(row: Row) -> Last | None:
    if row["last_id"] is None:
        return None
    said = {name: row[f"last_{name}"] for name in _LAST}
    return Last(accepted_at=said.pop("at"), text=said.pop("text") or "", **said)


def decision(row: Row) -> Decision:
    """A decision as the API shows it."""
    reasons = row["reasons"]
    return shown(Decision, row, sentence=reasons.get("sentence", ""))


async def visible(tx: Transaction, call: Call, conversation_id: UUID | None = None) -> Row:
    """The conversation in the path, if the caller may see it. Raises ``NotFound``, which tells no more than that."""
    conversation_id = conversation_id or path_id(call)
    row = await conversations.show(tx, conversation_id, reader=call.caller.agent_id)
    if row is None or not may_see(call, row):
        raise NotFound("there is no such conversation, or it is not yours to see", where="id")
    return row


async def sees(tx: Transaction, call: Call, conversation_id: UUID) -> bool:
    """Whether there is such a conversation and the caller may see it."""
    row = await conversations.show(tx, conversation_id, reader=call.caller.agent_id)
    return row is not None and may_see(call, row)


def may_see(call: Call, row: Row) -> bool:
    """Leads see all; an agent what she holds or is offered, what is her teams', and what she was mentioned in."""
    if call.leads:
        return True
    agent = call.caller.agent_id
    return agent is not None and (
        agent in {row["assignee_id"], row["offered_to"]} or row["team_id"] in call.caller.teams or row["mentioned"]
    )
