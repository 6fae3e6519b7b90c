"""Events that could not be handled: what they are and why, and what a person decides about them."""

from contextlib import suppress
from typing import Any, Literal

import msgspec
from aiohttp import web

from hub import logs
from hub.bus import store as bus
from hub.bus.reviving import hand_over
from hub.errors import Conflict, InputInvalid, NotFound
from hub.store import Transaction
from hub.web import asked
from hub.web.answers import answer, page
from hub.web.call import Call
from hub.web.parameters import PAGED, one_of, words
from hub.web.shapes.dead import DeadEvent, DeadEventWhole

STATE = one_of("state", "Only these; those that nobody has settled if you do not say.", ("dead", "retried", "dropped"))
WORKER = words("worker", "Only this worker's.", example="record_interactions")
LISTED = (STATE, WORKER, *PAGED)
NUMBER = "number"
"""The part of the path that is a dead event's id."""
DIGITS = 17
NO_NUMBER = InputInvalid("this is no number of a dead event", where=NUMBER, mend="GET /api/v1/dead-events lists them")
GONE = "this one is not among the dead any more"


async def listed(call: Call) -> web.Response:
    """``GET /dead-events``: oldest first."""
    query = asked.Query(call)
    state, worker = query.of(STATE) or "dead", query.of(WORKER) or None
    async with call.parts.store.reading() as tx:
        found = await bus.dead(tx, state=state, worker=worker, after=query.number() or 0, limit=query.limit)
    following = asked.cursor_of(found[-1].id) if len(found) == query.limit else None
    return page([DeadEvent(**_plain(one)) for one in found], following)


async def one(call: Call) -> web.Response:
    """``GET /dead-events/{number}``: with what it says."""
    async with call.parts.store.transaction() as tx:
        return answer(await _whole(tx, await _found(tx, _number(call))))


async def retry(call: Call) -> web.Response:
    """``POST /dead-events/{number}/retry``: handed to its worker once more, as by ``hub dead retry``."""
    number, workers = _number(call), [worker.name for worker in call.parts.workers]
    async with call.parts.store.transaction() as tx:
        problem = await hand_over(call.parts.bus, workers, _still_dead(await _found(tx, number)))
        if problem is not None:
            raise Conflict(problem.rstrip("."), mend="run the version that knows it, or drop it")
        return answer(await _settled(tx, call, number, "retried"))


async def drop(call: Call) -> web.Response:
    """``POST /dead-events/{number}/drop``: given up for good; it stays visible."""
    number = _number(call)
    async with call.parts.store.transaction() as tx:
        _still_dead(await _found(tx, number))
        return answer(await _settled(tx, call, number, "dropped"))


async def _settled(tx: Transaction, call: Call, number: int, state: Literal["retried", "dropped"]) -> DeadEventWhole:
    await bus.settle(tx, number, state, call.caller.name)
    return await _whole(tx, await _found(tx, number))


async def _found(tx: Transaction, number: int) -> bus.DeadEvent:
    """Locked, so that of two who decide at once the second sees what the first has done."""
    if (found := await bus.dead_event(tx, number)) is None:
        raise NotFound("there is no such dead event", where=NUMBER, mend="GET /api/v1/dead-events lists them")
    return found


def _still_dead(found: bus.DeadEvent) -> bus.DeadEvent:
    if found.state != "dead":
        raise Conflict(f"{GONE}: {found.settled_by} {found.state} it", mend="look at the list again")
    return found


async def _whole(tx: Transaction, found: bus.DeadEvent) -> DeadEventWhole:
    payload, unreadable = _said(found.body)
    return DeadEventWhole(**_plain(found), tries=await bus.deaths(tx, found), payload=payload, unreadable=unreadable)


def _plain(found: bus.DeadEvent) -> dict[str, Any]:
    shown = {field: getattr(found, field) for field in DeadEvent.__struct_fields__}
    return shown | {"reason": logs.hidden(found.reason)}


def _said(body: bytes) -> tuple[dict[str, Any] | None, str | None]:
    """What the event says, else its bytes as text. Known secrets are taken out, however they got there."""
    text = logs.hidden(body.decode(errors="replace"))
    with suppress(msgspec.DecodeError, RecursionError):
        payload = msgspec.json.decode(text)
        if isinstance(payload, dict):
            return logs.without_secrets(payload), None
    return None, text


def _number(call: Call) -> int:
    given = call.request.match_info[NUMBER]
    if not (given.isascii() and given.isdigit() and len(given) < DIGITS and int(given)):
        raise NO_NUMBER
    return int(given)
