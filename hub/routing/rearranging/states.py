"""What a split and a join make of the two conversations' states: who holds them, who waits since when. Pure.

Nobody gains or loses time by either: ``waiting_since`` stays that of the messages, a reply deadline stays the earliest
that was promised. What nobody held is routed, what somebody held stays with them, and the load follows.
"""

from datetime import datetime
from typing import TYPE_CHECKING

from hub.model import ConversationStatus, Priority
from hub.routing import unanswered
from hub.routing.board import Conversation, Seat
from hub.routing.rearranging.facts import Side
from hub.routing.times import reply_due
from hub.routing.unanswered import Times

if TYPE_CHECKING:
    from hub.routing.engine import Engine

URGENCY = (Priority.URGENT, Priority.HIGH, Priority.NORMAL, Priority.LOW)
OPEN, SNOOZED, RESOLVED = ConversationStatus.OPEN, ConversationStatus.SNOOZED, ConversationStatus.RESOLVED


# ── two become one ───────────────────────────────────────────────────────────────────────────────────────────────


def take_in(engine: "Engine", into: Conversation, gone: Conversation, now: datetime) -> None:
    """``gone`` is over, and ``into`` goes on with what it was: who waits there, and who held it if nobody held this.

    ``routed`` brings it to somebody afterwards, if it waits and nobody holds it.
    """
    was_open, until, weight = gone.status is OPEN, gone.snoozed_until, gone.weight
    times, since, promised = gone.unanswered, gone.waiting_since, gone.reply_due
    alive = gone.status is not RESOLVED
    seat = engine.board.seat(gone.assignee_id) if alive else None
    if alive:
        engine.moves.close(gone, now)
    gone.outcome = "joined"
    _remember(into, gone)
    if into.in_line:  # for whom it waits follows from what it knows: somebody else may have room
        engine.board.wait(into)
        engine.moves.freed |= {seat.agent_id for seat in engine.board.seats.values() if seat.present}
    if not alive:
        if into.status is not RESOLVED and into.next_at is None:  # routing has seen nothing of it yet
            engine.moves.rearm(into, now)
        return
    into.priority = min(into.priority, gone.priority, key=URGENCY.index)
    _wake(engine, into, was_open=was_open, until=until)
    into.unanswered = unanswered.together(into.unanswered, times)
    if (earliest := min((at for at in (into.waiting_since, since) if at is not None), default=None)) is not None:
        engine.moves.wait_since(into, earliest)
    _held(engine, into, seat, now, weighs=weight > 0, promised=promised)


def _remember(into: Conversation, gone: Conversation) -> None:
    """What either knew, it knows."""
    into.last_inbound_at = _latest(into.last_inbound_at, gone.last_inbound_at)
    if gone.last_answer_at is not None and (into.last_answer_at is None or gone.last_answer_at > into.last_answer_at):
        into.last_answer_at, into.last_agent_id = gone.last_answer_at, gone.last_agent_id or into.last_agent_id
    into.topic, into.team_id = into.topic or gone.topic, into.team_id or gone.team_id


def _wake(engine: "Engine", into: Conversation, *, was_open: bool, until: datetime | None) -> None:
    """Open if either was; snoozed, until the earlier time, only if nothing in it was open."""
    if into.status is RESOLVED:
        into.resolved_at = into.outcome = into.assignee_id = None  # noted since the resolution, but holding nothing
        into.status, into.snoozed_until = (OPEN, None) if was_open else (SNOOZED, until)
    elif into.status is SNOOZED and was_open:
        into.status, into.snoozed_until = OPEN, None
        engine.board.weigh(into, engine.board.plan.rules(into.channel).weight)
    elif into.status is SNOOZED and until is not None:
        into.snoozed_until = min(into.snoozed_until or until, until)


def _held(
    engine: "Engine", into: Conversation, seat: Seat | None, now: datetime, *, weighs: bool, promised: datetime | None
) -> None:
    """Whoever held it holds it, else ``seat``; with what weighs of the two, and the earliest deadline of the two."""
    rules, mine, is_new = engine.board.plan.rules(into.channel), into.reply_due, into.assignee_id is None
    if is_new and seat is not None and seat.active:
        engine.moves.hold(into, seat, now)
    elif is_new:
        _rest_for_nobody(engine, into, now)
        return
    weighs = weighs or into.waiting_since is not None
    if into.status is SNOOZED or (is_new and not weighs):
        engine.moves.weigh_nothing(into)
    elif weighs:
        engine.board.weigh(into, rules.weight)
    if into.waiting_since is not None:
        promises = [one for one in (mine, promised) if one is not None]
        into.reply_due = min(promises) if promises else reply_due(into, rules, now)
    engine.moves.rearm(into, now)


def _rest_for_nobody(engine: "Engine", into: Conversation, now: datetime) -> None:
    """Nobody is there for whom it could be snoozed."""
    if into.status is SNOOZED:
        into.status, into.snoozed_until = OPEN, None
    if not into.in_line:
        engine.moves.rearm(into, now)


# ── one becomes two ──────────────────────────────────────────────────────────────────────────────────────────────


def part(
    engine: "Engine", one: Conversation, new: Conversation, seat: Seat | None, now: datetime, *, took: Side, left: Side
) -> None:
    """``new``, which is open and nobody's, goes on with what stands in it; ``one`` with the rest.

    ``seat`` holds it from now on; if there is none, ``routed`` brings it to somebody afterwards, if it waits.
    """
    theirs, ours = _unanswered(one, took.waiting), _unanswered(one, left.waiting)
    weightless, promised = not one.weight and one.assignee_id is not None, one.reply_due
    if not any(one.last_answer_at == at for at in (took.last_answer_at, left.last_answer_at)):
        left = _with_answer(left, one.last_answer_at)  # the organisation's own, which no agent wrote
    for each, side in ((new, took), (one, left)):
        each.last_inbound_at, each.last_answer_at = side.last_inbound_at, side.last_answer_at
    if theirs:
        new.unanswered = theirs
        engine.moves.wait_since(new, theirs[0])
        _wait_for_rest(engine, one, theirs, ours, now)
    if seat is None or not seat.active or (seat.gone and theirs):
        engine.moves.rearm(new, now)
        return
    engine.moves.hold(new, seat, now)
    if theirs and promised is not None:
        new.reply_due = max(promised, theirs[0] + engine.board.plan.rules(new.channel).reply_within)
    if weightless and not theirs:
        engine.moves.weigh_nothing(new)
    engine.moves.rearm(new, now)


def part_resolved(one: Conversation, new: Conversation, *, took: Side, left: Side) -> None:
    """What was over is over in either part."""
    for each, side in ((new, took), (one, left)):
        each.last_inbound_at, each.last_answer_at = side.last_inbound_at, side.last_answer_at
    new.status, new.resolved_at, new.assignee_id = RESOLVED, one.resolved_at, one.assignee_id
    new.topic, new.outcome, new.next_at = one.topic, one.outcome, None


def keep_resolved(one: Conversation, new: Conversation, *, took: Side, left: Side) -> None:
    """What was over before is over; it took no part in what came since."""
    for each, side in ((new, took), (one, left)):
        each.last_inbound_at = side.last_inbound_at
    new.last_answer_at = took.last_answer_at


def _wait_for_rest(engine: "Engine", one: Conversation, theirs: Times, ours: Times, now: datetime) -> None:
    """Some of what she waited for is elsewhere now."""
    moves, since = engine.moves, one.waiting_since
    one.unanswered = ours
    if since is not None and since not in theirs:
        pass  # since it was handed on, or since one that stays
    elif not ours:
        moves.wait_no_more(one)
        moves.leave_line(one, now)
    else:
        moves.wait_since(one, ours[0])
        if one.reply_due is not None:
            one.reply_due = max(one.reply_due, ours[0] + engine.board.plan.rules(one.channel).reply_within)
    moves.rearm(one, now)


def waits(one: Conversation, side: Side) -> bool:
    """Whether some of what stands there waits for an answer."""
    return bool(_unanswered(one, side.waiting))


def _unanswered(one: Conversation, inbound: Times) -> Times:
    """Those of these messages that still wait for an answer, as far as it is known (see ``unanswered``)."""
    since, answered = one.waiting_since, one.last_answer_at
    if since is None:
        return ()
    waits = (at for at in inbound if at >= since and (at in one.unanswered or answered is None or at > answered))
    return unanswered.together((), tuple(waits))


def _with_answer(side: Side, at: datetime | None) -> Side:
    latest = _latest(side.last_answer_at, at)
    return Side(waiting=side.waiting, last_inbound_at=side.last_inbound_at, last_answer_at=latest)


# ── and then ─────────────────────────────────────────────────────────────────────────────────────────────────────


def routed(engine: "Engine", one: Conversation, now: datetime) -> None:
    """What waits now and nobody who is there holds finds its agent."""
    if one.status is not OPEN or one.waiting_since is None:
        return
    seat = engine.board.seat(one.assignee_id)
    if seat is not None and seat.gone:
        engine.search.take_back(one, now, why="is gone")
    elif one.assignee_id is None and not one.in_line:
        engine.search.begin(one, now, cause=None)


def _latest(one: datetime | None, other: datetime | None) -> datetime | None:
    return max(one, other) if one is not None and other is not None else one or other
