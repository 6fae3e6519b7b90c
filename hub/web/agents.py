"""Agents, teams and declared presence."""

from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

import msgspec
from aiohttp import web

from hub.errors import Conflict, InputInvalid, NotAllowed, NotFound
from hub.events import AgentsChanged, first
from hub.model import Presence, new_id
from hub.organisation import store as organisation
from hub.store import Row, Transaction
from hub.web import asked
from hub.web.answers import answer, page, shown
from hub.web.call import Call
from hub.web.results import claim_within
from hub.web.shapes.people import Agent, Team

MAX_LANGUAGE, MAX_REASON = 35, 200
Capacity = Annotated[int, msgspec.Meta(ge=0, le=100_000)]
Name = Annotated[str, asked.said(asked.MAX_NAME)]
Language = Annotated[str, asked.said(MAX_LANGUAGE)]
_ABSENT = msgspec.UNSET


class NewAgent(asked.Body, frozen=True):
    """An agent to make."""

    name: Name
    language: Language | None = None
    teams: tuple[UUID, ...] = ()
    live_capacity: Capacity = 100
    written_capacity: Capacity = 100


class AgentChange(asked.Body, frozen=True):
    """What shall be different."""

    name: Name | msgspec.UnsetType = _ABSENT
    language: Language | msgspec.UnsetType | None = _ABSENT
    teams: tuple[UUID, ...] | msgspec.UnsetType = _ABSENT
    live_capacity: Capacity | msgspec.UnsetType = _ABSENT
    written_capacity: Capacity | msgspec.UnsetType = _ABSENT
    active: bool | msgspec.UnsetType = _ABSENT


class Declared(asked.Body, frozen=True):
    """What an agent says of herself, or is said of her."""

    presence: Presence
    reason: Annotated[str, msgspec.Meta(extra_json_schema={"maxLength": MAX_REASON, "pattern": "^[^\\u0000]*$"})] = ""


class NewTeam(asked.Body, frozen=True):
    """A team to make."""

    name: Name


async def listed(call: Call) -> web.Response:
    """``GET /agents``: by name."""
    async with call.parts.store.reading() as tx:
        return page([shown(Agent, row) for row in await organisation.agents(tx)], None)


async def one(call: Call) -> web.Response:
    """``GET /agents/{id}``."""
    async with call.parts.store.reading() as tx:
        return answer(shown(Agent, await _agent(tx, asked.path_id(call))))


async def add(call: Call) -> web.Response:
    """``POST /agents``."""
    given = await asked.body(call, NewAgent)
    agent_id, name = asked.id_of(call, "agent"), asked.name(given.name)
    async with call.parts.store.transaction() as tx:
        await claim_within(tx, call, agent_id)
        await _check_teams(tx, given.teams)
        made = await organisation.add_agent(
            tx,
            agent_id,
            name=name,
            language=_language(given.language),
            teams=given.teams,
            live_capacity=given.live_capacity,
            written_capacity=given.written_capacity,
        )
        rows = await organisation.agents(tx, agent_id=agent_id)
        if not rows:  # neither made now nor by the same call before
            raise organisation.agent_name_taken(name)
    if made:
        changed(call, agent_id)
    return answer(shown(Agent, rows[0]), status=201, location=f"/api/v1/agents/{agent_id}")


async def change(call: Call) -> web.Response:
    """``PATCH /agents/{id}``."""
    given = await asked.body(call, AgentChange)
    agent_id, wanted = asked.path_id(call), _wanted(given)
    async with call.parts.store.transaction() as tx:
        await _agent(tx, agent_id)
        if "name" in wanted and await organisation.agent_named(tx, wanted["name"]) not in {None, agent_id}:
            raise organisation.agent_name_taken(wanted["name"])
        if wanted:  # before the teams, as in `add`: two at once lock in one order
            await organisation.change_agent(tx, agent_id, wanted)
        if not isinstance(given.teams, msgspec.UnsetType):
            await _check_teams(tx, given.teams)
            await organisation.set_teams(tx, agent_id, given.teams)
        row = await _agent(tx, agent_id)
    changed(call, agent_id)
    return answer(shown(Agent, row))


async def declare(call: Call) -> web.Response:
    """``POST /agents/{id}/presence``: by the agent herself or by a lead."""
    given = await asked.body(call, Declared)
    agent_id = asked.path_id(call)
    if not call.leads and call.caller.agent_id != agent_id:
        raise NotAllowed("only she herself or a supervisor may say this of an agent")
    reason = asked.text(given.reason, most=MAX_REASON, where="$.reason") if given.reason.strip() else ""
    async with call.parts.store.transaction() as tx:
        await _agent(tx, agent_id)
        await organisation.declare(tx, agent_id, given.presence, reason=reason, by=call.caller.name)
        row = await _agent(tx, agent_id)
    changed(call, agent_id)
    return answer(shown(Agent, row))


async def teams(call: Call) -> web.Response:
    """``GET /teams``: by name, with their members."""
    async with call.parts.store.reading() as tx:
        return page([shown(Team, row) for row in await organisation.teams(tx)], None)


async def add_team(call: Call) -> web.Response:
    """``POST /teams``."""
    given = await asked.body(call, NewTeam)
    team_id, name = asked.id_of(call, "team"), asked.name(given.name)
    async with call.parts.store.transaction() as tx:
        await claim_within(tx, call, team_id)
        await organisation.add_team(tx, team_id, name)
        rows = await organisation.teams(tx, team_id=team_id)
        if not rows:
            raise Conflict(f"There is a team called {name} already", where="$.name", mend="choose another name")
    return answer(shown(Team, rows[0]), status=201)


def changed(call: Call, agent_id: UUID) -> None:
    """Ring for the router, which looks who may be served now; and look up callers again, whose teams may differ."""
    call.site.callers.forget()
    call.parts.bus.ring([bell(call.parts, agent_id)])


def bell(parts: Any, *agent_ids: UUID) -> Any:
    """The bell that says: these agents are not as they were."""
    now = parts.clock.now()
    data = AgentsChanged(at=now, agent_ids=agent_ids)
    return first(new_id(), data, source="/api/v1", subject="agents", time=now, partitionkey="agents")


async def _agent(tx: Transaction, agent_id: UUID) -> Row:
    rows = await organisation.agents(tx, agent_id=agent_id)
    if not rows:
        raise NotFound("there is no such agent", where="id")
    return rows[0]


async def _check_teams(tx: Transaction, given: tuple[UUID, ...]) -> None:
    known = {row["id"] for row in await organisation.teams(tx)}
    for place, team_id in enumerate(given):
        if team_id not in known:
            raise InputInvalid("there is no such team", where=f"$.teams[{place}]", mend="GET /api/v1/teams lists them")


def _wanted(given: AgentChange) -> Mapping[str, Any]:
    wanted = {name: value for name, value in msgspec.structs.asdict(given).items() if value is not _ABSENT}
    wanted.pop("teams", None)
    if "name" in wanted:
        wanted["name"] = asked.name(wanted["name"])
    if "language" in wanted:
        wanted["language"] = _language(wanted["language"])
    return wanted


def _language(given: str | None) -> str | None:
    return None if given is None else asked.text(given, most=MAX_LANGUAGE, where="$.language")
