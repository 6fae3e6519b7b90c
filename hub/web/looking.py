"""Who looks at a conversation or types in it, told to those who look at it too and may see it.

Each process hears the looks of all and keeps them for as long as they last, so that whoever opens a conversation learns
at once who is there. Nothing of it is stored: what is not said again ends by itself.
"""

import time
from collections.abc import Callable, Iterator
from typing import Literal, NamedTuple
from uuid import UUID

import msgspec
import structlog

from hub.conversations import store as conversations
from hub.errors import HubError
from hub.live import Look
from hub.store import Row
from hub.web.call import Site
from hub.web.desks import Desk, Desks
from hub.web.shapes.live import Looking, LookingAt, Wrong

log = structlog.get_logger(__name__)

LASTS = 25.0
"""Seconds for which a look counts; desks say theirs every 10."""
SWEEP_EVERY = 5.0

_encode = msgspec.json.encode


class Heard(NamedTuple):
    """A look, and when it ends unless it is said again."""

    look: Look
    until: float


class Lookers:
    """The looks of all processes that have not ended."""

    def __init__(self, desks: Desks, clock: Callable[[], float] = time.monotonic) -> None:
        self._desks, self._clock = desks, clock
        self._heard: dict[UUID, dict[tuple[UUID, UUID], Heard]] = {}

    def take(self, look: Look) -> None:
        """One is heard: it lasts from now on, or ends. Those who look there too are told."""
        heard = self._heard.setdefault(look.conversation, {})
        if look.left:
            heard.pop((look.agent, look.desk), None)
        else:
            heard[look.agent, look.desk] = Heard(look, self._clock() + LASTS)
        if not heard:
            del self._heard[look.conversation]
        self._tell(look)

    def show(self, desk: Desk) -> None:
        """Tell a desk who looks already at what it has just begun to look at."""
        heard = self._heard.get(desk.looks_at, {}) if desk.looks_at is not None else {}
        looks = {one.look.agent: one.look for one in heard.values()}
        for agent, look in looks.items():
            if agent != desk.caller.agent_id:
                desk.send(self._frame(look))

    async def sweep(self) -> None:
        """End those that were not said again."""
        now = self._clock()
        over = [one.look for heard in self._heard.values() for one in heard.values() if one.until <= now]
        for look in over:
            self.take(msgspec.structs.replace(look, left=True))

    def _tell(self, look: Look) -> None:
        if desks := list(self._beside(look)):
            said = self._frame(look)
            for desk in desks:
                desk.send(said)

    def _beside(self, look: Look) -> Iterator[Desk]:
        for desk in self._desks.hearing(look.agents, look.team):
            if desk.looks_at == look.conversation and desk.caller.agent_id != look.agent:
                yield desk

    def _frame(self, look: Look) -> bytes:
        state = self._state(look.conversation, look.agent)
        return _encode(Looking(conversation=look.conversation, agent=look.agent, name=look.name, state=state))

    def _state(self, conversation: UUID, agent: UUID) -> Literal["looking", "typing", "left"]:
        """Of all her desks together."""
        hers = [one.look for (who, _), one in self._heard.get(conversation, {}).items() if who == agent]
        if not hers:
            return "left"
        return "typing" if any(look.typing for look in hers) else "looking"


async def take(site: Site, desk: Desk, said: LookingAt) -> None:
    """What a desk says that it looks at, if its caller may see that."""
    if said.conversation is None:
        await leave(site, desk)
        return
    try:
        async with site.parts.store.reading() as tx:
            row = await conversations.who_sees(tx, said.conversation)
    except HubError as error:
        log.debug("look_lost", reason=str(error))
        return
    if row is None or not _may_see(desk, row):
        await leave(site, desk)
        desk.send(_encode(Wrong(detail="there is no such conversation, or it is not yours", where="$.conversation")))
        return
    await _look(site, desk, said.conversation, row, typing=said.typing)


async def _look(site: Site, desk: Desk, conversation: UUID, row: Row, *, typing: bool) -> None:
    if desk.looks_at != conversation:
        await leave(site, desk)
        desk.looks_at = conversation
        site.lookers.show(desk)
    if (agent := desk.caller.agent_id) is None:
        return  # a program's: it may look on, and nobody is told
    desk.look = Look(
        conversation=conversation,
        agent=agent,
        name=desk.agent_name,
        desk=desk.id,
        typing=typing,
        agents=(*({row["bearer_id"]} - {None}), *row["mentioned"]),
        team=row["team_id"],
    )
    await site.parts.live.look(desk.look)


async def leave(site: Site, desk: Desk) -> None:
    """The desk looks at nothing any more."""
    look, desk.look, desk.looks_at = desk.look, None, None
    if look is not None:
        await site.parts.live.look(msgspec.structs.replace(look, typing=False, left=True))


def _may_see(desk: Desk, row: Row) -> bool:
    caller = desk.caller
    return desk.leads or (
        caller.agent_id is not None
        and (caller.agent_id in {row["bearer_id"], *row["mentioned"]} or row["team_id"] in caller.teams)
    )
