"""``GET /api/v1/live``: a snapshot, then hints, and a digest every 15 s that heals a lost hint. Nothing is replayed.

Frames are JSON text. To the desk: ``snapshot``, ``hint``, ``digest``, ``resync_needed``, ``ping``. From it: ``resync``.
"""

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from uuid import UUID

import msgspec
import structlog
from aiohttp import WSCloseCode, WSMsgType, web

from hub import logs
from hub.conversations import store as conversations
from hub.errors import HubError, Refused
from hub.organisation import store as organisation
from hub.store import Row
from hub.web.agents import bell
from hub.web.answers import shown
from hub.web.call import SITE, Call, Site
from hub.web.callers import PROTOCOL
from hub.web.desks import Desk, Sum
from hub.web.shapes.live import Known, Ping, Pong, Resync, Snapshot, Wrong
from hub.web.shapes.people import Agent

log = structlog.get_logger(__name__)

BEAT_EVERY = 10.0
DIGEST_EVERY = 15.0
RESYNC_PAUSE = 1.0
"""Least seconds between two snapshots of one socket."""
CAP = 5_000
"""Conversations in a snapshot; beyond it says ``complete: false`` and the desk pages through the list instead."""
MAX_FRAME = 4 * 1024


_ASKED: msgspec.json.Decoder[Resync | Pong] = msgspec.json.Decoder(Resync | Pong)
encode = msgspec.json.encode


async def live(call: Call) -> web.StreamResponse:
    """One desk's socket, for as long as it is open."""
    request, site = call.request, call.site
    socket = web.WebSocketResponse(
        protocols=(PROTOCOL,), heartbeat=20, compress=False, max_msg_size=MAX_FRAME, timeout=2
    )
    if not socket.can_prepare(request):
        raise Refused("this address speaks WebSocket (RFC 6455) only", mend="open it with ws:// or wss://")
    await socket.prepare(request)
    transport = request.transport
    if transport is None:
        return socket  # gone while it was being prepared
    desk = Desk(call.caller, socket, transport)
    first = site.desks.add(desk)
    try:
        if first:
            await _arrived(site, desk)
        await send_snapshot(site, desk)
        await _listen(site, desk)
    finally:
        desk.close()
        if site.desks.remove(desk):
            await _left(site, desk)
    return socket


async def _listen(site: Site, desk: Desk) -> None:
    async for message in desk.socket:
        asked = _asked(message.data) if message.type is WSMsgType.TEXT else None
        if asked is None:
            desk.send(encode(Wrong(detail="a desk may say resync and pong", where="$.type")))
        elif isinstance(asked, Resync):
            await send_snapshot(site, desk)
            await asyncio.sleep(RESYNC_PAUSE)


def _asked(data: str) -> Resync | Pong | None:
    try:
        return _ASKED.decode(data)
    except (msgspec.DecodeError, UnicodeEncodeError, RecursionError):
        return None


async def send_snapshot(site: Site, desk: Desk) -> None:
    """Ids and versions of all the desk may see; asked again after a while if PostgreSQL is away."""
    while True:
        try:
            rows, agent = await _snapshot(site, desk)
        except HubError as error:
            log.warning("snapshot_waits", reason=str(error))
            await asyncio.sleep(RESYNC_PAUSE)
        else:
            break
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
    return rows, shown(Agent, agents[0]) if agents else None


async def _arrived(site: Site, desk: Desk) -> None:
    """The agent is there: the heartbeat first, so that the router finds it when the bell has woken it."""
    if (agent := desk.caller.agent_id) is not None:
        await _beat(site, [agent])
        site.parts.bus.ring([bell(site.parts, agent)])


async def _left(site: Site, desk: Desk) -> None:
    if (agent := desk.caller.agent_id) is not None:
        with contextlib.suppress(HubError):  # the last heartbeat is 10 s old at most, which says nearly the same
            await site.parts.live.leave([agent])


async def _beat(site: Site, agents: Sequence[UUID]) -> None:
    try:
        await site.parts.live.beat(agents)
    except HubError as error:
        log.debug("heartbeat_lost", agents=len(agents), reason=str(error))


# ── what runs beside the sockets ─────────────────────────────────────────────────────────────────────────────────


async def run_live(app: web.Application) -> AsyncIterator[None]:
    """One listener for hints, one heartbeat and one digest for all desks of the process."""
    site = app[SITE]
    tasks = [
        asyncio.create_task(site.parts.live.listen(site.desks.take), name="hints"),
        asyncio.create_task(_every(BEAT_EVERY, lambda: beat_all(site)), name="beats"),
        asyncio.create_task(_every(DIGEST_EVERY, lambda: digest_all(site)), name="digests"),
    ]
    yield
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)


async def close_all(app: web.Application) -> None:
    """On shutdown: 1001, so that desks come back to whoever takes our place."""
    closing = [desk.socket.close(code=WSCloseCode.GOING_AWAY, message=b"going away") for desk in app[SITE].desks]
    await asyncio.gather(*closing, return_exceptions=True)


async def beat_all(site: Site) -> None:
    """Every agent with a desk here is connected now."""
    if agents := site.desks.agents():
        await _beat(site, list(agents))
    ping = encode(Ping())
    for desk in site.desks:
        desk.send(ping)


async def digest_all(site: Site) -> None:
    """Tell each desk the sum over what it may see; close those whose token was ended, resync whose teams changed."""
    if not (desks := list(site.desks)):
        return
    async with site.parts.store.reading() as tx:
        callers = await organisation.callers(tx, [desk.caller.token_id for desk in desks])
    for desk in desks:
        if (caller := callers.get(desk.caller.token_id)) is None:
            await desk.socket.close(code=WSCloseCode.POLICY_VIOLATION, message=b"the token was ended")
        elif site.desks.recast(desk, caller):
            await send_snapshot(site, desk)
    await _send_digests(site, list(site.desks))


async def _send_digests(site: Site, desks: Sequence[Desk]) -> None:
    leads, agents = [one for one in desks if one.leads], [one for one in desks if not one.leads]
    if leads:
        async with site.parts.store.reading() as tx:
            rows = await conversations.alive(tx, limit=CAP + 1)
        total = (await _sums(rows[:CAP]))[None]
        for desk in leads:
            desk.send(total.frame(complete=len(rows) <= CAP))
    if agents:
        teams = {team for desk in agents for team in desk.caller.teams}
        async with site.parts.store.reading() as tx:
            rows = await conversations.alive_for(tx, agents=[*site.desks.agents()], teams=[*teams])
        sums = await _sums(rows)
        for desk in agents:
            keys = {desk.caller.agent_id, *desk.caller.teams}
            mine = sum((sums[key] for key in keys if key in sums), Sum())
            desk.send(mine.frame(complete=mine.count <= CAP))


async def _sums(rows: Sequence[Row]) -> dict[UUID | None, Sum]:
    """By assignee, or by team for what nobody holds; all under ``None`` for rows that name neither."""
    sums: dict[UUID | None, Sum] = defaultdict(Sum)
    for place, row in enumerate(rows, 1):
        key = (row.get("assignee_id") or row.get("team_id")) if len(row) > 2 else None
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
