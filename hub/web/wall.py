"""``GET /wall``: who waits, who is there, and how today went. Counted once for all who look at it at the same time."""

import asyncio
import time
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Literal
from uuid import UUID

import msgspec
from aiohttp import web

from hub.conversations.wall import store as conversations
from hub.history import volume
from hub.model import Channel, ConversationStatus, Role
from hub.organisation import store as organisation
from hub.routing import waits
from hub.routing.plan import Plan, Pool
from hub.store import Row, Transaction
from hub.web.answers import answer, shown
from hub.web.call import Call
from hub.web.connected import connected
from hub.web.shapes import wall as shapes
from hub.web.today import Day, day_of

if TYPE_CHECKING:
    from hub.bootstrap import Parts

KEPT = 1.0
"""Seconds for which what was counted is shown again at least."""
DAY_KEPT = 5.0
"""The same of what is counted over the whole day: what came in and what was answered."""
RESTS = 9
"""And so many times as long as the counting took: it never counts for more than a tenth of the time."""
LINE_MOST, HELD_MOST = 20, 10

TeamId = UUID | None


async def wall(call: Call) -> web.Response:
    """``GET /wall``: as it was at most a second ago."""
    return answer(await call.site.wall.shown())


@dataclass(frozen=True, slots=True)
class Past:
    """How the day went so far."""

    day: Day
    answered: Mapping[TeamId, tuple[int, int]]
    """In time and late, by team."""
    volume: shapes.Volume


class Wall:
    """The wall of one process. Whoever asks while it is being counted waits for that, and counts nothing."""

    def __init__(self, parts: "Parts") -> None:
        self._parts = parts
        self._counting = asyncio.Lock()
        self._kept: tuple[float, msgspec.Raw] | None = None
        self._past: tuple[float, Past] | None = None

    async def shown(self) -> msgspec.Raw:
        """The wall as JSON. Raises ``StoreAway``."""
        async with self._counting:
            if self._kept is None or time.monotonic() >= self._kept[0]:
                at = time.monotonic()
                said = msgspec.Raw(msgspec.json.encode(await self._counted()))
                self._kept = _until(at, KEPT), said
            return self._kept[1]

    async def _counted(self) -> shapes.Wall:
        parts, now = self._parts, self._parts.clock.now()
        within = {channel: parts.plan.rules(channel).reply_within for channel in Channel}
        there = await connected(parts)
        async with parts.store.reading() as tx:
            past = await self._day(tx, now)
            teams = await conversations.names(tx)
            counts = await conversations.counted(tx, within, now=now)
            in_line = await conversations.lines(tx, within, now=now, most=LINE_MOST)
            held = await conversations.held(tx, within, most=HELD_MOST)
            agents = await organisation.agents(tx)
        late = _late(counts, teams)
        return shapes.Wall(
            at=now,
            time_zone=parts.settings.time_zone,
            day_starts_at=past.day.starts_at,
            day_ends_at=past.day.ends_at,
            service=service(past.answered.values(), sum(late.values())),
            lines=tuple(_line(team, teams, in_line, past, late) for team in (*teams, None)),
            agents=_agents(agents, there, counts, held, parts.plan),
            volume=past.volume,
        )

    async def _day(self, tx: Transaction, now: datetime) -> Past:
        if self._past is not None and now < self._past[1].day.ends_at and time.monotonic() < self._past[0]:
            return self._past[1]
        day = day_of(now, self._parts.settings.time_zone)
        at, teams = time.monotonic(), await conversations.names(tx)
        answered: dict[TeamId, tuple[int, int]] = {}
        for row in await waits.answered(tx, day.starts_at, day.ends_at):
            team = row["team_id"] if row["team_id"] in teams else None
            in_time, late = answered.get(team, (0, 0))
            answered[team] = in_time + row["in_time"], late + row["late"]
        past = Past(day, answered, _volume(day, await volume.inbound(tx, day.hours, day.ends_at)))
        self._past = _until(at, DAY_KEPT), past
        return past


def _until(began: float, kept: float) -> float:
    """When what was counted from ``began`` until now is old."""
    took = time.monotonic() - began
    return began + took + max(kept, took * RESTS)


def service(answered: Iterable[tuple[int, int]], unanswered_late: int) -> shapes.Service:
    """The service level: ``answered`` are pairs of how many were so in time and late."""
    pairs = list(answered)
    in_time, late = sum(one for one, _ in pairs), sum(one for _, one in pairs)
    total = in_time + late + unanswered_late
    return shapes.Service(
        answered_in_time=in_time,
        answered_late=late,
        unanswered_late=unanswered_late,
        share=round(in_time / total, 4) if total else None,
    )


def _late(counts: Sequence[Row], teams: Collection[UUID]) -> Counter[TeamId]:
    late: Counter[TeamId] = Counter()
    for row in counts:
        late[row["team_id"] if row["team_id"] in teams else None] += row["late"]
    return late


def _line(
    team: TeamId, teams: Mapping[UUID, str], in_line: Sequence[Row], past: Past, late: Counter[TeamId]
) -> shapes.Line:
    rows = [row for row in in_line if row["team_id"] == team]
    answered = past.answered.get(team, (0, 0))
    apart = ("team_id", "length", "oldest", "late")
    return shapes.Line(
        team_id=team,
        team_name=teams[team] if team else None,
        length=rows[0]["length"] if rows else 0,
        oldest=rows[0]["oldest"] if rows else None,
        late=rows[0]["late"] if rows else 0,
        service=service([answered], late[team]),
        waiting=tuple(shown(shapes.WaitingOne, row, without=apart) for row in rows),
    )


def _agents(
    rows: Sequence[Row], there: Collection[UUID] | None, counts: Sequence[Row], held: Sequence[Row], plan: Plan
) -> tuple[shapes.AtWork, ...]:
    load: Counter[tuple[UUID, Pool]] = Counter()
    late: Counter[UUID] = Counter()
    for row in counts:
        if row["agent_id"] is not None:
            load[row["agent_id"], plan.rules(Channel(row["channel"])).pool] += row["weight"]
            late[row["agent_id"]] += row["late_held"]
    holding: dict[UUID, list[shapes.HeldOne]] = defaultdict(list)
    for row in held:
        one = shown(shapes.HeldOne, row, without=("assignee_id", "status"), state=_state(row))
        holding[row["assignee_id"]].append(one)
    return tuple(
        shapes.AtWork(
            **{name: row[name] for name in _OF_AGENT},
            connected=None if there is None else row["id"] in there,
            live=shapes.Load(load=load[row["id"], Pool.LIVE], capacity=row["live_capacity"]),
            written=shapes.Load(load=load[row["id"], Pool.WRITTEN], capacity=row["written_capacity"]),
            late=late[row["id"]],
            holding=tuple(holding[row["id"]]),
        )
        for row in rows
        if row["holds"] or (row["active"] and row["role"] != Role.MARKETER)
    )


_OF_AGENT = ("id", "name", "role", "active", "teams", "declared", "reason", "declared_at", "holds")


def _state(row: Row) -> Literal["waiting", "answered", "snoozed"]:
    if row["status"] == ConversationStatus.SNOOZED:
        return "snoozed"
    return "waiting" if row["waiting_since"] is not None else "answered"


def _volume(day: Day, rows: Sequence[Row]) -> shapes.Volume:
    counts = {channel: [0] * len(day.hours) for channel in Channel}
    for row in rows:
        counts[Channel(row["channel"])][row["hour"] - 1] = row["count"]
    by_channel = [
        shapes.ByChannel(channel=channel, inbound=tuple(inbound)) for channel, inbound in counts.items() if any(inbound)
    ]
    return shapes.Volume(hours=day.hours, channels=tuple(by_channel))
