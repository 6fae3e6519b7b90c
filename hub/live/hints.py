"""Hints made of what the features changed."""

from datetime import datetime
from uuid import UUID

from hub.delivery.store import Moved
from hub.events import NoteWritten
from hub.live.contract import Hint, Told
from hub.routing.board import Board
from hub.routing.changes import Touch
from hub.store import Row


def of_touch(touch: Touch) -> Hint:
    """A conversation changed."""
    return Hint(
        kind=touch.kind,
        id=touch.conversation_id,
        version=touch.version,
        cause=touch.cause,
        agents=touch.audience,
        team=touch.team_id,
    )


def of_decided(cause: UUID, conversation_id: UUID, board: Board) -> Hint:
    """For a redelivered event: whoever waits for its decision may not have heard of it."""
    known = board.conversations.get(conversation_id)
    agents = (known.bearer,) if known is not None and known.bearer is not None else ()
    version = known.version if known is not None else 0
    return Hint(kind="conversation", id=conversation_id, version=version, cause=cause, agents=agents)


def of_delivery(moved: Moved) -> Hint:
    """A message's delivery moved."""
    return Hint(
        kind="message",
        id=moved.message_id,
        version=moved.version,
        conversation=moved.conversation_id,
        agents=(moved.bearer_id,) if moved.bearer_id is not None else (),
        team=moved.team_id if moved.bearer_id is None else None,
    )


def of_mention(note_id: UUID, written: NoteWritten) -> Hint | None:
    """Somebody was mentioned in a note by somebody else."""
    others = tuple(agent for agent in written.mentions if agent != written.agent_id)
    if not others:
        return None
    return Hint(
        kind="mention",
        id=note_id,
        version=0,
        cause=note_id,
        conversation=written.conversation_id,
        agents=others,
        told=Told.AGENTS,
    )


def of_file(told: Row) -> Hint:
    """A file that came with a message is there now, or will never be."""
    bearer = told["bearer_id"]
    return Hint(
        kind="media",
        id=told["interaction_id"],
        version=told["tries"],
        conversation=told["conversation_id"],
        agents=(bearer,) if bearer is not None else (),
        team=told["team_id"] if bearer is None else None,
    )


def of_agent(agent_id: UUID, at: datetime, *, told: Told, herself: bool = True) -> Hint:
    """An agent is not as she was: who she is concerns all; whether she is there, leads and mostly herself."""
    agents = (agent_id,) if herself else ()
    return Hint(kind="agent", id=agent_id, version=int(at.timestamp() * 1000), agents=agents, told=told)
