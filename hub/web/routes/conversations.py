"""Reading conversations, and commands about them."""

from hub.errors import Conflict, InputInvalid, NotAllowed
from hub.web import asked, commands, conversations, messages
from hub.web.call import ApiHandler
from hub.web.parameters import PAGED
from hub.web.route import DESK, Route
from hub.web.shapes import common
from hub.web.shapes.common import PageOf
from hub.web.shapes.conversations import CONVERSATION, DECISION, OBEYED, PENDING
from hub.web.shapes.customers import INTERACTION

_TAKEN = Conflict("Mina accepted it first", mend="leave it to them, or ask a supervisor to assign it to you")
_HELD = Conflict("Mina has it", mend="ask for it to be handed over, or a supervisor to assign it")
_NO_AGENT = NotAllowed(
    "A token that stands for no agent cannot hold it", mend="use a token that stands for an agent, or assign it to one"
)
_NO_SUCH_AGENT = InputInvalid(
    "There is no such agent", where="$.agent", mend="GET /api/v1/agents lists them; it takes one who is active"
)


def command(
    word: str,
    handler: ApiHandler,
    summary: str,
    *refuses: Conflict | NotAllowed | InputInvalid,
    body: asked.Body | None = None,
    more: str = "",
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
        gives={200: OBEYED, 202: PENDING},
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
        more="Newest first. An agent sees hers and her teams'.",
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
        more="Oldest first.",
        query=PAGED,
        gives={200: PageOf(INTERACTION)},
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
        "POST",
        "/conversations/{id}/messages",
        messages.reply,
        DESK,
        summary="Answer",
        more="Only the assignee answers; what nobody holds becomes hers who answers first. `resolve` is done with it.",
        body=messages.Answer(text="همین الان نگاه می‌کنم", resolve=False),
        keyed=True,
        gives={201: INTERACTION, 202: PENDING},
        located=frozenset({201, 202}),
        refuses=(_HELD, Conflict("It is resolved", mend="reopen it, then answer")),
    ),
    Route(
        "POST",
        "/conversations/{id}/notes",
        commands.note,
        DESK,
        summary="Write an internal note",
        body=commands.Note(text="called the courier"),
        keyed=True,
        gives={201: INTERACTION, 202: PENDING},
        located=frozenset({201, 202}),
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
)
