"""What is done now and then for all open desks of a process: heartbeats, callers looked up again, signs of life.

Most rounds find that nothing has changed. PostgreSQL says so by a print of the rows, and then none of them is read.
"""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from uuid import UUID

import msgspec
import structlog
from aiohttp import web

from hub import logs
from hub.conversations import mentions
from hub.conversations import store as conversations
from hub.errors import HubError
from hub.organisation import store as organisation
from hub.organisation.signing import store as signing
from hub.store import Row
from hub.waiting import cancelled
from hub.web import looking
from hub.web.call import SITE, Site
from hub.web.callers import FRESH
from hub.web.desks import Desk, Sum
from hub.web.ending import close_ended
from hub.web.live import CAP, beat, send_snapshot
from hub.web.shapes.live import Ping

log = structlog.get_logger(__name__)

SIGN_EVERY = 15.0
"""A desk is gone when it has not answered by the next; desks take 30 s without a frame for the same. Its agent is
connected for 60 s after the last heartbeat, and ``notify_agents`` waits 30 s for one."""
DIGEST_WITHIN = 5.0
PING = msgspec.json.encode(Ping())


async def run_rounds(app: web.Application) -> AsyncIterator[None]:
    """One listener for hints, one heartbeat and one digest for all desks of the process."""
    site = app[SITE]
    rounds = Rounds(site)
    tasks = [
        asyncio.create_task(site.parts.live.listen(site.desks.take, site.lookers.take), name="hints"),
        asyncio.create_task(_every(FRESH, rounds.look_again), name="callers"),
        asyncio.create_task(_every(looking.SWEEP_EVERY, site.lookers.sweep), name="looks"),
        asyncio.create_task(_every(SIGN_EVERY, rounds.sign), name="signs"),
    ]
    yield
    await cancelled(tasks)


class Rounds:
    """The rounds of one process, and what the last ones found."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._callers: object = None
        self._leads: object = None
        self._agents: object = None
        self._whole = b""
        """The digest of leads."""
        self._sums: dict[UUID | None, Sum] = {}
        """By bearer, or by team for what is in its line."""
        self._mentioned: dict[UUID | None, list[Row]] = {}

    async def look_again(self) -> None:
        """Close the desks whose token or sign-in was ended, resync those whose role or teams changed."""
        site, desks = self._site, list(self._site.desks)
        if not desks:
            return
        by_cookie = [desk.caller.id for desk in desks if desk.caller.signed_in]
        by_token = [desk.caller.id for desk in desks if not desk.caller.signed_in]
        async with site.parts.store.reading() as tx:
            signed_in = await signing.signed_in_print(tx, by_cookie, site.door.lasts) if by_cookie else None
            print_ = (signed_in, await organisation.callers_print(tx, by_token) if by_token else None)
        # A desk that came meanwhile was let in by what this process remembered, which may be what has just ended.
        found = (desks, [desk.caller for desk in desks], print_)
        if found == self._callers:
            return
        callers = await close_ended(site)
        for desk in site.desks:
            caller = callers.get(desk.caller.id)
            if caller is not None and site.desks.recast(desk, caller):
                await send_snapshot(site, desk)
        self._callers = found

    async def sign(self) -> None:
        """Each agent with a desk here is connected now, and each desk hears from us and is asked back.

        It hears its digest, or while there can be none that we are there.
        """
        if agents := self._site.desks.agents():
            await beat(self._site, agents)
        try:
            async with asyncio.timeout(DIGEST_WITHIN):
                digest = await self._digest()
        except (HubError, TimeoutError) as error:
            log.warning("digest_waits", reason=str(error) or f"no answer within {DIGEST_WITHIN:g} s")
            digest = _no_digest
        for desk in self._site.desks:
            if not desk.sign(digest(desk)):
                log.info("desk_silent", caller=str(desk.caller.id))

    async def _digest(self) -> Callable[[Desk], bytes]:
        """What to tell a desk: the sum over what it may see."""
        leads = any(desk.leads for desk in self._site.desks)
        agents = [desk for desk in self._site.desks if not desk.leads]
        if leads:
            await self._see_all()
        if agents:
            await self._see_theirs(agents)

        def digest(desk: Desk) -> bytes:
            if desk.leads:
                return self._whole
            mine = self._hers(desk)
            return mine.frame(complete=mine.count <= CAP)

        return digest

    async def _see_all(self) -> None:
        async with self._site.parts.store.reading() as tx:
            print_ = await conversations.alive_print(tx, limit=CAP + 1)
            if print_ == self._leads:
                return
            rows = await conversations.alive(tx, limit=CAP + 1)
        self._whole = (await _sums(rows[:CAP]))[None].frame(complete=len(rows) <= CAP)
        self._leads = print_

    async def _see_theirs(self, desks: Sequence[Desk]) -> None:
        agents, teams = self._site.desks.agents(), [*{one for desk in desks for one in desk.caller.teams}]
        async with self._site.parts.store.reading() as tx:
            alive = await conversations.alive_for_print(tx, agents=agents, teams=teams)
            named = await mentions.newest_print(tx, agents, resolved=False)
            found = (agents, teams, alive, named)
            if found == self._agents:
                return
            rows = await conversations.alive_for(tx, agents=agents, teams=teams)
            mentioned = await mentions.newest(tx, agents, resolved=False)
        self._sums, self._mentioned = await _sums(rows), defaultdict(list)
        for row in mentioned:
            self._mentioned[row["agent_id"]].append(row)
        self._agents = found

    def _hers(self, desk: Desk) -> Sum:
        agent, teams = desk.caller.agent_id, desk.caller.teams
        mine = Sum()
        for key in (agent, *teams):
            if (sum_ := self._sums.get(key)) is not None:
                mine.join(sum_)
        for row in self._mentioned.get(agent, ()):
            if (whose := row["bearer_id"] or row["team_id"]) != agent and whose not in teams:
                mine.add(row["id"], row["version"])
        return mine


def _no_digest(_: Desk) -> bytes:
    return PING


async def _sums(rows: Sequence[Row]) -> dict[UUID | None, Sum]:
    """By bearer, or by team for what is in its line; all under ``None`` for rows that name neither."""
    sums: dict[UUID | None, Sum] = defaultdict(Sum)
    for place, row in enumerate(rows, 1):
        key = (row.get("bearer_id") or row.get("team_id")) if len(row) > 2 else None
        sums[key].add(row["id"], row["version"])
        if place % 1000 == 0:
            await asyncio.sleep(0)  # 20,000 of them take 20 ms, and webhooks do not wait that long
    return sums


async def _every(seconds: float, step: Callable[[], Awaitable[None]]) -> None:
    while True:
        await asyncio.sleep(seconds)
        try:
            await step()
        except HubError as error:
            log.warning("live_step_waits", reason=str(error))
        except Exception as error:  # noqa: BLE001 - a fault in one round must not end the heartbeats of all
            log.error("live_step_failed", error=logs.shown(error), trace=logs.trace(error))  # noqa: TRY400 - see shown
