"""Reading conversations, and commands about them."""

from hub.errors import Conflict, InputInvalid, NotAllowed
from hub.web import asked, commands, conversations, messages, ways
from hub.web.call import ApiHandler
from hub.web.parameters import PAGED
from hub.web.refused import joined
from hub.web.route import DESK, Route
from hub.web.shapes import common
from hub.web.shapes.common import PageOf
from hub.web.shapes.conversations import CONVERSATION, DECISION, OBEYED, PENDING, REARRANGED, REARRANGEMENT, Obeyed
from hub.web.shapes.customers import INTERACTION
from hub.web.shapes.ways import WAY

_WAYS = f"GET /api/v1/conversations/{common.CONVERSATION}/ways lists those there are"
_OPEN_THERE = Conflict(
    "She has an open conversation there, number 7",
    mend=f"answer there, or join the two: POST /api/v1/conversations/{common.CONVERSATION}/join with {common.OTHER}",
)
_TAKEN = Conflict("Mina accepted it first", mend="leave it to them, or ask a supervisor to assign it to you")
_HELD = Conflict("Mina has it", mend="ask for it to be handed over, or a supervisor to assign it")
_NO_AGENT = NotAllowed(
    "A token that stands for no agent cannot hold it", mend="use a token that stands for an agent, or assign it to one"
)
_NO_SUCH_AGENT = InputInvalid(
    "There is no such agent", where="$.agent", mend="GET /api/v1/agents lists them; it takes one who is active"
)

_NOT_IN_IT = InputInvalid(
    "some of these are not in this conversation",
    where="$.interactions",
    mend="GET /api/v1/conversations/{id}/interactions lists what is in it",
)
_JOINED = joined("the one it was joined into (`joined_into`)", "go on")
_NOBODY = InputInvalid(
    "there is no such agent",
    where="$.mentions[0]",
    mend="GET /api/v1/agents lists them; it takes one who is active",
)


def command(
    word: str,
    handler: ApiHandler,
    summary: str,
    *refuses: Conflict | NotAllowed | InputInvalid,
    body: asked.Body | None = None,
    more: str = "",
    gives: Obeyed = OBEYED,
) -> Route:
    """A command: done (200), decided against, or taken in and not decided within 2 s (202)."""
    return Route(
        "POST",
        f"/conversations/{{id}}/{word}",
        handler,
        DESK,
        summary=summary,
        more=more,
        body=body or commands.Nothing(),
        keyed=True,
        gives={200: gives, 202: PENDING},
        located=frozenset({202}),
        refuses=refuses,
    )


ROUTES: tuple[Route, ...] = (
    Route(
        "GET",
        "/conversations",
        conversations.listed,
        DESK,
        summary="List conversations",
        more=(
            "Newest first. An agent sees hers, her teams', and those she was mentioned in. With `ids` the others come "
            "by no page: give at most 200, and `limit=200`."
        ),
        query=(*conversations.FILTERS, *PAGED),
        gives={200: PageOf(CONVERSATION)},
    ),
    Route("GET", "/conversations/{id}", conversations.one, DESK, summary="One conversation", gives={200: CONVERSATION}),
    Route(
        "GET",
        "/conversations/{id}/interactions",
        conversations.interactions,
        DESK,
        summary="Its messages and notes",
        more="Oldest first, or newest.",
        query=(conversations.NEWEST, *PAGED),
        gives={200: PageOf(INTERACTION)},
    ),
    Route(
        "POST",
        "/conversations/{id}/read",
        conversations.read,
        DESK,
        summary="You have read it",
        more="Up to that time, which never goes back. `unread` and her other desks know.",
        body=conversations.Read(to=common.AT),
        gives={204: None},
        refuses=(conversations.no_reader(),),
    ),
    Route(
        "GET",
        "/conversations/{id}/decisions",
        conversations.decisions,
        DESK,
        summary="Why it went where it went",
        more="Every decision, oldest first, each with its sentence. They come whole.",
        gives={200: PageOf(DECISION)},
    ),
    Route(
        "GET",
        "/conversations/{id}/ways",
        ways.listed,
        DESK,
        summary="How she can be written to",
        more=(
            "Her contact points against the addresses of our accounts that can send now; first the usual way, by which "
            "she last wrote. They come whole."
        ),
        gives={200: PageOf(WAY)},
    ),
    Route(
        "POST",
        "/conversations/{id}/messages",
        messages.reply,
        DESK,
        summary="Answer",
        more=(
            "Only the assignee answers; what nobody holds becomes hers who answers first. It goes the way she last "
            "wrote by, or `via` another of the ways there are; what she answers there comes here. "
            "`resolve` is done with it."
        ),
        body=messages.Answer(
            text="همین الان نگاه می‌کنم",
            via=ways.Via(contact_point=common.HERS, our_address=common.OURS),
            resolve=False,
        ),
        keyed=True,
        gives={201: INTERACTION, 202: PENDING},
        located=frozenset({201, 202}),
        refuses=(
            _HELD,
            Conflict("It is resolved", mend="reopen it, then answer"),
            _JOINED,
            _OPEN_THERE,
            InputInvalid("she cannot be written to this way", where="$.via", mend=_WAYS),
        ),
    ),
    Route(
        "POST",
        "/conversations/{id}/notes",
        commands.note,
        DESK,
        summary="Write an internal note",
        more="Who is mentioned hears of it and may see the conversation from then on.",
        body=commands.Note(text="@Mina the courier has it", mentions=(common.MINA,)),
        keyed=True,
        gives={201: INTERACTION, 202: PENDING},
        located=frozenset({201, 202}),
        refuses=(_NOBODY, _JOINED),
    ),
    Route(
        "GET",
        "/conversations/{id}/rearrangements",
        conversations.rearrangements,
        DESK,
        summary="Its splits and joins",
        more="Oldest first, also those that were undone. They come whole.",
        gives={200: PageOf(REARRANGEMENT)},
    ),
    command("accept", commands.accept, "Take it", _TAKEN, _NO_AGENT),
    command(
        "assign",
        commands.assign,
        "Assign it to an agent or a team",
        _HELD,
        _NO_SUCH_AGENT,
        body=commands.Assign(agent=common.MINA),
        more="Give `agent` or `team`, not both.",
    ),
    command(
        "decline",
        commands.decline,
        "On to whoever comes next",
        Conflict("Nobody waits for an answer", mend="resolve it, or assign it to somebody"),
        _NO_AGENT,
    ),
    command(
        "resolve",
        commands.resolve,
        "It is done",
        Conflict("It is resolved already", mend="nothing is left to do; reopen it if it is not done after all"),
        body=commands.Resolve(topic="delivery", outcome="answered"),
    ),
    command(
        "snooze",
        commands.snooze,
        "Let it rest until a time",
        Conflict("It is resolved", mend="reopen it first"),
        InputInvalid("this time is over", where="$.until", mend="give a time in the future"),
        body=commands.Snooze(until=common.AT.replace(year=2040)),
    ),
    command(
        "reopen",
        commands.reopen,
        "It is not done after all",
        Conflict("It is open already", mend="nothing is left to do"),
    ),
    command(
        "split",
        commands.split,
        "These are another matter",
        _HELD,
        _NOT_IN_IT,
        body=commands.Split(interactions=(common.MESSAGE,)),
        more=(
            "They become a conversation of their own, `other`, held by who holds this one. Not all there is in it. "
            "What she writes next comes to the newest of what she wrote, or to where she is answered."
        ),
        gives=REARRANGED,
    ),
    command(
        "join",
        commands.join,
        "Another is the same matter",
        _HELD,
        Conflict("The two are with different customers", mend="join conversations of one customer"),
        _JOINED,
        InputInvalid(
            "there is no such conversation to join",
            where="$.with",
            mend="GET /api/v1/conversations?customer={id} lists hers",
        ),
        body=commands.Join(with_=common.OTHER),
        more=(
            "The other is resolved with the outcome `joined`, and all of it is shown in this one, also what still "
            "comes there. Who holds this one holds it, else who held the other; the reply deadline is the earlier one."
        ),
        gives=REARRANGED,
    ),
    command(
        "undo",
        commands.undo,
        "Undo a split or join of it",
        _HELD,
        Conflict("A later split or join stands on it", mend="undo the later one first"),
        Conflict("It was undone already", mend="nothing is left to do"),
        body=commands.Undo(rearrangement=common.REARRANGED),
        more=(
            "Of a split: all of the new conversation is shown in the first again. Of a join: what stood in the other "
            "is shown there again, and goes back to who held it; what came since stays."
        ),
        gives=REARRANGED,
    ),
)
