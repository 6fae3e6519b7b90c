"""What a batch writes: states as of the version read, who holds and who is offered what, waits, decisions."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from hub.errors import AlreadyThere, FencedOut, Overtaken
from hub.routing.board import Conversation
from hub.routing.changes import Assignment, Changes, Wait
from hub.routing.decisions import Decision
from hub.routing.offers import AWAY_REASON, Ended, Offer
from hub.routing.store.columns import COLUMNS, NAMES
from hub.routing.store.fence import FENCE
from hub.store import Transaction, Write, together


async def write(tx: Transaction, changes: Changes, *, fence: int) -> None:
    """One batch: states as of the version read, assignments, decisions. Raises ``FencedOut`` or ``AlreadyThere``.

    One statement, so outside a transaction it is its own commit; only a batch that ``hands_over`` needs a transaction.
    """
    try:
        if hands_over(changes):
            await together(tx, [_fence(fence), _ended(changes.ended), _over(changes.offers_over)])
            await together(tx, _written(replace(changes, ended={}, offers_over={}), fence))
        else:
            await together(tx, _written(changes, fence))
    except AlreadyThere:
        raise
    except Overtaken as error:
        message = f"another router took over (ours was fence {fence}), or the board is stale: {error}"
        raise FencedOut(message) from error


def hands_over(changes: Changes) -> bool:
    """Whether a conversation goes from one agent to another: the first must have left before the second comes."""
    return not (
        changes.ended.keys().isdisjoint(changes.started) and changes.offers_over.keys().isdisjoint(changes.offered)
    )


def _written(changes: Changes, fence: int) -> list[Write]:
    """A write for each kind of row there is something of."""
    states = changes.conversations.values()
    given: Sequence[tuple[Callable[[Any], Write], Collection[Any]]] = (
        (_fresh, [one for one in states if one.stored_version == 0]),
        (_known, [one for one in states if one.stored_version > 0]),
        (_ended, changes.ended),
        (_started, list(changes.started.values())),
        (_over, changes.offers_over),
        (_offered, list(changes.offered.values())),
        (_sent_away, changes.sent_away),
        (_waited, changes.waits),
        (_decided, list(changes.decisions.values())),
    )
    return [_fence(fence), *(write(some) for write, some in given if some)]


def _fence(fence: int) -> Write:
    """The fence as it was taken; it stays so until the commit."""
    return Write("fence", f"SELECT FROM fences WHERE name = '{FENCE}' AND fence = $1::bigint FOR SHARE", [fence], 1)


def _fresh(states: Sequence[Conversation]) -> Write:
    return Write("new states", _INSERT, _arrays(states), len(states))


def _known(states: Sequence[Conversation]) -> Write:
    return Write("states", _UPDATE, _arrays(states), len(states))


def _ended(ended: Mapping[UUID, datetime]) -> Write:
    return Write("ended", _END, [list(ended), list(ended.values())])


def _sent_away(agents: Sequence[UUID]) -> Write:
    return Write("sent away", _SEND_AWAY, [agents, AWAY_REASON], len(agents))


def _waited(waits: Sequence[Wait]) -> Write:
    return Write("waits", _WAITED, [[getattr(one, name) for one in waits] for name in Wait.__slots__], len(waits))


def _decided(decisions: Sequence[Decision]) -> Write:
    return Write("decisions", _DECIDE, _decision_arrays(decisions), len(decisions))


def _offered(offers: Sequence[Offer]) -> Write:
    return Write("offers", _OFFER, [[getattr(one, name) for one in offers] for name in Offer.__slots__], len(offers))


def _over(over: Mapping[UUID, Ended]) -> Write:
    ended = list(over.values())
    return Write("offers over", _OFFER_OVER, [list(over), [one.outcome for one in ended], [one.at for one in ended]])


def _started(started: Sequence[Assignment]) -> Write:
    columns = ("id", "conversation_id", "agent_id", "started_at")
    return Write("started", _START, [[getattr(one, name) for one in started] for name in columns], len(started))


_ARRAYS = ", ".join(f"${place}::{kind}[]" for place, (_, kind) in enumerate(COLUMNS, 5))
# left_out is a list in each row and unnest flattens lists, so it travels as text: '{id,id}'.
_GIVEN = f"""
SELECT conversation_id, version, was, left_out::uuid[] AS left_out, {NAMES}
  FROM unnest($1::uuid[], $2::int[], $3::int[], $4::text[], {_ARRAYS})
    AS g(conversation_id, version, was, left_out, {NAMES})
"""
_INSERT = f"""
INSERT INTO conversation_states (conversation_id, version, left_out, {NAMES})
SELECT conversation_id, version, left_out, {NAMES} FROM ({_GIVEN}) AS given
"""
_UPDATE = f"""
UPDATE conversation_states s SET version = given.version, left_out = given.left_out,
       {", ".join(f"{name} = given.{name}" for name, _ in COLUMNS)}
  FROM ({_GIVEN}) AS given WHERE s.conversation_id = given.conversation_id AND s.version = given.was
"""
_END = """
UPDATE assignments a SET ended_at = g.at FROM unnest($1::uuid[], $2::timestamptz[]) AS g(conversation_id, at)
 WHERE a.conversation_id = g.conversation_id AND a.ended_at IS NULL
"""
_OFFER = """
INSERT INTO offers (id, conversation_id, agent_id, step, offered_at, until)
SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::smallint[], $5::timestamptz[], $6::timestamptz[])
"""
_OFFER_OVER = """
UPDATE offers o SET outcome = g.outcome, ended_at = g.at
  FROM unnest($1::uuid[], $2::text[], $3::timestamptz[]) AS g(conversation_id, outcome, at)
 WHERE o.conversation_id = g.conversation_id AND o.outcome IS NULL
"""
_SEND_AWAY = """
INSERT INTO agent_states (agent_id, declared, reason, set_by)
SELECT id, 'away', $2, 'routing' FROM unnest($1::uuid[]) AS g(id)
"""
_START = """
INSERT INTO assignments (id, conversation_id, agent_id, started_at)
SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::timestamptz[])
"""
# Beside the interaction that caused it, as that stands in the history: the same place the second time.
_DECIDE = """
INSERT INTO decisions (accepted_at, elsewhere, event_id, conversation_id, at, kind, refused, step, agent_id, team_id,
                       plan_version, reasons, next_at)
SELECT coalesce(i.accepted_at, '-infinity'), coalesce(i.conversation_id <> given.conversation_id, false), given.*
  FROM unnest($1::uuid[], $2::uuid[], $3::timestamptz[], $4::text[], $5::bool[], $6::smallint[], $7::uuid[],
              $8::uuid[], $9::int[], $10::jsonb[], $11::timestamptz[])
    AS given (event_id, conversation_id, at, kind, refused, step, agent_id, team_id, plan_version, reasons, next_at)
  LEFT JOIN LATERAL (SELECT accepted_at, conversation_id FROM interactions WHERE event_id = given.event_id LIMIT 1) i
    ON true
"""
_WAITED = """
INSERT INTO waits (answer_id, conversation_id, team_id, agent_id, since, answered_at, reply_by)
SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::timestamptz[], $6::timestamptz[],
                     $7::timestamptz[])
"""


def _arrays(conversations: Sequence[Conversation]) -> list[list[Any]]:
    return [
        [one.id for one in conversations],
        [one.version for one in conversations],
        [one.stored_version for one in conversations],
        ["{" + ",".join(map(str, one.left_out)) + "}" for one in conversations],
        *[[getattr(one, name) for one in conversations] for name, _ in COLUMNS],
    ]


def _decision_arrays(decisions: Sequence[Decision]) -> list[list[Any]]:
    return [
        [one.event_id for one in decisions],
        [one.conversation_id for one in decisions],
        [one.at for one in decisions],
        [one.kind for one in decisions],
        [one.refused for one in decisions],
        [one.step for one in decisions],
        [one.agent_id for one in decisions],
        [one.team_id for one in decisions],
        [one.plan_version for one in decisions],
        [one.reasons() for one in decisions],
        [one.next_at for one in decisions],
    ]
