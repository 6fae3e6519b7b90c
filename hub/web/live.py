"""``GET /api/v1/live``: a snapshot, then hints, and a digest every 15 s that heals a lost hint. Nothing is replayed.

Frames are JSON text. To the desk: ``snapshot``, ``hint``, ``looking``, ``digest``, ``resync_needed``, ``ping``.
From it: ``resync``, ``looking``.
"""

import asyncio
import contextlib
from collections.abc import Container, Coroutine, Sequence
from typing import TypeAlias
from uuid import UUID

import msgspec
import structlog
from aiohttp import WSCloseCode, WSMsgType, web

from hub import logs
from hub.conversations import mentions
from hub.conversations import store as conversations
from hub.errors import HubError, Refused
from hub.live import Told, hints
from hub.model import ConversationStatus
from hub.organisation import store as organisation
from hub.store import Row, Transaction
from hub.web import looking
from hub.web.agents import bell
from hub.web.answers import shown
from hub.web.call import SITE, Call, Site
from hub.web.callers import PROTOCOL
from hub.web.desks import Desk
from hub.web.shapes.live import Known, LookingAt, Pong, Resync, Snapshot, Wrong
from hub.web.shapes.people import Agent
from hub.web.wrong import UNKNOWN_FIELD

log = structlog.get_logger(__name__)

RESYNC_PAUSE = 1.0
"""Least seconds between two snapshots of one socket."""
LOOK_PAUSE = 0.1
"""Least seconds between two looks of one socket."""
CAP = 5_000
"""Conversations in a snapshot; beyond it says ``complete: false`` and the desk pages through the list instead."""
MAX_FRAME = 4 * 1024


Asked: TypeAlias = Resync | LookingAt | Pong
_ASKED: msgspec.json.Decoder[Asked] = msgspec.json.Decoder(Asked)
_NOT_ASKED = Wrong(detail="a desk may say resync, looking and pong", where="$.type")
encode = msgspec.json.encode


class _Socket(web.WebSocketResponse):
    """A socket whose session begins when its request is answered.

    It is open for hours, and of all that has answered the request nothing need be kept for so long.
    """

    session: Coroutine[object, object, None] | None = None

    async def write_eof(self) -> None:  # type: ignore[override]
        """What aiohttp does with an answer at last."""
        session, self.session = self.session, None
        if session is not None:
            await session
        await super().write_eof()


async def live(call: Call) -> web.StreamResponse:
    """One desk's socket, for as long as it is open."""
    request, site = call.request, call.site
    socket = _Socket(protocols=(PROTOCOL,), autoping=False, compress=False, max_msg_size=MAX_FRAME, timeout=2)
    if not socket.can_prepare(request):
        raise Refused("this address speaks WebSocket (RFC 6455) only", mend="open it with ws:// or wss://")
    await socket.prepare(request)
    if request.transport is not None:  # else it is gone already
        socket.session = _session(site, Desk(call.caller, socket, request.transport))
    return socket


async def _session(site: Site, desk: Desk) -> None:
    try:
        if site.desks.add(desk):
            await _arrived(site, desk)
        await send_snapshot(site, desk)
        await _listen(site, desk)
    except Exception as error:  # noqa: BLE001 - nobody behind here knows what may stand in a log
        log.error("desk_failed", error=logs.shown(error), trace=logs.trace(error))  # noqa: TRY400 - see shown
        await desk.socket.close(code=WSCloseCode.INTERNAL_ERROR, message=b"this failed here; connect anew")
    finally:
        desk.close()
        await looking.leave(site, desk)
        if site.desks.remove(desk):
            await _left(site, desk)


async def _listen(site: Site, desk: Desk) -> None:
    async for message in desk.socket:
        desk.heard()
        if message.type is WSMsgType.PONG:
            continue
        if message.type is WSMsgType.PING:
            desk.pong(message.data)
            continue
        asked = _asked(message.data) if message.type is WSMsgType.TEXT else _NOT_ASKED
        if isinstance(asked, Wrong):
            desk.send(encode(asked))
        elif isinstance(asked, LookingAt):
            await looking.take(site, desk, asked)
            await asyncio.sleep(LOOK_PAUSE)
        elif isinstance(asked, Resync):
            await send_snapshot(site, desk)
            await asyncio.sleep(RESYNC_PAUSE)


def _asked(data: str) -> Asked | Wrong:
    """What a desk said, or what is wrong with it: a field that does not belong there is named."""
    try:
        return _ASKED.decode(data)
    except msgspec.ValidationError as error:
        field = UNKNOWN_FIELD.search(str(error))
        return Wrong(detail="there is no such field", where=f"$.{field[1][:40]}") if field else _NOT_ASKED
    except (msgspec.DecodeError, UnicodeEncodeError, RecursionError):
        return _NOT_ASKED


async def send_snapshot(site: Site, desk: Desk) -> None:
    """Ids and versions of all the desk may see; asked again after a while if PostgreSQL is away."""
    while True:
        try:
            rows, agent = await _snapshot(site, desk)
        except HubError as error:
            log.warning("snapshot_waits", reason=str(error))
            desk.heard()
            await asyncio.sleep(RESYNC_PAUSE)
        else:
            break
    desk.agent_name = agent.name if agent else ""
    known = tuple(Known(id=row["id"], version=row["version"]) for row in rows[:CAP])
    desk.send(encode(Snapshot(conversations=known, complete=len(rows) <= CAP, cap=CAP, agent=agent)))


async def _snapshot(site: Site, desk: Desk) -> tuple[Sequence[Row], Agent | None]:
    caller = desk.caller
    async with site.parts.store.reading() as tx:
        agents = await organisation.agents(tx, agent_id=caller.agent_id) if caller.agent_id else []
        if desk.leads:
            rows = await conversations.alive(tx, limit=CAP + 1)
        else:
            held_by = [caller.agent_id] if caller.agent_id else []
            rows = await conversations.alive_for(tx, agents=held_by, teams=caller.teams)
            rows = [*rows, *await _mentioned_beside(site, desk, tx, {row["id"] for row in rows})]
    return rows, shown(Agent, agents[0], connected=True) if agents else None


async def _mentioned_beside(site: Site, desk: Desk, tx: Transaction, hers: Container[UUID]) -> Sequence[Row]:
    """What she was mentioned in and is not hers already; from now on the desk hears of it."""
    if desk.caller.agent_id is None:
        return []
    rows = await mentions.newest(tx, [desk.caller.agent_id], resolved=True)
    site.desks.mention(desk, [row["id"] for row in rows])
    return [row for row in rows if row["status"] != ConversationStatus.RESOLVED and row["id"] not in hers]


async def _arrived(site: Site, desk: Desk) -> None:
    """The agent is there: the heartbeat first, so that the router finds it when the bell has woken it."""
    if (agent := desk.caller.agent_id) is not None:
        await beat(site, [agent])
        site.parts.bus.ring([bell(site.parts, agent)])
        now = site.parts.clock.now()
        await site.parts.live.hint([hints.of_agent(agent, now, told=Told.LEADS, herself=False)])


async def _left(site: Site, desk: Desk) -> None:
    if (agent := desk.caller.agent_id) is not None:
        with contextlib.suppress(HubError):  # the last heartbeat is 15 s old or so, which says nearly the same
            await site.parts.live.leave([agent])


async def beat(site: Site, agents: Sequence[UUID]) -> None:
    """These agents are connected now; lost where Redis is away, as the next one comes soon."""
    try:
        await site.parts.live.beat(agents)
    except HubError as error:
        log.debug("heartbeat_lost", agents=len(agents), reason=str(error))


async def close_all(app: web.Application) -> None:
    """On shutdown: 1001, so that desks come back to whoever takes our place."""
    closing = [desk.socket.close(code=WSCloseCode.GOING_AWAY, message=b"going away") for desk in app[SITE].desks]
    await asyncio.gather(*closing, return_exceptions=True)
